using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Metrics;

/// <summary>A fall of equity from a peak: how deep, from when to when, and when the peak was passed again (never: null).</summary>
public readonly record struct DrawdownSpell(Money Depth, Timestamp Peak, Timestamp Trough, Timestamp? Recovered);

/// <summary>
/// Follows equity from bar to bar and keeps the deepest drawdown and the longest time under water; nothing grows with the run.
/// </summary>
public sealed class DrawdownTracker(Money start)
{
    private long _peak = start.MicroDollars;
    private Timestamp _peakTime;
    private long _trough = start.MicroDollars;
    private Timestamp _troughTime;
    private DrawdownSpell _deepest;
    private bool _deepestIsOpen;
    private long _barsUnderWater;

    public DrawdownSpell Deepest => _deepest;

    /// <summary>The longest stretch from a peak to its recovery, or to the last point where it never recovered.</summary>
    public TimeSpan Longest { get; private set; }

    public long LongestBars { get; private set; }

    public void Next(Timestamp time, Money equity)
    {
        var value = equity.MicroDollars;
        if (_peakTime == default) _peakTime = time;
        if (value >= _peak)
        {
            if (_deepestIsOpen) _deepest = _deepest with { Recovered = time };
            _deepestIsOpen = false;
            (_peak, _peakTime, _trough, _troughTime) = (value, time, value, time);
            _barsUnderWater = 0;
            return;
        }

        _barsUnderWater++;
        if (time - _peakTime > Longest) Longest = time - _peakTime;
        if (_barsUnderWater > LongestBars) LongestBars = _barsUnderWater;
        if (value >= _trough) return;
        (_trough, _troughTime) = (value, time);
        if (_peak - value <= _deepest.Depth.MicroDollars) return;
        _deepest = new DrawdownSpell(new Money(_peak - value), _peakTime, time, null);
        _deepestIsOpen = true;
    }

    /// <summary>Time passed without a position: what is under water stays so.</summary>
    public void Pass(Timestamp time)
    {
        if (_peakTime != default && _trough < _peak && time - _peakTime > Longest) Longest = time - _peakTime;
    }
}
