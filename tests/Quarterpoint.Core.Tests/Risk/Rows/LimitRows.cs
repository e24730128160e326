using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Rows;

/// <summary>
/// The account's limits in the engine, each at the cent at which it fires and a cent before. A long from 0 dipping to -30 is worth $0.42 +
/// $0.42 + 30 x $1.25 = $38.34 less.
/// </summary>
public sealed class LimitRows
{
    private const decimal Loss = 38.34m;

    private static EngineBench AfterTheDip(RiskState state)
    {
        var bench = Account.Bench(state);
        bench.Hold();
        return bench.Dip(-30);
    }

    private static void Expect(EngineBench bench, Latch latch, bool fires)
    {
        var closes = bench.Drain().Where(i => i.Kind == IntentKind.ClosePosition).ToArray();
        Assert.Equal(fires ? latch : Latch.None, bench.Engine.Risk.Latches.Held);
        Assert.Equal(fires ? [LatchTable.Of(latch).Rule] : [], closes.Select(i => i.Rule));
    }

    [Theory]
    [InlineData(50.00, true)]
    [InlineData(49.99, false)]
    [Trait("Spec", "R1")]
    [Trait("Spec", "R24")]
    public void R1_fires_fifty_dollars_below_the_days_baseline(double below, bool fires) =>
        Expect(AfterTheDip(Account.State(1000, baseline: 1000 - Loss + (decimal)below)), Latch.DailyLoss, fires);

    [Theory]
    [InlineData(75.00, true)]
    [InlineData(74.99, false)]
    [Trait("Spec", "R2")]
    [Trait("Spec", "R24")]
    public void R2_fires_seventy_five_dollars_below_the_days_peak(double below, bool fires) =>
        Expect(AfterTheDip(Account.State(1000, peak: 1000 - Loss + (decimal)below)), Latch.DailyDrawdown, fires);

    [Theory]
    [InlineData(200.00, true)]
    [InlineData(199.99, false)]
    [Trait("Spec", "R4")]
    [Trait("Spec", "R24")]
    public void R4_fires_two_hundred_dollars_below_the_highest_equity(double below, bool fires)
    {
        var bench = AfterTheDip(Account.State(1000, highWater: 1000 - Loss + (decimal)below));
        Assert.Equal(fires ? TradingState.ManualReview : TradingState.Active, bench.Engine.Risk.Latches.State);
        Expect(bench, Latch.AccountDrawdown, fires);
    }

    [Theory]
    [InlineData(700.00, true)]
    [InlineData(700.01, false)]
    [Trait("Spec", "R5")]
    [Trait("Spec", "R24")]
    public void R5_fires_three_hundred_dollars_below_the_start_for_good(double equity, bool fires)
    {
        var balance = (decimal)equity + Loss;
        var bench = AfterTheDip(Account.State(balance) with { HighWater = Money.FromDollars(balance) });
        Assert.Equal(fires ? TradingState.Killed : TradingState.Active, bench.Engine.Risk.Latches.State);
        Expect(bench, Latch.Killed, fires);
    }

    /// <summary>A limit that was made stricter and is already passed at the start fires at once.</summary>
    [Theory]
    [InlineData(700.00, true)]
    [InlineData(700.01, false)]
    [Trait("Spec", "R5")]
    public void A_state_that_begins_at_a_limit_has_reached_it(double balance, bool fires)
    {
        var bench = Account.Bench(Account.State((decimal)balance) with { HighWater = Money.FromDollars((decimal)balance) });
        Assert.Equal(fires, bench.Engine.Risk.Latches.Has(Latch.Killed));
    }

    /// <summary>R5 fires at the same amount as R6 and takes precedence, so it is set aside here.</summary>
    [Theory]
    [InlineData(699.99, Rule.BalanceFloor)]
    [InlineData(700.00, Rule.Starved)] // R6 lets it pass: what is left for a trade is R7's and R25's to say
    [Trait("Spec", "R6")]
    public void R6_refuses_below_seven_hundred_dollars(double balance, Rule rule)
    {
        var bench = Account.Bench(
            Account.State((decimal)balance) with
            {
                HighWater = Money.FromDollars((decimal)balance),
            },
            limits: new RiskLimits { KillLoss = Money.FromDollars(400) }
        );
        Assert.Equal(rule, bench.RefusalOf());
        if (rule == Rule.BalanceFloor)
            Assert.Equal((699_990_000L, 700_000_000L), (bench.Engine.LastRefusal.Observed, bench.Engine.LastRefusal.Limit));
    }

