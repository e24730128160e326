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
/// Four averages of one series at once, each as <see cref="Ema"/> computes it, bit for bit; in one register, because the four chains of
/// additions would otherwise be most of a bar's time.
/// </summary>
public struct EmaBank
{
    /// <summary>Steps of an unchanged value that <see cref="Hold"/> takes at once.</summary>
    public const int MostHeld = 60;

    private readonly int[] _periods;
    private readonly int _longest;
    private readonly Vector256<double> _a;

    /// <summary>1 - (1 - a)^k for k steps held.</summary>
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

    /// <summary>The four averages in the order of their periods; sums so far while cold.</summary>
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

    /// <summary>The same value for that many steps more, in closed form.</summary>
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
/// Relative strength index after Wilder, 0 to 100: average gain against average loss of the last changes, seeded with the mean of the first
/// N. Where nothing moved it is 50, which is what standing still means on short bars (METHODS.md 6).
/// </summary>
public struct WilderRsi
{
    /// <summary>Steps without a change that <see cref="Hold"/> takes at once.</summary>
    public const int MostHeld = 60;

    private readonly int _period;

    /// <summary>What is left of an average after k steps without a change.</summary>
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

    /// <summary>The same value for that many steps more, in closed form.</summary>
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

/// <summary>Mean and population standard deviation of the last N values, recomputed from all of them: nothing drifts.</summary>
public struct RollingDeviation
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

/// <summary>Volume-weighted average of the typical price (H + L + C) / 3 since its reset; a bar without volume changes nothing.</summary>
public struct Vwap
{
    private double _priceVolume;
    private double _volume;

    public readonly bool IsWarm => _volume > 0;

    /// <summary>NaN before the first volume: ask <see cref="IsWarm"/>.</summary>
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
