using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Data.Quality;

/// <summary>Reads a data set once and reports what it contains, what is missing, and what looks wrong. It changes nothing.</summary>
public sealed class QualityCheck
{
    /// <summary>The longest time without a bar, in seconds, that is not reported: features fill gaps up to the same length.</summary>
    public const int LongestQuiet = 60;

    private const int KeptHoles = 1_000;
    private const int KeptExtremes = 20;

    private readonly DataSet _set;
    private readonly SessionCalendar _calendar;
    private readonly List<TradingDay> _days = [];
    private readonly PriorityQueue<Hole, long> _holes = new();
    private readonly List<ExtremeBar> _extremes = [];
    private readonly OrderedDictionary<SessionPhase, (long Bars, long Seconds)> _filled = new()
    {
        [SessionPhase.Rth] = default,
        [SessionPhase.Eth] = default,
        [SessionPhase.Post] = default,
    };

    // In the order in which they were first added to.
    private readonly OrderedDictionary<string, ColumnTotals> _columns = [];
    private (TradingSession Session, long From, string Contract)? _tail;
    private int _holeCount;
    private long _holeSeconds;
    private long _extremeCount;
    private long _zeroVolume;
    private long _rows;

    private QualityCheck(DataSet set, SessionCalendar calendar)
    {
        _set = set;
        _calendar = calendar;
    }

