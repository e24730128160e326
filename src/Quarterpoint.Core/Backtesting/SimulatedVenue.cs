using System.Collections.Immutable;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>
/// A venue that knows only bars. It takes intents and answers with events, like the real one; it fills by the rules of SPEC X2, always
/// the worse way where a bar does not say. The host calls <see cref="OpenBar"/>, then <see cref="FillNext"/> until it is false, then
/// <see cref="CloseBar"/>, and after each delivers what <see cref="TryTake"/> gives.
/// </summary>
public sealed class SimulatedVenue
{
    /// <summary>A price older than this when the exit time comes is no price to book at (SPEC X5).</summary>
    private static readonly TimeSpan OldestBookablePrice = TimeSpan.FromSeconds(60);
    private const short BookedSlippage = 2;
    private const int Capacity = 32;

    private readonly VenueSettings _settings;
    private readonly VenueFaults _faults;
    private readonly VenueOrder[] _orders = new VenueOrder[Capacity];
    private readonly EventQueue _outbox = new();
    private readonly MinuteNorms _norms = new();
    private readonly List<FillFacts> _trades = [];

    private MinuteStudy _study;
    private Bar _lastBar;
    private Timestamp _lastBarEnd;
    private int _working;
    private int _waitingMarket;

    /// <summary>The band between the nearest resting orders: a bar that stays strictly inside it fills none of them.</summary>
    private Price _bandLow = new(int.MinValue);
    private Price _bandHigh = new(int.MaxValue);
    private long _lastOrderId = 1_000_000;
    private long _lastTradeId;
    private int _position;

    /// <summary>The trades of an account are numbered over all its sessions, whatever venue plays them: a number that was seen is not seen again.</summary>
    public void NumberTradesAfter(long last) => _lastTradeId = Math.Max(_lastTradeId, last);

    /// <summary>Bars whose open has passed: an order sent now meets the next one's.</summary>
    private long _barsOpened;

    /// <summary>Whether the bar under way is past its open, so that what is born now was born inside it.</summary>
    private bool _insideBar;

    /// <summary>The bar in which a limit entry filled last: what is born of it then saw only a part of that bar.</summary>
    private long _pathEntryBar;

    private TradingSession _session;
    private EndOfDay _endOfDay;

    /// <summary>The session's deadline, until it has passed.</summary>
    private Timestamp _flatBy = Timestamp.Never;

    /// <summary>A position outlived its deadline: what closes it is late.</summary>
    private bool _isLate;

    /// <summary>The tape is over: nothing is placed any more.</summary>
    private bool _isOver;

    public SimulatedVenue(VenueSettings settings, VenueFaults? faults = null)
    {
        _settings = settings;
        _faults = faults ?? VenueFaults.None;
        _study = new MinuteStudy(settings.BarSeconds);
    }

    public VenueSettings Settings => _settings;

    /// <summary>Days on which a position could not be closed by the flat-by time (SPEC X5).</summary>
    public int DeadlineViolations { get; private set; }

    internal bool HasWorkingOrders => _working > 0;

    /// <summary>Whether that bar could fill anything; where it cannot, only <see cref="CloseBar"/> needs to be called.</summary>
    public bool CanFillIn(in Bar bar) => _waitingMarket > 0 || bar.Low <= _bandLow || bar.High >= _bandHigh;

    public int Position => _position;

    /// <summary>When the venue acts without a bar: at the flat-by time, on a position that is still there.</summary>
    public Timestamp NextDeadline => _position != 0 ? _flatBy : Timestamp.Never;

    /// <summary>How many orders work in that role; for tests, which look behind what the venue tells.</summary>
    internal int CountWorking(OrderRole role)
    {
        var count = 0;
        foreach (ref var order in _orders.AsSpan())
            count += order.IsWorking && order.Role == role ? 1 : 0;
        return count;
    }

    public bool TryTake(out EngineEvent fact) => _outbox.TryTake(out fact);

    public void EnterSession(in TradingSession session)
    {
        _session = session;
        _endOfDay = EndOfDay.Of(session, _settings.EndOfDay);
        _flatBy = _endOfDay.FlatBy;
        _study.Reset();
        _norms.EnterSession(session);
    }

