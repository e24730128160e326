using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>What the venue says about our orders: answers, reports, fills.</summary>
public sealed partial class TradingEngine
{
    /// <summary>
    /// Trade ids seen lately, so that a fill reported twice counts once; a voided trade is kept with its sign turned too. A query may
    /// report a whole day's trades.
    /// </summary>
    private readonly long[] _recentTrades = new long[1024];
    private int _nextRecentTrade;

    /// <summary>The highest trade id ever seen. Venues count upwards, so that most fills need no search.</summary>
    private long _highestTrade;

    /// <summary>Trades up to this id were counted before the start.</summary>
    private long _knownTrades;

    private Timestamp _reverseBy;

    /// <summary>How long to wait before trying the same thing again: a second, and after four vain tries up to eight.</summary>
    private static TimeSpan Backoff(long tries) => TimeSpan.FromSeconds(tries < 4 ? 1 : 1 << (int)Math.Min(tries - 3, 3));

    private void OnSendResult(in SendResultFacts result, IntentBuffer intents)
    {
        var slot = _orders.FindRequest(result.RequestId);
        if (slot < 0)
            return;
        Watch();
        ref var order = ref _orders[slot];
        if (result.VenueOrderId != 0 && order.VenueOrderId == 0)
            order.VenueOrderId = result.VenueOrderId;

        // Each request is answered once: told again, a refused change must not pass for a refused order.
        order.RequestId = 0;
        switch (result.Outcome)
        {
            case SendOutcome.Accepted:
                // Taken, not yet working: a venue may accept an order and reject it a moment later.
                order.FactSeq = _cause;
                order.Certainty = Certainty.Known;
                if (order.Pending == PendingChange.Modify)
                    AdoptPendingChange(ref order);
                break;
            case SendOutcome.Unknown:
                Doubt(ref order);
                AskAboutUnknown(intents);
                break;
            default:
                order.FactSeq = _cause;
                if (order.Lifecycle == Lifecycle.Sent && order.Pending == PendingChange.None)
                    OnNotPlaced(slot, result.Outcome, intents);
                else
                    OnChangeFailed(ref order, result.Outcome, intents);
                break;
        }
    }

    private void OnNotPlaced(int slot, SendOutcome outcome, IntentBuffer intents)
    {
        _orders[slot].Lifecycle = outcome == SendOutcome.NotSent ? Lifecycle.NotSent : Lifecycle.Rejected;
        _orders[slot].Certainty = Certainty.Known;
        OnOrderEnded(slot, intents);
    }

    /// <summary>
    /// The order stands as it stood. A venue that refuses to change it may have ended it already: that is asked about, and a cancel is not
    /// sent again before the answer.
    /// </summary>
    private void OnChangeFailed(ref Order order, SendOutcome outcome, IntentBuffer intents)
    {
        var wasCancel = order.Pending == PendingChange.Cancel;
        if (!wasCancel || outcome == SendOutcome.NotSent)
            order.Pending = PendingChange.None;
        if (order.IsTerminal)
            return;
        if (wasCancel)
            SweepLater();
        if (outcome != SendOutcome.Refused)
            return;
        Doubt(ref order);
        AskAboutUnknown(intents);
    }

    private void OnOrderReport(in OrderReportFacts report, Timestamp venueTime, IntentBuffer intents)
    {
        NoteTag(report.Tag);
        var slot = _orders.Find(report.VenueOrderId, report.Tag, report.ParentVenueOrderId, report.Type);
        if (slot < 0)
        {
            OnForeignOrder(report, intents);
            return;
        }

        ref var order = ref _orders[slot];
        if (venueTime < order.ReportedAt)
            return;
        if (!order.IsTerminal || (order.IsEndPresumed && IsAlive(report.Status)))
            Adopt(slot, report, isAnswer: false, intents);
        if (order.VenueOrderId == 0)
            order.VenueOrderId = report.VenueOrderId;
        order.ReportedAt = venueTime;
    }

