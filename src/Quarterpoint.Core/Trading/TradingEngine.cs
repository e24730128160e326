using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// Every trading decision, for backtest, paper, and live alike. The same events always give the same intents: it asks no clock, draws no
/// unseeded number, and its state can be saved and loaded at any event. The host feeds events in order of time, fires
/// <see cref="NextDeadline"/> by a Clock event, and carries out the intents.
/// </summary>
public sealed partial class TradingEngine
{
    private const int StateVersion = 3;

    private readonly EngineSettings _settings;
    private readonly SignalRule _rule;
    private readonly RiskGate _gate;
    private readonly Ledger _ledger;
    private readonly OrderBook _orders = new();
    private readonly List<RoundTrip> _closedTrades = [];
    private readonly long[] _refusals = new long[(int)Rule.PositionHeld + 1];

    private Timestamp _now;
    private long _cause;
    private long _lastRequest;
    private long _lastTag;
    private bool _started;
    private Capabilities _capabilities;
    private byte _contract;

    private int _sessionIndex;
    private DayEdge _nextEdge;
    private TradingSession _session;
    private EndOfDay _endOfDay;
    private bool _reduced;

    private Bar _lastBar;
    private Timestamp _lastBarClose;
    private MinuteStudy _study;

    public TradingEngine(EngineSettings settings, SignalRule rule)
    {
        _settings = settings;
        _rule = rule;
        _gate = new RiskGate(settings.Limits);
        _ledger = new Ledger(settings.Instrument.TickValue);
        _study = new MinuteStudy(settings.BarSeconds);
        NextDeadline = Timestamp.Never;
    }

    /// <summary>The edges of a trading day, in the order in which they fire.</summary>
    private enum DayEdge
    {
        Open,
        Reduce,
        Cutoff,
        Exit,
        FlatBy,
        Close,
    }

    public EngineSettings Settings => _settings;

    /// <summary>The next instant at which a Clock event changes anything.</summary>
    public Timestamp NextDeadline { get; private set; }

    public Ledger Ledger => _ledger;

    /// <summary>Trades closed since the host last emptied the list.</summary>
    public IReadOnlyList<RoundTrip> ClosedTrades => _closedTrades;

    /// <summary>How often each rule refused an entry.</summary>
    public ReadOnlySpan<long> Refusals => _refusals;

    public Verdict LastRefusal { get; private set; }

    public bool IsInSession { get; private set; }

    public Exposure Exposure
    {
        get
        {
            if (_flatten.Step != FlattenStep.None) return Exposure.Flattening;
            if (_ledger.IsFlat) return _orders.FindLive(OrderRole.Entry) >= 0 ? Exposure.Entering : Exposure.Flat;
            if (_orders.FindLive(OrderRole.Exit) >= 0) return Exposure.Exiting;
            var stop = _orders.FindLive(OrderRole.Stop);
            return stop >= 0 && _orders[stop].IsConfirmed ? Exposure.Protected : Exposure.Unprotected;
        }
    }

    /// <summary>Flat, with no order whose end is open, and no ladder under way: a start may follow.</summary>
    public bool IsAtRest => _ledger.IsFlat && _orders.AreSettled && _flatten.Step == FlattenStep.None;

    public void ClearClosedTrades() => _closedTrades.Clear();

    /// <summary>Takes one event and says what to do about it.</summary>
    public void On(in EngineEvent e, IntentBuffer intents)
    {
        Require.That(e.Time >= _now, "time never runs back");
        Require.That(_started || e.Kind == EventKind.Started, "the first event is Started");
        _now = e.Time;
        _cause = e.Seq;
        if (_now >= NextDeadline) FireDeadlines(intents);

        switch (e.Kind)
        {
            case EventKind.BarClosed:
                OnBarClosed(e, intents);
                break;
            case EventKind.Forecast:
                OnForecast(e.Forecast, intents);
                break;
            case EventKind.ForecastAbsent:
                _refusals[(int)Rule.ModelSilent]++;
                break;
            case EventKind.SendResult:
                OnSendResult(e.SendResult, intents);
                break;
            case EventKind.OrderReport:
                OnOrderReport(e.OrderReport, e.VenueTime, intents);
                break;
            case EventKind.Fill:
                OnFill(e.Fill, e.VenueTime, intents);
                break;
            case EventKind.PositionReport:
                OnPositionReport(e.PositionReport, intents);
                break;
            case EventKind.VenueSnapshot:
                OnSnapshot((VenueSnapshot)e.Detail!, intents);
                break;
            case EventKind.Clock or EventKind.Quote or EventKind.Print:
                // Deadlines have fired above. Quotes and prints feed marks and breakers, never a signal.
                break;
            default:
                OnSessionEvent(e, intents);
                break;
        }

        // What follows from the whole event, not from a part of it.
        if (_flatten.Step != FlattenStep.None) AdvanceFlatten(intents);
        else if (_reversal.Wish != Wish.Keep) TryReverse(intents);
    }

