using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.MarketData;

/// <summary>
/// Builds larger bars (1 minute of seconds, SPEC D5) and hands each over only once its interval has passed. An interval without a bar,
/// inside a gap short enough to be filled, is a flat one of volume 0. For each bar call <see cref="CloseBefore"/> until it is false, then
/// <see cref="Add"/>; after a session's end or a long gap, <see cref="Reset"/>.
/// </summary>
public struct BarAggregator
{
    private uint _length;
    private uint _start;
    private uint _volume;
    private Price _open;
    private Price _high;
    private Price _low;
    private Price _close;
    private int _isOpen;

    /// <param name="seconds">Length of the larger bar; intervals begin at its multiples of Unix time.</param>
    public BarAggregator(int seconds) => _length = (uint)seconds;

    public readonly int Seconds => (int)_length;

    /// <summary>
    /// Takes a bar that begins and ends nothing, the usual case, in one step; false, and nothing done, where the other two must be called.
    /// </summary>
    public bool Extend(in Bar bar, int barSeconds)
    {
        if (_isOpen == 0 || bar.OpenTime + (uint)barSeconds >= _start + _length)
            return false;
        Include(bar);
        return true;
    }

    /// <summary>True where the interval under way ended at or before that time: then it is complete.</summary>
    public bool CloseBefore(uint time, out Bar completed)
    {
        if (_isOpen == 0 || time < _start + _length)
        {
            completed = default;
            return false;
        }

        completed = Current;
        _start += _length;
        if (time >= _start + _length)
        {
            (_open, _high, _low, _volume) = (_close, _close, _close, 0);
        }
        else
        {
            _isOpen = 0;
        }

        return true;
    }

    /// <summary>Takes the next bar; true where it is the last of its interval.</summary>
    public bool Add(in Bar bar, int barSeconds, out Bar completed)
    {
        if (_isOpen == 0)
        {
            _isOpen = 1;
            _start = bar.OpenTime - (bar.OpenTime % _length);
            (_open, _high, _low, _volume) = (bar.Open, bar.High, bar.Low, 0);
        }

        Include(bar);
        if (bar.OpenTime + (uint)barSeconds < _start + _length)
        {
            completed = default;
            return false;
        }

        completed = Current;
        _isOpen = 0;
        return true;
    }

    public void Reset() => _isOpen = 0;

    private void Include(in Bar bar)
    {
        if (bar.High > _high)
            _high = bar.High;
        if (bar.Low < _low)
            _low = bar.Low;
        _close = bar.Close;
        _volume = (uint)Math.Min((ulong)_volume + bar.Volume, uint.MaxValue);
    }

    private readonly Bar Current => new(_start, _open, _high, _low, _close, _volume);
}
