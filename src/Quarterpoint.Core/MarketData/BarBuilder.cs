using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>What became of a print that was given to a <see cref="BarBuilder"/>.</summary>
public enum PrintOutcome : byte
{
    Taken,

    /// <summary>Its bar has been closed: ignored.</summary>
    Late,

    /// <summary>Stamped further ahead of the clock than the builder holds bars for: ignored.</summary>
    Ahead,

    /// <summary>Its size would carry the bar's volume beyond what a volume can be: ignored.</summary>
    Oversized,
}

/// <summary>A bar made of prints. The two volumes leave out prints whose aggressor is unknown.</summary>
public readonly record struct PrintBar(Bar Bar, uint BidVolume, uint AskVolume);

/// <summary>
/// Builds bars from prints. A bar length with a print makes one bar, one without makes none. The bar of [t, t + length) is closed by the
/// clock at t + length + grace and never by the next print, so that a print which comes a little out of order still finds its bar; what
/// comes later is counted and ignored. Whenever time has passed call <see cref="TryClose"/> until it is false, and only then
/// <see cref="Add"/>.
/// </summary>
public sealed class BarBuilder
{
    // Beside the bars in their grace: the one under way, and one more for a venue whose clock is ahead of ours.
    private const int Spare = 2;

    private readonly int _length;
    private readonly TimeSpan _grace;
    private readonly Slot[] _ring;
    private long _closedTo = -1;
    private int _open;

    /// <param name="barSeconds">Length of a bar; intervals begin at its multiples of Unix time.</param>
    /// <param name="grace">How long after its end a bar waits for late prints.</param>
    public BarBuilder(int barSeconds, TimeSpan grace)
    {
        Require.That(barSeconds > 0, "a bar has a length");
        Require.That(grace >= TimeSpan.Zero && grace <= TimeSpan.FromMinutes(1), "a bar's grace is no longer than a minute");
        _length = barSeconds;
        _grace = grace;
        _ring = new Slot[(int)Math.Ceiling(grace.TotalSeconds / barSeconds) + Spare];
    }

    /// <summary>Prints that came after their bar was closed.</summary>
    public long Late { get; private set; }

    /// <summary>When the oldest bar under way closes; <see cref="Timestamp.Never"/> where there is none.</summary>
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

    public PrintOutcome Add(Timestamp time, in Print print)
    {
        Require.That(_closedTo >= 0, "the clock is told before the first print");
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

    /// <summary>Hands over the oldest bar whose time has come; false where none is due.</summary>
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

        // Intervals without a print are closed as well: a print for one of them comes too late.
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
