using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>The stop and target that every position must have, and that nothing else may have (SPEC N1).</summary>
public sealed partial class TradingEngine
{
    /// <summary>
    /// A stop not confirmed this long after the fill is asked about (its report may have been lost, and a second stop would be one too
    /// many), then sent explicitly, and at last the position is closed.
    /// </summary>
    private static readonly TimeSpan AskForStopAfter = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan ProtectionBound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClosingBound = TimeSpan.FromSeconds(1.5);

    /// <summary>Tag of the entry that the position, or the last one, came from.</summary>
    private long _entryTag;
    private ProtectionStep _protection;

    private enum ProtectionStep
    {
        Awaited,
        Asked,
        Resent,
    }

    private void OnEntered(int entrySlot, bool isFirstFill, IntentBuffer intents)
    {
        var entry = _orders[entrySlot];
        if (_orders.FindLive(OrderRole.Entry) < 0)
            _deadlines.Clear(Deadline.EntryTimeout);
        if (isFirstFill)
        {
            _entryTag = entry.Tag;
            _deadlines.Set(Deadline.Protection, _now + AskForStopAfter);
            _protection = ProtectionStep.Awaited;
            if (_settings.MaxHoldingSeconds > 0)
                _deadlines.Set(Deadline.HoldingTime, _now.AddSeconds(_settings.MaxHoldingSeconds));
            if (UsesNativeBrackets)
                ExpectChildrenAfterAll(entry.Tag);
        }

        // A ladder that waited for this entry to end has a position to close now, not later.
        if (_flatten.Step != FlattenStep.None)
            StopRetrying();

        if (!UsesNativeBrackets)
        {
            if (_orders.FindLive(OrderRole.Stop) < 0)
                ProtectManaged(entry, intents);
            else
                ResizeProtection(OrderRole.Entry, intents);
        }

        // An entry presumed dead may fill after all, when the day is over, the account is halted, or another position is held.
        if (_risk.Latches.MustBeFlat)
            BeginFlatten(LatchTable.Strictest(_risk.Latches.Held & LatchTable.Flattening).Rule, intents);
        else if (!IsInSession || _now >= _endOfDay.CutoffAt)
            BeginFlatten(Rule.EndOfDayCutoff, intents);
        else if (entry.Tag != _entryTag)
            BeginFlatten(Rule.TradeRisk, intents);
    }

    private void ProtectManaged(in Order entry, IntentBuffer intents)
    {
        var level = _ledger.EntryPrice;
        PlaceProtection(entry, OrderRole.Stop, level - (entry.Stop * entry.Side.Sign()), intents);
        if (entry.Target.Count > 0)
            PlaceProtection(entry, OrderRole.Target, level + (entry.Target * entry.Side.Sign()), intents);
    }

    private void PlaceProtection(in Order entry, OrderRole role, Price level, IntentBuffer intents)
    {
        var intent = Intent.PlaceProtection(
            NextCause(Rule.Protection),
            role,
            entry.Side.Opposite(),
            Math.Abs(_ledger.Net),
            level,
            ++_lastTag,
            entry.Tag
        );
        intents.Add(intent);
        AddOrder(intent, Lifecycle.Sent);
    }

    /// <summary>
    /// Stop and target protect what is held: no more, no less. A venue that links them resizes them itself when the entry, the stop, or the
    /// target fills, but not when an exit fills.
    /// </summary>
    private void ResizeProtection(OrderRole filled, IntentBuffer intents)
    {
        if (UsesNativeBrackets && filled is OrderRole.Entry or OrderRole.Stop or OrderRole.Target)
            return;
        var held = Math.Abs(_ledger.Net);
        foreach (var role in (ReadOnlySpan<OrderRole>)[OrderRole.Stop, OrderRole.Target])
        {
            var slot = _orders.FindLive(role);
            if (slot < 0 || _orders[slot].Remaining == held || _orders[slot].Pending != PendingChange.None)
                continue;
            if (_orders[slot].Lifecycle == Lifecycle.Created)
                continue;
            SendModify(ref _orders[slot], _orders[slot].Price, held + _orders[slot].Filled, Rule.Protection, intents);
        }
    }

