using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Rows;

/// <summary>The times of the rows of SPEC section 5 in the engine: at the second, and a second or the smallest step before.</summary>
public sealed class TimeRows
{
    private static readonly TimeSpan Step = TimeSpan.FromTicks(1);

    /// <summary>With a stop of 4 ticks R3 allows three contracts in RTH and two outside; a market order fills within 5 s.</summary>
    [Theory]
    [InlineData(EndOfDayPlan.Plan, "15:59:59", 3, Rule.None)]
    [InlineData(EndOfDayPlan.Plan, "16:00:00", 1, Rule.None)]
    [InlineData(EndOfDayPlan.Plan, "16:14:54", 1, Rule.None)]
    [InlineData(EndOfDayPlan.Plan, "16:14:55", 0, Rule.EndOfDayCutoff)]
    [InlineData(EndOfDayPlan.TopstepX, "15:34:59", 3, Rule.None)]
    [InlineData(EndOfDayPlan.TopstepX, "15:35:00", 1, Rule.None)]
    [InlineData(EndOfDayPlan.TopstepX, "15:49:54", 1, Rule.None)]
    [InlineData(EndOfDayPlan.TopstepX, "15:49:55", 0, Rule.EndOfDayCutoff)]
    [Trait("Spec", "R13")]
    public void R13_halves_and_then_stops_entries(EndOfDayPlan plan, string at, int size, Rule rule)
    {
        var bench = Account
            .Bench(Account.State(1600), s => s with { EndOfDay = plan, Contracts = 0, Stop = s.Stop with { FixedTicks = 4 } })
            .At(at);
        var entry = bench.Ask();

        Assert.Equal((size, rule), (entry?.Size ?? 0, entry is null ? bench.Engine.LastRefusal.Rule : Rule.None));
    }

