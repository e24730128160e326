using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>
/// The normal value for a minute of the day: the median of the same minute over the last 20 full days (SPEC R18). A day with an early close
/// is not full. A day's own values count from the next day on.
/// </summary>
/// <param name="leastDays">Full days needed before any minute has a normal value.</param>
public sealed class MinuteNorms(int leastDays = MinuteNorms.Days)
{
    /// <summary>Full days that are remembered.</summary>
    public const int Days = 20;

    /// <summary>Minutes counted from a session's open, more than any session has.</summary>
    public const int MinutesADay = 24 * 60;

    private const int NoValue = -1;

    /// <summary>
    /// Values in thousandths, the days of each minute side by side, the oldest overwritten first. Created when the first day is full.
    /// </summary>
    private int[]? _history;
    private readonly int[] _today = NewDay();
    private readonly int[] _scratch = new int[Days];
    private int _fullDays;
    private TradingSession _session;

    /// <summary>Full days remembered, at most <see cref="Days"/>.</summary>
    public int FullDays => Math.Min(_fullDays, Days);

    /// <summary>
    /// Begins a session; the one before becomes history if it was full. Calling it again for the current session does nothing.
    /// </summary>
    public void EnterSession(in TradingSession session)
    {
        if (_session.Day == session.Day)
            return;
        if (_session.Day != default && !_session.IsEarlyClose)
        {
            var history = History;
            for (var (minute, at) = (0, _fullDays % Days); minute < MinutesADay; minute++, at += Days)
                history[at] = _today[minute];
            _fullDays++;
        }

        _session = session;
        Array.Fill(_today, NoValue);
    }

    /// <summary>Sets the value of the minute that contains the instant; a later call replaces it.</summary>
    public void Note(Timestamp time, double value) => _today[MinuteOf(time)] = (int)Math.Min(Math.Round(value * 1000), int.MaxValue);

    /// <summary>Adds to the value of the minute that contains the instant.</summary>
    public void Add(Timestamp time, double value)
    {
        ref var minute = ref _today[MinuteOf(time)];
        minute = (int)Math.Min(Math.Max(minute, 0) + Math.Round(value * 1000), int.MaxValue);
    }

    /// <summary>
    /// The normal value for that minute; null while there are too few full days, or where half of them have no value for it.
    /// </summary>
    public double? NormalAt(Timestamp time) => NormalOf(MinuteOf(time));

    /// <summary>Writes every minute's normal value, counted from the session's open; NaN where there is none.</summary>
    public void CopyNormals(Span<float> normals)
    {
        for (var minute = 0; minute < MinutesADay; minute++)
            normals[minute] = (float)(NormalOf(minute) ?? double.NaN);
    }

    /// <summary>Saves or loads what has been noted.</summary>
    public void Archive(StateArchive archive)
    {
        archive.Values(History.AsSpan());
        archive.Values(_today.AsSpan());
        archive.Value(ref _fullDays);
        var (day, open, isEarly) = (_session.Day, _session.Open, _session.IsEarlyClose);
        archive.Value(ref day);
        archive.Value(ref open);
        archive.Value(ref isEarly);
        _session = _session with { Day = day, Open = open, IsEarlyClose = isEarly };
    }

    private int[] History => _history ??= new int[Days * MinutesADay];

    private static int[] NewDay()
    {
        var day = new int[MinutesADay];
        Array.Fill(day, NoValue);
        return day;
    }

    private double? NormalOf(int minute)
    {
        var days = FullDays;
        if (days < leastDays)
            return null;
        var count = 0;
        foreach (var value in History.AsSpan(minute * Days, days))
        {
            if (value != NoValue)
                _scratch[count++] = value;
        }

        if (count <= days / 2)
            return null;
        _scratch.AsSpan(0, count).Sort();
        var middle = count / 2;
        var median = count % 2 == 1 ? _scratch[middle] : (_scratch[middle - 1] + (long)_scratch[middle]) / 2.0;
        return median / 1000.0;
    }

    private int MinuteOf(Timestamp time) => (int)Math.Clamp((time.UnixSeconds - _session.Open.UnixSeconds) / 60, 0, MinutesADay - 1);
}
