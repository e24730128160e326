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
    private const int StateVersion = 5;

    private readonly EngineSettings _settings;
    private readonly SignalRule _rule;
    private readonly RiskGate _gate;
    private readonly Ledger _ledger;
    private readonly AccountRisk _risk;
    private readonly OrderBook _orders = new();
    private readonly List<RoundTrip> _closedTrades = [];
    private readonly long[] _refusals = new long[(int)Rule.PositionHeld + 1];

    private Deadlines _deadlines = Deadlines.None();
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

    private Bar _lastBar;
    private Timestamp _lastBarClose;
    private MinuteStudy _study;

    public TradingEngine(EngineSettings settings, SignalRule rule)
    {
        _settings = settings;
        _rule = rule;
        _gate = new RiskGate(settings.Limits, settings.Fees);
        _ledger = new Ledger(settings.Instrument.TickValue);
        _risk = new AccountRisk(
            new AccountTerms(settings.Limits, settings.Calendar, settings.Fees, settings.Instrument.TickValue, settings.Stop.Smallest),
            _gate,
            _ledger
        );
        _study = new MinuteStudy(settings.BarSeconds);
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
    public Timestamp NextDeadline => _deadlines.Next;

    /// <summary>The position, and what was earned and paid so far.</summary>
    public Ledger Ledger => _ledger;

    /// <summary>Trades closed since the host last emptied the list.</summary>
    public IReadOnlyList<RoundTrip> ClosedTrades => _closedTrades;

    /// <summary>How often each rule refused an entry.</summary>
    public ReadOnlySpan<long> Refusals => _refusals;

    /// <summary>The last refusal, with its numbers (SPEC R22).</summary>
    public Verdict LastRefusal { get; private set; }

    /// <summary>How many entries were refused so far. It grows with each refusal, so that a host can see that there is a new one.</summary>
    public long RefusalCount { get; private set; }

    /// <summary>Our own orders, live ones and the last that ended.</summary>
    public ReadOnlySpan<Order> Orders => _orders.All;

    /// <summary>When the newest bar opened; the epoch before the first.</summary>
    public Timestamp LastBarTime => _lastBar.OpenTime == 0 ? default : _lastBar.Opens;

    /// <summary>The loop's time of the last event.</summary>
    public Timestamp Now => _now;

    /// <summary>Whether a trading session is open now.</summary>
    public bool IsInSession { get; private set; }

    /// <summary>What the position is doing, worked out from ledger and orders.</summary>
    public Exposure Exposure
    {
        get
        {
            if (_flatten.Step != FlattenStep.None)
                return Exposure.Flattening;
            if (_ledger.IsFlat)
                return _orders.FindLive(OrderRole.Entry) >= 0 ? Exposure.Entering : Exposure.Flat;
            if (_orders.FindLive(OrderRole.Exit) >= 0)
                return Exposure.Exiting;
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
        if (_now >= NextDeadline)
            FireDeadlines(intents);

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
            case EventKind.Quote:
                // Quotes and prints feed marks and breakers, never a signal.
                OnQuote(e.Quote, intents);
                break;
            case EventKind.Clock or EventKind.Print:
                // Deadlines have fired above.
                break;
            default:
                OnSessionEvent(e, intents);
                break;
        }

        // These look at the state after the whole event, for example after all the trades of one snapshot.
        if (_flatten.Step != FlattenStep.None)
            AdvanceFlatten(intents);
        else if (_reversal.Wish != Wish.Keep)
            TryReverse(intents);
    }

    private void OnBarClosed(in EngineEvent e, IntentBuffer intents)
    {
        ref readonly var bar = ref e.Bar;
        _lastBar = bar;
        _lastBarClose = e.Time;
        if (_study.Next(bar) && _risk.RailsOn)
            OnMinute(intents);
        var held = _ledger.Side;
        var signal = _rule.OnBar(bar, held, _ledger.EntryTime, e.Time);
        if ((e.Flags & EventFlags.Backfilled) != 0)
        {
            // A forecast for a backfilled bar decides nothing either.
            _lastBarClose = default;
            return;
        }

        if (held != Side.None)
        {
            // Without a fresh quote the position is marked by the bar.
            if (!UsesQuotes || StaleQuote is not null)
                MarkPosition(bar, intents);
            if (_settings.Trail.IsActive || _risk.Latches.Has(Latch.EndOfDay))
                FollowWithStop(intents);
        }

        if (signal.Wish != Wish.Keep)
            Act(signal, intents);
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
            if (signal.SeenFrom(held) == SignalKind.Hold)
                _refusals[(int)Rule.PositionHeld]++;
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
                OnStarted((StartFacts)e.Detail!, intents);
                break;
            case EventKind.ContractSelected:
                OnContractSelected(e.Contract, intents);
                break;
            case EventKind.AccountReport:
                SetCondition(Latch.AccountBlocked, !e.AccountReport.CanTrade, intents);
                break;
            case EventKind.FeedChanged:
                SetCondition(Latch.Feed, (FeedState)e.Code is FeedState.Stale or FeedState.Lost, intents);
                break;
            case EventKind.MarketStatus:
                SetCondition(Latch.Market, (MarketState)e.Code != MarketState.Open, intents);
                break;
            case EventKind.ConnectionChanged:
                NoteConnection(e.Code, intents);
                break;
            case EventKind.ClockSuspect:
                SetCondition(Latch.Clock, e.Code != 0, intents);
                break;
            case EventKind.StoreFailed:
                SetCondition(Latch.Store, e.Code != 0, intents);
                break;
            case EventKind.Operator:
                OnOperator((OperatorCommand)e.Code, intents);
                break;
            default:
                Require.That(false, "an event kind that the engine knows");
                break;
        }
    }

    private void OnStarted(StartFacts facts, IntentBuffer intents)
    {
        Require.That(IsAtRest, "a start finds no position of ours: it is adopted by queries");
        _started = true;
        _capabilities = facts.Capabilities;
        _lastTag = (long)facts.Epoch << 32;
        _ledger.Reset();
        EnterSession(_settings.Calendar.FirstClosingAfter(_now));
        StartRisk(facts, intents);
    }

    private void OnContractSelected(byte contract, IntentBuffer intents)
    {
        if (contract == _contract)
            return;
        _contract = contract;
        CancelLive(OrderRole.Entry, Rule.ContractChanged, intents);
        if (!_ledger.IsFlat)
            BeginFlatten(Rule.ContractChanged, intents);
        ResetStudies();
    }

    private void NoteConnection(int code, IntentBuffer intents)
    {
        _risk.OnConnection(code >> 1, (code & 1) != 0, _now);
        Heed(intents);
    }

    private void OnOperator(OperatorCommand command, IntentBuffer intents)
    {
        switch (command)
        {
            case OperatorCommand.Pause or OperatorCommand.ReduceOnly:
                Hold(Latch.OperatorPause, Timestamp.Never, intents);
                break;
            case OperatorCommand.Resume:
                Release(Latch.OperatorPause);
                break;
            case OperatorCommand.Flatten:
                BeginFlatten(Rule.Operator, intents);
                break;
            case OperatorCommand.Halt:
                Hold(Latch.Halted, Timestamp.Never, intents);
                break;
            case OperatorCommand.Kill:
                Hold(Latch.ManualKill, Timestamp.Never, intents);
                break;
            case OperatorCommand.Review:
                Review(intents);
                break;
            default:
                Require.That(false, "an operator command that the engine knows");
                break;
        }
    }

    /// <summary>Acts on all that is due, in order of time and then of urgency, so that an extra Clock anywhere changes nothing.</summary>
    private void FireDeadlines(IntentBuffer intents)
    {
        // Each due timer is cleared or moved on before its action, so this ends; the bound is a net under a bug.
        for (var fired = 0; _deadlines.TryFindDue(_now, out var due); fired++)
        {
            Require.That(fired < 10_000, "deadlines come to an end");
            switch (due)
            {
                case Deadline.DayEdge:
                    FireEdge(intents);
                    break;
                case Deadline.LatchRelease:
                    Release(_risk.Latches.DueAt(_deadlines[due]));
                    break;
                case Deadline.EntryTimeout:
                    OnEntryTimeout(intents);
                    break;
                case Deadline.Protection:
                    OnProtectionDue(intents);
                    break;
                case Deadline.HoldingTime:
                    OnHoldingTimeOver(intents);
                    break;
                case Deadline.AskAgain:
                    OnAskAgain(intents);
                    break;
                case Deadline.Sweep:
                    OnSweepDue(intents);
                    break;
                case Deadline.Watch:
                    OnWatchDue(intents);
                    break;
                default:
                    OnFlattenRetry(intents);
                    break;
            }
        }
    }

    private Timestamp EdgeTime =>
        _sessionIndex >= _settings.Calendar.Sessions.Length
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

        _risk.EnterSession(index);
        _deadlines.Set(Deadline.DayEdge, EdgeTime);
    }

    private void FireEdge(IntentBuffer intents)
    {
        var edge = _nextEdge++;
        _deadlines.Set(Deadline.DayEdge, EdgeTime);
        switch (edge)
        {
            case DayEdge.Open:
                IsInSession = true;
                ResetStudies();
                _risk.OpenSession(_session, _now);
                Heed(intents);
                break;
            case DayEdge.Reduce:
                Hold(Latch.EndOfDay, _session.Close, intents);
                if (!_ledger.IsFlat)
                    FollowWithStop(intents);
                break;
            case DayEdge.Cutoff:
                CancelLive(OrderRole.Entry, Rule.EndOfDayCutoff, intents);
                break;
            case DayEdge.Exit:
                BeginFlatten(Rule.EndOfDayExit, intents);
                break;
            case DayEdge.FlatBy:
                if (!_ledger.IsFlat)
                    intents.Add(Intent.Alarm(NextCause(Rule.FlatByDeadline)));
                break;
            default:
                _risk.EndSession(_now);
                Heed(intents);
                EnterSession(_sessionIndex + 1);
                break;
        }
    }

    /// <summary>Indicators start afresh with each session and each contract.</summary>
    private void ResetStudies()
    {
        _study.Reset();
        _rule.Reset();
    }

    /// <summary>What the next intent carries; each call numbers a request.</summary>
    private IntentCause NextCause(Rule rule) => new(rule, _contract, ++_lastRequest, _cause);

    private long SendQuery(QueryKind query, Rule rule, long tag, long venueOrderId, IntentBuffer intents)
    {
        var intent = Intent.Ask(NextCause(rule), query, tag, venueOrderId);
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
