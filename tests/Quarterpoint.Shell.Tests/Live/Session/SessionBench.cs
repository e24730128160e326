using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>An account in a folder of its own, a venue with a small tape, and the sessions that trade it, one after the other.</summary>
internal class SessionBench : IDisposable
{
    public const string Setup = "the bench's set-up";

    public static readonly AccountKey First = AccountKey.Of("simulated", "first", TradingMode.Paper);

    /// <summary>What is traded: fixed distances, no long waits, every limit of money in force.</summary>
    public static readonly EngineSettings Engine = new()
    {
        Instrument = Micro.Mes,
        BarSeconds = 1,
        News = NewsCalendar.None,
        Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 6 },
        Target = new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 5 },
        Limits = new RiskLimits
        {
            CooldownSeconds = 2,
            Pace = new PaceLimits { LeastHoldingSeconds = 0 },
        },
    };

    public static readonly VenueSettings VenueOf = new()
    {
        Instrument = Micro.Mes,
        BarSeconds = 1,
        News = NewsCalendar.None,
    };

    /// <summary>
    /// Half a minute of each of two days: nine trades with gains and losses by stop, target, and signal, and a journal of two files.
    /// </summary>
    public static readonly BarColumns TwoDays = new Tape()
        .Walk("10:00:00", "10:00:32", 20_400, seed: 682, maxStep: 2)
        .On(2024, 3, 6)
        .Walk("10:00:00", "10:00:24", 20_380, seed: 1682, maxStep: 2)
        .Columns();

    private readonly QuickFolder _folder = new();
    private readonly BarColumns _tape;
    private readonly VenueSettings _venue;

    public SessionBench(BarColumns? tape = null, VenueSettings? venue = null)
    {
        (_tape, _venue) = (tape ?? TwoDays, venue ?? VenueOf);
        Venue = new TapeVenue(_venue, _tape);
    }

    public TapeVenue Venue { get; set; }

    public AccountKey Key { get; init; } = First;

    public Func<SignalRule> Rule { get; init; } = () => new WishfulRule(5, 0.3);

    public EngineSettings Settings { get; init; } = Engine;

    public string States => _folder.At("state");

    public string Home => _folder.At("home");

    public string Folder => Path.Combine(States, Key.ToString());

    public string JournalFolder => Path.Combine(Folder, "journal");

    /// <summary>Trades that ended, in all sessions.</summary>
    public List<RoundTrip> Trades { get; } = [];

    public List<string> Alarms { get; } = [];

    public TradingEngine MakeEngine(string setup)
    {
        Assert.Equal(Setup, setup);
        return new TradingEngine(Settings, Rule());
    }

    public BacktestResult Backtest()
    {
        var backtest = new Backtest(new TradingEngine(Settings, Rule()), new SimulatedVenue(_venue), AccountMode.Real);
        backtest.Run(_tape);
        return backtest.Finish();
    }

    public AccountFolder Take(DiskFiles? files = null, string vfs = "") => AccountFolder.Take(States, Key, Home, files, vfs);

    /// <summary>A person begins the account.</summary>
    public SessionBench Begin()
    {
        using var account = Take();
        Assert.Equal(Finding.Unknown, account.Open().Finding);
        var risk = RiskState.Fresh(Settings.Limits.Capital);
        account.Begin(new StoredState(1, 0, false, [.. risk.ToBytes()], default), [new HistoryEntry(0, default, "init", "")]);
        return this;
    }

    /// <summary>One session, from taking the account to letting it go.</summary>
    public SessionOutcome Run(
        Action<TapeLink>? way = null,
        DiskFiles? files = null,
        string vfs = "",
        Func<SessionSettings, SessionSettings>? with = null,
        Action<Opening>? onOpening = null,
        Func<AccountFolder, SessionLoop, IDisposable>? beside = null,
        CancellationToken stop = default
    )
    {
        using var account = Take(files, vfs);
        var opening = account.Open();
        onOpening?.Invoke(opening);
        var mailbox = new Mailbox();
        using var link = Venue.Link(mailbox);
        way?.Invoke(link);
        var settings = new SessionSettings
        {
            Setup = Setup,
            MakeEngine = MakeEngine,
            Clock = Venue,
            OnTrade = Trades.Add,
            OnAlarm = Alarms.Add,
        };
        using var loop = new SessionLoop(account, with?.Invoke(settings) ?? settings, link, mailbox);
        using var watch = beside?.Invoke(account, loop);
        return loop.Run(opening, stop);
    }

    /// <summary>
    /// A session that is cut off while a position has been held for some bars, before that many more of its frames have reached the venue.
    /// </summary>
    public void CutWhileHolding(int bars = 3, int frames = 1, Action? beforeTheCut = null)
    {
        var held = 0;
        TapeLink link = null!;
        Assert.Throws<VenueLostException>(() =>
            Run(
                way: made => link = made,
                with: settings =>
                    settings with
                    {
                        OnBar = _ =>
                        {
                            if (Venue.Position == 0 || ++held != bars)
                                return;
                            beforeTheCut?.Invoke();
                            link.BreaksAt = link.Steps + frames;
                        },
                    }
            )
        );
        Assert.NotEqual(0, Venue.Position);
    }

    public int Entries => Venue.Heard.Count(intent => intent.Kind == IntentKind.Enter);

    /// <summary>What a next start would find.</summary>
    public Opening Look()
    {
        using var account = AccountFolder.Look(States, Key, Home);
        return account.Open();
    }

    public IReadOnlyList<HistoryEntry> History()
    {
        using var account = AccountFolder.Look(States, Key, Home);
        account.Open();
        return account.Store!.History();
    }

    public virtual void Dispose() => _folder.Dispose();
}