    /// <summary>Takes one request. Its answer, and what follows from it, is in the outbox.</summary>
    public void Accept(in Intent intent, Timestamp now, long seq)
    {
        if (intent.Kind is IntentKind.Alarm or IntentKind.RequestBars)
            return;
        var answer = intent.Kind == IntentKind.Query ? SendOutcome.Accepted : _faults.Answer(intent);
        var acts = answer == SendOutcome.Accepted || (answer == SendOutcome.Unknown && _faults.ActsUnheard(intent));
        if (!acts)
        {
            Answer(intent, answer, 0, now);
            return;
        }

        switch (intent.Kind)
        {
            case IntentKind.Query:
                AnswerQuery(intent, now, seq);
                break;
            case IntentKind.Modify:
                Modify(intent, answer, now);
                break;
            case IntentKind.Cancel:
                Cancel(intent, answer, now);
                break;
            default:
                Place(intent, answer, now);
                break;
        }
    }

    /// <summary>Market orders that wait meet the bar's open.</summary>
    public void OpenBar(in Bar bar)
    {
        _barsOpened++;
        _insideBar = true;
        if (_waitingMarket == 0)
            return;
        for (var i = 0; i < Capacity; i++)
        {
            ref var order = ref _orders[i];
            if (!order.IsWorking || order.Type != OrderType.Market || order.EligibleBar > _barsOpened || order.ActiveFrom > bar.Opens)
                continue;
            FillAtMarket(ref order, bar.Open, bar.Opens, FillFlags.None);
        }
    }

    /// <summary>Fills the next resting order that this bar reaches, stops before limits; false where none is left.</summary>
    public bool FillNext(in Bar bar)
    {
        if (_working == _waitingMarket)
            return false;
        return _settings.TargetFirst ? FillLimit(bar) || FillStop(bar) : FillStop(bar) || FillLimit(bar);
    }

    public void CloseBar(in Bar bar)
    {
        _insideBar = false;
        _lastBar = bar;
        _lastBarEnd = bar.Opens.AddSeconds(_settings.BarSeconds);
        if (_study.Next(bar) && _study.Atr is { } atr)
            _norms.Note(bar.Opens, atr);
    }

    /// <summary>The flat-by time came without a bar to fill the exit: book it, or count a violation and wait (SPEC X5).</summary>
    public void OnDeadline(Timestamp now)
    {
        _flatBy = Timestamp.Never;
        var justBefore = new Timestamp(now.Nanoseconds - 1);
        var isBookable =
            _lastBarEnd >= _endOfDay.ExitAt - OldestBookablePrice
            && _session.PhaseAt(justBefore) is not (SessionPhase.Halt or SessionPhase.Closed);
        for (var i = 0; isBookable && _position != 0 && i < Capacity; i++)
        {
            ref var order = ref _orders[i];
            if (order.IsWorking && order.Type == OrderType.Market && order.Role != OrderRole.Entry)
                Fill(ref order, _lastBar.Close, BookedSlippage, now, FillFlags.Booked);
        }

        if (_position == 0)
            return;
        DeadlineViolations++;
        _isLate = true;
    }

    /// <summary>
    /// The contract is not traded on this tape any more. A position that has outlived its deadline cannot be filled at another contract's
    /// price: it is booked at the last of its own, two ticks against us.
    /// </summary>
    public void EndContract(Timestamp now) => BookPosition(BookedSlippage, now, FillFlags.Booked);

    /// <summary>The tape is over: what is open is booked at the last close.</summary>
    public void Finish()
    {
        _isOver = true;
        BookPosition(0, _lastBarEnd, FillFlags.EndOfData);
    }

    private void BookPosition(short slippage, Timestamp time, FillFlags flags)
    {
        for (var i = 0; i < Capacity && _position != 0; i++)
        {
            ref var order = ref _orders[i];
            if (order.IsWorking && order.Role == OrderRole.Exit && order.Side == SideThatCloses)
                Fill(ref order, _lastBar.Close, slippage, time, flags);
        }

        if (_position == 0)
            return;
        ref var close = ref Store(
            new VenueOrder
            {
                Id = ++_lastOrderId,
                Role = OrderRole.Exit,
                Type = OrderType.Market,
                Size = Math.Abs(_position),
                ClosesPosition = true,
                Status = VenueOrderStatus.Working,
            }
        );
        Fill(ref close, _lastBar.Close, slippage, time, flags);
    }

    private Side SideThatCloses => _position > 0 ? Side.Sell : Side.Buy;