    /// <summary>
    /// A tag of the current epoch that the engine does not remember was used all the same: exits do not wait for the disk, so an engine
    /// rebuilt from its journal may know less than was sent. Such a tag is never used again (SPEC N4).
    /// </summary>
    private void NoteTag(long tag)
    {
        if (tag > _lastTag && tag >> 32 == _lastTag >> 32)
            _lastTag = tag;
    }

    private static bool IsAlive(VenueOrderStatus status) =>
        status
            is VenueOrderStatus.Pending
                or VenueOrderStatus.Working
                or VenueOrderStatus.Suspended
                or VenueOrderStatus.PendingCancellation;

    /// <summary>Takes the venue's word on one order, from its stream or, newer than all we sent, as the answer to a query.</summary>
    private void Adopt(int slot, in OrderReportFacts report, bool isAnswer, IntentBuffer intents)
    {
        Watch();
        ref var order = ref _orders[slot];
        order.VenueOrderId = report.VenueOrderId;
        order.FactSeq = _cause;
        order.Absences = 0;
        if (order.IsTerminal)
            (order.Lifecycle, order.Pending) = (Lifecycle.Sent, PendingChange.None);
        order.Told = Math.Max(order.Told, report.Filled);
        if (order.MissesFill)
        {
            // The fill itself is still to come. If it was lost on its way, the venue's trades have it.
            Doubt(ref order);
            AskAgainSoon();
        }
        else
        {
            order.Certainty = Certainty.Known;
        }

        if (report.Status is VenueOrderStatus.Working or VenueOrderStatus.Suspended)
        {
            if (order.Type != OrderType.Market)
                order.Price = report.Price;
            if (report.Size > 0)
                order.Size = report.Size;
            if (isAnswer || order.Pending == PendingChange.Modify)
                order.Pending = PendingChange.None;
        }

        order.Lifecycle = report.Status switch
        {
            VenueOrderStatus.Working => order.Filled > 0 ? Lifecycle.PartlyFilled : Lifecycle.Working,
            VenueOrderStatus.Suspended => Lifecycle.Suspended,
            VenueOrderStatus.Cancelled => Lifecycle.Cancelled,
            VenueOrderStatus.Expired => Lifecycle.Expired,
            VenueOrderStatus.Rejected => Lifecycle.Rejected,
            // Filled is believed when all its fills have arrived: they are what moves the position.
            VenueOrderStatus.Filled when !order.MissesFill => Lifecycle.Filled,
            _ => order.Lifecycle,
        };
        if (order.IsTerminal)
        {
            OnOrderEnded(slot, intents);
            return;
        }

        if (order.Role == OrderRole.Stop && order.IsConfirmed)
            OnStopConfirmed(slot, intents);
        if (IsStray(order))
            SweepLater();
    }

