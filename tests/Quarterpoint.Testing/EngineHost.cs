using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Testing;

/// <summary>What can go wrong, or come in between, on the way from the venue to the engine.</summary>
public class HostFaults
{
    /// <summary>How many more times this fact is delivered, right after the first.</summary>
    public virtual int Duplicates(in EngineEvent fact) => 0;

    /// <summary>How long the fact is under way; facts overtake each other.</summary>
    public virtual TimeSpan Delay(in EngineEvent fact) => TimeSpan.Zero;

    /// <summary>
    /// An event that should change nothing, to be taken before the next one, at an instant from <paramref name="now"/> to
    /// <paramref name="next"/>; null for none.
    /// </summary>
    public virtual EngineEvent? Noise(Timestamp now, Timestamp next) => null;
}

/// <summary>
/// A backtest that lets a test interfere: events can be put in, facts delayed and told twice, the engine exchanged for another one
/// between any two events. It records what the engine wants instead of what it earns.
/// </summary>
public sealed class EngineHost(TradingEngine engine, SimulatedVenue venue, HostFaults? faults = null)
{
    private readonly HostFaults _faults = faults ?? new HostFaults();
    private readonly TapeClock _clock = new(venue);
    private readonly IntentBuffer _buffer = new();
    private readonly List<Intent> _intents = [];
    private readonly List<RoundTrip> _trades = [];
    private readonly List<RiskFact> _riskFacts = [];
    private readonly PriorityQueue<EngineEvent, (long Time, long Order)> _underWay = new();
    private bool _isNoise;
    private long _delayed;
    private long _seq;

    public TradingEngine Engine { get; private set; } = engine;

    public SimulatedVenue Venue { get; } = venue;

    /// <summary>When the last event was taken, or the venue acted.</summary>
    public Timestamp Now { get; private set; }

    /// <summary>All that the engine asked for, in order, without the seq of its cause, so that noise does not show.</summary>
    public IReadOnlyList<Intent> Intents => _intents;

    public IReadOnlyList<RoundTrip> Trades => _trades;

    public IReadOnlyList<RiskFact> RiskFacts => _riskFacts;

    /// <summary>Events taken so far, noise not counted.</summary>
    public long EventCount { get; private set; }

    /// <summary>Called with every event and every intent in words, to read after a failure.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Called before each event that is no noise, with the number of events taken before.</summary>
    public Action<EngineHost, long>? BeforeEvent { get; init; }

    /// <summary>Called with each event once the engine has taken it, before the venue has any of the intents it led to.</summary>
    public Action<EngineHost, EngineEvent>? AfterEvent { get; init; }

    /// <summary>Called with each intent before the venue has it.</summary>
    public Action<EngineHost, Intent>? BeforeIntent { get; init; }

    public static EngineHost Over(
        EngineSettings settings,
        VenueSettings venue,
        Core.Signals.SignalRule rule,
        VenueFaults? venueFaults = null,
        HostFaults? faults = null
    ) => new(new TradingEngine(settings, rule), new SimulatedVenue(venue, venueFaults), faults);

    public void Start(Timestamp time)
    {
        var native = Venue.Settings.NativeBrackets ? Capabilities.NativeBrackets : Capabilities.None;
        Start(time, new StartFacts(RiskRecord.Fresh, null, 1, Capabilities.Volume | native));
    }

    public void Start(Timestamp time, StartFacts facts) => Deliver(EngineEvent.Started(time, facts));

    /// <summary>Runs all bars, session by session, and then to the last session's close.</summary>
    public EngineHost Run(BarColumns columns)
    {
        foreach (var rows in columns.Sessions)
        {
            if (Now == default)
                Start(rows.Session.Open);
            EnterSession(rows.Session, columns.Segments[rows.Segment].Contract);
            for (var row = rows.FirstRow; row < rows.EndRow; row++)
                Step(columns[row]);
        }

        _clock.EndSession();
        Play();
        return this;
    }

    public void EnterSession(in TradingSession session, string contract = "")
    {
        _clock.Enter(session, contract);
        Play();
    }

    public void Step(in Bar bar)
    {
        _clock.Open(bar);
        Play();
    }

    /// <summary>An event from outside, at its own time, which the loop has not passed.</summary>
    public void Inject(in EngineEvent e)
    {
        RunTimers(e.Time);
        Deliver(e);
    }

    /// <summary>The next event is taken by another engine.</summary>
    public void Exchange(TradingEngine engine) => Engine = engine;

