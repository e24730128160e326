using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Export;
using Quarterpoint.Data.Store;

namespace Quarterpoint.App.Research;

/// <summary>
/// Runs the feature set over a data set, days in parallel: each worker has its own kernels, and everything in them resets at the trading
/// day, so the figures are bit for bit those of a run in order.
/// </summary>
internal sealed class FeatureScan
{
    private readonly FeatureWindows _windows;
    private readonly bool _hasBidAsk;
    private readonly HorizonSettings _horizon;
    private readonly EndOfDayPlan _endOfDay;
    private readonly NormalVolume _normalVolume = new();
    private readonly Tally _total;

    private FeatureScan(FeatureWindows windows, bool hasVolume, bool hasBidAsk, HorizonSettings horizon, EndOfDayPlan endOfDay)
    {
        horizon.CheckFits(windows.BarSeconds);
        _windows = windows;
        _hasBidAsk = hasBidAsk;
        _horizon = horizon;
        _endOfDay = endOfDay;
        Set = new FeatureSet(windows, hasVolume, hasBidAsk);
        _total = new Tally(Set.Columns);
    }

    private FeatureSet Set { get; }

    /// <summary>Goes over a set's days and says what its features are like.</summary>
    /// <param name="workspace">Where the set is.</param>
    /// <param name="config">Names the horizon, the calendar, and the rolls.</param>
    /// <param name="name">The set.</param>
    /// <param name="path">A table to write every labelled row to; null for none.</param>
    /// <param name="from">First day; null for the set's own.</param>
    /// <param name="to">Last day; null for the set's own.</param>
    /// <param name="news">Hears how far it has come.</param>
    /// <param name="stop">Stops it between two sessions.</param>
    /// <exception cref="UsageException">There are no bars on these days.</exception>
    public static FeatureReport Run(
        Workspace workspace,
        QuarterpointConfig config,
        string name,
        string? path,
        TradingDay? from,
        TradingDay? to,
        IProgress<ResearchNews> news,
        CancellationToken stop
    )
    {
        var set = DataSet.Open(workspace.Root, name);
        var calendar = SessionCalendar.Build(config.Calendar, config.Instruments[set.Info.Instrument].Hours);
        var scan = new FeatureScan(
            FeatureWindows.For(set.Info.BarSeconds),
            set.Info.HasVolume,
            set.Info.HasBidAskVolume,
            config.Horizon(set.Info.BarSeconds),
            config.EndOfDay
        );
        using var table = path is null ? null : FeatureTable.Create(path, scan.Set.Columns);
        var progress = new ResearchStep(news, "features");
        var rows = 0L;
        foreach (var columns in set.ReadContinuous(calendar, config.RollRule, from, to, stop))
        {
            scan.Add(columns, table, stop);
            rows += columns.Count;
            progress.Report(Math.Min(0.999, (double)rows / set.Info.Rows));
        }

        if (rows == 0)
            throw EmptySpan.Of(name, from, to);
        table?.Complete();
        progress.Report(1);
        return scan.Report(name);
    }

    /// <summary>Takes the next chunk; labelled rows go to the table, where there is one, in order.</summary>
    private void Add(BarColumns columns, FeatureTable? table, CancellationToken stop)
    {
        var normals = columns.Sessions.Select(s => _normalVolume.Next(columns, s)).ToArray();
        var tallies = columns.Sessions.Select(_ => new Tally(Set.Columns)).ToArray();
        if (table is null)
            ScanInParallel(columns, normals, tallies, stop);
        else
            ScanInOrder(columns, normals, tallies, table, stop);

        // Sums of floating point depend on their order, so days are added up in theirs.
        foreach (var tally in tallies)
            _total.Add(tally);
    }

    private void ScanInOrder(BarColumns columns, float[][] normals, Tally[] tallies, FeatureTable table, CancellationToken stop)
    {
        for (var i = 0; i < columns.Sessions.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            Scan(Set, columns, columns.Sessions[i], normals[i], tallies[i], table);
        }
    }

    private void ScanInParallel(BarColumns columns, float[][] normals, Tally[] tallies, CancellationToken stop)
    {
        var options = new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(
            0,
            columns.Sessions.Count,
            options,
            () => new FeatureSet(_windows, hasVolume: true, _hasBidAsk),
            (i, _, worker) =>
            {
                Scan(worker, columns, columns.Sessions[i], normals[i], tallies[i], null);
                return worker;
            },
            _ => { }
        );
    }

