using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>What the venue says about our orders, and the protection that every position must have.</summary>
public sealed partial class TradingEngine
{
    /// <summary>A stop not confirmed this long after the fill is sent explicitly; that long again, and the position is closed (SPEC N1).</summary>
    private static readonly TimeSpan ProtectionBound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClosingBound = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OrphanBound = TimeSpan.FromSeconds(1);
    private const int SnapshotsThatProveAbsence = 2;

    /// <summary>Trade ids seen lately: a fill told twice counts once.</summary>
    private readonly long[] _recentTrades = new long[64];
    private int _nextRecentTrade;

    private Timestamp _protectBy = Timestamp.Never;
    private bool _protectionResent;
    private Timestamp _askAgainAt = Timestamp.Never;
    private Timestamp _sweepAt = Timestamp.Never;
    private Timestamp _reverseBy;

    private void OnSendResult(in SendResultFacts result, IntentBuffer intents)
    {
        var slot = _orders.FindRequest(result.RequestId);
        if (slot < 0) return;
        ref var order = ref _orders[slot];
        if (result.VenueOrderId != 0 && order.VenueOrderId == 0) order.VenueOrderId = result.VenueOrderId;
        switch (result.Outcome)
        {
            case SendOutcome.Accepted:
                if (order.Lifecycle == Lifecycle.Sent) order.Lifecycle = Lifecycle.Working;
                if (order.Pending == PendingChange.Modify) AdoptPendingChange(ref order);
                order.Certainty = Certainty.Known;
                break;
            case SendOutcome.Unknown:
                order.Certainty = Certainty.Unknown;
                order.UnknownSince = _now;
                AskAboutUnknown(intents);
                break;
            default:
                if (order.Pending != PendingChange.None) order.Pending = PendingChange.None;
                else if (order.IsLive) order.Lifecycle = result.Outcome == SendOutcome.NotSent ? Lifecycle.NotSent : Lifecycle.Rejected;
                order.Certainty = Certainty.Known;
                OnOrderEnded(slot, intents);
                break;
        }

        TryReverse(intents);
    }

    private void OnOrderReport(in OrderReportFacts report, Timestamp venueTime, IntentBuffer intents)
    {
        var slot = _orders.Find(report.VenueOrderId, report.Tag, report.ParentVenueOrderId, report.Type);
        if (slot < 0)
        {
            OnForeignOrder(report, intents);
            return;
        }

        ref var order = ref _orders[slot];
        if (venueTime < order.ReportedAt) return;
        order.ReportedAt = venueTime;
        order.VenueOrderId = report.VenueOrderId;
        order.Certainty = Certainty.Known;
        order.AbsentFrom = 0;
        if (order.IsTerminal) return;

        if (report.Status is VenueOrderStatus.Working or VenueOrderStatus.Suspended)
        {
            if (order.Type != OrderType.Market) order.Price = report.Price;
            if (report.Size > 0) order.Size = report.Size;
            if (order.Pending == PendingChange.Modify) order.Pending = PendingChange.None;
        }

        order.Lifecycle = report.Status switch
        {
            VenueOrderStatus.Working => order.Filled > 0 ? Lifecycle.PartlyFilled : Lifecycle.Working,
            VenueOrderStatus.Suspended => Lifecycle.Suspended,
            VenueOrderStatus.Cancelled => Lifecycle.Cancelled,
            VenueOrderStatus.Expired => Lifecycle.Expired,
            VenueOrderStatus.Rejected => Lifecycle.Rejected,
            // Filled is believed when the fill itself arrives: that is what moves the position.
            _ => order.Lifecycle,
        };
        if (order.IsTerminal) OnOrderEnded(slot, intents);
        else if (order.Role == OrderRole.Stop && order.IsConfirmed) NoteProtected();
        TryReverse(intents);
    }