    /// <summary>Another engine, over a connection of its own: what was under way to the one before is lost.</summary>
    public void Restart(TradingEngine engine, StartFacts facts)
    {
        _underWay.Clear();
        Engine = engine;
        Start(Now, facts);
    }

    public void RunTimers(Timestamp until)
    {
        _clock.WaitUntil(until);
        Play();
    }

    /// <summary>A fact that has been under way comes before a deadline of the engine at the same instant.</summary>
    private void Play()
    {
        while (true)
        {
            var isLate = _underWay.TryPeek(out var late, out _) && late.Time <= Engine.NextDeadline;
            var moment = _clock.Next(isLate ? late.Time : Engine.NextDeadline);
            if (moment == TapeMoment.None)
                return;
            if (moment == TapeMoment.VenueActed)
            {
                Now = _clock.Now;
                Pump();
            }
            else
            {
                Deliver(moment == TapeMoment.EngineDue && isLate ? _underWay.Dequeue().At(_clock.Now) : _clock.Told(moment)!.Value);
            }
        }
    }

    private Timestamp Later(Timestamp time) => Timestamp.Max(Now, time);

    private void Deliver(in EngineEvent e)
    {
        MakeNoise(e.Time);
        Take(e);
        Pump();
    }

    private void Pump()
    {
        while (Venue.TryTake(out var fact))
        {
            var delay = _faults.Delay(fact);
            if (delay > TimeSpan.Zero)
            {
                _underWay.Enqueue(fact.At(Later(fact.Time) + delay), ((Later(fact.Time) + delay).Nanoseconds, ++_delayed));
                continue;
            }

            for (var times = 1 + _faults.Duplicates(fact); times > 0; times--)
            {
                MakeNoise(Later(fact.Time));
                Take(fact.At(Later(fact.Time)));
            }
        }
    }

    private void MakeNoise(Timestamp next)
    {
        // Before the start there is nobody to disturb.
        while (EventCount > 0 && _faults.Noise(Now, next) is { } noise)
        {
            _isNoise = true;
            Take(noise);
            _isNoise = false;
        }
    }

    private void Take(in EngineEvent e)
    {
        Now = e.Time;
        _clock.Reach(Now);
        if (!_isNoise)
        {
            BeforeEvent?.Invoke(this, EventCount);
            EventCount++;
            _seq++;
        }

        Trace?.Invoke($"{_seq} {Describe(e)}");
        Engine.On(e.WithSeq(_seq), _buffer);
        _trades.AddRange(Engine.ClosedTrades);
        Engine.ClearClosedTrades();
        _riskFacts.AddRange(Engine.Risk.Facts);
        Engine.ClearRiskFacts();
        if (!_isNoise)
            AfterEvent?.Invoke(this, e);
        for (var i = 0; i < _buffer.Count; i++)
        {
            _intents.Add(Intent.FromJournal(_buffer[i].ToJournal() with { Cause = 0 }));
            Trace?.Invoke(Describe(_buffer[i]));
            BeforeIntent?.Invoke(this, _buffer[i]);
            Venue.Accept(_buffer[i], Now, _seq);
        }

        _buffer.Clear();
    }

    private static string Describe(in EngineEvent e) =>
        $"{NewYork.Local(e.Time):HH:mm:ss.fff} {e.Kind} "
        + e.Kind switch
        {
            EventKind.BarClosed => $"{e.Bar.Open.InTicks} {e.Bar.High.InTicks} {e.Bar.Low.InTicks} {e.Bar.Close.InTicks}",
            EventKind.SendResult => e.SendResult.ToString(),
            EventKind.OrderReport => e.OrderReport.ToString(),
            EventKind.Fill => e.Fill.ToString(),
            EventKind.PositionReport => e.PositionReport.ToString(),
            EventKind.VenueSnapshot when e.Detail is VenueSnapshot s =>
                $"request {s.RequestId} as of {s.RequestedAtSeq} position {s.SignedPosition} complete {s.IsComplete} "
                    + $"trades {s.Trades.Length} working [{string.Join("; ", s.WorkingOrders)}]",
            _ => "",
        };

    private static string Describe(in Intent i) =>
        $"    -> {i.Kind} {i.Role} {i.Query} {i.Side} {i.Size} at {i.Price.InTicks} rule {i.Rule} "
        + $"request {i.RequestId} tag {i.Tag} parent {i.ParentTag} id {i.VenueOrderId}";
}
