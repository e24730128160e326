using System.Net.Sockets;
using CsCheck;
using Quarterpoint.App.Sessions;
using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Paper;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;
using Quarterpoint.Shell.Tests.Live.Session;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Live.Paper;

/// <summary>
/// The simulated venue behind a real socket, in a thread of its own: it trades what a backtest trades, and outlives whatever comes and
/// goes.
/// </summary>
public sealed class PaperVenueTests : IDisposable
{
    private const string TapeId = "the tape";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly QuickFolder _folder = new();
    private int _venues;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Spec", "X1")]
    public void A_session_over_a_socket_trades_what_a_backtest_trades() =>
        Situation.Any.Sample(
            drawn =>
            {
                var situation = drawn with { FillsInParts = false, Bars = 120 };
                using var venue = Serve(situation.Columns(), situation.Venue());
                using var account = Account($"any-{_venues}");
                var (trades, outcome) = Run(venue, account, situation.Engine(), situation.Rule);
                Assert.True(outcome.IsFlat, outcome.Why);
                var backtest = new Backtest(
                    new TradingEngine(situation.Engine(), situation.Rule()),
                    new SimulatedVenue(situation.Venue()),
                    AccountMode.Real
                );
                backtest.Run(situation.Columns());
                Assert.Equal(backtest.Finish().Trades.Select(trade => trade.Trip), trades);
            },
            iter: 10,
            threads: 1
        );

    [Fact]
    public void A_session_that_broke_off_finds_its_position_and_goes_on()
    {
        using var venue = Serve(SessionBench.TwoDays, SessionBench.VenueOf);
        using var whole = new SessionBench().Begin();
        whole.Run();
        var trades = new List<RoundTrip>();
        for (var bar = 6; ; bar += 4)
        {
            using var account = Account("first");
            try
            {
                var bars = 0;
                var (more, outcome) = Run(
                    venue,
                    account,
                    SessionBench.Engine,
                    whole.Rule,
                    onBar: () =>
                    {
                        if (++bars == bar && bar < 20)
                            throw new VenueLostException("a test pulled the plug");
                    },
                    trades
                );
                Assert.True(
                    outcome.IsFlat && outcome.State < TradingState.StoppedForDay,
                    $"{outcome.Why}, flat {outcome.IsFlat}, {outcome.State}"
                );
                break;
            }
            catch (VenueLostException) { }
        }

        Assert.Equal(whole.Trades, trades);
        Assert.Equal(venue.Venue.PlacedTags.Distinct(), venue.Venue.PlacedTags);
    }

    [Fact]
    public void A_session_that_expects_another_tape_is_refused()
    {
        using var venue = Serve(SessionBench.TwoDays, SessionBench.VenueOf);
        using (var link = new PaperLink(Connect(venue.Path), "another tape", new Mailbox()))
            Assert.Contains(
                "plays another tape",
                Assert.Throws<VenueLostException>(() => link.Connect(default)).Message,
                StringComparison.Ordinal
            );

        // Who expects this one is welcome all the same.
        using var account = Account("first");
        Assert.True(Run(venue, account, SessionBench.Engine, () => new WishfulRule(5, 0.3)).Outcome.IsFlat);
    }

    /// <summary>Whatever is said to it: it hangs up, and waits for the next one.</summary>
    [Fact]
    [Trait("Spec", "Q6")]
    public void Nonsense_ends_a_connection_and_nothing_else()
    {
        using var venue = Serve(SessionBench.TwoDays, SessionBench.VenueOf);
        var random = new SplitMix64(7);
        for (var number = 0; number < 300; number++)
        {
            using var socket = Connect(venue.Path);
            var bytes = new byte[1 + random.NextBelow(60)];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)random.NextBelow(256);
            if (number % 2 == 0 && bytes.Length > 5)
            {
                // A frame with a length that fits, and a kind that exists.
                BitConverter.TryWriteBytes(bytes, bytes.Length - 5);
                bytes[4] = (byte)(1 + random.NextBelow(11));
            }

            socket.Send(bytes);
            socket.Shutdown(SocketShutdown.Send);
            Assert.True(socket.Poll(Limit, SelectMode.SelectRead));
        }

