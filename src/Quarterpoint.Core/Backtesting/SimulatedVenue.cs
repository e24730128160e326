using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>
/// A venue that knows only bars. It takes intents and answers with events, like the real one; it fills by the rules of SPEC X2, always the
/// worse way where a bar does not say. A <see cref="TapeClock"/> says what of the tape happens when; after each thing that happens, and
/// after each intent, the host delivers what <see cref="TryTake"/> gives.
/// </summary>
public sealed class SimulatedVenue
{
    /// <summary>A price older than this when the exit time comes is no price to book at (SPEC X5).</summary>
    private static readonly TimeSpan OldestBookablePrice = TimeSpan.FromSeconds(60);
    private const short BookedSlippage = 2;

    /// <summary>How many of its last trades it tells who asks.</summary>
    private const int MostTrades = 64;

    private readonly VenueSettings _settings;
    private readonly VenueFaults _faults;
    private readonly VenueOrders _orders = new();
    private readonly VenueOutbox _outbox;
    private readonly NativeBrackets _brackets;
    private readonly FillModel _fills;
    private readonly List<FillFacts> _trades = [];

    private Bar _lastBar;
    private Timestamp _lastBarEnd;
    private long _lastTradeId;
    private int _position;

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
        _outbox = new VenueOutbox(_faults);
        _brackets = new NativeBrackets(_orders, _outbox);
        _fills = new FillModel(settings);
    }

    public VenueSettings Settings => _settings;

    /// <summary>Contracts held, negative where they were sold.</summary>
    public int Position => _position;

    /// <summary>When the venue acts without a bar: at the flat-by time, on a position that is still there.</summary>
    public Timestamp NextDeadline
    {
        // Asked for at every bar: the compiler would call it.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _position != 0 ? _flatBy : Timestamp.Never;
    }

    /// <summary>Days on which a position could not be closed by the flat-by time (SPEC X5).</summary>
    public int DeadlineViolations { get; private set; }

    internal bool HasWorkingOrders => _orders.Working > 0;

    private Side SideThatCloses => _position > 0 ? Side.Sell : Side.Buy;

    /// <summary>
    /// The trades of an account are numbered over all its sessions, whatever venue plays them: a number that was seen is not given again.
    /// </summary>
    public void NumberTradesAfter(long last) => _lastTradeId = Math.Max(_lastTradeId, last);

    /// <summary>The next thing that the venue has to say; false where there is none.</summary>
    public bool TryTake(out EngineEvent fact) => _outbox.TryTake(out fact);

    /// <summary>Takes one request. Its answer, and what follows from it, is there for <see cref="TryTake"/>.</summary>
    /// <param name="intent">The request.</param>
    /// <param name="now">When the venue hears it.</param>
    /// <param name="seq">The event up to which the asking engine knew when it asked: an answer to a query names it.</param>
    public void Accept(in Intent intent, Timestamp now, long seq)
    {
        if (intent.Kind is IntentKind.Alarm or IntentKind.RequestBars)
            return;
        var answer = intent.Kind == IntentKind.Query ? SendOutcome.Accepted : _faults.Answer(intent);
        var acts = answer == SendOutcome.Accepted || (answer == SendOutcome.Unknown && _faults.ActsUnheard(intent));
        if (!acts)
        {
            _outbox.Answer(intent, answer, 0, now);
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

    /// <summary>How many orders work in that role; for tests, which look behind what the venue tells.</summary>
    internal int CountWorking(OrderRole role)
    {
        var count = 0;
        foreach (ref var order in _orders.Slots)
            count += order.IsWorking && order.Role == role ? 1 : 0;
        return count;
    }

    internal void EnterSession(in TradingSession session)
    {
        _session = session;
        _endOfDay = EndOfDay.Of(session, _settings.EndOfDay);
        _flatBy = _endOfDay.FlatBy;
        _fills.EnterSession(session);
    }

    /// <summary>Whether that bar could fill anything; where it cannot, only <see cref="CloseBar"/> needs to be called.</summary>
    internal bool CanFillIn(in Bar bar) => _orders.CanFillIn(bar);

    /// <summary>Market orders that wait meet the bar's open.</summary>
    internal void OpenBar(in Bar bar)
    {
        _barsOpened++;
        _insideBar = true;
        if (_orders.WaitingMarket == 0)
            return;
        foreach (ref var order in _orders.Slots)
        {
            if (!order.IsWorking || order.Type != OrderType.Market || order.EligibleBar > _barsOpened || order.ActiveFrom > bar.Opens)
                continue;
            Fill(ref order, bar.Open, _fills.SlippageAt(bar.Opens), bar.Opens, FillFlags.None);
        }
    }

    /// <summary>Fills the next resting order that this bar reaches, stops before limits; false where none is left.</summary>
    internal bool FillNext(in Bar bar)
    {
        if (_orders.Working == _orders.WaitingMarket)
            return false;
        return _settings.TargetFirst ? FillLimit(bar) || FillStop(bar) : FillStop(bar) || FillLimit(bar);
    }

    internal void CloseBar(in Bar bar)
    {
        _insideBar = false;
        _lastBar = bar;
        _lastBarEnd = bar.Opens.AddSeconds(_settings.BarSeconds);
        _fills.CloseBar(bar);
    }

    /// <summary>The flat-by time came without a bar to fill the exit: book it, or count a violation and wait (SPEC X5).</summary>
    internal void OnDeadline(Timestamp now)
    {
        _flatBy = Timestamp.Never;
        var justBefore = new Timestamp(now.Nanoseconds - 1);
        var isBookable =
            _lastBarEnd >= _endOfDay.ExitAt - OldestBookablePrice
            && _session.PhaseAt(justBefore) is not (SessionPhase.Halt or SessionPhase.Closed);
        foreach (ref var order in _orders.Slots)
        {
            if (isBookable && _position != 0 && order.IsWorking && order.Type == OrderType.Market && order.Role != OrderRole.Entry)
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
    internal void EndContract(Timestamp now) => BookPosition(BookedSlippage, now, FillFlags.Booked);

    /// <summary>The tape is over: what is open is booked at the last close.</summary>
    internal void Finish()
    {
        _isOver = true;
        BookPosition(0, _lastBarEnd, FillFlags.EndOfData);
    }

    private void BookPosition(short slippage, Timestamp time, FillFlags flags)
    {
        foreach (ref var order in _orders.Slots)
        {
            if (_position != 0 && order.IsWorking && order.Role == OrderRole.Exit && order.Side == SideThatCloses)
                Fill(ref order, _lastBar.Close, slippage, time, flags);
        }

        if (_position == 0)
            return;
        ref var close = ref _orders.Add(
            new VenueOrder
            {
                Role = OrderRole.Exit,
                Type = OrderType.Market,
                Size = Math.Abs(_position),
                ClosesPosition = true,
            }
        );
        Fill(ref close, _lastBar.Close, slippage, time, flags);
    }

    private void Place(in Intent intent, SendOutcome answer, Timestamp now)
    {
        if (_isOver || (intent.Kind == IntentKind.ClosePosition && _position == 0))
        {
            _outbox.Answer(intent, SendOutcome.Refused, 0, now);
            return;
        }

        ref var order = ref _orders.Add(
            new VenueOrder
            {
                Tag = intent.Tag,
                Role = intent.Role,
                Type = intent.Type,
                Side = intent.Side,
                Price = intent.Price,
                Size = intent.Kind == IntentKind.ClosePosition ? Math.Abs(_position) : intent.Size,
                Stop = intent.Stop,
                Target = intent.Target,
                ClosesPosition = intent.Kind == IntentKind.ClosePosition,
                ActiveFrom = now + _settings.Latency,
                EligibleBar = _barsOpened + 1,
                BornInPathOf = _insideBar ? _pathEntryBar : 0,
            }
        );
        _outbox.Answer(intent, answer, order.Id, now);
        if (_faults.RejectsAfterAccepting(intent))
        {
            End(ref order, VenueOrderStatus.Rejected, now);
            return;
        }

        _outbox.Report(order, now);

        // Optimistic: at the close of the bar that gave the signal. Without one, as at a deadline, the next open has to do.
        if (order.Type == OrderType.Market && _settings.Fills == FillMode.Optimistic && now == _lastBarEnd && !_insideBar)
            Fill(ref order, _lastBar.Close, 0, now, FillFlags.None);
    }

    private void Modify(in Intent intent, SendOutcome answer, Timestamp now)
    {
        var slot = _orders.Find(intent);
        if (slot < 0)
        {
            _outbox.Answer(intent, SendOutcome.Refused, intent.VenueOrderId, now);
            return;
        }

        ref var order = ref _orders.Slots[slot];
        _orders.Modify(ref order, intent.Price, intent.Size);
        _outbox.Answer(intent, answer, order.Id, now);
        _outbox.Report(order, now);
    }

    private void Cancel(in Intent intent, SendOutcome answer, Timestamp now)
    {
        var slot = _orders.Find(intent);
        if (slot < 0)
        {
            _outbox.Answer(intent, SendOutcome.Refused, intent.VenueOrderId, now);
            return;
        }

        ref var order = ref _orders.Slots[slot];
        _outbox.Answer(intent, answer, order.Id, now);
        End(ref order, VenueOrderStatus.Cancelled, now);
    }

    private void AnswerQuery(in Intent intent, Timestamp now, long seq)
    {
        if (intent.Query == QueryKind.Position)
        {
            _outbox.Add(EngineEvent.PositionReported(now, new PositionReportFacts(intent.RequestId, 0, _position)));
            return;
        }

        var working = ImmutableArray.CreateBuilder<OrderReportFacts>();
        foreach (ref var order in _orders.Slots)
        {
            if (order.IsWorking)
                working.Add(order.ToReport());
        }

        ImmutableArray<FillFacts> trades = intent.Query == QueryKind.Trades ? [.. _trades] : [];
        var isComplete = intent.Query is QueryKind.OpenOrders or QueryKind.Order;
        _outbox.Add(
            EngineEvent.Snapshot(now, new VenueSnapshot(intent.RequestId, seq, isComplete, working.ToImmutable(), _position, trades))
        );
    }

    private bool FillStop(in Bar bar)
    {
        foreach (ref var order in _orders.Slots)
        {
            if (!order.IsWorking || order.Type != OrderType.Stop || order.ActiveFrom > bar.Opens)
                continue;
            if (!FillModel.TryTrigger(order, bar, out var reference))
                continue;
            var flags = TargetIsReachedToo(order, bar) ? FillFlags.Ambiguous : FillFlags.None;
            Fill(ref order, reference, _fills.SlippageAt(bar.Opens), bar.Opens, flags);
            return true;
        }

        return false;
    }

    private bool FillLimit(in Bar bar)
    {
        foreach (ref var order in _orders.Slots)
        {
            if (!order.IsWorking || order.Type != OrderType.Limit || order.ActiveFrom > bar.Opens || !IsReached(order, bar))
                continue;
            if (order.Role == OrderRole.Entry)
                _pathEntryBar = _barsOpened;
            Fill(ref order, FillModel.PriceOf(order, bar), 0, bar.Opens, FillFlags.None);
            return true;
        }

        return false;
    }

    private bool IsReached(in VenueOrder limit, in Bar bar) => _fills.Reaches(bar, limit, limit.BornInPathOf == _barsOpened);

    private bool TargetIsReachedToo(in VenueOrder stop, in Bar bar)
    {
        foreach (ref var order in _orders.Slots)
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
        var price = reference + new Ticks(slippage * order.Side.Sign());
        var fees = _settings.Fees.PerSide * size;
        Say(new FillFacts(++_lastTradeId, order.Id, order.Tag, fees, price, size, slippage, order.Side, flags) { At = time });
        if (order.Remaining == 0)
            End(ref order, VenueOrderStatus.Filled, time);
        else
            _outbox.Report(order, time);

        if (!_settings.NativeBrackets)
            return;
        if (order.Role == OrderRole.Entry)
            _brackets.Grow(order, price, size, time, _pathEntryBar);
        else if (order.ParentId != 0)
            _brackets.Shrink(order, size, time);
    }

    private void Say(in FillFacts fill)
    {
        if (_trades.Count == MostTrades)
            _trades.RemoveRange(0, MostTrades / 2);
        _trades.Add(fill);
        _outbox.Add(EngineEvent.Filled(fill.At, fill.At, fill));
    }

    private void End(ref VenueOrder order, VenueOrderStatus status, Timestamp time)
    {
        _orders.End(ref order, status);
        _outbox.Report(order, time);
    }
}
