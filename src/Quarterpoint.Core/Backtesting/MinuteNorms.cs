using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Backtesting;

/// <summary>
/// What is normal for a minute of the day: the median of the same minute over the last 20 full days (SPEC R18). A day with an early close
/// is not full. Values come from completed days only.
/// </summary>
public sealed class MinuteNorms
{
    public const int Days = 20;
    private const int MinutesADay = 24 * 60;

    /// <summary>Thousandths of the unit, -1 where the minute had no value; one row a day, used in turn.</summary>
    private readonly int[] _history = new int[Days * MinutesADay];
    private readonly int[] _today = new int[MinutesADay];
    private readonly int[] _scratch = new int[Days];
    private int _fullDays;
    private TradingSession _session;

    public MinuteNorms() => Array.Fill(_today, -1);

    /// <summary>A new session begins: the one before becomes history if it was full.</summary>
    public void EnterSession(in TradingSession session)
    {
        if (_session.Day != default && !_session.IsEarlyClose)
        {
            _today.CopyTo(_history, _fullDays % Days * MinutesADay);
            _fullDays++;
        }

        _session = session;
        Array.Fill(_today, -1);
    }

    public void Note(Timestamp time, double value) => _today[MinuteOf(time)] = (int)Math.Min(Math.Round(value * 1000), int.MaxValue);

    /// <summary>The normal value for that minute, or null while there are fewer than 20 full days, or most of them lack it.</summary>
    public double? NormalAt(Timestamp time)
    {
        if (_fullDays < Days) return null;
        var minute = MinuteOf(time);
        var count = 0;
        for (var day = 0; day < Days; day++)
        {
            var value = _history[(day * MinutesADay) + minute];
            if (value >= 0) _scratch[count++] = value;
        }

        if (count <= Days / 2) return null;
        Array.Sort(_scratch, 0, count);
        var middle = count / 2;
        var median = count % 2 == 1 ? _scratch[middle] : (_scratch[middle - 1] + (long)_scratch[middle]) / 2.0;
        return median / 1000.0;
    }

    private int MinuteOf(Timestamp time) => (int)Math.Clamp((time.UnixSeconds - _session.Open.UnixSeconds) / 60, 0, MinutesADay - 1);
}
