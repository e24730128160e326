using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// From doubt to evidence (SPEC N4): what is not known blocks entries and is asked about, in rounds of the venue's trades and its open
/// orders, until orders, trades, and position agree. Nothing is sent twice on a guess.
/// </summary>
public sealed partial class TradingEngine
{
    /// <summary>
    /// A request of which nothing was heard may still be on its way for this long; absence proves nothing before (RELIABILITY I09).
    /// </summary>
    private static readonly TimeSpan MaxInFlight = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WatchAfter = TimeSpan.FromSeconds(2);
    private const int AbsencesThatProve = 2;
    private const int LongestWatchDoublings = 5;

    private Timestamp _askedAt;

    /// <summary>The round under way: its two requests, 0 once answered.</summary>
    private long _tradesAsked;
    private long _ordersAsked;
    private int _rounds;
    private int _sweeps;
    private int _watches;

    private void Doubt(ref Order order)
    {
        if (order.Certainty == Certainty.Unknown)
            return;
        order.Certainty = Certainty.Unknown;
        order.UnknownSince = _now;
        order.Absences = 0;

        // A new question is asked at the first pace, not at the slower one that an old question has reached.
        _rounds = 0;
        if (_deadlines.IsSet(Deadline.AskAgain))
            AskAgainSoon();
    }

    private void DoubtLive(OrderRole role, IntentBuffer intents)
    {
        var slot = _orders.FindLive(role);
        if (slot < 0)
            return;
        Doubt(ref _orders[slot]);
        AskAboutUnknown(intents);
    }

    private void AskAgainSoon() => _deadlines.Set(Deadline.AskAgain, Timestamp.Min(_deadlines[Deadline.AskAgain], _now + Backoff(_rounds)));

    /// <summary>
    /// Trades are asked for first, so that an order that is gone because it filled is not taken for one that never existed.
    /// </summary>
    private void AskAboutUnknown(IntentBuffer intents)
    {
        if (_deadlines.IsSet(Deadline.AskAgain))
            return;
        _tradesAsked = SendQuery(QueryKind.Trades, Rule.UnknownOutcome, 0, 0, intents);
        _ordersAsked = SendQuery(QueryKind.OpenOrders, Rule.UnknownOutcome, 0, 0, intents);
        _askedAt = _now;
        _deadlines.Set(Deadline.AskAgain, _now + Backoff(_rounds++));
    }

    private void OnAskAgain(IntentBuffer intents)
    {
        _deadlines.Clear(Deadline.AskAgain);
        if (_orders.AnyUnknown)
            AskAboutUnknown(intents);
        else
            _rounds = 0;
    }

    private void OnSnapshot(VenueSnapshot snapshot, IntentBuffer intents)
    {
        foreach (var trade in snapshot.Trades)
            OnFill(trade, trade.At, intents);
        if (snapshot.RequestId == _tradesAsked)
            _tradesAsked = 0;
        if (!snapshot.IsComplete)
            return;

        foreach (var report in snapshot.WorkingOrders)
        {
            NoteTag(report.Tag);
            var slot = _orders.Find(report.VenueOrderId, report.Tag, report.ParentVenueOrderId, report.Type);
            if (slot < 0)
                OnForeignOrder(report, intents);
            else if (snapshot.RequestedAtSeq > _orders[slot].FactSeq)
                Adopt(slot, report, isAnswer: true, intents);
        }

        for (var i = 0; i < _orders.SlotCount; i++)
        {
            if (snapshot.RequestedAtSeq > _orders[i].FactSeq && IsNamedWhereItWorks(_orders[i]) && !Names(snapshot, _orders[i]))
                NoteAbsence(i, snapshot.RequestId, intents);
        }

        if (snapshot.RequestId == _ordersAsked)
            _ordersAsked = 0;
        NoteFlattenEvidence(snapshot);
    }

    /// <summary>
    /// An order that a complete answer would name if it worked. A suspended one need not be in it, nor a child that is not due yet; an
    /// order that ended, while it is not known how, is asked about for its trades only.
    /// </summary>
    private static bool IsNamedWhereItWorks(in Order order) =>
        (order.IsLive && order.Lifecycle is not (Lifecycle.Created or Lifecycle.Suspended)) || order.Certainty == Certainty.Unknown;