    /// <summary>
    /// ATR 8, so a stop of 12: stopped out at 4 ticks of slippage one contract loses 16 x $1.25 + $1.22 = $21.22, and R4 fires at $800.00.
    /// </summary>
    [Theory]
    [InlineData(821.22, false)]
    [InlineData(821.23, true)]
    [Trait("Spec", "R7")]
    [Trait("Spec", "N2")]
    [Trait("Spec", "R22")]
    public void R7_refuses_what_could_touch_a_limit(double balance, bool enters)
    {
        var bench = WithAtr(Account.State((decimal)balance, highWater: 1000));
        bench.Minutes(16, 8, last: Wish.Long);

        Assert.Equal(enters, bench.Drain().Any(i => i.Kind == IntentKind.Enter));
        if (!enters)
            Assert.Equal((Rule.SurvivalCheck, 800_000_000L, 800_000_000L, Rule.AccountDrawdown), Numbers(bench.Engine.LastRefusal));
    }

    /// <summary>Stop 8: two contracts could lose 2 x 16.22 = $32.44, one $16.22; R1 fires at $1,000.00.</summary>
    [Theory]
    [InlineData(1032.44, 1)]
    [InlineData(1032.45, 2)]
    [Trait("Spec", "R7")]
    [Trait("Spec", "N2")]
    public void R7_cuts_the_size_to_what_survives(double balance, int size) =>
        Assert.Equal(size, Account.Bench(Account.State((decimal)balance, baseline: 1050), s => s with { Contracts = 0 }).Ask()!.Value.Size);

