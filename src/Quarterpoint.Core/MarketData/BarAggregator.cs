using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.MarketData;

/// <summary>
/// Builds larger bars (1 minute from seconds, SPEC D5) and returns each only when its interval is over. An interval without any bar, in a
/// gap short enough to be filled, becomes a flat bar of volume 0. For each bar, call <see cref="CloseBefore"/> until it returns false, and
/// then <see cref="Add"/>. Call <see cref="Reset"/> after the end of a session or a long gap.
/// </summary>
internal struct BarAggregator
{
    private uint _length;
    private uint _start;
    private uint _volume;
    private Price _open;
    private Price _high;
    private Price _low;
    private Price _close;
    private int _isOpen;

    /// <param name="seconds">Length of the larger bar. Intervals begin at multiples of it in Unix time.</param>
    public BarAggregator(int seconds) => _length = (uint)seconds;

    public readonly int Seconds => (int)_length;

    /// <summary>
    /// The fast path for the usual bar, which neither begins nor ends an interval. False: nothing was done, and <see cref="CloseBefore"/>
    /// and <see cref="Add"/> must be called.
    /// </summary>
    public bool Extend(in Bar bar, int barSeconds)
    {
        if (_isOpen == 0 || bar.OpenTime + (uint)barSeconds >= _start + _length)
            return false;
        Include(bar);
        return true;
    }

    /// <summary>Whether the open interval ended at or before that time; if so it is complete and returned.</summary>
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

    /// <summary>Takes the next bar. True where it is the last of its interval, which is then returned.</summary>
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
