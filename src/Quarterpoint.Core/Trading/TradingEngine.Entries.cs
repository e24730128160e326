using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>From a wish to an order: entries, signal exits, reversals.</summary>
public sealed partial class TradingEngine
{
    /// <summary>A cache, not state: it is cleared whenever a state is loaded.</summary>
    private StandingRefusal _standing;

    /// <summary>The side to enter once the exit under way has filled; checked afresh then.</summary>
    private Signal _reversal;

    private void Act(in Signal signal, IntentBuffer intents)
    {
        if (_flatten.Step != FlattenStep.None)
        {
            if (_ledger.IsFlat)
                Note(Verdict.Refuse(Rule.OrderPending));
            return;
        }

        switch (signal.SeenFrom(_ledger.Side))
        {
            case SignalKind.LongEntry or SignalKind.ShortEntry:
                TryEnter(signal, isReversal: false, intents);
                break;
            case SignalKind.ExitLong or SignalKind.ExitShort:
                if (HasHeldLongEnough())
                    Exit(Rule.Signal, intents);
                break;
            case SignalKind.ReverseToLong or SignalKind.ReverseToShort:
                if (!HasHeldLongEnough())
                    break;
                Exit(Rule.Reversal, intents);
                _reversal = signal;
                break;
            default:
                if (signal.Wish == Wish.Flat)
                    CancelLive(OrderRole.Entry, Rule.Signal, intents);
                break;
        }
    }

    /// <summary>
    /// The conduct guard lets no signal end a trade that has hardly begun; a stop, a target, and a flatten never wait (SPEC N17).
    /// </summary>
    private bool HasHeldLongEnough()
    {
        var least = _settings.Limits.Pace.LeastHoldingSeconds;
        if (!_risk.RailsOn || _now >= _ledger.EntryTime.AddSeconds(least))
            return true;
        Note(Verdict.Refuse(Rule.MinimumHold, (_now - _ledger.EntryTime).Ticks * Timestamp.NanosPerTick, least * Timestamp.NanosPerSecond));
        return false;
    }

    private void TryEnter(in Signal signal, bool isReversal, IntentBuffer intents)
    {
        var fillBy = FillBy(isReversal);
        if (_risk.Latches.Blocking is not Latch.None and var blocking && _standing.HoldsFor(blocking, _risk.Balance, fillBy))
        {
            Note(_standing.Verdict);
            return;
        }

        var side = signal.Wish == Wish.Long ? Side.Buy : Side.Sell;
        var verdict = MayEnter(fillBy, isReversal);
        if (verdict.Rule == Rule.None)
            verdict = SizeOf(side, signal);
        _risk.NoteVerdict(verdict);
        if (verdict.IsApproved && !PaysForItself(signal, verdict.Entry, out var tooUnlikely))
            verdict = tooUnlikely;
        if (!verdict.IsApproved)
        {
            Note(verdict);
            return;
        }

        _ledger.NoteSignal(signal.Confidence, signal.PredictedClass, verdict.Entry.Stop);
        SendEntry(verdict.Entry, isReversal ? Rule.Reversal : Rule.Signal, fillBy, intents);
    }

    private Verdict MayEnter(Timestamp fillBy, bool isReversal)
    {
        var blocking = _risk.Latches.Blocking;
        var verdict = _gate.Permit(
            new EntryMoment
            {
                Now = _now,
                FillBy = fillBy,
                Session = IsInSession ? _session : null,
                EndOfDay = _endOfDay,
                EntriesInEth = _settings.EntriesInEth,
                Blocking = blocking,
                IsHolding = !_ledger.IsFlat,
                OrderPending = blocking == Latch.None && !_orders.AreSettled,
                StaleQuote = StaleQuote,
                NewsIsNear = blocking == Latch.None && (_settings.News.IsNear(_now) || _settings.News.IsNear(fillBy)),
                CooldownUntil = _risk.CooldownUntil,
                IsReversal = isReversal,
                Balance = _risk.Balance,
                Equity = _risk.Balance,
            },
            _risk.Pace
        );
        if (blocking != Latch.None && verdict.Rule is not (Rule.NoSession or Rule.OutsideEntryWindow))
            _standing = new StandingRefusal(blocking, _risk.Balance, ChangesAt(), verdict);
        return verdict;
    }

    /// <summary>The fill-by time from which the session's own clock refuses.</summary>
    private Timestamp ChangesAt() =>
        _session.HasHalt && _now < _session.HaltEnd ? Timestamp.Min(_session.HaltStart, _endOfDay.CutoffAt) : _endOfDay.CutoffAt;

