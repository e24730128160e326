using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Backtesting;

/// <summary>What had been earned since the start, over all lives, at that time.</summary>
public readonly record struct EquityPoint(Timestamp Time, Money Equity);

/// <summary>
/// Equity over time in bounded memory: one point for each interval; when the room is full, every second point is dropped and the interval
/// doubles. Extremes are kept by <see cref="Accounting.DrawdownTracker"/>, which sees every bar.
/// </summary>
public sealed class EquityCurve(int capacity = 1 << 15)
{
    private readonly EquityPoint[] _points = new EquityPoint[capacity];
    private int _count;
    private Timestamp _nextDue;

    /// <summary>The least time between two points that <see cref="Note"/> adds.</summary>
    public TimeSpan Interval { get; private set; } = TimeSpan.FromMinutes(1);

    public ReadOnlySpan<EquityPoint> Points => _points.AsSpan(0, _count);

    /// <summary>A point that may be left out: only one for each interval is kept.</summary>
    public void Note(Timestamp time, Money equity)
    {
        if (time >= _nextDue)
            Add(time, equity);
    }

    /// <summary>A point that is kept: the end of a trade, of a day, of the run. At one time the last one counts.</summary>
    public void Add(Timestamp time, Money equity)
    {
        if (_count > 0 && _points[_count - 1].Time == time)
            _count--;
        if (_count == capacity)
            Thin();
        _points[_count++] = new EquityPoint(time, equity);
        _nextDue = time + Interval;
    }

    private void Thin()
    {
        Interval *= 2;
        var kept = 0;
        for (var i = 0; i < _count; i += 2)
            _points[kept++] = _points[i];
        _count = kept;
    }
}
