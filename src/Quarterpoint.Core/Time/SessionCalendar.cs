namespace Quarterpoint.Core.Time;

/// <summary>
/// Every session of a product, in order, computed once. Days without a session (closed, weekends, outside the calendar's years) are
/// missing from it, and nothing may trade on them (SPEC R13).
/// </summary>
public sealed class SessionCalendar
{
    private static readonly TimeOnly RthOpens = new(9, 30);
    private static readonly TimeOnly RthCloses = new(16, 0);

    private readonly TradingSession[] _sessions;

    private SessionCalendar(TradingSession[] sessions) => _sessions = sessions;

    /// <summary>The calendar that ships with the program: CME equity-index futures, 2010-06-07 to 2027-12-31.</summary>
    public static SessionCalendar CmeEquityIndex { get; } = For(SessionHours.CmeEquityIndex);

    public ReadOnlySpan<TradingSession> Sessions => _sessions;

    /// <summary><c>default</c> where the calendar is empty.</summary>
    public TradingDay FirstDay => _sessions.Length == 0 ? default : _sessions[0].Day;

    /// <summary><c>default</c> where the calendar is empty.</summary>
    public TradingDay LastDay => _sessions.Length == 0 ? default : _sessions[^1].Day;

    /// <summary>The closed and shortened days that ship with the program, with the hours of another product.</summary>
    public static SessionCalendar For(SessionHours hours) => Build(CalendarTable.CmeEquityIndex, hours);

    /// <summary>A session for each day of the table's periods that it does not close.</summary>
    public static SessionCalendar Build(CalendarTable table, SessionHours hours)
    {
        var sessions = new List<TradingSession>();
        foreach (var period in table.Periods)
        {
            for (var date = period.First; date <= period.Last; date = date.AddDays(1))
            {
                if (!period.Covers(date.DayOfWeek))
                    continue;
                var exception = table.ExceptionOn(date);
                if (exception is { Close: null })
                    continue;
                var open = hours.FromCalendar ? period.Open : hours.Open;
                var close = hours.FromCalendar ? period.Close : hours.Close;
                var early = exception?.Close is { } earlier && earlier < close;
                if (early)
                    close = exception!.Value.Close!.Value;
                sessions.Add(SessionOn(date, open, close, hours.FromCalendar ? period : null, early));
            }
        }

        sessions.Sort((a, b) => a.Day.CompareTo(b.Day));
        return new SessionCalendar([.. sessions]);
    }

    /// <summary>The session of that trading day; null where it is closed, a weekend, or outside the calendar.</summary>
    public TradingSession? Find(TradingDay day)
    {
        var index = IndexOf(day);
        return index >= 0 ? _sessions[index] : null;
    }

    /// <summary>The session that is open at that instant, its halt included; null where none is.</summary>
    public TradingSession? At(Timestamp time)
    {
        var index = FirstClosingAfter(time);
        return index < _sessions.Length && _sessions[index].Open <= time ? _sessions[index] : null;
    }

    public SessionPhase PhaseAt(Timestamp time) => At(time)?.PhaseAt(time) ?? SessionPhase.Closed;

    /// <summary>Index into <see cref="Sessions"/> of the first that closes after that instant; their number where none does.</summary>
    public int FirstClosingAfter(Timestamp time)
    {
        var low = 0;
        var high = _sessions.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_sessions[middle].Close <= time)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The trading day of an instant. It lasts from one open to the next, with the pause between; <c>default</c> before the first.</summary>
    public TradingDay DayOf(Timestamp time)
    {
        var index = FirstClosingAfter(time);
        if (index < _sessions.Length && _sessions[index].Open <= time)
            return _sessions[index].Day;
        return index > 0 ? _sessions[index - 1].Day : default;
    }

    /// <summary>Index into <see cref="Sessions"/> of that day's; negative where it has none.</summary>
    public int IndexOf(TradingDay day)
    {
        var low = 0;
        var high = _sessions.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _sessions[middle].Day.CompareTo(day);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    private static TradingSession SessionOn(DateOnly date, TimeOnly open, TimeOnly close, CalendarPeriod? period, bool early)
    {
        var opens = NewYork.At(open > close ? date.AddDays(-1) : date, open);
        var closes = NewYork.At(date, close);
        var rthOpen = NewYork.At(date, RthOpens);
        var rthClose = Timestamp.Min(NewYork.At(date, RthCloses), closes);
        if (rthClose <= rthOpen)
            (rthOpen, rthClose) = (closes, closes);
        var (haltStart, haltEnd) = (default(Timestamp), default(Timestamp));
        if (period?.Halt is { } halt && halt.Start < close)
            (haltStart, haltEnd) = (NewYork.At(date, halt.Start), Timestamp.Min(NewYork.At(date, halt.End), closes));
        return new TradingSession(TradingDay.From(date), opens, closes, rthOpen, rthClose, haltStart, haltEnd, early);
    }
}