    [Theory]
    [InlineData("09:29:59", Rule.OutsideEntryWindow)]
    [InlineData("09:30:00", Rule.None)]
    [Trait("Spec", "R13")]
    public void R13_takes_entries_from_half_past_nine(string at, Rule rule)
    {
        // The bench begins at 10:00, so this is the next day.
        var bench = Account
            .Bench()
            .Pass(NewYork.At(new DateOnly(2024, 3, 6), TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(rule, bench.RefusalOf());
    }

    [Theory]
    [InlineData(EndOfDayPlan.Plan, "16:25:00")]
    [InlineData(EndOfDayPlan.TopstepX, "16:00:00")]
    [Trait("Spec", "R13")]
    public void R13_leaves_the_market_at_its_time_and_not_before(EndOfDayPlan plan, string at)
    {
        var bench = Account.Bench(change: s => s with { EndOfDay = plan });
        bench.Hold();
        var exit = NewYork.At(bench.Date, TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
        bench.At(exit - Step);
        Assert.DoesNotContain(bench.Drain(), i => i.Kind == IntentKind.ClosePosition);
        bench.At(exit);
        Assert.Equal(Rule.EndOfDayExit, bench.One(IntentKind.ClosePosition).Rule);

        // If it is still held five minutes later, somebody is alarmed.
        bench.At(exit.AddSeconds(300) - Step);
        Assert.DoesNotContain(bench.Drain(), i => i.Kind == IntentKind.Alarm);
        bench.At(exit.AddSeconds(300));
        Assert.Contains(bench.Drain(), i => i is { Kind: IntentKind.Alarm, Rule: Rule.FlatByDeadline });
    }

    /// <summary>A trade out of 0 at -1 loses $1.25 + $0.84. The pause counts from the exit's fill.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 900)]
    [InlineData(3, 0)] // the fourth loss: neither three nor five
    [InlineData(4, 1800)]
    [InlineData(5, 1800)] // and each further one
    [InlineData(9, 1800)]
    [Trait("Spec", "R14")]
    [Trait("Spec", "R15")]
    public void R14_and_R15_pause_after_three_and_from_five_losses_in_a_row(int lossesBefore, int seconds)
    {
        var bench = Account.Bench(Account.State() with { LossStreak = lossesBefore });
        var entry = bench.Hold();
        bench.Fill(101, Side.Sell, -1);
        var exited = bench.Now;
        bench.Report(EngineBench.Child(entry, 100, 102, 12, VenueOrderStatus.Cancelled, isTarget: true));
        Assert.Equal(lossesBefore + 1, bench.Engine.Risk.LossStreak);

        var latch = seconds == 900 ? Latch.LossPause : Latch.LongLossPause;
        Assert.Equal(seconds == 0 ? Latch.None : latch, bench.Engine.Risk.Latches.Held);
        bench.Pass(exited.AddSeconds(Math.Max(30, seconds)) - Step);
        Assert.Equal(seconds == 0 ? Rule.Cooldown : LatchTable.Of(latch).Rule, bench.RefusalOf());
        bench.Pass(exited.AddSeconds(Math.Max(30, seconds)));
        Assert.Equal(Rule.None, bench.RefusalOf());
    }

    /// <summary>
    /// To the cent: with a fee of half a cent a side and an unchanged price a trade loses a cent; without a fee it neither loses nor gains.
    /// </summary>
    [Theory]
    [InlineData(0.005, 0, 3)]
    [InlineData(0.000, 0, 2)]
    [InlineData(0.625, 1, 2)] // 1.25 - 1.25: neither
    [InlineData(0.620, 1, 0)] // a cent gained
    [InlineData(0.630, 1, 3)]
    [Trait("Spec", "R14")]
    public void R14_a_loss_is_net_below_zero_a_gain_ends_the_streak_and_zero_does_neither(double fee, int exit, int streak)
    {
        var bench = Account.Bench(Account.State() with { LossStreak = 2 });
        bench.Fee = Money.FromDollars((decimal)fee);
        bench.Hold();
        bench.Fill(101, Side.Sell, exit);

        Assert.Equal(streak, bench.Engine.Risk.LossStreak);
        Assert.Equal(streak == 3, bench.Engine.Risk.Latches.Has(Latch.LossPause));
    }

    /// <summary>
    /// Three losses in a row pause entries until 15 minutes after the third. A stored pause ends at its instant, even if the program was
    /// down meanwhile.
    /// </summary>
    [Theory]
    [InlineData(Latch.LossPause)]
    [InlineData(Latch.LongLossPause)]
    [Trait("Spec", "R21")]
    [Trait("Spec", "R15")]
    public void R21_a_pause_ends_at_its_stored_instant_without_any_tick(Latch latch)
    {
        var ends = NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(10, 10));
        var bench = Account.Bench(Account.State().With(new HeldLatch(latch, default, ends)) with { LossStreak = 4 });
        bench.At(ends - Step);
        Assert.Equal(LatchTable.Of(latch).Rule, bench.RefusalOf());

        Assert.Equal(ends, bench.Engine.NextDeadline);
        bench.Take(EngineEvent.Clock(ends));
        Assert.Equal(Latch.None, bench.Engine.Risk.Latches.Held);
        Assert.Equal(Rule.None, bench.RefusalOf());
        Assert.Equal(4, bench.Engine.Risk.LossStreak);
    }

    public static TheoryData<Latch> DurableLatches => [.. LatchTable.Rows.Where(row => row.IsDurable).Select(row => row.Latch)];

    [Theory]
    [MemberData(nameof(DurableLatches))]
    [Trait("Spec", "R21")]
    [Trait("Spec", "N3")]
    public void R21_every_latch_that_must_survive_a_restart_does(Latch latch)
    {
        var until =
            LatchTable.Of(latch).Release == LatchRelease.Instant
                ? NewYork.At(new DateOnly(2024, 3, 6), new TimeOnly(9, 30))
                : Timestamp.Never;
        var state = Account.State().With(new HeldLatch(latch, NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(9, 0)), until));
        for (var restarts = 0; restarts < 3; restarts++)
        {
            var bench = Account.Bench(state);
            bench.Pass(bench.Now.AddSeconds(3));
            Assert.Equal(LatchTable.Of(latch).Rule, bench.RefusalOf());
            state = RiskState.FromBytes(bench.Engine.RiskSnapshot.ToBytes());
            Assert.Equal(latch, Assert.Single(state.Latches).Latch);
        }
    }

    /// <summary>The exit fills at 10:00:12; another trade may open 30 s later and no earlier.</summary>
    [Fact]
    [Trait("Spec", "R24")]
    public void R24_cools_down_for_thirty_seconds_after_an_exit()
    {
        var bench = Account.Bench().At("10:00:02");
        var entry = bench.Hold();
        bench
            .At("10:00:12")
            .Fill(101, Side.Sell, 4)
            .Report(EngineBench.Child(entry, 100, 102, 12, VenueOrderStatus.Cancelled, isTarget: true));
        var over = bench.Now.AddSeconds(30);
        bench.Pass(over - Step);
        Assert.Equal(Rule.Cooldown, bench.RefusalOf());
        bench.Pass(over);
        Assert.Equal(Rule.None, bench.RefusalOf());
    }

    /// <summary>In a reversal the entry of the other side does not wait; during a pause the reversal becomes an exit.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "R24")]
    [Trait("Spec", "T4")]
    public void R24_a_reversals_entry_does_not_cool_down_and_in_a_pause_it_is_an_exit(bool paused)
    {
        var bench = Account.Bench();
        var entry = bench.Hold();
        bench.After(10);
        if (paused)
            bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Pause, new OperatorNote(1, "a person", "")));
        bench.Bar(0, Wish.Short);
        var exit = bench.One(IntentKind.PlaceExit);
        bench
            .Answer(exit, SendOutcome.Accepted, 103)
            .Report(EngineBench.Order(exit, 103))
            .Fill(bench.Trade(103, Side.Sell, 2, 1, exit.Tag));
        foreach (var cancel in bench.Drain().Where(i => i.Kind == IntentKind.Cancel))
            bench.Answer(cancel, SendOutcome.Accepted, cancel.VenueOrderId);
        bench
            .Report(EngineBench.Child(entry, 100, 101, -8, VenueOrderStatus.Cancelled))
            .Report(EngineBench.Child(entry, 100, 102, 12, VenueOrderStatus.Cancelled, isTarget: true));