    private FeatureReport Report(string set) =>
        new(
            set,
            _windows.Name,
            Set.EstimatesDelta ? "estimated from the bar" : "from bid and ask volume",
            _horizon.HorizonSeconds,
            _horizon.ThresholdTicks,
            _total.Rows,
            _total.Balance.Labelled,
            _total.WarmRows,
            _total.Balance,
            _total.Facts()
        );

    private void Scan(FeatureSet set, BarColumns columns, in SessionRows session, float[] normals, Tally tally, FeatureTable? table)
    {
        var labels = new sbyte[session.RowCount];
        HorizonLabels.Label(columns, session, EndOfDay.Of(session.Session, _endOfDay).FlatBy, _horizon, labels);
        set.BeginSession(session.Session, normals);
        Span<float> row = stackalloc float[64];
        for (var i = 0; i < session.RowCount; i++)
        {
            var at = session.FirstRow + i;
            var waits = set.Step(columns[at], columns.BidVolume?[at] ?? 0, columns.AskVolume?[at] ?? 0, row);
            tally.Note(waits, labels[i], row);
            if (labels[i] != MoveClass.None)
                table?.Add(columns.Time[at], session.Session.Day, waits, labels[i], row);
        }
    }

    /// <summary>Counts and sums over the labelled rows of one or more days.</summary>
    private sealed class Tally(IReadOnlyList<FeatureColumn> columns)
    {
        private readonly double[] _least = [.. columns.Select(_ => double.PositiveInfinity)];
        private readonly double[] _greatest = [.. columns.Select(_ => double.NegativeInfinity)];
        private readonly double[] _sum = new double[columns.Count];
        private readonly double[] _squares = new double[columns.Count];
        private readonly long[] _warm = new long[columns.Count];
        private readonly long[] _notFinite = new long[columns.Count];
        private long _labelled;

        public long Rows { get; private set; }

        public long WarmRows { get; private set; }

        public ClassBalance Balance { get; private set; }

        public void Note(Warmup waits, sbyte label, ReadOnlySpan<float> row)
        {
            Rows++;
            Balance += ClassBalance.Count([label]);
            if (label == MoveClass.None)
                return;
            _labelled++;
            if (waits == Warmup.None)
                WarmRows++;
            for (var i = 0; i < columns.Count; i++)
            {
                if ((columns[i].Waits & waits) != 0)
                    continue;
                double value = row[i];
                if (!double.IsFinite(value))
                {
                    _notFinite[i]++;
                    continue;
                }

                _warm[i]++;
                if (value < _least[i])
                    _least[i] = value;
                if (value > _greatest[i])
                    _greatest[i] = value;
                _sum[i] += value;
                _squares[i] += value * value;
            }
        }

        public void Add(Tally other)
        {
            Rows += other.Rows;
            WarmRows += other.WarmRows;
            Balance += other.Balance;
            _labelled += other._labelled;
            for (var i = 0; i < columns.Count; i++)
            {
                _least[i] = Math.Min(_least[i], other._least[i]);
                _greatest[i] = Math.Max(_greatest[i], other._greatest[i]);
                _sum[i] += other._sum[i];
                _squares[i] += other._squares[i];
                _warm[i] += other._warm[i];
                _notFinite[i] += other._notFinite[i];
            }
        }

        public IReadOnlyList<FeatureFacts> Facts() =>
            [
                .. columns.Select(
                    (column, i) =>
                    {
                        var n = _warm[i];
                        var mean = n == 0 ? 0 : _sum[i] / n;
                        var deviation = n == 0 ? 0 : Math.Sqrt(Math.Max(0, (_squares[i] / n) - (mean * mean)));
                        var cold = _labelled == 0 ? 0 : 1 - ((double)n / _labelled);
                        return new FeatureFacts(
                            column.Name,
                            column.Meaning,
                            n == 0 ? 0 : _least[i],
                            n == 0 ? 0 : _greatest[i],
                            mean,
                            deviation,
                            cold,
                            _notFinite[i]
                        );
                    }
                ),
            ];
    }
}