    private void OnBarClosed(in EngineEvent e, IntentBuffer intents)
    {
        ref readonly var bar = ref e.Bar;
        _lastBar = bar;
        _lastBarClose = e.Time;
        _study.Next(bar);
        var held = _ledger.Side;
        var signal = _rule.OnBar(bar, held, _ledger.EntryTime, e.Time);
        if ((e.Flags & EventFlags.Backfilled) != 0)
        {
            // No forecast of a bar of the past decides either.
            _lastBarClose = default;
            return;
        }

        if (held != Side.None)
        {
            MarkPosition(bar, intents);
            if (_settings.Trail.IsActive || _reduced) FollowWithStop(intents);
        }

        if (signal.Wish != Wish.Keep) Act(signal, intents);
    }

    private void OnForecast(in ForecastFacts forecast, IntentBuffer intents)
    {
        // A forecast speaks for one bar: it is used only while that bar is the newest and under a second old (DESIGN.md 4).
        if (forecast.BarOpenTime != _lastBar.OpenTime || _now >= _lastBarClose.AddSeconds(1))
        {
            _refusals[(int)Rule.ModelSilent]++;
            return;
        }

        var held = _ledger.Side;
        var signal = _rule.OnForecast(forecast, held);
        if (signal.Wish != Wish.Keep)
        {
            if (signal.SeenFrom(held) == SignalKind.Hold) _refusals[(int)Rule.PositionHeld]++;
            Act(signal, intents);
        }
        else if (held != Side.None)
        {
            _refusals[(int)Rule.PositionHeld]++;
        }
        else
        {
            _refusals[(int)signal.Why]++;
        }
    }

    private void OnSessionEvent(in EngineEvent e, IntentBuffer intents)
    {
        switch (e.Kind)
        {
            case EventKind.Started:
                OnStarted((StartFacts)e.Detail!);
                break;
            case EventKind.ContractSelected:
                OnContractSelected(e.Contract, intents);
                break;
            case EventKind.AccountReport:
                SetLatch(Latch.AccountBlocked, !e.AccountReport.CanTrade);
                break;
            case EventKind.FeedChanged:
                SetLatch(Latch.Feed, (FeedState)e.Code is FeedState.Stale or FeedState.Lost);
                break;
            case EventKind.MarketStatus:
                SetLatch(Latch.Market, (MarketState)e.Code != MarketState.Open);
                if ((MarketState)e.Code != MarketState.Open) CancelLive(OrderRole.Entry, Rule.MarketHalted, intents);
                break;
            case EventKind.ConnectionChanged:
                NoteConnection(e.Code);
                break;
            case EventKind.ClockSuspect:
                SetLatch(Latch.Clock, e.Code != 0);
                break;
            case EventKind.StoreFailed:
                SetLatch(Latch.Store, true);
                break;
            case EventKind.Operator:
                OnOperator((OperatorCommand)e.Code, intents);
                break;
            default:
                Require.That(false, "an event kind that the engine knows");
                break;
        }
    }

    private void OnStarted(StartFacts facts)
    {
        Require.That(IsAtRest, "a start finds no position of ours: it is adopted by queries");
        _started = true;
        _capabilities = facts.Capabilities;
        _lastTag = (long)facts.Epoch << 32;
        _ledger.Reset();
        StartRisk(facts);
        RefreshEquity();
        EnterSession(_settings.Calendar.FirstClosingAfter(_now));
    }

    private void OnContractSelected(byte contract, IntentBuffer intents)
    {
        if (contract == _contract) return;
        _contract = contract;
        CancelLive(OrderRole.Entry, Rule.ContractChanged, intents);
        if (!_ledger.IsFlat) BeginFlatten(Rule.ContractChanged, intents);
        ResetStudies();
    }

    private void NoteConnection(int code)
    {
        var which = 1 << (code >> 1);
        _connectionsDown = (code & 1) != 0 ? _connectionsDown & ~which : _connectionsDown | which;
        SetLatch(Latch.Connection, _connectionsDown != 0);
    }