    private void OnStopConfirmed(int slot, IntentBuffer intents)
    {
        _deadlines.Clear(Deadline.Protection);

        // Two stops work: the first one turned up after its replacement was sent. The looser of them is cancelled, because a stop never
        // moves away from the price.
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            if (i == slot || _orders[i].Role != OrderRole.Stop || !_orders[i].IsConfirmed)
                continue;
            var (older, newer) = _orders[i].Tag < _orders[slot].Tag ? (i, slot) : (slot, i);
            var isTighter = (_orders[newer].Price - _orders[older].Price).Count * _ledger.Side.Sign() > 0;
            Cancel(ref _orders[isTighter ? older : newer], Rule.Protection, intents);
        }
    }

    private void OnProtectionDue(IntentBuffer intents)
    {
        _deadlines.Clear(Deadline.Protection);
        if (_protection == ProtectionStep.Awaited)
            DoubtChildren(intents);
        if (_ledger.IsFlat || _flatten.Step != FlattenStep.None)
            return;
        var slot = _orders.FindLive(OrderRole.Stop);
        if (slot >= 0 && _orders[slot].IsConfirmed)
            return;
        if (_orders.AnyMissesFill)
        {
            // The venue says that something filled and we have not heard what: perhaps this very stop. Another one could open a position.
            AskAboutUnknown(intents);
            _deadlines.Set(Deadline.Protection, _now + AskForStopAfter);
            return;
        }

        switch (_protection)
        {
            case ProtectionStep.Awaited:
                if (slot >= 0)
                    DoubtLive(OrderRole.Stop, intents);
                _deadlines.Set(Deadline.Protection, _now + (ProtectionBound - AskForStopAfter));
                _protection = ProtectionStep.Asked;
                break;
            case ProtectionStep.Asked:
                _deadlines.Set(Deadline.Protection, _now + ClosingBound);
                _protection = ProtectionStep.Resent;
                ResendStop(intents);
                break;
            default:
                GiveUpUnprotected(intents);
                break;
        }
    }

    /// <summary>A position that nothing protects is closed, and why is for a person to find out (SPEC N1).</summary>
    private void GiveUpUnprotected(IntentBuffer intents)
    {
        BeginFlatten(Rule.Unprotected, intents);
        Hold(Latch.Halted, Timestamp.Never, intents);
    }

    /// <summary>A stop of our own: where the last one stood, else at the distance the entry was approved with.</summary>
    private void ResendStop(IntentBuffer intents)
    {
        var entrySlot = _orders.FindTag(_entryTag);
        if (entrySlot < 0 || _orders[entrySlot].Side != _ledger.Side)
        {
            GiveUpUnprotected(intents);
            return;
        }

        var entry = _orders[entrySlot];
        var sign = entry.Side.Sign();
        var level = _ledger.EntryPrice.InTicks - (entry.Stop.Count * sign);
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            ref var old = ref _orders[i];
            if (old.Role == OrderRole.Stop && old.ParentTag == _entryTag && old.Price != default)
                level = Math.Max(level * sign, old.Price.InTicks * sign) * sign;
        }

        PlaceProtection(entry, OrderRole.Stop, new Price(level), intents);
    }

    /// <summary>
    /// The stop ended while the position lives. Rejected, it is sent again at once; else its target may have filled unheard.
    /// </summary>
    private void OnStopLost(in Order stop, IntentBuffer intents)
    {
        if (_orders.FindLive(OrderRole.Stop) >= 0)
            return;
        if (_protection == ProtectionStep.Awaited)
            _protection = ProtectionStep.Asked;
        if (stop.Lifecycle is Lifecycle.Rejected or Lifecycle.NotSent)
        {
            _deadlines.Set(Deadline.Protection, _now);
            OnProtectionDue(intents);
        }
        else
        {
            DoubtLive(OrderRole.Target, intents);
            _deadlines.Set(Deadline.Protection, _now + ProtectionBound);
        }
    }

    /// <summary>
    /// Once the position is flat, nothing of the trade may still work. Where the venue links stop and target, it cancels the other one
    /// itself and is given a moment to do so; the rest is cancelled here.
    /// </summary>
    private void LeaveNoOrphans(OrderRole filled, IntentBuffer intents)
    {
        CancelLive(OrderRole.Entry, Rule.Protection, intents);
        CancelLive(OrderRole.Exit, Rule.Protection, intents);
        if (UsesNativeBrackets && filled is OrderRole.Stop or OrderRole.Target)
        {
            SweepLater();
            return;
        }

        CancelLive(OrderRole.Stop, Rule.Protection, intents);
        CancelLive(OrderRole.Target, Rule.Protection, intents);
    }

    /// <summary>The child of a native bracket: the venue makes it when the entry fills, and gives it an id that we learn then.</summary>
    private void ExpectChild(in Intent entry, OrderRole role, OrderType type)
    {
        WatchAnew();
        _orders.Add(
            new Order
            {
                Tag = ++_lastTag,
                ParentTag = entry.Tag,
                FactSeq = _cause,
                SentAt = _now,
                Size = entry.Size,
                Stop = entry.Stop,
                Target = entry.Target,
                Role = role,
                Type = type,
                Side = entry.Side.Opposite(),
                Lifecycle = Lifecycle.Created,
                Rule = Rule.Protection,
                Contract = entry.Contract,
                Origin = OrderOrigin.BornOfEntry,
            }
        );
    }

    /// <summary>An entry that was given up has filled after all, so its bracket orders are expected again.</summary>
    private void ExpectChildrenAfterAll(long entryTag)
    {
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            ref var child = ref _orders[i];
            if (child.Origin == OrderOrigin.BornOfEntry && child.ParentTag == entryTag && child.VenueOrderId == 0 && child.IsEndPresumed)
                child.Lifecycle = Lifecycle.Created;
        }
    }

    /// <summary>Bracket orders that should have been reported by now count as unknown and are asked about.</summary>
    private void DoubtChildren(IntentBuffer intents)
    {
        var any = false;
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            ref var child = ref _orders[i];
            if (child.ParentTag != _entryTag || child.Lifecycle != Lifecycle.Created)
                continue;
            Doubt(ref child);
            any = true;
        }

        if (any)
            AskAboutUnknown(intents);
    }
}
