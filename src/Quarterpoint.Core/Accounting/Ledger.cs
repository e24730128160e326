using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Accounting;

/// <summary>
/// Turns fills into position, profit, and trades. It counts in whole ticks times contracts and in micro-dollars, so that
/// start + realised + open - costs = equity holds exactly after every fill.
/// </summary>
public sealed class Ledger(Money tickValue)
{
    private Trip _trip = new() { PredictedClass = -1 };
    private long _realised;
    private long _charged;

    /// <summary>Signed contracts: above zero is long.</summary>
    public int Net => _trip.Net;

    /// <summary>The position's side; none while flat.</summary>
    public Side Side => (Side)Math.Sign(Net);

    public bool IsFlat => Net == 0;

    /// <summary>Profit of everything closed since the start, at fill prices, before commission.</summary>
    public Money Realised => new(_realised);

    /// <summary>Commission and fees charged since the start.</summary>
    public Money Charged => new(_charged);

    /// <summary>When the open trade began.</summary>
    public Timestamp EntryTime => new(_trip.EntryTime);

    /// <summary>Profit of the open position at that price, before the cost of closing it.</summary>
    public Money OpenAt(Price mark) => new(((mark.InTicks * (long)_trip.Net) - _trip.OpenTicks) * tickValue.MicroDollars);

    /// <summary>Average price of the open position, rounded to the tick that is worse for us: up for a long.</summary>
    public Price EntryPrice { get; private set; }

    /// <summary>Starts again at zero. The position must be flat.</summary>
    public void Reset()
    {
        Require.That(IsFlat, "a ledger is reset only while flat");
        _trip = new Trip { PredictedClass = -1 };
        (_realised, _charged) = (0, 0);
    }

    /// <summary>Notes what the next entry is based on, for its <see cref="RoundTrip"/>.</summary>
    /// <param name="confidence">The model's probability in millionths; 0 without a model.</param>
    /// <param name="predictedClass">0 down, 1 flat, 2 up; -1 without a model.</param>
    /// <param name="stop">The distance of its stop; 0 without one.</param>
    public void NoteSignal(int confidence, sbyte predictedClass, Ticks stop = default)
    {
        _trip.Confidence = confidence;
        _trip.PredictedClass = predictedClass;
        _trip.Stop = stop.Count;
    }

    /// <summary>Notes how far a bar went against the open trade, and with it.</summary>
    public void NoteExtremes(Price low, Price high)
    {
        var net = _trip.Net;
        if (net == 0)
            return;
        var entry = EntryPrice.InTicks;
        var adverse = net > 0 ? low.InTicks - entry : entry - high.InTicks;
        var favourable = net > 0 ? high.InTicks - entry : entry - low.InTicks;
        if (adverse < _trip.Adverse)
            _trip.Adverse = adverse;
        if (favourable > _trip.Favourable)
            _trip.Favourable = favourable;
    }

    /// <summary>
    /// Books a fill. True where it brought the position to zero: <paramref name="closed"/> is then the finished trade. A fill larger than
    /// the position closes it and opens a new trade the other way with the rest.
    /// </summary>
    /// <param name="fill">The fill.</param>
    /// <param name="time">When it happened.</param>
    /// <param name="cost">Commission and fees of the whole fill.</param>
    /// <param name="reason">Why the trade ends, if it does.</param>
    /// <param name="closed">Receives the finished trade.</param>
    public bool Apply(in FillFacts fill, Timestamp time, Money cost, ExitReason reason, out RoundTrip closed)
    {
        Require.That(fill.Size > 0 && fill.Side != Side.None, "a fill has a side and a size above zero");
        closed = default;
        var signed = fill.Size * fill.Side.Sign();
        var opens = _trip.Net == 0 || Math.Sign(_trip.Net) == Math.Sign(signed);
        if (opens)
        {
            Open(signed, fill, time, cost);
            return false;
        }

        var closing = Math.Min(fill.Size, Math.Abs(_trip.Net));
        var costOfClosing = closing == fill.Size ? cost : new Money(cost.MicroDollars / fill.Size * closing);
        Close(closing, fill, time, costOfClosing, reason);
        if (_trip.Net != 0)
            return false;

        closed = Finish();
        var rest = fill.Size - closing;
        if (rest > 0)
            Open(rest * fill.Side.Sign(), fill, time, cost - costOfClosing);
        return true;
    }

    /// <summary>
    /// Drops the position without a result, because the venue says that it no longer exists and nothing says how it was closed.
    /// </summary>
    public void WriteOff()
    {
        _trip = new Trip { PredictedClass = -1 };
        EntryPrice = default;
    }

