using Quarterpoint.Core.Features;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Data.Export;

namespace Quarterpoint.App;

/// <summary>What one feature did over a set: its range where it was warm, and how often it was not.</summary>
internal sealed record FeatureFacts(
    string Name,
    string Meaning,
    double Least,
    double Greatest,
    double Mean,
    double Deviation,
    double ColdShare,
    long NotFinite
);

/// <summary>All features of a set, with the labels beside them.</summary>
internal sealed record FeatureReport(
    string Set,
    string FeatureSet,
    string VolumeDelta,
    int HorizonSeconds,
    double ThresholdTicks,
    long Rows,
    long LabelledRows,
    long WarmRows,
    ClassBalance Balance,
    IReadOnlyList<FeatureFacts> Features
);

/// <summary>
/// Runs the feature set over a data set, days in parallel: each worker has its own kernels, and since everything in them resets at the
/// trading day the bits are those of a run in order.
/// </summary>
internal sealed class FeatureScan
{
    private readonly FeatureWindows _windows;
    private readonly bool _hasBidAsk;
    private readonly HorizonSettings _horizon;
    private readonly EndOfDayPlan _endOfDay;
    private readonly NormalVolume _normalVolume = new();
    private readonly Tally _total;

    public FeatureScan(FeatureWindows windows, bool hasVolume, bool hasBidAsk, HorizonSettings horizon, EndOfDayPlan endOfDay)
    {
        horizon.CheckFits(windows.BarSeconds);
        _windows = windows;
        _hasBidAsk = hasBidAsk;
        _horizon = horizon;
        _endOfDay = endOfDay;
        Set = new FeatureSet(windows, hasVolume, hasBidAsk);
        _total = new Tally(Set.Columns);
    }

    public FeatureSet Set { get; }

    /// <summary>Takes the next chunk; labelled rows go to the table, where there is one, in order.</summary>
    public void Add(BarColumns columns, FeatureTable? table, CancellationToken stop)
    {
        var normals = columns.Sessions.Select(s => _normalVolume.Next(columns, s)).ToArray();
        if (table is not null)
        {
            for (var i = 0; i < columns.Sessions.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                Scan(Set, columns, columns.Sessions[i], normals[i], _total, table);
            }

            return;
        }

        var options = new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(
            0,
            columns.Sessions.Count,
            options,
            () => (Set: new FeatureSet(_windows, hasVolume: true, _hasBidAsk), Tally: new Tally(Set.Columns)),
            (i, _, worker) =>
            {
                Scan(worker.Set, columns, columns.Sessions[i], normals[i], worker.Tally, null);
                return worker;
            },
            worker =>
            {
                lock (_total)
                    _total.Add(worker.Tally);
            }
        );
    }

    public FeatureReport Report(string set) =>
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

    /// <summary>Sums over labelled rows.</summary>
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