    private void OnOperator(OperatorCommand command, IntentBuffer intents)
    {
        switch (command)
        {
            case OperatorCommand.Pause or OperatorCommand.ReduceOnly:
                SetLatch(Latch.Paused, true);
                CancelLive(OrderRole.Entry, Rule.Operator, intents);
                break;
            case OperatorCommand.Resume:
                SetLatch(Latch.Paused, false);
                break;
            case OperatorCommand.Flatten:
                BeginFlatten(Rule.Operator, intents);
                break;
            case OperatorCommand.Halt or OperatorCommand.Kill:
                SetLatch(Latch.ManualReview, true);
                BeginFlatten(Rule.Operator, intents);
                break;
            case OperatorCommand.Review:
                Review();
                break;
            default:
                Require.That(false, "an operator command that the engine knows");
                break;
        }
    }

    /// <summary>Fires what is due, in order of time and then of urgency, so that an extra Clock anywhere changes nothing.</summary>
    private void FireDeadlines(IntentBuffer intents)
    {
        // Each due timer is cleared or moved on before its action, so this ends; the bound is a net under a bug.
        for (var fired = 0; _now >= NextDeadline; fired++)
        {
            Require.That(fired < 10_000, "deadlines come to an end");
            var due = NextDeadline;
            if (EdgeTime == due) FireEdge(intents);
            else if (_entryTimeout == due) OnEntryTimeout(intents);
            else if (_protectBy == due) OnProtectionDue(intents);
            else if (_holdUntil == due) OnHoldingTimeOver(intents);
            else if (_askAgainAt == due) OnAskAgain(intents);
            else if (_sweepAt == due) OnSweepDue(intents);
            else if (_watchAt == due) OnWatchDue(intents);
            else if (_flatten.RetryAt == due) OnFlattenRetry(intents);
            RefreshDeadline();
        }
    }

    private void RefreshDeadline()
    {
        var next = Timestamp.Min(EdgeTime, Timestamp.Min(_entryTimeout, _protectBy));
        next = Timestamp.Min(next, Timestamp.Min(_holdUntil, _askAgainAt));
        next = Timestamp.Min(next, Timestamp.Min(_sweepAt, _watchAt));
        NextDeadline = Timestamp.Min(next, _flatten.RetryAt);
    }

    private Timestamp EdgeTime => _sessionIndex >= _settings.Calendar.Sessions.Length
        ? Timestamp.Never
        : _nextEdge switch
        {
            DayEdge.Open => _session.Open,
            DayEdge.Reduce => _endOfDay.ReduceAt,
            DayEdge.Cutoff => _endOfDay.CutoffAt,
            DayEdge.Exit => _endOfDay.ExitAt,
            DayEdge.FlatBy => _endOfDay.FlatBy,
            _ => _session.Close,
        };

    private void EnterSession(int index)
    {
        _sessionIndex = index;
        _nextEdge = DayEdge.Open;
        IsInSession = false;
        var sessions = _settings.Calendar.Sessions;
        if (index < sessions.Length)
        {
            _session = sessions[index];
            _endOfDay = EndOfDay.Of(_session, _settings.EndOfDay);
        }

        RefreshDeadline();
    }

    private void FireEdge(IntentBuffer intents)
    {
        var edge = _nextEdge++;
        switch (edge)
        {
            case DayEdge.Open:
                IsInSession = true;
                _reduced = false;
                ResetStudies();
                break;
            case DayEdge.Reduce:
                _reduced = true;
                if (!_ledger.IsFlat) FollowWithStop(intents);
                break;
            case DayEdge.Cutoff:
                CancelLive(OrderRole.Entry, Rule.EndOfDayCutoff, intents);
                break;
            case DayEdge.Exit:
                BeginFlatten(Rule.EndOfDayExit, intents);
                break;
            case DayEdge.FlatBy:
                if (!_ledger.IsFlat) intents.Add(NewIntent(IntentKind.Alarm, Rule.FlatByDeadline));
                break;
            default:
                if (_starvation.EndSession() && !_latches.IsFinal) SetLatch(Latch.Starved, true);
                EnterSession(_sessionIndex + 1);
                break;
        }
    }

    /// <summary>Nothing measured in one session, or on one contract, speaks for the next.</summary>
    private void ResetStudies()
    {
        _study.Reset();
        _rule.Reset();
    }

    private Intent NewIntent(IntentKind kind, Rule rule) =>
        new() { Kind = kind, Rule = rule, Contract = _contract, RequestId = ++_lastRequest, Cause = _cause };

    private long SendQuery(QueryKind query, Rule rule, long tag, long venueOrderId, IntentBuffer intents)
    {
        var intent = NewIntent(IntentKind.Query, rule) with { Query = query, Tag = tag, VenueOrderId = venueOrderId };
        intents.Add(intent);
        return intent.RequestId;
    }
}

/// <summary>What the position is doing.</summary>
public enum Exposure : byte
{
    Flat,
    Entering,

    /// <summary>A position whose stop is not confirmed.</summary>
    Unprotected,
    Protected,
    Exiting,
    Flattening,
}