    private void OnFill(in FillFacts fill, Timestamp venueTime, IntentBuffer intents)
    {
        if (fill.TradeId != 0 && WasSeen(fill.TradeId)) return;
        var slot = _orders.Find(fill.VenueOrderId, fill.Tag, 0, OrderType.None);
        var role = OrderRole.Foreign;
        var rule = Rule.ForeignActivity;
        if (slot >= 0)
        {
            ref var order = ref _orders[slot];
            if (order.VenueOrderId == 0) order.VenueOrderId = fill.VenueOrderId;
            order.Filled += fill.Size;
            if (order.IsLive) order.Lifecycle = order.Filled >= order.Size ? Lifecycle.Filled : Lifecycle.PartlyFilled;
            order.Certainty = Certainty.Known;
            (role, rule) = (order.Role, order.Rule);
        }

        var before = _ledger.Net;
        var closed = _ledger.Apply(fill, venueTime == default ? _now : venueTime, fill.Fees, ReasonOf(role, rule, fill.Flags), out var trade);
        RefreshEquity();

        if (closed) OnTradeClosed(trade, role, intents);
        if (_ledger.IsFlat)
        {
            TryReverse(intents);
            return;
        }

        var isVoided = (fill.Flags & FillFlags.Voided) != 0;
        if (role == OrderRole.Entry && !isVoided && !closed) OnEntered(slot, before == 0, intents);
        else if (role == OrderRole.Foreign || isVoided || closed) BeginFlatten(Rule.ForeignActivity, intents);
        else ResizeProtection(intents);
    }

    private void OnEntered(int entrySlot, bool isFirstFill, IntentBuffer intents)
    {
        var entry = _orders[entrySlot];
        if (entry.Lifecycle == Lifecycle.Filled) _entryTimeout = Timestamp.Never;
        if (isFirstFill)
        {
            _protectBy = _now + ProtectionBound;
            _protectionResent = false;
            if (_settings.MaxHoldingSeconds > 0) _holdUntil = _now.AddSeconds(_settings.MaxHoldingSeconds);
        }

        if (_flatten.Step != FlattenStep.None || _latches.IsFinal || _now >= _endOfDay.ExitAt)
        {
            BeginFlatten(_latches.IsFinal ? Rule.Latched : Rule.EndOfDayExit, intents);
        }
        else if (!UsesNativeBrackets)
        {
            if (_orders.FindLive(OrderRole.Stop) < 0) ProtectManaged(entry, intents);
            else ResizeProtection(intents);
        }

        RefreshDeadline();
    }

    private void ProtectManaged(in Order entry, IntentBuffer intents)
    {
        var level = _ledger.EntryPrice;
        PlaceProtection(entry, OrderRole.Stop, level - (entry.Stop * entry.Side.Sign()), intents);
        if (entry.Target.Count > 0) PlaceProtection(entry, OrderRole.Target, level + (entry.Target * entry.Side.Sign()), intents);
    }

    private void PlaceProtection(in Order entry, OrderRole role, Price level, IntentBuffer intents)
    {
        var intent = NewIntent(IntentKind.PlaceProtection, Rule.Protection) with
        {
            Role = role,
            Type = role == OrderRole.Stop ? OrderType.Stop : OrderType.Limit,
            Side = entry.Side.Opposite(),
            Size = Math.Abs(_ledger.Net),
            Price = level,
            Tag = ++_lastTag,
            ParentTag = entry.Tag,
        };
        intents.Add(intent);
        AddOrder(intent, Lifecycle.Sent);
    }

    /// <summary>Stop and target protect what is held: no more, no less. A venue that linked them itself resizes them itself.</summary>
    private void ResizeProtection(IntentBuffer intents)
    {
        if (UsesNativeBrackets || _flatten.Step != FlattenStep.None) return;
        var held = Math.Abs(_ledger.Net);
        foreach (var role in (ReadOnlySpan<OrderRole>)[OrderRole.Stop, OrderRole.Target])
        {
            var slot = _orders.FindLive(role);
            if (slot < 0 || _orders[slot].Remaining == held || _orders[slot].Pending != PendingChange.None) continue;
            SendModify(ref _orders[slot], _orders[slot].Price, held + _orders[slot].Filled, Rule.Protection, intents);
        }
    }

    private void NoteProtected()
    {
        if (_protectBy == Timestamp.Never) return;
        _protectBy = Timestamp.Never;
        RefreshDeadline();
    }