    private void OnFill(in FillFacts told, Timestamp venueTime, IntentBuffer intents)
    {
        NoteTag(told.Tag);
        var fill = told;
        var isVoided = (fill.Flags & FillFlags.Voided) != 0;
        if (isVoided)
        {
            // A trade taken back before we heard of it never counts at all.
            if (WasSeen(-fill.TradeId) | !WasSeen(fill.TradeId))
                return;
            fill = fill with { Side = fill.Side.Opposite(), Fees = -fill.Fees, SlippageTicks = (short)-fill.SlippageTicks };
        }
        else if (fill.TradeId != 0 && WasSeen(fill.TradeId))
        {
            return;
        }

        var slot = isVoided ? -1 : FindOrderOf(fill);
        var (role, rule) = (OrderRole.Foreign, Rule.ForeignActivity);
        if (slot >= 0)
        {
            Watch();
            ref var order = ref _orders[slot];
            var isOpen = order.IsLive || order.IsEndPresumed;
            if (order.VenueOrderId == 0)
                order.VenueOrderId = fill.VenueOrderId;
            order.Filled += fill.Size;
            order.FactSeq = _cause;
            if (!order.MissesFill)
                order.Certainty = Certainty.Known;

            // A close order closes whatever the venue holds, so only the venue can say that it has filled completely.
            var isComplete = order.Filled >= order.Size && order.Origin is not (OrderOrigin.Close or OrderOrigin.CloseUnknown);
            if (isOpen)
                order.Lifecycle = isComplete ? Lifecycle.Filled : Lifecycle.PartlyFilled;
            if (order.Origin == OrderOrigin.CloseUnknown)
                return;
            (role, rule) = (order.Role, order.Rule);
        }

        var before = _ledger.Net;
        var closed = _ledger.Apply(
            fill,
            venueTime == default ? _now : venueTime,
            fill.Fees,
            ReasonOf(role, rule, fill.Flags),
            out var trade
        );
        _risk.NoteFill(before == 0 ? fill.Price : null);

        // A position that the simulated venue books at the end of its data carries no order of ours either, and is not foreign activity.
        if (role == OrderRole.Foreign && (fill.Flags & (FillFlags.EndOfData | FillFlags.Booked)) == 0)
            ReportForeign(intents);
        if (closed)
            OnTradeClosed(trade, role, intents);
        if (_ledger.IsFlat)
            return;

        var isSmaller = !closed && Math.Abs(_ledger.Net) < Math.Abs(before);
        if (isSmaller && !isVoided)
            ResizeProtection(role, intents);
        else if (role == OrderRole.Entry && !closed)
            OnEntered(slot, before == 0, intents);
        else
            BeginFlatten(Rule.ForeignActivity, intents);
    }

    private int FindOrderOf(in FillFacts fill)
    {
        var slot = _orders.Find(fill.VenueOrderId, fill.Tag, 0, OrderType.None);
        return slot >= 0 ? slot : FindUnseenChild(fill);
    }

    /// <summary>
    /// A fill that closes, of an order never reported: a bracket's child, if one is expected there and nobody has seen it yet.
    /// </summary>
    private int FindUnseenChild(in FillFacts fill)
    {
        if (_ledger.IsFlat || fill.Side != _ledger.Side.Opposite())
            return -1;
        var found = -1;
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            ref var child = ref _orders[i];
            if (child.Lifecycle != Lifecycle.Created || child.VenueOrderId != 0 || child.ParentTag != _entryTag)
                continue;
            var gain = (fill.Price - _ledger.EntryPrice) * _ledger.Side.Sign();
            if ((child.Role == OrderRole.Target) == (child.Target.Count > 0 && gain >= child.Target))
                return i;
            found = i;
        }