    /// <summary>Saves or loads the position, the open trade, and the sums.</summary>
    public void Archive(StateArchive archive)
    {
        archive.Value(ref _realised);
        archive.Value(ref _charged);
        archive.Value(ref _trip);
        EntryPrice = AverageEntry();
    }

    private void Open(int signed, in FillFacts fill, Timestamp time, Money cost)
    {
        if (_trip.Net == 0)
        {
            _trip = new Trip
            {
                EntryTime = time.Nanoseconds,
                Side = Math.Sign(signed),
                Confidence = _trip.Confidence,
                PredictedClass = _trip.PredictedClass,
                Stop = _trip.Stop,
            };
        }

        _trip.Net += signed;
        _trip.Most = Math.Max(_trip.Most, Math.Abs(_trip.Net));
        _trip.Quantity += Math.Abs(signed);
        _trip.RiskedTicks += Math.Abs(signed) * _trip.Stop;
        _trip.OpenTicks += fill.Price.InTicks * (long)signed;
        _trip.EntryTicks += fill.Price.InTicks * (long)Math.Abs(signed);
        EntryPrice = AverageEntry();
        Charge(fill, Math.Abs(signed), cost);
    }

    private void Close(int size, in FillFacts fill, Timestamp time, Money cost, ExitReason reason)
    {
        // The exit's own price counts: a stopped-out trade went against us at least as far as its stop.
        NoteExtremes(fill.Price, fill.Price);

        // The closed part leaves at the average entry price. The division rounds; its remainder stays with the open part, so no tick is
        // lost.
        var sign = Math.Sign(_trip.Net);
        var share = _trip.OpenTicks * size / Math.Abs(_trip.Net);
        _trip.OpenTicks -= share;
        _trip.Net -= sign * size;
        EntryPrice = AverageEntry();
        var gained = ((fill.Price.InTicks * (long)sign * size) - share) * tickValue.MicroDollars;
        _realised += gained;
        _trip.Gained += gained;
        _trip.ExitTicks += fill.Price.InTicks * (long)size;
        _trip.ExitTime = time.Nanoseconds;
        _trip.Reason = (int)reason;
        Charge(fill, size, cost);
    }

    private void Charge(in FillFacts fill, int size, Money cost)
    {
        _charged += cost.MicroDollars;
        _trip.Commission += cost.MicroDollars;
        _trip.Slippage += fill.SlippageTicks * (long)size * tickValue.MicroDollars;
        _trip.Flags |= (int)fill.Flags;
    }

    private Price AverageEntry()
    {
        var net = _trip.Net;
        if (net == 0)
            return default;
        var (quotient, rest) = Math.DivRem(net > 0 ? _trip.OpenTicks : -_trip.OpenTicks, Math.Abs((long)net));
        if (net > 0 && rest > 0)
            quotient++;
        if (net < 0 && rest < 0)
            quotient--;
        return new Price((int)quotient);
    }

    private RoundTrip Finish()
    {
        var trip = _trip;
        _trip = new Trip { PredictedClass = -1 };
        return new RoundTrip
        {
            EntryTime = new Timestamp(trip.EntryTime),
            ExitTime = new Timestamp(trip.ExitTime),
            Side = (Side)trip.Side,
            Contracts = trip.Most,
            Quantity = trip.Quantity,
            EntryTicks = trip.EntryTicks,
            ExitTicks = trip.ExitTicks,
            Gross = new Money(trip.Gained + trip.Slippage),
            Commission = new Money(trip.Commission),
            Slippage = new Money(trip.Slippage),
            Risked = tickValue * trip.RiskedTicks,
            Reason = (ExitReason)trip.Reason,
            Confidence = trip.Confidence,
            PredictedClass = (sbyte)trip.PredictedClass,
            Flags = (FillFlags)trip.Flags,
            AdverseExcursion = new Ticks(trip.Adverse),
            FavourableExcursion = new Ticks(trip.Favourable),
        };
    }

    /// <summary>The open trade. It has only longs and ints, so that its bytes contain no padding.</summary>
    private struct Trip
    {
        public long EntryTime;
        public long ExitTime;

        /// <summary>Sum of entry price in ticks times signed contracts, over what is still open.</summary>
        public long OpenTicks;
        public long EntryTicks;
        public long ExitTicks;
        public long Gained;
        public long Commission;
        public long Slippage;
        public int Net;
        public int Most;
        public int Quantity;
        public int Side;
        public int Reason;
        public int Confidence;
        public int PredictedClass;
        public int Flags;
        public int Adverse;
        public int Favourable;
        public int Stop;
        public int RiskedTicks;
    }
}