    private void NoteAbsence(int slot, long requestId, IntentBuffer intents)
    {
        ref var order = ref _orders[slot];
        if (order.Certainty == Certainty.Known)
        {
            Doubt(ref order);
            AskAboutUnknown(intents);
            return;
        }

        // An absence counts only after the trades of the same round have arrived, so that a fill of this order has already been applied.
        if (requestId != _ordersAsked || _tradesAsked != 0)
            return;
        if (order.VenueOrderId == 0 && order.IsLive && _askedAt < order.SentAt + MaxInFlight)
            return;
        if (++order.Absences < AbsencesThatProve)
            return;
        order.Certainty = Certainty.Known;
        if (order.IsTerminal)
            return;
        order.Lifecycle = Lifecycle.PresumedDead;
        OnOrderEnded(slot, intents);
    }

    private static bool Names(VenueSnapshot snapshot, in Order order)
    {
        foreach (var report in snapshot.WorkingOrders)
        {
            if ((order.VenueOrderId != 0 && report.VenueOrderId == order.VenueOrderId) || (report.Tag != 0 && report.Tag == order.Tag))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether an order works that should not: an entry whose time is over, anything left of a trade that has ended, anything that was to
    /// close and would now enlarge. A protective order whose entry has not filled, as far as we know, is no stray: it tells of a fill that
    /// we missed.
    /// </summary>
    private bool IsStray(in Order order)
    {
        if (!order.IsLive || order.Lifecycle == Lifecycle.Created || order.Pending == PendingChange.Cancel)
            return false;
        return order.Role switch
        {
            OrderRole.Entry => !_deadlines.IsSet(Deadline.EntryTimeout),
            OrderRole.Exit => _ledger.Side != order.Side.Opposite(),
            OrderRole.Stop or OrderRole.Target => _ledger.Side == order.Side || (_ledger.IsFlat && HasEntered(order.ParentTag)),
            _ => false,
        };
    }

    private bool HasEntered(long entryTag)
    {
        var slot = _orders.FindTag(entryTag);
        return slot < 0 || _orders[slot].Filled > 0;
    }

    private void SweepLater()
    {
        if (_deadlines.IsSet(Deadline.Sweep))
            return;
        _deadlines.Set(Deadline.Sweep, _now + Backoff(_sweeps++));
    }

    private void OnSweepDue(IntentBuffer intents)
    {
        _deadlines.Clear(Deadline.Sweep);
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            if (IsStray(_orders[i]))
                Cancel(ref _orders[i], Rule.Protection, intents);
        }

        if (_orders.AreSettled)
            _sweeps = 0;
    }

    private void Watch()
    {
        if (_deadlines.IsSet(Deadline.Watch))
            return;
        _deadlines.Set(Deadline.Watch, _now + (WatchAfter * (1 << Math.Min(_watches, LongestWatchDoublings))));
    }

    /// <summary>
    /// Something new is under way: it is watched at the first pace, not at the slower one that an old question has reached.
    /// </summary>
    private void WatchAnew()
    {
        _watches = 0;
        _deadlines.Set(Deadline.Watch, Timestamp.Min(_deadlines[Deadline.Watch], _now + WatchAfter));
    }

    private void OnWatchDue(IntentBuffer intents)
    {
        _deadlines.Clear(Deadline.Watch);
        var any = false;
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            ref var order = ref _orders[i];
            if (!NeedsWatch(order))
                continue;
            any = true;
            if (order.Lifecycle == Lifecycle.Created)
                Doubt(ref order);
        }

        if (!any)
        {
            _watches = 0;
            return;
        }

        AskAboutUnknown(intents);
        _watches++;
        Watch();
    }

    /// <summary>
    /// Whether something is still to come: an answer, a report, or the fill of a market order, which fills at once unless there is no
    /// market. A working stop, target, or limit entry may rest.
    /// </summary>
    private bool NeedsWatch(in Order order)
    {
        if (order.IsTerminal)
            return order.Certainty == Certainty.Unknown;
        if (order.Lifecycle == Lifecycle.Created)
            return HasEntered(order.ParentTag);
        return order.Type == OrderType.Market
            || order.Lifecycle == Lifecycle.Sent
            || order.Pending != PendingChange.None
            || order.Certainty == Certainty.Unknown;
    }
}
