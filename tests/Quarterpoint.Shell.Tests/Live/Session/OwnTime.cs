using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// A session on real time goes by its own clock: what falls due happens then, however silent or late its links are (RELIABILITY F41, F47,
/// F61).
/// </summary>
public sealed class OwnTime
{
    private const double AnHour = 3_600;

    /// <summary>Deadlines are waited for in whole milliseconds.</summary>
    private const double Precision = 0.001;

    [Fact]
    [Trait("Spec", "N1")]
    public void A_link_silent_from_the_fill_on_is_answered_by_a_new_stop_after_a_second_and_a_close_after_two_and_a_half()
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long);
        session.At(7.005, () => session.Venue.IsSilent = true).At(7.005 + AnHour, () => session.Venue.IsSilent = false).StopAt(7_300);
        session.RunToFlat();
        var fill = session.FillHeard();
        Assert.Equal(session.After(7), fill);
        Assert.Equal([0, 1], Near(session.Sent(IntentKind.PlaceProtection, fill, Core.Orders.OrderRole.Stop)));
        Assert.Equal([2.5], Near(session.Sent(IntentKind.ClosePosition, fill)).Take(1));
        Assert.Equal([0.5, 0.5], Near(session.Sent(IntentKind.Query, fill)).Take(2));

        // What it sent was done, although not a word came back; and it went on asking through the whole hour.
        Assert.Equal((fill + TimeSpan.FromSeconds(3)).UnixSeconds, session.Venue.Fills[1].At.UnixSeconds);
        Assert.InRange(session.Sent(IntentKind.Query, fill).Count(after => after < AnHour), 400, 4_000);
        Assert.Contains(session.Facts, fact => fact is { Latch: Latch.Halted, Kind: RiskFactKind.Held });
        Assert.Empty(session.Venue.PlacedTwice);
    }

    [Fact]
    [Trait("Spec", "R21")]
    public void A_pause_ends_to_the_second_while_nobody_says_a_word()
    {
        var start = Timestamp.FromUnixSeconds(Testing.Tape.Second(new DateOnly(2024, 3, 5), "10:00:00"));
        using var session = new RealSession("10:00:00", held: new HeldLatch(Latch.LossPause, start, start.AddSeconds(900)));
        session.At(2, () => session.Venue.IsSilent = true).At(AnHour, () => session.Venue.IsSilent = false).StopAt(AnHour + 5);
        session.RunToFlat();
        var released = Assert.Single(session.Facts, fact => fact.Kind == RiskFactKind.Released);
        Assert.Equal((Latch.LossPause, session.After(900)), (released.Latch, released.Time));
    }

    [Fact]
    [Trait("Spec", "R13")]
    public void A_position_is_closed_at_the_days_exit_time_though_the_link_has_been_silent_for_an_hour()
    {
        using var session = new RealSession("15:29:00").Wish(5, Wish.Long);
        var (exit, flatBy) = (session.After(56 * 60), session.After(61 * 60));
        session.At(59, () => session.Venue.IsSilent = true).At(59 + AnHour + 60, () => session.Venue.IsSilent = false).StopAt(4_000);
        session.At(60, () => Assert.NotEqual(0, session.Venue.Position));
        session.Venue.At(exit - TimeSpan.FromMilliseconds(1), () => Assert.NotEqual(0, session.Venue.Position));
        session.Venue.At(exit.AddSeconds(2), () => Assert.Equal(0, session.Venue.Position));
        session.RunToFlat();
        Assert.Equal([0], Near(session.Sent(IntentKind.ClosePosition, exit)).Take(1));
        Assert.Equal(0, session.Venue.Violations);
        Assert.Equal(
            session.After(31 * 60),
            Assert.Single(session.Facts, fact => fact is { Latch: Latch.EndOfDay, Kind: RiskFactKind.Held }).Time
        );

        // The venue has not said that it is flat: at the flat-by time a person is told.
        Assert.Contains(session.Alarms, alarm => alarm.At == flatBy && alarm.Text.Contains("FlatByDeadline", StringComparison.Ordinal));
        Assert.Equal(ExitReasons(session), [Core.Accounting.ExitReason.EodFlatten]);
    }

    /// <summary>
    /// Bars come five seconds behind fills and reports: what each says of its own time lies before what the other has said.
    /// </summary>
    [Fact]
    [Trait("Spec", "R21")]
    public void Two_links_whose_facts_are_out_of_order_by_five_seconds_hold_no_latch()
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long).Wish(20, Wish.Flat).Wish(40, Wish.Short).Wish(60, Wish.Flat);
        session.Venue.MarketDelay = TimeSpan.FromSeconds(5);
        session.StopAt(120).RunToFlat();
        Assert.Equal(2, session.Trades.Count);
        Assert.DoesNotContain(session.Facts, fact => fact.Latch == Latch.Clock);
        Assert.Equal(session.Events.Select(taken => taken.At), session.Events.Select(taken => taken.Event.Time));

        // The venue's time stands beside it as it was said.
        Assert.All(session.Events.Where(taken => taken.Event.Kind == EventKind.Fill), taken =>
            Assert.Equal(taken.Event.Fill.At, taken.Event.VenueTime)
        );
        var bars = session.Events.Where(taken => taken.Event.Kind == EventKind.BarClosed).ToList();
        Assert.All(bars.Skip(1), taken => Assert.Equal(6.2, (taken.Event.Time - taken.Event.Bar.Opens).TotalSeconds, Precision));
    }

    /// <summary>
    /// Mail is stamped when it is posted: what was heard in time counts, though a slow disk let the loop come to it only after the
    /// deadline.
    /// </summary>
    [Fact]
    [Trait("Spec", "N1")]
    public void What_was_heard_before_a_deadline_counts_before_it_however_late_the_loop_comes_to_it()
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long).StopAt(60);
        var isSlow = true;
        var outcome = session.Run(settings =>
            settings with
            {
                BeforeEvent = e =>
                {
                    session.Events.Add((session.Venue.Now, e));
                    if (!isSlow || e.Kind != EventKind.SendResult || session.Venue.Position == 0)
                        return;

                    // The stop's answer is being written; its report waits behind it.
                    isSlow = false;
                    session.Venue.Pass(TimeSpan.FromSeconds(4));
                },
            }
        );
        Assert.False(isSlow);
        Assert.True(outcome.IsFlat);
        var reports = session.Events.Where(taken => taken.Event.Kind == EventKind.OrderReport && taken.At > session.After(11)).Take(2);
        Assert.Equal([7.03, 7.03], Near(reports.Select(taken => (taken.Event.Time - session.Start).TotalSeconds)));
        Assert.DoesNotContain(session.Sent(IntentKind.Query, session.After(7)), after => after < 10);
        Assert.Single(session.Sent(IntentKind.PlaceProtection, session.Start, Core.Orders.OrderRole.Stop));
        Assert.DoesNotContain(session.Facts, fact => fact.Latch == Latch.Halted);
        Assert.True(session.Events.Zip(session.Events.Skip(1)).All(pair => pair.First.Event.Time <= pair.Second.Event.Time));
        session.CheckReplay();
    }

    /// <summary>
    /// The disk holds the loop up between a bar and the entry that it decides: after more than a second the market has gone on, and what
    /// was decided on it is not sent. An exit never waits for that.
    /// </summary>
    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(1.001, 0)]
    [InlineData(30, 0)]
    public void An_entry_decided_on_what_was_heard_over_a_second_ago_is_not_sent(double heldUp, int sent)
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long).Wish(60, Wish.Flat).Wish(120, Wish.Long).StopAt(300);
        var isHeldUp = false;
        var outcome = session.Run(settings =>
            settings with
            {
                BeforeEvent = e =>
                {
                    session.Events.Add((session.Venue.Now, e));
                    if (isHeldUp || e.Kind != EventKind.BarClosed || e.Bar.Opens != session.After(5))
                        return;
                    isHeldUp = true;
                    session.Venue.Pass(TimeSpan.FromSeconds(heldUp));
                },
            }
        );
        Assert.True(isHeldUp && outcome.IsFlat);
        Assert.Equal(sent, session.Sent(IntentKind.Enter, session.Start).Count(after => after < 100));

        // The engine hears that nothing left, and a later entry is sent again.
        Assert.Equal(
            1 - sent,
            session.Events.Count(taken => taken.Event is { Kind: EventKind.SendResult, SendResult.Outcome: SendOutcome.NotSent })
        );
        Assert.Single(session.Sent(IntentKind.Enter, session.After(100)));
        session.CheckReplay();
    }

    [Fact]
    [Trait("Spec", "R21")]
    public void A_wall_clock_that_is_set_moves_no_deadline_and_nothing_opens_until_it_is_right_again()
    {
        foreach (var shift in (TimeSpan[])[TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromSeconds(1.2), TimeSpan.FromHours(7)])
        {
            using var session = new RealSession("10:00:00", SessionBench.Engine with { MaxHoldingSeconds = 60 });
            session.Wish(5, Wish.Long).Wish(90, Wish.Long).Wish(110, Wish.Long).StopAt(200);
            session.At(20, () => session.Clock.WallShift = shift).At(100, () => session.Clock.WallShift = default);
            session.RunToFlat();
            Assert.Equal([60], Near(session.Sent(IntentKind.PlaceExit, session.FillHeard())).Take(1));
            Assert.Equal(
                [(RiskFactKind.Held, 20), (RiskFactKind.Released, 100)],
                session
                    .Facts.Where(fact => fact.Latch == Latch.Clock)
                    .Select(fact => (fact.Kind, (int)(fact.Time - session.Start).TotalSeconds))
            );

            // The second wish fell into that time, the third did not.
            Assert.Equal([6.2, 111.2], Near(session.Sent(IntentKind.Enter, session.Start)));
        }
    }

    /// <summary>Two seconds are the bound, ten the patience (RELIABILITY I15): one late answer is no proof.</summary>
    [Theory]
    [InlineData(2.0, 30, false)]
    [InlineData(2.1, 9, false)]
    [InlineData(2.1, 30, true)]
    [InlineData(-2.1, 30, true)]
    [InlineData(3_600, 30, true)]
    [Trait("Spec", "R21")]
    public void A_venue_whose_clock_differs_for_a_while_holds_the_latch_and_turns_no_clock(double ahead, int seconds, bool isHeld)
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long).Wish(25, Wish.Flat).Wish(32, Wish.Long).StopAt(200);
        var shift = TimeSpan.Zero;
        session.Venue.SayItsClock(() => shift);
        session.At(10.5, () => shift = TimeSpan.FromSeconds(ahead)).At(10.5 + seconds, () => shift = default);
        session.RunToFlat();
        var latches = session.Facts.Where(fact => fact.Latch == Latch.Clock).Select(fact => (int)(fact.Time - session.Start).TotalSeconds);
        Assert.Equal(isHeld ? [21, 41] : [], latches);
        Assert.Equal(isHeld ? 1 : 2, session.Sent(IntentKind.Enter, session.Start).Length);
        Assert.Equal(session.Events.Select(taken => taken.At), session.Events.Select(taken => taken.Event.Time));
    }

    /// <summary>Not by a clock of a test's: a third of a second of a machine's own time, in which nobody posts anything.</summary>
    [Fact]
    [Trait("Spec", "R21")]
    public void On_the_machines_own_clock_a_deadline_wakes_a_loop_that_waits_for_mail()
    {
        using var folder = new QuickFolder();
        using var account = AccountFolder.Take(folder.At("state"), SessionBench.First, folder.At("home"));
        account.Open();
        var until = Timestamp.FromUtc(DateTime.UtcNow) + TimeSpan.FromMilliseconds(300);
        var risk = RiskState.Fresh(SessionBench.Engine.Limits.Capital).With(new HeldLatch(Latch.LossPause, default, until));
        account.Begin(new StoredState(1, 0, false, [.. risk.ToBytes()], default), []);
        using var stop = new CancellationTokenSource();
        var mailbox = new Mailbox();
        var released = new List<RiskFact>();
        var settings = new SessionSettings
        {
            Setup = SessionBench.Setup,
            MakeEngine = _ => new TradingEngine(SessionBench.Engine, new Testing.ScriptedRule()),
            OnRisk = fact =>
            {
                released.Add(fact);
                stop.Cancel();
            },
        };
        using var link = new FlatLink(mailbox);
        using var loop = new SessionLoop(account, settings, link, mailbox);
        var outcome = loop.Run(account.Open(), stop.Token);
        Assert.True(outcome.IsFlat);
        Assert.Equal((Latch.LossPause, RiskFactKind.Released), (Assert.Single(released).Latch, released[0].Kind));
        Assert.True(released[0].Time >= until);
    }

    [Fact]
    public void A_mailbox_that_goes_by_another_clock_is_refused()
    {
        using var session = new RealSession("10:00:00");
        using var account = session.Take();
        var (settings, mailbox) = (Settings(session), new Mailbox());
        using var link = session.Venue.Link(mailbox);
        Assert.Throws<ArgumentException>(() => new SessionLoop(account, settings, link, mailbox));
    }

    private static SessionSettings Settings(RealSession session) =>
        new()
        {
            Setup = SessionBench.Setup,
            MakeEngine = session.MakeEngine,
            Clock = session.Clock,
        };

    private static IEnumerable<Core.Accounting.ExitReason> ExitReasons(RealSession session) => session.Trades.Select(trade => trade.Reason);

    private static IEnumerable<double> Near(IEnumerable<double> seconds) => seconds.Select(second => Math.Round(second, 2));

    /// <summary>Holds nothing, answers at once, and else says nothing.</summary>
    private sealed class FlatLink(Mailbox mailbox) : IVenueLink
    {
        public VenueWelcome Connect(Timestamp knownUpTo) => new(Timestamp.FromUtc(DateTime.UtcNow), Capabilities.None);

        public void Send(in Intent intent, long seq)
        {
            if (intent.Query == QueryKind.Position)
                mailbox.Post(EngineEvent.PositionReported(default, new PositionReportFacts(intent.RequestId, 0, 0)));
            else
                mailbox.Post(EngineEvent.Snapshot(default, new VenueSnapshot(intent.RequestId, seq, IsComplete: true, [], 0, [])));
        }

        public void Ready() { }

        public void Reconnect(Connection which) => throw new NotSupportedException();

        public void FlattenNow(string reason) => throw new NotSupportedException();

        public void Dispose() { }
    }
}
