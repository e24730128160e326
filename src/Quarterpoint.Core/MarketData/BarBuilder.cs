using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>What a <see cref="BarBuilder"/> did with a print.</summary>
public enum PrintOutcome : byte
{
    /// <summary>It is part of its bar.</summary>
    Taken,

    /// <summary>Ignored: its bar is already closed.</summary>
    Late,

    /// <summary>Ignored: its stamp is too far ahead of the clock.</summary>
    Ahead,

    /// <summary>Ignored: with it the bar's volume would not fit 32 bits.</summary>
    Oversized,
}

/// <summary>A bar built from prints. Bid and ask volume leave out prints whose aggressor is unknown.</summary>
public readonly record struct PrintBar(Bar Bar, uint BidVolume, uint AskVolume);

/// <summary>
/// Builds bars from prints. An interval with a print makes one bar, an interval without makes none. The clock closes the bar of
/// [t, t + length) at t + length + grace; the next print never does, so that a print which arrives a little out of order still finds its
/// bar. Later prints are counted and ignored. Call <see cref="TryClose"/> with the time until it returns false, and only then
/// <see cref="Add"/>.
/// </summary>
public sealed class BarBuilder
{
    // Bars held besides those that wait out their grace: the open one, and one more for a venue whose clock is ahead of ours.
    private const int Spare = 2;

    private readonly int _length;
    private readonly TimeSpan _grace;
    private readonly Slot[] _ring;
    private long _closedTo = -1;
    private int _open;

    /// <param name="barSeconds">Length of a bar. Intervals begin at multiples of it in Unix time.</param>
    /// <param name="grace">How long a bar waits for late prints after its end; at most a minute.</param>
    public BarBuilder(int barSeconds, TimeSpan grace)
    {
        Require.That(barSeconds > 0, "a bar has a length");
        Require.That(grace >= TimeSpan.Zero && grace <= TimeSpan.FromMinutes(1), "a bar's grace is no longer than a minute");
        _length = barSeconds;
        _grace = grace;
        _ring = new Slot[(int)Math.Ceiling(grace.TotalSeconds / barSeconds) + Spare];
    }

    /// <summary>Prints so far that came after their bar was closed.</summary>
    public long Late { get; private set; }

    /// <summary>When the oldest open bar closes; <see cref="Timestamp.Never"/> where there is none.</summary>
    public Timestamp NextClose
    {
        get
        {
            if (_open == 0)
                return Timestamp.Never;
            var start = _closedTo;
            while (!_ring[IndexOf(start)].InUse)
                start += _length;
            return Timestamp.FromUnixSeconds(start + _length) + _grace;
        }
    }

    /// <summary>Takes a print that traded at that time.</summary>
    public PrintOutcome Add(Timestamp time, in Print print)
    {
        Require.That(_closedTo >= 0, "TryClose is called with the time before the first print");
        if (time.UnixSeconds < _closedTo)
        {
            Late++;
            return PrintOutcome.Late;
        }

        var start = IntervalOf(time.UnixSeconds);
        if (start >= _closedTo + ((long)_ring.Length * _length))
            return PrintOutcome.Ahead;
        ref var slot = ref _ring[IndexOf(start)];
        if (!slot.InUse)
        {
            slot.Begin(start, print.Price);
            _open++;
        }

        return slot.TryTake(print) ? PrintOutcome.Taken : PrintOutcome.Oversized;
    }

    /// <summary>Closes and returns the oldest bar that is due; false where none is.</summary>
    public bool TryClose(Timestamp now, out PrintBar closed)
    {
        var due = Math.Max(_closedTo, IntervalOf(Math.Max(0, (now - _grace).UnixSeconds)));
        while (_open > 0 && _closedTo < due)
        {
            ref var slot = ref _ring[IndexOf(_closedTo)];
            _closedTo += _length;
            if (!slot.InUse)
                continue;
            _open--;
            closed = slot.End();
            return true;
        }

        // Intervals without a print are closed too: a print for one of them is late.
        _closedTo = due;
        closed = default;
        return false;
    }

    private long IntervalOf(long second) => second - (second % _length);

    private int IndexOf(long start) => (int)(start / _length % _ring.Length);

    private struct Slot
    {
        public bool InUse;
        private long _start;
        private Price _open;
        private Price _high;
        private Price _low;
        private Price _close;
        private uint _volume;
        private uint _bid;
        private uint _ask;

        public void Begin(long start, Price price)
        {
            this = default;
            (InUse, _start, _open, _high, _low, _close) = (true, start, price, price, price, price);
        }

        public bool TryTake(in Print print)
        {
            if ((ulong)_volume + print.Size > uint.MaxValue)
                return false;
            _high = Price.Max(_high, print.Price);
            _low = Price.Min(_low, print.Price);
            _close = print.Price;
            _volume += print.Size;
            if (print.Aggressor == Side.Sell)
                _bid += print.Size;
            if (print.Aggressor == Side.Buy)
                _ask += print.Size;
            return true;
        }

        public PrintBar End()
        {
            InUse = false;
            return new PrintBar(new Bar((uint)_start, _open, _high, _low, _close, _volume), _bid, _ask);
        }
    }
}
