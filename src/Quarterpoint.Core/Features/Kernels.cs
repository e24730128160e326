using System.Runtime.CompilerServices;

namespace Quarterpoint.Core.Features;

/// <summary>
/// Exponential moving average with a = 2 / (N + 1), seeded with the simple average of the first N values. Convention and reference
/// numbers: METHODS.md 6 (TA-Lib and Skender agree).
/// </summary>
public struct Ema
{
    private readonly double _a;
    private readonly int _period;
    private int _seen;
    private double _value;

    public Ema(int period)
    {
        _period = period;
        _a = 2.0 / (period + 1);
    }

    /// <summary>Whether the seed is complete.</summary>
    public readonly bool IsWarm => _seen >= _period;

    /// <summary>The average; the sum so far while cold.</summary>
    public readonly double Value => _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next(double value)
    {
        if (_seen >= _period)
        {
            _value += _a * (value - _value);
            return;
        }

        _value += value;
        if (++_seen == _period) _value /= _period;
    }

    public void Reset()
    {
        _seen = 0;
        _value = 0;
    }
}

/// <summary>
/// Average true range after Wilder: TR = max(H - L, |H - C1|, |L - C1|), seeded with the mean of the first N ranges that have a previous
/// close, then smoothed by 1/N.
/// </summary>
public struct WilderAtr
{
    private readonly int _period;
    private int _seen;
    private double _value;
    private double _previousClose;

    public WilderAtr(int period)
    {
        _period = period;
        _seen = -1;
    }

    public readonly bool IsWarm => _seen >= _period;

    public readonly double Value => _value;

    public void Next(double high, double low, double close)
    {
        if (_seen < 0)
        {
            _seen = 0;
            _previousClose = close;
            return;
        }

        var range = Math.Max(high - low, Math.Max(Math.Abs(high - _previousClose), Math.Abs(low - _previousClose)));
        _previousClose = close;
        if (_seen >= _period)
        {
            _value = ((_value * (_period - 1)) + range) / _period;
            return;
        }

        _value += range;
        if (++_seen == _period) _value /= _period;
    }

    public void Reset()
    {
        _seen = -1;
        _value = 0;
    }
}