    private void Place(in Intent intent, SendOutcome answer, Timestamp now)
    {
        if (_isOver || (intent.Kind == IntentKind.ClosePosition && _position == 0))
        {
            Answer(intent, SendOutcome.Refused, 0, now);
            return;
        }

        ref var order = ref Store(
            new VenueOrder
            {
                Id = ++_lastOrderId,
                Tag = intent.Tag,
                Role = intent.Role,
                Type = intent.Type,
                Side = intent.Side,
                Price = intent.Price,
                Size = intent.Kind == IntentKind.ClosePosition ? Math.Abs(_position) : intent.Size,
                Stop = intent.Stop,
                Target = intent.Target,
                ClosesPosition = intent.Kind == IntentKind.ClosePosition,
                Status = VenueOrderStatus.Working,
                ActiveFrom = now + _settings.Latency,
                EligibleBar = _barsOpened + 1,
                BornInPathOf = _insideBar ? _pathEntryBar : 0,
            }
        );
        Answer(intent, answer, order.Id, now);
        if (_faults.RejectsAfterAccepting(intent))
        {
            End(ref order, VenueOrderStatus.Rejected, now);
            return;
        }

        Report(order, now);

        // Optimistic: at the close of the bar that gave the signal. Without one, as at a deadline, the next open has to do.
        if (order.Type == OrderType.Market && _settings.Fills == FillMode.Optimistic && now == _lastBarEnd && !_insideBar)
            Fill(ref order, _lastBar.Close, 0, now, FillFlags.None);
    }

    private void Modify(in Intent intent, SendOutcome answer, Timestamp now)
    {
        var slot = FindWorking(intent);
        if (slot < 0)
        {
            Answer(intent, SendOutcome.Refused, intent.VenueOrderId, now);
            return;
        }

        _orders[slot].Price = intent.Price;
        _orders[slot].Size = intent.Size;
        DrawBand();
        Answer(intent, answer, _orders[slot].Id, now);
        Report(_orders[slot], now);
    }

    private void Cancel(in Intent intent, SendOutcome answer, Timestamp now)
    {
        var slot = FindWorking(intent);
        if (slot < 0)
        {
            Answer(intent, SendOutcome.Refused, intent.VenueOrderId, now);
            return;
        }

        Answer(intent, answer, _orders[slot].Id, now);
        End(ref _orders[slot], VenueOrderStatus.Cancelled, now);
    }

    private void AnswerQuery(in Intent intent, Timestamp now, long seq)
    {
        if (intent.Query == QueryKind.Position)
        {
            Push(EngineEvent.PositionReported(now, new PositionReportFacts(intent.RequestId, 0, _position)));
            return;
        }

        var working = ImmutableArray.CreateBuilder<OrderReportFacts>();
        foreach (ref var order in _orders.AsSpan())
        {
            if (order.IsWorking)
                working.Add(order.ToReport());
        }

        ImmutableArray<FillFacts> trades = intent.Query == QueryKind.Trades ? [.. _trades] : [];
        var isComplete = intent.Query is QueryKind.OpenOrders or QueryKind.Order;
        Push(EngineEvent.Snapshot(now, new VenueSnapshot(intent.RequestId, seq, isComplete, working.ToImmutable(), _position, trades)));
    }

    private bool FillStop(in Bar bar)
    {
        for (var i = 0; i < Capacity; i++)
        {
            ref var order = ref _orders[i];
            if (!order.IsWorking || order.Type != OrderType.Stop || order.ActiveFrom > bar.Opens)
                continue;
            var isSell = order.Side == Side.Sell;
            if (isSell ? bar.Low > order.Price : bar.High < order.Price)
                continue;
            var reference = isSell ? Price.Min(order.Price, bar.Open) : Price.Max(order.Price, bar.Open);
            FillAtMarket(ref order, reference, bar.Opens, TargetAlsoReached(order, bar) ? FillFlags.Ambiguous : FillFlags.None);
            return true;
        }

        return false;
    }

    private bool FillLimit(in Bar bar)
    {
        for (var i = 0; i < Capacity; i++)
        {
            ref var order = ref _orders[i];
            if (!order.IsWorking || order.Type != OrderType.Limit || order.ActiveFrom > bar.Opens || !IsReached(order, bar))
                continue;

            // The limit, or, where the whole bar lies beyond it, the bar's nearest price: never better than what traded.
            var price = order.Side == Side.Sell ? Price.Max(order.Price, bar.Low) : Price.Min(order.Price, bar.High);
            if (order.Role == OrderRole.Entry)
                _pathEntryBar = _barsOpened;
            Fill(ref order, price, 0, bar.Opens, FillFlags.None);
            return true;
        }

        return false;
    }