    /// <summary>
    /// At the smallest stop, 4 ticks of ATR, one contract could lose 8 x $1.25 + $1.22 = $11.22, and R4 fires at $800.00.
    /// </summary>
    [Theory]
    [InlineData(811.22, true)]
    [InlineData(811.23, false)]
    [Trait("Spec", "R25")]
    public void R25_says_at_once_that_no_trade_is_permitted_any_more(double balance, bool starved)
    {
        // By a trade: from 5 ticks and a round trip of $0.84 above it.
        var bench = WithAtr(Account.State((decimal)balance + 7.09m, highWater: 1000)).Minutes(16, 2, last: Wish.Long);
        var entry = bench.One(IntentKind.Enter);
        bench
            .Answer(entry, SendOutcome.Accepted, 100)
            .Report(EngineBench.Order(entry, 100))
            .Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag));
        bench.Report(EngineBench.Child(entry, 100, 101, -4)).Fill(101, Side.Sell, -5);

        Assert.Equal((decimal)balance, bench.Engine.Risk.Balance.InDollars);
        Assert.Equal(starved, bench.Engine.Risk.Latches.Has(Latch.Starved));

        // By a start.
        Assert.Equal(starved, WithAtr(Account.State((decimal)balance, highWater: 1000)).Engine.Risk.Latches.Has(Latch.Starved));
    }

    /// <summary>
    /// One contract at the smallest stop (8 ticks) needs $16.22 of what is left of the day's $50, and of the $75 from its peak.
    /// </summary>
    [Theory]
    [InlineData(1000, 966.22, 1000, true)]
    [InlineData(1000, 966.23, 1000, false)]
    [InlineData(1000, 991.22, 1050, true)]
    [InlineData(1000, 991.23, 1050, false)]
    [Trait("Spec", "R7")]
    public void A_day_without_room_for_a_trade_is_over_and_says_so(double baseline, double balance, double peak, bool exhausted)
    {
        var bench = Account.Bench(Account.State((decimal)balance, (decimal)baseline, (decimal)peak), s => s with { EntriesInEth = true });
        Assert.Equal(exhausted ? Latch.DayExhausted : Latch.None, bench.Engine.Risk.Latches.Held);
        Assert.Equal(exhausted ? Rule.DayExhausted : Rule.None, bench.RefusalOf());
        if (!exhausted)
            return;

        // Until the next day opens, to the second.
        bench.Pass(NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(17, 59, 59)));
        Assert.True(bench.Engine.Risk.Latches.Has(Latch.DayExhausted));
        bench.Pass(NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(18, 0)));
        Assert.Equal(Latch.None, bench.Engine.Risk.Latches.Held);
        Assert.Equal(Rule.None, bench.RefusalOf());
    }

    /// <summary>
    /// On 2021-04-01 R1 fires; the day after has no RTH, so it is the Monday after. By default entries begin at 09:30 anyway, so here they
    /// are allowed from 18:00.
    /// </summary>
    [Theory]
    [InlineData(2024, 3, 5, 2024, 3, 6)]
    [InlineData(2024, 3, 8, 2024, 3, 11)]
    [InlineData(2021, 4, 1, 2021, 4, 5)]
    [Trait("Spec", "R16")]
    public void R16_no_entry_before_half_past_nine_of_the_next_day_that_has_RTH(
        int year,
        int month,
        int day,
        int nextYear,
        int nextMonth,
        int nextDay
    )
    {
        var bench = Account.Bench(
            RiskState.Fresh(Account.Dollars(1000)),
            s => s with { EntriesInEth = true },
            date: new DateOnly(year, month, day)
        );
        bench.Hold();
        bench.Fill(101, Side.Sell, -40);
        Assert.True(bench.Engine.Risk.Latches.Has(Latch.DailyLoss));

        var opens = NewYork.At(new DateOnly(nextYear, nextMonth, nextDay), new TimeOnly(9, 30));
        bench.Pass(opens.AddSeconds(-1));
        Assert.Equal(Rule.DailyLoss, bench.RefusalOf());
        bench.Pass(opens);
        Assert.Equal(Rule.None, bench.RefusalOf());
    }

    /// <summary>
    /// R1 fired on Tuesday and the exit did not fill before Wednesday began, at 18:00. It then fills $75 below where Wednesday began, so
    /// that day is over too.
    /// </summary>
    [Fact]
    [Trait("Spec", "R16")]
    public void R16_a_limit_still_latched_from_the_day_before_fires_for_the_new_day_too()
    {
        var bench = Account.Bench(RiskState.Fresh(Account.Dollars(1000)), s => s with { EntriesInEth = true });
        bench.Hold();
        bench.Dip(-40);
        Assert.Equal(NewYork.At(new DateOnly(2024, 3, 6), new TimeOnly(9, 30)), bench.Engine.Risk.Latches.UntilOf(Latch.DailyLoss));

        bench.At(NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(18, 0, 1)));
        Assert.Equal(TradingDay.On(2024, 3, 6), bench.Engine.Risk.Day.Day);
        bench.Fill(101, Side.Sell, -60);
        Assert.True(bench.Engine.Risk.Balance <= bench.Engine.Risk.Day.Baseline - Account.Dollars(50));
        Assert.Equal(NewYork.At(new DateOnly(2024, 3, 7), new TimeOnly(9, 30)), bench.Engine.Risk.Latches.UntilOf(Latch.DailyLoss));
    }

    [Fact]
    [Trait("Spec", "R17")]
    public void R17_a_review_sets_the_mark_to_the_equity_and_R4_counts_from_there()
    {
        // The account has $820 and its mark is $1,020: R4 has fired. After the review it would fire $200 below $820, so R5's $700 is the
        // nearer one.
        var bench = Account.Bench(Account.State(820, highWater: 1020).With(new HeldLatch(Latch.AccountDrawdown, default, Timestamp.Never)));
        bench.Pass(bench.Now.AddSeconds(2));
        Assert.Equal(Rule.AccountDrawdown, bench.RefusalOf());
        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Review, new OperatorNote(1, "a person", "seen")));

        Assert.Equal(820m, bench.Engine.Risk.HighWater.InDollars);
        Assert.Equal(
            (Rule.DailyLoss, 620m, 700m),
            (
                bench.Engine.Risk.Levels.Highest().Limit,
                bench.Engine.Risk.Levels.AccountDrawdown.InDollars,
                bench.Engine.Risk.Levels.KillSwitch.InDollars
            )
        );
        Assert.Contains(bench.Engine.Risk.Facts, fact => fact.Kind == RiskFactKind.Reviewed && fact.Amount.InDollars == 1020m);
        Assert.Equal(Rule.None, bench.RefusalOf());
    }

    [Fact]
    [Trait("Spec", "R7")]
    public void A_loss_beyond_a_limit_is_reported_as_a_gap_with_its_amount_and_one_that_stops_at_it_is_not()
    {
        // One contract out of 0 at -39 costs 48.75 + 0.84 = 49.59: above R1's level. At -41 it is 52.09, 2.09 beyond.
        var kept = Account.Bench();
        kept.Hold();
        kept.Fill(101, Side.Sell, -39);
        Assert.DoesNotContain(kept.Engine.Risk.Facts, fact => fact.Kind == RiskFactKind.Gap);

        var passed = Account.Bench();
        passed.Hold();
        passed.Fill(101, Side.Sell, -41);
        var gap = Assert.Single(passed.Engine.Risk.Facts, fact => fact.Kind == RiskFactKind.Gap);
        Assert.Equal((Rule.DailyLoss, 2.09m), (gap.Limit, gap.Amount.InDollars));
    }

    private static EngineBench WithAtr(RiskState state) =>
        Account.Bench(state, s => s with { BarSeconds = 60, Stop = new StopSettings(), Target = new TargetSettings() });

    private static (Rule, long, long, Rule) Numbers(Verdict verdict) => (verdict.Rule, verdict.Observed, verdict.Limit, verdict.Binding);
}