    private Verdict SizeOf(Side side, in Signal signal)
    {
        var stop = _settings.Stop.For(side, _lastBar.Close, _study);
        return _gate.Size(
            new EntryRequest
            {
                Side = side,
                Stop = stop,
                Target = stop is { } distance ? _settings.Target.For(distance) : default,
                Confidence = signal.PredictedClass >= 0 ? signal.SizingConfidence : null,
                Contracts = _settings.Contracts,
                AtRth = _session.PhaseAt(_now) == SessionPhase.Rth,
                Reductions = _risk.Latches.Reductions,
                Balance = _risk.Balance,
                Equity = _risk.Balance,
                Levels = _risk.Levels,
                AtRisk = AtRisk(),
                TickValue = _settings.Instrument.TickValue,
            }
        );
    }

    private bool PaysForItself(in Signal signal, in ApprovedEntry entry, out Verdict refusal)
    {
        refusal = default;
        if (_settings.BreakEven is not { } gate)
            return true;
        var (probability, needed) = gate.Weigh(signal.Confidence, entry.Stop, entry.Target);
        refusal = Verdict.Refuse(Rule.BelowBreakEven, probability, needed);
        return probability > needed;
    }

    /// <summary>
    /// The last instant at which an entry sent now may fill. A reversal's is sent while a bar is under way, after the exit's fill, and the
    /// first price that it can meet is the next bar's: so the bar's length is granted on top.
    /// </summary>
    private Timestamp FillBy(bool isReversal) => _now.AddSeconds(_settings.EntryTimeoutSeconds + (isReversal ? _settings.BarSeconds : 0));

    private void SendEntry(in ApprovedEntry entry, Rule rule, Timestamp fillBy, IntentBuffer intents)
    {
        var price = _settings.EntryType == OrderType.Limit ? _lastBar.Close - (_settings.LimitOffset * entry.Side.Sign()) : default;
        var intent = Intent.Enter(NextCause(rule), entry, _settings.EntryType, price, ++_lastTag);
        intents.Add(intent);
        _risk.NoteEntry(_now);
        AddOrder(intent, Lifecycle.Sent);
        if (UsesNativeBrackets)
        {
            ExpectChild(intent, OrderRole.Stop, OrderType.Stop);
            if (entry.Target.Count > 0)
                ExpectChild(intent, OrderRole.Target, OrderType.Limit);
        }

        // A price at the last permitted instant still counts: the order dies right after it.
        _deadlines.Set(Deadline.EntryTimeout, new Timestamp(fillBy.Nanoseconds + 1));
    }

    /// <summary>
    /// Leaves at the market. The protective orders stay until the venue has filled it; what is left of the entry does not.
    /// </summary>
    private void Exit(Rule rule, IntentBuffer intents)
    {
        if (_ledger.IsFlat || _orders.FindLive(OrderRole.Exit) >= 0)
            return;

        // Where a fill is known to be missing the position is not: an exit of the size we count could open another one.
        if (_orders.AnyMissesFill)
            return;
        CancelLive(OrderRole.Entry, rule, intents);
        SendExit(IntentKind.PlaceExit, rule, _ledger.Net, OrderOrigin.Placed, intents);
    }

    /// <param name="held">Signed contracts to close.</param>
    private void SendExit(IntentKind kind, Rule rule, int held, OrderOrigin origin, IntentBuffer intents)
    {
        var (side, size) = (held > 0 ? Side.Sell : Side.Buy, Math.Abs(held));
        var intent =
            kind == IntentKind.PlaceExit
                ? Intent.PlaceExit(NextCause(rule), side, size, ++_lastTag)
                : Intent.ClosePosition(NextCause(rule), side, size, ++_lastTag);
        intents.Add(intent);
        AddOrder(intent, Lifecycle.Sent, origin);
    }

    private void OnEntryTimeout(IntentBuffer intents)
    {
        _deadlines.Clear(Deadline.EntryTimeout);
        CancelLive(OrderRole.Entry, Rule.OrderTimeout, intents);
    }

    private void OnHoldingTimeOver(IntentBuffer intents)
    {
        _deadlines.Clear(Deadline.HoldingTime);
        if (_flatten.Step == FlattenStep.None)
            Exit(Rule.HoldingTime, intents);
    }

    private void Note(in Verdict verdict)
    {
        LastRefusal = verdict;
        RefusalCount++;
        _refusals[(int)verdict.Rule]++;
    }

    private void AddOrder(in Intent intent, Lifecycle lifecycle, OrderOrigin origin = OrderOrigin.Placed)
    {
        WatchAnew();
        _orders.Add(
            new Order
            {
                Tag = intent.Tag,
                ParentTag = intent.ParentTag,
                RequestId = intent.RequestId,
                FactSeq = _cause,
                SentAt = _now,
                Price = intent.Price,
                Size = intent.Size,
                Stop = intent.Stop,
                Target = intent.Target,
                Role = intent.Role,
                Type = intent.Type,
                Side = intent.Side,
                Lifecycle = lifecycle,
                Rule = intent.Rule,
                Contract = intent.Contract,
                Origin = origin,
            }
        );
    }
}