        using var account = Account("first");
        var (trades, outcome) = Run(venue, account, SessionBench.Engine, () => new WishfulRule(5, 0.3));
        Assert.Equal((9, true), (trades.Count, outcome.IsFlat));
    }

    /// <summary>A kill may come before the session that holds the position has been greeted again.</summary>
    [Fact]
    [Trait("Spec", "R23")]
    public void Flattening_waits_for_no_greeting()
    {
        using var venue = Serve(SessionBench.TwoDays, SessionBench.VenueOf);
        using (var account = Account("first"))
        {
            Assert.Throws<VenueLostException>(() =>
                Run(
                    venue,
                    account,
                    SessionBench.Engine,
                    () => new WishfulRule(5, 0.3),
                    onBar: () =>
                    {
                        if (venue.Venue.Position != 0)
                            throw new VenueLostException("a test pulled the plug");
                    }
                )
            );
        }

        var mailbox = new Mailbox();
        using var link = new PaperLink(Connect(venue.Path), TapeId, mailbox);
        link.FlattenNow("kill");
        link.Connect(default);
        link.Ready();
        while (venue.Venue.Position != 0)
        {
            if (!mailbox.TryTake(out var mail))
                link.Wait(Limit);
            else if (mail.Kind == MailKind.TurnEnd)
                link.EndTurn(Core.Time.Timestamp.Never);
        }

        link.SayGoodbye();
    }

    [Fact]
    public async Task A_venue_to_which_nobody_comes_closes()
    {
        using var venue = Serve(SessionBench.TwoDays, SessionBench.VenueOf, patience: TimeSpan.Zero);
        await venue.Served.WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    private AccountFolder Account(string name)
    {
        var key = AccountKey.Of("simulated", name, TradingMode.Paper);
        using (var account = AccountFolder.Take(_folder.At("state"), key, _folder.At("home")))
        {
            if (account.Open().Finding == Finding.Unknown)
                account.Begin(new StoredState(1, 0, false, [.. RiskState.Fresh(new RiskLimits().Capital).ToBytes()], default), []);
        }

        return AccountFolder.Take(_folder.At("state"), key, _folder.At("home"));
    }

    private static (List<RoundTrip> Trades, SessionOutcome Outcome) Run(
        Serving venue,
        AccountFolder account,
        EngineSettings engine,
        Func<SignalRule> rule,
        Action? onBar = null,
        List<RoundTrip>? trades = null
    )
    {
        trades ??= [];
        var mailbox = new Mailbox();
        using var link = new PaperLink(Connect(venue.Path), TapeId, mailbox);
        using var loop = new SessionLoop(
            account,
            new SessionSettings
            {
                Setup = "",
                MakeEngine = _ => new TradingEngine(engine, rule()),
                OnTrade = trades.Add,
                OnBar = _ => onBar?.Invoke(),
            },
            link,
            mailbox
        );
        var outcome = loop.Run(account.Open(), TestContext.Current.CancellationToken);
        link.SayGoodbye();
        return (trades, outcome);
    }

    private Serving Serve(BarColumns tape, VenueSettings settings, TimeSpan? patience = null)
    {
        var path = _folder.At($"{++_venues}.sock");
        return new Serving(
            path,
            new PaperVenue(
                new PaperVenueSettings
                {
                    Venue = settings,
                    Tape = () => [tape],
                    TapeId = TapeId,
                    Patience = patience ?? Limit,
                },
                PaperVenueProcess.Listen(path),
                TestContext.Current.CancellationToken
            )
        );
    }

    private static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private sealed class Serving : IDisposable
    {
        public Serving(string path, PaperVenue venue)
        {
            (Path, Venue) = (path, venue);
            Served = Task.Factory.StartNew(venue.Serve, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public string Path { get; }

        public PaperVenue Venue { get; }

        public Task Served { get; }

        public void Dispose()
        {
            // A test that failed has not said goodbye.
            Venue.Dispose();
            try
            {
                Served.Wait(Limit);
            }
            catch (AggregateException e) when (e.InnerException is SocketException or ObjectDisposedException) { }
        }
    }
}