        var entries = bench.Drain().Where(i => i.Kind == IntentKind.Enter).ToArray();
        if (paused)
            Assert.Equal((0, Rule.OperatorPause), (entries.Length, bench.Engine.LastRefusal.Rule));
        else
            Assert.Equal((Side.Sell, Rule.Reversal), (entries.Single().Side, entries.Single().Rule));
    }

    [Fact]
    [Trait("Spec", "R24")]
    public void R24_nothing_is_added_to_a_position()
    {
        var bench = Account.Bench(Account.State(1600));
        bench.Hold();
        bench.After(40).Bar(0, Wish.Long);
        Assert.Empty(bench.Drain());
    }

    /// <summary>An entry that the venue refused counts too: the venue has been asked.</summary>
    [Fact]
    [Trait("Spec", "N17")]
    public void N17_one_entry_in_two_seconds_and_thirty_in_an_hour()
    {
        var bench = Account.Bench(Account.State(1600));
        var first = bench.Now;
        for (var sent = 1; sent <= 30; sent++)
        {
            var entry = bench.Ask();
            Assert.True(entry is not null, $"entry {sent} is refused by {bench.Engine.LastRefusal.Rule}");
            bench.Answer(entry.Value, SendOutcome.Refused);
            bench.Pass(bench.Now.AddSeconds(2) - Step);
            Assert.Equal(Rule.EntrySpacing, bench.RefusalOf());
            bench.Pass(bench.Now + Step);
        }

        Assert.Equal(Rule.EntriesThisHour, bench.RefusalOf());
        bench.Pass(first.AddSeconds(3600) - Step);
        Assert.Equal(Rule.EntriesThisHour, bench.RefusalOf());
        bench.Pass(first.AddSeconds(3600));
        Assert.Equal(Rule.None, bench.RefusalOf());
    }

    [Fact]
    [Trait("Spec", "N17")]
    public void N17_a_hundred_entries_a_day()
    {
        var bench = Account.Bench(Account.State(1600));
        for (var sent = 1; sent <= 100; sent++)
        {
            var entry = bench.Ask();
            Assert.True(entry is not null, $"entry {sent} is refused by {bench.Engine.LastRefusal.Rule}");
            bench.Answer(entry.Value, SendOutcome.Refused);
            bench.Pass(bench.Now.AddSeconds(121));
        }

        Assert.Equal(Rule.EntriesToday, bench.RefusalOf());
        Assert.Equal((100L, 100L), (bench.Engine.LastRefusal.Observed, bench.Engine.LastRefusal.Limit));
        bench.Pass(NewYork.At(new DateOnly(2024, 3, 6), new TimeOnly(9, 30)));
        Assert.Equal(Rule.None, bench.RefusalOf());
    }

    [Fact]
    [Trait("Spec", "N17")]
    public void N17_a_signal_ends_no_trade_before_ten_seconds()
    {
        var bench = Account.Bench();
        bench.Hold();
        var over = bench.Now.AddSeconds(10);
        bench.At(over - Step).Bar(0, Wish.Flat);
        Assert.Empty(bench.Drain());
        Assert.Equal(Rule.MinimumHold, bench.Engine.LastRefusal.Rule);
        bench.At(over).Bar(0, Wish.Flat);
        Assert.Equal(Rule.Signal, bench.One(IntentKind.PlaceExit).Rule);
    }

    /// <summary>
    /// Everything that an entry depends on is counted before it is sent, so that whoever commits the changes has them on disk by then.
    /// </summary>
    [Fact]
    [Trait("Spec", "N3")]
    [Trait("Spec", "R21")]
    public void N3_an_entry_and_a_fill_change_what_must_be_durable_in_the_same_event()
    {
        var bench = Account.Bench();
        var before = bench.Engine.Risk.Version;
        var entry = bench.Ask()!.Value;
        Assert.True(bench.Engine.Risk.Version > before);
        Assert.Equal((1, bench.Now), (bench.Engine.RiskSnapshot.EntriesToday, Assert.Single(bench.Engine.RiskSnapshot.RecentEntries)));

        before = bench.Engine.Risk.Version;
        bench.Answer(entry, SendOutcome.Accepted, 100).Fill(bench.Trade(100, Side.Buy, 0, entry.Size, entry.Tag));
        Assert.True(bench.Engine.Risk.Version > before);
        Assert.Equal(entry.Size, bench.Engine.RiskSnapshot.Position);
    }
}
