using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary>Whether N values have been seen.</summary>
    public readonly bool IsWarm => _seen >= _period;

    /// <summary>The average once warm; until then the sum of the values so far.</summary>
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
        if (++_seen == _period)
            _value /= _period;
    }

    public void Reset()
    {
        _seen = 0;
        _value = 0;
    }
}

/// <summary>
/// Four averages of one series, bit for bit as <see cref="Ema"/> computes each. They share one register: apart, their four chains of
/// additions would take most of a bar's time.
/// </summary>
internal struct EmaBank
{
    /// <summary>The most steps that one call of <see cref="Hold"/> can take.</summary>
    public const int MostHeld = 60;

    private readonly int[] _periods;
    private readonly int _longest;
    private readonly Vector256<double> _a;

    /// <summary>1 - (1 - a)^k, by the number k of steps held.</summary>
    private readonly Vector256<double>[] _held;
    private Vector256<double> _values;
    private int _seen;

    public EmaBank(int first, int second, int third, int fourth)
    {
        _periods = [first, second, third, fourth];
        _longest = _periods.Max();
        _a = Vector256.Create(2.0 / (first + 1), 2.0 / (second + 1), 2.0 / (third + 1), 2.0 / (fourth + 1));
        _held = new Vector256<double>[MostHeld + 1];
        for (var steps = 1; steps <= MostHeld; steps++)
        {
            for (var lane = 0; lane < 4; lane++)
                _held[steps] = _held[steps].WithElement(lane, 1 - Math.Pow(1 - _a.GetElement(lane), steps));
        }
    }

    /// <summary>The four averages in the order of their periods; an average that is still cold is the sum of its values so far.</summary>
    public readonly Vector256<double> Values => _values;

    public readonly bool IsWarm => _seen >= _longest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next(double value)
    {
        if (_seen >= _longest)
            _values += _a * (Vector256.Create(value) - _values);
        else
            Seed(value);
    }

    /// <summary>Takes the same value that many times, in closed form once warm.</summary>
    public void Hold(double value, int steps)
    {
        while (_seen < _longest && steps > 0)
        {
            Seed(value);
            steps--;
        }

        _values += _held[steps] * (Vector256.Create(value) - _values);
    }

    public void Reset()
    {
        _seen = 0;
        _values = default;
    }

    private void Seed(double value)
    {
        for (var lane = 0; lane < 4; lane++)
        {
            var old = _values.GetElement(lane);
            var next = old + value;
            if (_seen >= _periods[lane])
                next = old + (_a.GetElement(lane) * (value - old));
            else if (_seen + 1 == _periods[lane])
                next /= _periods[lane];
            _values = _values.WithElement(lane, next);
        }

        _seen++;
    }
}

/// <summary>
/// Wilder's average true range: TR = max(H - L, |H - C1|, |L - C1|) with C1 the previous close, seeded with the mean of the first N ranges
/// that have a previous close, then smoothed by 1/N.
/// </summary>
internal struct WilderAtr
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
        if (++_seen == _period)
            _value /= _period;
    }

    public void Reset()
    {
        _seen = -1;
        _value = 0;
    }
}

/// <summary>
/// Wilder's relative strength index, 0 to 100: the average gain against the average loss, seeded with the mean of the first N changes,
/// then smoothed by 1/N. It is 50 where nothing has moved: on short bars that says "neither way" (METHODS.md 6).
/// </summary>
internal struct WilderRsi
{
    /// <summary>The most steps that one call of <see cref="Hold"/> can take.</summary>
    public const int MostHeld = 60;

    private readonly int _period;

    /// <summary>The share of an average that is left after k steps without a change, by k.</summary>
    private readonly double[] _kept;
    private int _seen;
    private double _gain;
    private double _loss;
    private double _previous;

    public WilderRsi(int period)
    {
        _period = period;
        _seen = -1;
        _kept = new double[MostHeld + 1];
        for (var steps = 0; steps <= MostHeld; steps++)
            _kept[steps] = Math.Pow((period - 1.0) / period, steps);
    }

    public readonly bool IsWarm => _seen >= _period;

    public readonly double Value
    {
        get
        {
            if (_loss > 0)
                return 100 - (100 / (1 + (_gain / _loss)));
            return _gain > 0 ? 100 : 50;
        }
    }

    public void Next(double value)
    {
        if (_seen < 0)
        {
            _seen = 0;
            _previous = value;
            return;
        }

        var gain = value > _previous ? value - _previous : 0;
        var loss = value < _previous ? _previous - value : 0;
        _previous = value;
        if (_seen >= _period)
        {
            _gain = ((_gain * (_period - 1)) + gain) / _period;
            _loss = ((_loss * (_period - 1)) + loss) / _period;
            return;
        }

        _gain += gain;
        _loss += loss;
        if (++_seen < _period)
            return;
        _gain /= _period;
        _loss /= _period;
    }

    /// <summary>Takes the last value that many times more, in closed form once warm.</summary>
    public void Hold(int steps)
    {
        while (_seen < _period && steps > 0)
        {
            Next(_previous);
            steps--;
        }

        _gain *= _kept[steps];
        _loss *= _kept[steps];
    }

    public void Reset()
    {
        _seen = -1;
        _gain = 0;
        _loss = 0;
    }
}

/// <summary>
/// Mean and population standard deviation of the last N values. Each is recomputed from all N, so rounding cannot build up.
/// </summary>
internal struct RollingDeviation
{
    private readonly double[] _values;
    private int _next;
    private int _seen;

    public RollingDeviation(int period) => _values = new double[period];

    public readonly bool IsWarm => _seen >= _values.Length;

    public double Mean { get; private set; }

    public double Deviation { get; private set; }

    public void Next(double value)
    {
        _values[_next] = value;
        _next = (_next + 1) % _values.Length;
        if (_seen < _values.Length)
            _seen++;
        if (_seen < _values.Length)
            return;

        var sum = 0.0;
        for (var i = 0; i < _values.Length; i++)
            sum += _values[(_next + i) % _values.Length];
        Mean = sum / _values.Length;
        var squares = 0.0;
        for (var i = 0; i < _values.Length; i++)
        {
            var distance = _values[(_next + i) % _values.Length] - Mean;
            squares += distance * distance;
        }

        Deviation = Math.Sqrt(squares / _values.Length);
    }

    public void Reset()
    {
        _seen = 0;
        _next = 0;
        Mean = 0;
        Deviation = 0;
    }
}

/// <summary>
/// Volume-weighted average of the typical price (H + L + C) / 3 since the last reset; a bar without volume changes nothing.
/// </summary>
internal struct Vwap
{
    private double _priceVolume;
    private double _volume;

    public readonly bool IsWarm => _volume > 0;

    /// <summary>NaN until <see cref="IsWarm"/>.</summary>
    public readonly double Value => _priceVolume / _volume;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next(double high, double low, double close, double volume)
    {
        _volume += volume;
        _priceVolume += volume * (high + low + close) / 3;
    }

    public void Reset()
    {
        _priceVolume = 0;
        _volume = 0;
    }
}
