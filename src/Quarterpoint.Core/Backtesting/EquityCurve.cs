using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Backtesting;

public readonly record struct EquityPoint(Timestamp Time, Money Equity);

/// <summary>
/// Equity over time in bounded memory: one point an interval, and whenever the room is full every second point goes and the interval
/// doubles. Extremes are kept elsewhere, from every bar (<see cref="Accounting.DrawdownTracker"/>).
/// </summary>
public sealed class EquityCurve(int capacity = 1 << 15)
{
    private readonly EquityPoint[] _points = new EquityPoint[capacity];
    private int _count;
    private Timestamp _nextDue;

    public TimeSpan Interval { get; private set; } = TimeSpan.FromMinutes(1);

    public ReadOnlySpan<EquityPoint> Points => _points.AsSpan(0, _count);

    public void Note(Timestamp time, Money equity)
    {
        if (time >= _nextDue)
            Add(time, equity);
    }

    /// <summary>A point that must show: the end of a trade, of a day, of the run.</summary>
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