    private void OnProtectionDue(IntentBuffer intents)
    {
        _protectBy = Timestamp.Never;
        if (_ledger.IsFlat || _flatten.Step != FlattenStep.None) return;
        var slot = _orders.FindLive(OrderRole.Stop);
        if (slot >= 0 && _orders[slot].IsConfirmed) return;
        if (_protectionResent)
        {
            BeginFlatten(Rule.Unprotected, intents);
            return;
        }

        // The bracket did not come up: a stop of our own, at the distance the entry was approved with.
        _protectionResent = true;
        _protectBy = _now + ClosingBound;
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            var entry = _orders[i];
            if (entry.Role != OrderRole.Entry || entry.Filled == 0 || entry.Side != _ledger.Side) continue;
            PlaceProtection(entry, OrderRole.Stop, _ledger.EntryPrice - (entry.Stop * entry.Side.Sign()), intents);
            return;
        }

        BeginFlatten(Rule.Unprotected, intents);
    }

    /// <summary>An order is over without having filled to the end, or a change to it was refused.</summary>
    private void OnOrderEnded(int slot, IntentBuffer intents)
    {
        ref var order = ref _orders[slot];
        switch (order.Role)
        {
            case OrderRole.Entry:
                if (order.IsTerminal)
                {
                    _entryTimeout = Timestamp.Never;
                    if (order.Filled == 0) EndExpectedChildren(order.Tag);
                    RefreshDeadline();
                }

                break;
            case OrderRole.Stop:
                if (order.IsTerminal && !_ledger.IsFlat && _flatten.Step == FlattenStep.None && _orders.FindLive(OrderRole.Exit) < 0)
                {
                    _protectBy = _now;
                    RefreshDeadline();
                    if (_now >= NextDeadline) FireDeadlines(intents);
                }

                break;
            case OrderRole.Exit:
                if (order.IsTerminal && !_ledger.IsFlat) OnExitFailed(order.Rule, intents);
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
            if ((entryTag is null || _orders[i].ParentTag == entryTag) && _orders[i].Lifecycle == Lifecycle.Created) _orders[i].Lifecycle = Lifecycle.Cancelled;
        }
    }

    private void OnForeignOrder(in OrderReportFacts report, IntentBuffer intents)
    {
        if (report.Status is not (VenueOrderStatus.Working or VenueOrderStatus.Pending or VenueOrderStatus.Suspended)) return;
        _orders.Add(new Order
        {
            Tag = ++_lastTag,
            VenueOrderId = report.VenueOrderId,
            Role = OrderRole.Foreign,
            Type = report.Type,
            Side = report.Side,
            Size = report.Size,
            Price = report.Price,
            SentAt = _now,
            SentSeq = _cause,
            Lifecycle = Lifecycle.Working,
            Rule = Rule.ForeignActivity,
        });
        intents.Add(NewIntent(IntentKind.Alarm, Rule.ForeignActivity));
        SetLatch(Latch.ManualReview, true);
        BeginFlatten(Rule.ForeignActivity, intents);
    }

    private void SendModify(ref Order order, Price price, int size, Rule rule, IntentBuffer intents)
    {
        var intent = NewIntent(IntentKind.Modify, rule) with
        {
            Role = order.Role, Type = order.Type, Side = order.Side, Tag = order.Tag, VenueOrderId = order.VenueOrderId, Price = price, Size = size,
        };
        intents.Add(intent);
        order.Pending = PendingChange.Modify;
        order.PendingPrice = price;
        order.PendingSize = size;
        order.RequestId = intent.RequestId;
        order.SentSeq = _cause;
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
            ref var order = ref _orders[i];
            if (order.Role != role || !order.IsLive || order.Pending == PendingChange.Cancel) continue;
            if (order.Lifecycle == Lifecycle.Created) continue;
            var intent = NewIntent(IntentKind.Cancel, rule) with
            {
                Role = role, Type = order.Type, Side = order.Side, Tag = order.Tag, VenueOrderId = order.VenueOrderId,
            };
            intents.Add(intent);
            order.Pending = PendingChange.Cancel;
            order.RequestId = intent.RequestId;
            order.SentSeq = _cause;
        }
    }

    /// <summary>
    /// Flat means no protective order is left. Where the venue links stop and target, it takes the other one down itself and is given a
    /// moment; after any other exit both are ours to cancel.
    /// </summary>
    private void LeaveNoOrphans(OrderRole filled, IntentBuffer intents)
    {
        if (UsesNativeBrackets && filled is OrderRole.Stop or OrderRole.Target)
        {
            if (_orders.LiveCount > 0) _sweepAt = _now + OrphanBound;
            return;
        }

        CancelLive(OrderRole.Stop, Rule.Protection, intents);
        CancelLive(OrderRole.Target, Rule.Protection, intents);
    }

    private void OnSweepDue(IntentBuffer intents)
    {
        _sweepAt = Timestamp.Never;
        if (!_ledger.IsFlat) return;
        CancelLive(OrderRole.Stop, Rule.Protection, intents);
        CancelLive(OrderRole.Target, Rule.Protection, intents);
    }

    /// <summary>One tag, no blind retry: an order whose fate is unknown is asked about until there is evidence (SPEC N4).</summary>
    private void AskAboutUnknown(IntentBuffer intents)
    {
        SendQuery(QueryKind.OpenOrders, Rule.UnknownOutcome, 0, 0, intents);
        SendQuery(QueryKind.Trades, Rule.UnknownOutcome, 0, 0, intents);
        _askAgainAt = _now + AskAgainAfter;
        RefreshDeadline();
    }

    private void OnAskAgain(IntentBuffer intents)
    {
        _askAgainAt = Timestamp.Never;
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            if (_orders[i].IsLive && _orders[i].Certainty == Certainty.Unknown)
            {
                AskAboutUnknown(intents);
                return;
            }
        }
    }

    private void OnSnapshot(VenueSnapshot snapshot, IntentBuffer intents)
    {
        foreach (var trade in snapshot.Trades)
        {
            if (!WasSeen(trade.TradeId, remember: false)) OnFill(trade, default, intents);
        }

        if (!snapshot.IsComplete) return;
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            ref var order = ref _orders[i];
            if (!order.IsLive || order.Lifecycle == Lifecycle.Created || snapshot.RequestedAtSeq <= order.SentSeq) continue;
            if (Names(snapshot, order))
            {
                order.AbsentFrom = 0;
                if (order.Certainty == Certainty.Unknown) order.Certainty = Certainty.Known;
                if (order.Lifecycle == Lifecycle.Sent) order.Lifecycle = Lifecycle.Working;
                if (order.Pending == PendingChange.Cancel) order.Pending = PendingChange.None;
            }
            else if (order.Certainty == Certainty.Unknown && ++order.AbsentFrom >= SnapshotsThatProveAbsence)
            {
                order.Lifecycle = Lifecycle.PresumedDead;
                order.Certainty = Certainty.Known;
                OnOrderEnded(i, intents);
            }
        }

        foreach (var report in snapshot.WorkingOrders)
        {
            var slot = _orders.Find(report.VenueOrderId, report.Tag, report.ParentVenueOrderId, report.Type);
            if (slot < 0) OnForeignOrder(report, intents);
            else if (_orders[slot].VenueOrderId == 0) _orders[slot].VenueOrderId = report.VenueOrderId;
        }

        NoteFlattenEvidence(snapshot);
        TryReverse(intents);
    }

    private static bool Names(VenueSnapshot snapshot, in Order order)
    {
        foreach (var report in snapshot.WorkingOrders)
        {
            if ((order.VenueOrderId != 0 && report.VenueOrderId == order.VenueOrderId) || (report.Tag != 0 && report.Tag == order.Tag)) return true;
        }

        return false;
    }

    private bool WasSeen(long tradeId, bool remember = true)
    {
        if (Array.IndexOf(_recentTrades, tradeId) >= 0) return true;
        if (!remember) return false;
        _recentTrades[_nextRecentTrade] = tradeId;
        _nextRecentTrade = (_nextRecentTrade + 1) % _recentTrades.Length;
        return false;
    }

    /// <summary>The second half of a reversal, once the exit has filled and nothing of the old trade works any more.</summary>
    private void TryReverse(IntentBuffer intents)
    {
        if (_reversal.Wish == Wish.Keep || !_ledger.IsFlat || _orders.LiveCount > 0 || _flatten.Step != FlattenStep.None) return;
        var reversal = _reversal;
        _reversal = default;
        if (_now <= _reverseBy) TryEnter(reversal, isReversal: true, intents);
    }
}