    /// <summary>
    /// One tick through, or a touch in the optimistic mode. A limit born inside this bar, by a limit entry that filled inside it, is only
    /// surely reached if the bar closes beyond it: its extreme may have come before (SPEC X2).
    /// </summary>
    private bool IsReached(in VenueOrder order, in Bar bar)
    {
        var through = _settings.TouchFillsLimits ?? (_settings.Fills == FillMode.Optimistic) ? 0 : 1;
        var bornInPath = order.BornInPathOf == _barsOpened;
        return order.Side == Side.Sell
            ? (bornInPath ? bar.Close : bar.High).InTicks >= order.Price.InTicks + through
            : (bornInPath ? bar.Close : bar.Low).InTicks <= order.Price.InTicks - through;
    }

    private bool TargetAlsoReached(in VenueOrder stop, in Bar bar)
    {
        foreach (ref var order in _orders.AsSpan())
        {
            if (
                order.IsWorking
                && order.Type == OrderType.Limit
                && order.Side == stop.Side
                && order.Role == OrderRole.Target
                && IsReached(order, bar)
            )
                return true;
        }

        return false;
    }

    private void FillAtMarket(ref VenueOrder order, Price reference, Timestamp time, FillFlags flags)
    {
        var ticks = _settings.Slippage.For(_session.PhaseAt(time), AtrToNormal(time), _settings.News.IsNear(time));
        if (_settings.Fills == FillMode.Conservative)
            ticks++;
        Fill(ref order, reference, (short)ticks, time, flags);
    }

    private double? AtrToNormal(Timestamp time) =>
        _study.Atr is { } atr && _norms.NormalAt(time) is { } normal && normal > 0 ? atr / normal : null;

    private void Fill(ref VenueOrder order, Price reference, short slippage, Timestamp time, FillFlags flags)
    {
        // A close was sized when it was taken; it never closes more than there is.
        if (order.ClosesPosition)
            (order.Side, order.Size) = (SideThatCloses, order.Filled + Math.Min(order.Remaining, Math.Abs(_position)));
        if (order.Remaining <= 0)
        {
            End(ref order, VenueOrderStatus.Cancelled, time);
            return;
        }

        var isFinal = (flags & (FillFlags.EndOfData | FillFlags.Booked)) != 0;
        var size = isFinal ? order.Remaining : Math.Clamp(_faults.FillSize(order.Remaining), 1, order.Remaining);
        if (_isLate)
            flags |= FillFlags.Late;
        order.Filled += size;
        _position += size * order.Side.Sign();
        if (_position == 0)
            _isLate = false;
        var fill = new FillFacts(
            ++_lastTradeId,
            order.Id,
            order.Tag,
            _settings.Fees.PerSide * size,
            reference + new Ticks(slippage * order.Side.Sign()),
            size,
            slippage,
            order.Side,
            flags
        )
        {
            At = time,
        };
        if (_trades.Count == 64)
            _trades.RemoveRange(0, 32);
        _trades.Add(fill);
        Push(EngineEvent.Filled(time, time, fill));
        if (order.Remaining == 0)
            End(ref order, VenueOrderStatus.Filled, time);
        else
            Report(order, time);

        if (!_settings.NativeBrackets)
            return;
        if (order.Role == OrderRole.Entry)
            GrowBracket(order, reference + new Ticks(slippage * order.Side.Sign()), size, time);
        else if (order.ParentId != 0)
            ShrinkSibling(order, size, time);
    }

    /// <param name="entry">A copy: the filled entry's own slot may be taken by its first child.</param>
    private void GrowBracket(VenueOrder entry, Price filledAt, int size, Timestamp time)
    {
        var sign = entry.Side.Sign();
        GrowChild(entry, OrderRole.Stop, OrderType.Stop, filledAt - (entry.Stop * sign), size, time);
        if (entry.Target.Count > 0)
            GrowChild(entry, OrderRole.Target, OrderType.Limit, filledAt + (entry.Target * sign), size, time);
    }

    private void GrowChild(in VenueOrder entry, OrderRole role, OrderType type, Price level, int size, Timestamp time)
    {
        var (parentId, side) = (entry.Id, entry.Side.Opposite());
        foreach (ref var child in _orders.AsSpan())
        {
            if (!child.IsWorking || child.ParentId != parentId || child.Role != role)
                continue;
            child.Size += size;
            Report(child, time);
            return;
        }

        ref var born = ref Store(
            new VenueOrder
            {
                Id = ++_lastOrderId,
                ParentId = parentId,
                Role = role,
                Type = type,
                Side = side,
                Price = level,
                Size = size,
                Status = VenueOrderStatus.Working,
                ActiveFrom = time,
                BornInPathOf = _pathEntryBar,
            }
        );
        Report(born, time);
    }

