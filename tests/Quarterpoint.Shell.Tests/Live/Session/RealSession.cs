using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>An account, and sessions that trade it in real time at a <see cref="RealVenue"/>, by a clock that a test turns.</summary>
internal sealed class RealSession : IDisposable
{
    private readonly QuickFolder _folder = new();
    private readonly ScriptedRule _rule = new();
    private readonly CancellationTokenSource _stop = new();

    public RealSession(string start, EngineSettings? engine = null, params ReadOnlySpan<HeldLatch> held)
    {
        Start = Timestamp.FromUnixSeconds(Tape.Second(new DateOnly(2024, 3, 5), start));
        Engine = engine ?? SessionBench.Engine;
        Clock = new SetClock(new DateTimeOffset(Start.ToUtc()));
        Venue = new RealVenue(Clock, SessionBench.VenueOf with { NativeBrackets = false });
        var risk = RiskState.Fresh(Engine.Limits.Capital);
        foreach (var latch in held)
            risk = risk.With(latch);
        using var account = Take();
        account.Open();
        account.Begin(new StoredState(1, 0, false, [.. risk.ToBytes()], default), [new HistoryEntry(0, default, "init", "")]);
    }

    public EngineSettings Engine { get; }

    /// <summary>When the first session starts.</summary>
    public Timestamp Start { get; }

    public SetClock Clock { get; }

    public RealVenue Venue { get; }

    /// <summary>Every event that an engine took, as it was stamped, with the true time at which it was taken.</summary>
    public List<(Timestamp At, EngineEvent Event)> Events { get; } = [];

    public List<(Timestamp At, string Text)> Alarms { get; } = [];

    public List<RiskFact> Facts { get; } = [];

    public List<RoundTrip> Trades { get; } = [];

    public string JournalFolder => Path.Combine(_folder.At("state"), SessionBench.First.ToString(), "journal");

    /// <summary>So many seconds after the start.</summary>
    public Timestamp After(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    /// <summary>The rule wishes this at the close of the bar that opens so many seconds after the start.</summary>
    public RealSession Wish(int second, Wish wish)
    {
        _rule.At((uint)(Start.UnixSeconds + second), wish);
        return this;
    }

    /// <summary>What happens so many seconds after the start.</summary>
    public RealSession At(double seconds, Action act)
    {
        Venue.At(After(seconds), act);
        return this;
    }

    /// <summary>A person stops the session then.</summary>
    public RealSession StopAt(double seconds) => At(seconds, _stop.Cancel);

    public AccountFolder Take() => AccountFolder.Take(_folder.At("state"), SessionBench.First, _folder.At("home"));

    public TradingEngine MakeEngine(string setup) => new(Engine, _rule);

    public SessionOutcome Run(Func<SessionSettings, SessionSettings>? with = null)
    {
        using var account = Take();
        var mailbox = new Mailbox(Clock);
        using var link = Venue.Link(mailbox);
        var settings = new SessionSettings
        {
            Setup = SessionBench.Setup,
            MakeEngine = MakeEngine,
            Clock = Clock,
            WaitForMail = Venue.Wait,
            BeforeEvent = e => Events.Add((Venue.Now, e)),
            OnAlarm = text => Alarms.Add((Venue.Now, text)),
            OnRisk = Facts.Add,
            OnTrade = Trades.Add,
        };
        using var loop = new SessionLoop(account, with?.Invoke(settings) ?? settings, link, mailbox);
        return loop.Run(account.Open(), _stop.Token);
    }

    /// <summary>Runs to its end, flat and sound, and its journal replays to the same decisions.</summary>
    public SessionOutcome RunToFlat()
    {
        var outcome = Run();
        Assert.True(outcome.IsFlat && outcome.IsDurable, $"{outcome.Why}: {string.Join(", ", Alarms)}");
        Assert.Equal((0, 0), (Venue.Position, Venue.WorkingOrders));
        CheckReplay();
        return outcome;
    }

    public void CheckReplay()
    {
        var replay = JournalReplay.Run(JournalFolder, MakeEngine, TestContext.Current.CancellationToken);
        Assert.Equal(Events.Count, replay.Events);
    }

    /// <summary>When requests of that kind were sent, in seconds after a time.</summary>
    public double[] Sent(IntentKind kind, Timestamp after, OrderRole role = OrderRole.None) =>
        [
            .. Venue
                .Heard.Where(heard =>
                    heard.Intent.Kind == kind && heard.At >= after && (role == OrderRole.None || heard.Intent.Role == role)
                )
                .Select(heard => (heard.At - after).TotalSeconds),
        ];

    /// <summary>When the engine took the nth fill.</summary>
    public Timestamp FillHeard(int number = 1) => Events.Where(taken => taken.Event.Kind == EventKind.Fill).ElementAt(number - 1).At;

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }
}