    /// <param name="set">The data set.</param>
    /// <param name="calendar">The calendar that the set was written with.</param>
    /// <param name="rule">When the lead changes.</param>
    /// <param name="progress">Receives the share done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="BadInputException">A file of the set is damaged.</exception>
    public static QualityReport Run(
        DataSet set,
        SessionCalendar calendar,
        RollRule rule,
        IProgress<double> progress,
        CancellationToken cancellation
    )
    {
        var check = new QualityCheck(set, calendar);
        var read = 0L;
        foreach (var chunk in set.ReadContinuous(calendar, rule, cancellation: cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            check.Look(chunk);
            read += chunk.Count;
            progress.Report(Math.Min(1.0, (double)read / set.Info.Rows));
        }

        progress.Report(1);
        return check.Report(set.Rolls(rule));
    }

    private void Look(BarColumns chunk)
    {
        Totals("open", _set.Info.TickSizeNanos).Add(chunk.Open.AsSpan(0, chunk.Count));
        Totals("high", _set.Info.TickSizeNanos).Add(chunk.High.AsSpan(0, chunk.Count));
        Totals("low", _set.Info.TickSizeNanos).Add(chunk.Low.AsSpan(0, chunk.Count));
        Totals("close", _set.Info.TickSizeNanos).Add(chunk.Close.AsSpan(0, chunk.Count));
        if (chunk.Volume is not null)
            Totals("volume", Instrument.NanosPerPoint).Add(chunk.Volume.AsSpan(0, chunk.Count));
        if (chunk.BidVolume is not null)
            Totals("bid volume", Instrument.NanosPerPoint).Add(chunk.BidVolume.AsSpan(0, chunk.Count));
        if (chunk.AskVolume is not null)
            Totals("ask volume", Instrument.NanosPerPoint).Add(chunk.AskVolume.AsSpan(0, chunk.Count));
        if (chunk.Volume is not null)
            _zeroVolume += chunk.Volume.AsSpan(0, chunk.Count).Count(0u);
        _rows += chunk.Count;
        foreach (var session in chunk.Sessions)
            Look(chunk, session);
    }

    private void Look(BarColumns chunk, in SessionRows rows)
    {
        var session = rows.Session;
        var contract = chunk.Segments[rows.Segment].Contract;
        var times = chunk.Time.AsSpan(rows.FirstRow, rows.RowCount);
        _days.Add(session.Day);

        // A hole at the end of a session counts only when another session follows: otherwise the data simply ends there.
        if (_tail is { } tail)
            AddHole(tail.Session, tail.From, tail.Session.Close.UnixSeconds, tail.Contract);
        var next = _tail is null ? times[0] : session.Open.UnixSeconds;
        foreach (var time in times)
        {
            if (time - next > LongestQuiet)
                AddHole(session, next, time, contract);
            next = time + chunk.BarSeconds;
        }

        _tail = (session, next, contract);
        CountFilled(session, times);
        FindExtremes(chunk, rows, contract);
    }

    private void AddHole(in TradingSession session, long from, long to, string contract)
    {
        if (session.HasHalt && from < session.HaltEnd.UnixSeconds && to > session.HaltStart.UnixSeconds)
        {
            AddHole(from, Math.Min(to, session.HaltStart.UnixSeconds), contract);
            AddHole(Math.Max(from, session.HaltEnd.UnixSeconds), to, contract);
            return;
        }

        AddHole(from, to, contract);
    }

    private void AddHole(long from, long to, string contract)
    {
        if (to - from <= LongestQuiet)
            return;
        _holeCount++;
        _holeSeconds += to - from;
        _holes.Enqueue(new Hole(Utc(from), Utc(to), contract), to - from);
        if (_holes.Count > KeptHoles)
            _holes.Dequeue();
    }

    private void CountFilled(in TradingSession session, ReadOnlySpan<uint> times)
    {
        var rthOpens = SessionMap.LowerBound(times, session.RthOpen.UnixSeconds);
        var rthCloses = SessionMap.LowerBound(times, session.RthClose.UnixSeconds);
        var halt = session.HaltEnd.UnixSeconds - session.HaltStart.UnixSeconds;
        Count(SessionPhase.Eth, rthOpens, session.RthOpen.UnixSeconds - session.Open.UnixSeconds);
        Count(SessionPhase.Rth, rthCloses - rthOpens, session.RthClose.UnixSeconds - session.RthOpen.UnixSeconds);
        Count(SessionPhase.Post, times.Length - rthCloses, session.Close.UnixSeconds - session.RthClose.UnixSeconds - halt);
    }

    private void Count(SessionPhase phase, long bars, long seconds)
    {
        var before = _filled[phase];
        _filled[phase] = (before.Bars + bars, before.Seconds + seconds);
    }

    private void FindExtremes(BarColumns chunk, in SessionRows rows, string contract)
    {
        Price? previous = null;
        for (var row = rows.FirstRow; row < rows.EndRow; row++)
        {
            var bar = chunk[row];
            if (Outliers.IsExtreme(bar, previous))
            {
                _extremeCount++;
                if (_extremes.Count < KeptExtremes)
                    _extremes.Add(
                        new ExtremeBar(Utc(bar.OpenTime), contract, Points(bar.Open), Points(bar.High), Points(bar.Low), Points(bar.Close))
                    );
            }

            previous = bar.Close;
        }
    }

    private QualityReport Report(RollSchedule schedule)
    {
        var info = _set.Info;
        var present = _days.ToHashSet();
        var between = _days.Count == 0 ? [] : _calendar.Sessions[_calendar.IndexOf(_days[0])..(_calendar.IndexOf(_days[^1]) + 1)].ToArray();
        return new QualityReport
        {
            Set = info.Name,
            Fingerprint = info.Fingerprint,
            Instrument = info.Instrument,
            BarSeconds = info.BarSeconds,
            IsAdjusted = info.IsAdjusted,
            First = info.First,
            Last = info.Last,
            Contracts = [.. info.Contracts.Select(c => c.Symbol)],
            Rows = info.Rows,
            SeriesRows = _rows,
            Sessions = _days.Count,
            Dropped = info.Origin.Dropped,
            Rejected = info.Origin.Rejected,
            RowsOutsideSessions = info.RowsOutsideSessions,
            ZeroVolumeRows = info.HasVolume ? _zeroVolume : null,
            Columns = [.. _columns.Select(c => c.Value.Facts(c.Key, _rows))],
            MissingDays = [.. between.Where(s => !present.Contains(s.Day)).Select(s => s.Day.Date)],
            HoleCount = _holeCount,
            HoleSeconds = _holeSeconds,
            Holes = [.. _holes.UnorderedItems.Select(h => h.Element).OrderBy(h => h.Start)],
            Scheduled = ScheduledBetween(between),
            Filled =
            [
                .. _filled.Select(f => new FilledShare(
                    f.Key.ToString().ToUpperInvariant(),
                    f.Value.Bars,
                    f.Value.Seconds / info.BarSeconds
                )),
            ],
            ExtremeCount = _extremeCount,
            Extremes = _extremes,
            Rolls =
            [
                .. schedule.Rolls.Select(r => new RollFact(
                    r.Day.Date,
                    info.Contracts[r.From].Symbol,
                    info.Contracts[r.To].Symbol,
                    r.Jump is { } jump ? Points(new Price(jump.Count)) : null
                )),
            ],
        };
    }

    private static ScheduledGaps[] ScheduledBetween(TradingSession[] sessions)
    {
        var gaps = new List<(GapKind Kind, long Seconds)>();
        for (var i = 0; i < sessions.Length; i++)
        {
            if (sessions[i].HasHalt)
                gaps.Add((GapKind.Halt, sessions[i].HaltEnd.UnixSeconds - sessions[i].HaltStart.UnixSeconds));
            if (i > 0)
                gaps.Add((KindBetween(sessions[i - 1], sessions[i]), sessions[i].Open.UnixSeconds - sessions[i - 1].Close.UnixSeconds));
        }

        return [.. gaps.GroupBy(g => g.Kind).OrderBy(g => g.Key).Select(g => new ScheduledGaps(g.Key, g.Count(), g.Sum(x => x.Seconds)))];
    }

    private static GapKind KindBetween(in TradingSession before, in TradingSession after)
    {
        for (var date = before.Day.Date.AddDays(1); date < after.Day.Date; date = date.AddDays(1))
        {
            if (date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                return GapKind.Holiday;
        }

        if (after.Day.Number - before.Day.Number > 1)
            return GapKind.Weekend;
        return before.IsEarlyClose ? GapKind.EarlyClose : GapKind.Halt;
    }

    private ColumnTotals Totals(string name, long nanosPerUnit)
    {
        if (!_columns.TryGetValue(name, out var totals))
            _columns.Add(name, totals = new ColumnTotals(nanosPerUnit));
        return totals;
    }

    private decimal Points(Price price) => (decimal)price.InTicks * _set.Info.TickSizeNanos / Instrument.NanosPerPoint;

    private static DateTime Utc(long second) => DateTime.UnixEpoch.AddSeconds(second);

    private sealed class ColumnTotals(long nanosPerUnit)
    {
        private long _smallest = long.MaxValue;
        private long _largest = long.MinValue;
        private long _sum;

        public void Add(ReadOnlySpan<int> values)
        {
            foreach (var value in values)
                Add(value);
        }

        public void Add(ReadOnlySpan<uint> values)
        {
            foreach (var value in values)
                Add(value);
        }

        public ColumnFacts Facts(string name, long rows) =>
            new(
                name,
                (decimal)_smallest * nanosPerUnit / Instrument.NanosPerPoint,
                (decimal)_largest * nanosPerUnit / Instrument.NanosPerPoint,
                (double)_sum / rows * nanosPerUnit / Instrument.NanosPerPoint
            );

        private void Add(long value)
        {
            _smallest = Math.Min(_smallest, value);
            _largest = Math.Max(_largest, value);
            _sum += value;
        }
    }
}