    /// <summary>One cancels the other, and one that fills in part shrinks the other.</summary>
    private void ShrinkSibling(in VenueOrder filled, int size, Timestamp time)
    {
        var (id, parentId) = (filled.Id, filled.ParentId);
        foreach (ref var sibling in _orders.AsSpan())
        {
            if (!sibling.IsWorking || sibling.ParentId != parentId || sibling.Id == id)
                continue;
            if (sibling.Remaining <= size)
            {
                End(ref sibling, VenueOrderStatus.Cancelled, time);
            }
            else
            {
                sibling.Size -= size;
                Report(sibling, time);
            }
        }
    }

    private void End(ref VenueOrder order, VenueOrderStatus status, Timestamp time)
    {
        order.Status = status;
        _working--;
        if (order.Type == OrderType.Market)
            _waitingMarket--;
        else
            DrawBand();
        Report(order, time);
    }

    private ref VenueOrder Store(in VenueOrder order)
    {
        for (var i = 0; i < Capacity; i++)
        {
            if (_orders[i].IsWorking)
                continue;
            _orders[i] = order;
            _working++;
            if (order.Type == OrderType.Market)
                _waitingMarket++;
            else
                DrawBand();
            return ref _orders[i];
        }

        throw new InvariantException($"more than {Capacity} orders work at the simulated venue");
    }

    private void DrawBand()
    {
        (_bandLow, _bandHigh) = (new Price(int.MinValue), new Price(int.MaxValue));
        foreach (ref var order in _orders.AsSpan())
        {
            if (!order.IsWorking || order.Type == OrderType.Market)
                continue;
            var isBelow = (order.Type == OrderType.Stop) == (order.Side == Side.Sell);
            if (isBelow)
                _bandLow = Price.Max(_bandLow, order.Price);
            else
                _bandHigh = Price.Min(_bandHigh, order.Price);
        }
    }

    private int FindWorking(in Intent intent)
    {
        for (var i = 0; i < Capacity; i++)
        {
            ref var order = ref _orders[i];
            if (!order.IsWorking)
                continue;
            if (
                (intent.VenueOrderId != 0 && order.Id == intent.VenueOrderId)
                || (intent.VenueOrderId == 0 && order.Tag != 0 && order.Tag == intent.Tag)
            )
                return i;
        }

        return -1;
    }

    private void Answer(in Intent intent, SendOutcome outcome, long orderId, Timestamp now) =>
        _outbox.Add(EngineEvent.Sent(now, new SendResultFacts(intent.RequestId, outcome, outcome == SendOutcome.Unknown ? 0 : orderId, 0)));

    private void Report(in VenueOrder order, Timestamp time) => Push(EngineEvent.OrderReported(time, time, order.ToReport()));

    private void Push(in EngineEvent fact)
    {
        if (!_faults.Loses(fact))
            _outbox.Add(fact);
    }

    private struct VenueOrder
    {
        public long Id;
        public long Tag;
        public long ParentId;
        public long EligibleBar;
        public long BornInPathOf;
        public Timestamp ActiveFrom;
        public Price Price;
        public int Size;
        public int Filled;
        public Ticks Stop;
        public Ticks Target;
        public OrderRole Role;
        public OrderType Type;
        public Side Side;
        public VenueOrderStatus Status;
        public bool ClosesPosition;

        public readonly bool IsWorking => Status == VenueOrderStatus.Working;

        public readonly int Remaining => Size - Filled;

        public readonly OrderReportFacts ToReport() => new(Id, Tag, ParentId, 0, Price, Size, Filled, Status, Type, Side);
    }
}

/// <summary>A ring that grows and is then reused.</summary>
internal sealed class EventQueue
{
    private EngineEvent[] _items = new EngineEvent[64];
    private int _head;
    private int _count;

    public void Add(in EngineEvent item)
    {
        if (_count == _items.Length)
            Grow();
        _items[(_head + _count++) & (_items.Length - 1)] = item;
    }

    public bool TryTake(out EngineEvent item)
    {
        if (_count == 0)
        {
            item = default;
            return false;
        }

        item = _items[_head];
        _head = (_head + 1) & (_items.Length - 1);
        _count--;
        return true;
    }

    private void Grow()
    {
        var larger = new EngineEvent[_items.Length * 2];
        for (var i = 0; i < _count; i++)
            larger[i] = _items[(_head + i) & (_items.Length - 1)];
        (_items, _head) = (larger, 0);
    }
}