        return found;
    }

    /// <summary>An order is over without having filled to the end.</summary>
    private void OnOrderEnded(int slot, IntentBuffer intents)
    {
        ref var order = ref _orders[slot];
        switch (order.Role)
        {
            case OrderRole.Entry:
                if (order.Filled == 0)
                    EndExpectedChildren(order.Tag);
                if (_orders.FindLive(OrderRole.Entry) < 0)
                    _deadlines.Clear(Deadline.EntryTimeout);
                break;
            case OrderRole.Stop when !_ledger.IsFlat && _flatten.Step == FlattenStep.None && _orders.FindLive(OrderRole.Exit) < 0:
                OnStopLost(order, intents);
                break;
            case OrderRole.Target when !_ledger.IsFlat && order.Pending == PendingChange.None && UsesNativeBrackets:
                // The venue cancels the target by itself when the stop fills: perhaps we missed that fill.
                DoubtLive(OrderRole.Stop, intents);
                break;
            case OrderRole.Exit when !_ledger.IsFlat:
                OnExitFailed(order.Rule, intents);
                break;
            default:
                break;
        }
    }

    /// <summary>A native bracket whose entry never filled has no children.</summary>
    private void EndExpectedChildren(long? entryTag = null)
    {
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            ref var child = ref _orders[i];
            if ((entryTag is not null && child.ParentTag != entryTag) || child.Lifecycle != Lifecycle.Created)
                continue;
            child.Lifecycle = Lifecycle.Cancelled;
            child.Certainty = Certainty.Known;
        }
    }

    private void OnForeignOrder(in OrderReportFacts report, IntentBuffer intents)
    {
        if (!IsAlive(report.Status))
            return;
        _orders.Add(
            new Order
            {
                Tag = ++_lastTag,
                VenueOrderId = report.VenueOrderId,
                Role = OrderRole.Foreign,
                Type = report.Type,
                Side = report.Side,
                Size = report.Size,
                Filled = report.Filled,
                Price = report.Price,
                SentAt = _now,
                FactSeq = _cause,
                Lifecycle = Lifecycle.Working,
                Rule = Rule.ForeignActivity,
            }
        );
        ReportForeign(intents);
    }

    /// <summary>Somebody else trades this account: no entry until a person has looked.</summary>
    private void ReportForeign(IntentBuffer intents)
    {
        intents.Add(Intent.Alarm(NextCause(Rule.ForeignActivity)));
        Hold(Latch.ForeignActivity, Timestamp.Never, intents);
    }

    private void SendModify(ref Order order, Price price, int size, Rule rule, IntentBuffer intents)
    {
        var intent = Intent.Modify(NextCause(rule), order, price, size);
        intents.Add(intent);
        WatchAnew();
        order.Pending = PendingChange.Modify;
        order.PendingPrice = price;
        order.PendingSize = size;
        order.RequestId = intent.RequestId;
        order.FactSeq = _cause;
    }

    private static void AdoptPendingChange(ref Order order)
    {
        order.Pending = PendingChange.None;
        order.Price = order.PendingPrice;
        order.Size = order.PendingSize;
    }

    /// <summary>Asks the venue to cancel every live order in that role, once.</summary>
    private void CancelLive(OrderRole role, Rule rule, IntentBuffer intents)
    {
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            if (_orders[i].Role == role)
                Cancel(ref _orders[i], rule, intents);
        }
    }

    /// <summary>
    /// A bracket order that the venue has not reported yet cannot be cancelled; if it exists after all, the venue will report it.
    /// </summary>
    private void Cancel(ref Order order, Rule rule, IntentBuffer intents)
    {
        if (!order.IsLive || order.Remaining <= 0 || order.Pending == PendingChange.Cancel || order.Lifecycle == Lifecycle.Created)
            return;
        var intent = Intent.Cancel(NextCause(rule), order);
        intents.Add(intent);
        order.Pending = PendingChange.Cancel;
        order.RequestId = intent.RequestId;
        order.FactSeq = _cause;
        WatchAnew();
    }

    /// <summary>Whether this trade was reported before. It is remembered either way.</summary>
    private bool WasSeen(long tradeId)
    {
        if (tradeId > 0 && tradeId <= _knownTrades)
            return true;
        if (tradeId > _highestTrade)
            _highestTrade = tradeId;
        else if (Array.IndexOf(_recentTrades, tradeId) >= 0)
            return true;
        _recentTrades[_nextRecentTrade] = tradeId;
        _nextRecentTrade = (_nextRecentTrade + 1) % _recentTrades.Length;
        return false;
    }

    /// <summary>
    /// The second half of a reversal, once the exit has filled and nothing of the old trade is open any more. Tried only after the whole
    /// event has been taken: halfway through a list of trades the position may be flat for a moment.
    /// </summary>
    private void TryReverse(IntentBuffer intents)
    {
        if (!_ledger.IsFlat || !_orders.AreSettled || _flatten.Step != FlattenStep.None)
            return;
        var reversal = _reversal;
        _reversal = default;
        if (_now <= _reverseBy)
            TryEnter(reversal, isReversal: true, intents);
    }
}
