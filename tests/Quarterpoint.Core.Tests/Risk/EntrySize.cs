using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>
/// The second half of the gate: how many contracts. All sums are calculated by hand: MES at $1.25 a tick, $1.22 a round trip at the live
/// venue.
/// </summary>
public sealed class EntrySize
{
    private static readonly RiskLimits Hard = new();

    private static Money Dollars(decimal dollars) => Money.FromDollars(dollars);

    /// <summary>A flat account whose day began at its balance and reached the given peak.</summary>
    private static EntryRequest Request(
        int stop = 8,
        decimal balance = 1000,
        decimal? highWater = null,
        int? confidence = null,
        int reductions = 0,
        RiskLimits? limits = null
    ) =>
        new()
        {
            Side = Side.Buy,
            Stop = new Ticks(stop),
            Target = new Ticks(12),
            Confidence = confidence,
            AtRth = true,
            Reductions = reductions,
            Balance = Dollars(balance),
            Equity = Dollars(balance),
            Levels = LevelsOf(balance, balance, highWater ?? Math.Max(balance, 1000), limits),
            TickValue = Dollars(1.25m),
        };

    private static AccountLevels LevelsOf(decimal baseline, decimal peak, decimal highWater, RiskLimits? limits = null) =>
        AccountLevels.Of(limits ?? Hard, new DayBook(TradingDay.On(2024, 3, 5), Dollars(baseline), Dollars(peak)), Dollars(highWater));

    private static Verdict Size(in EntryRequest request, RiskLimits? limits = null) => new RiskGate(limits ?? Hard).Size(request);

    /// <summary>Exactly $25.00: 19 ticks (the stop and one of slippage) at $1.25, and $1.25 for the round trip.</summary>
    [Theory]
    [InlineData(18, 625_000, 25_000_000, true)]
    [InlineData(18, 625_000, 24_999_999, false)]
    [InlineData(18, 625_001, 25_000_000, false)]
    [InlineData(19, 625_000, 25_000_000, false)]
    [Trait("Spec", "R3")]
    public void One_trade_may_lose_twenty_five_dollars_and_not_a_millionth_more(int stop, long feePerSide, long limit, bool allowed)
    {
        var limits = new RiskLimits { LiveFees = new FeeSchedule(new Money(feePerSide), Money.Zero), TradeRisk = new Money(limit) };
        var verdict = Size(Request(stop, balance: 1600), limits);

        Assert.Equal(allowed, verdict.IsApproved);
        if (!allowed)
            Assert.Equal(Rule.TradeRisk, verdict.Rule);
    }

    [Theory]
    [InlineData(1.25, 18, true)] // 23.75 + 1.22 = 24.97
    [InlineData(1.25, 19, false)] // 25.00 + 1.22
    [InlineData(0.50, 46, true)] // 23.50 + 1.22 = 24.72
    [InlineData(0.50, 47, false)] // 24.00 + 1.22 = 25.22
    [Trait("Spec", "R3")]
    public void The_default_limit_is_twenty_five_dollars_with_one_tick_of_slippage(double tickValue, int stop, bool allowed) =>
        Assert.Equal(allowed, Size(Request(stop, balance: 1600) with { TickValue = Dollars((decimal)tickValue) }).IsApproved);

    [Theory]
    [InlineData(24.59, false)] // 23.75 + 0.84: what the backtest charges
    [InlineData(24.96, false)]
    [InlineData(24.97, true)] // 23.75 + 1.22: what the live venue charges
    [Trait("Spec", "R3")]
    [Trait("Spec", "X3")]
    public void The_live_venues_cost_counts_whatever_the_backtest_charges(double limit, bool allowed)
    {
        var limits = new RiskLimits { TradeRisk = Dollars((decimal)limit) };
        Assert.Equal(allowed, new RiskGate(limits, FeeSchedule.Plan).Size(Request(18, balance: 1600)).IsApproved);
    }

    [Fact]
    [Trait("Spec", "R3")]
    public void Costs_above_the_live_venues_count_as_they_are() =>
        // 23.75 + 1.26
        Assert.Equal(Rule.TradeRisk, new RiskGate(Hard, new FeeSchedule(Dollars(0.63m), Money.Zero)).Size(Request(18, balance: 1600)).Rule);

    [Theory]
    [InlineData(17, true, true)]
    [InlineData(17, false, true)] // two ticks of slippage: 19 x 1.25 + 1.22
    [InlineData(18, true, true)]
    [InlineData(18, false, false)]
    [Trait("Spec", "R3")]
    [Trait("Spec", "X4")]
    public void Outside_RTH_one_more_tick_of_slippage_is_expected(int stop, bool atRth, bool allowed) =>
        Assert.Equal(allowed, Size(Request(stop, balance: 1600) with { AtRth = atRth }).IsApproved);

    [Theory]
    [InlineData(8, 1, 1)]
    [InlineData(8, 2, 2)] // 2 x (9 x 1.25 + 1.22) = 24.94
    [InlineData(8, 0, 2)] // as many as the rules give: R3 holds two
    [InlineData(9, 2, 1)] // 2 x 13.72
    [Trait("Spec", "R3")]
    [Trait("Spec", "R8")]
    public void The_size_is_cut_to_what_the_limit_of_one_trade_holds(int stop, int asked, int given) =>
        Assert.Equal(given, Size(Request(stop, balance: 1600) with { Contracts = asked }).Entry.Size);

    [Fact]
    [Trait("Spec", "R22")]
    public void A_refusal_says_which_rule_and_with_what_numbers()
    {
        var tooWide = Size(Request(19, balance: 1600));
        Assert.Equal((Rule.TradeRisk, 26_220_000L, 25_000_000L), (tooWide.Rule, tooWide.Observed, tooWide.Limit));

        // 8 ticks are $10; of $999.99 two per cent, halved, are $9.9999.
        var tooPoor = Size(Request(8, balance: 999.99m, confidence: 650_000));
        Assert.Equal((Rule.SizeZero, 10_000_000L, 9_999_900L), (tooPoor.Rule, tooPoor.Observed, tooPoor.Limit));

        var unsure = Size(Request(8, confidence: 599_999));
        Assert.Equal((Rule.LowConfidence, 599_999L, 600_000L), (unsure.Rule, unsure.Observed, unsure.Limit));

        var halved = Size(Request(8, balance: 999.99m, reductions: 1));
        Assert.Equal((Rule.SizeReduced, 1L, 2L), (halved.Rule, halved.Observed, halved.Limit));

        // Two contracts, three times halved.
        var thrice = Size(Request(8, balance: 1600, reductions: 3));
        Assert.Equal((Rule.SizeReduced, 2L, 8L), (thrice.Rule, thrice.Observed, thrice.Limit));

        var fatal = Size(Request(8, balance: 816.22m));
        Assert.Equal(
            (Rule.SurvivalCheck, 800_000_000L, 800_000_000L, Rule.AccountDrawdown),
            (fatal.Rule, fatal.Observed, fatal.Limit, fatal.Binding)
        );
    }

    [Theory]
    [InlineData(699.999999, 0, 0)]
    [InlineData(700, 1, 20)]
    [InlineData(999.999999, 1, 20)]
    [InlineData(1000, 2, 20)]
    [InlineData(1499.999999, 2, 20)]
    [InlineData(1500, 3, 20)]
    [InlineData(1999.999999, 3, 20)]
    [InlineData(2000, 4, 20)]
    [InlineData(2999.999999, 4, 20)]
    [InlineData(3000, 5, 15)]
    [InlineData(3999.999999, 5, 15)]
    [InlineData(4000, 6, 15)]
    [InlineData(4999.999999, 6, 15)]
    [InlineData(5000, 7, 15)]
    [InlineData(12000, 14, 15)]
    [Trait("Spec", "R9")]
    public void Tiers_begin_at_their_lower_bound(double balance, int contracts, int perMille)
    {
        var tier = PositionSize.TierOf(Dollars((decimal)balance), new RiskLimits { MostContracts = 50 });

        Assert.Equal((contracts, perMille), (tier.Contracts, tier.PerMille));
        Assert.True(tier.From <= Dollars((decimal)balance));
        Assert.Equal(Math.Min(contracts, 5), PositionSize.TierOf(Dollars((decimal)balance), Hard).Contracts);
    }

    [Theory]
    [InlineData(2999.999999, 2000)]
    [InlineData(3000, 3000)]
    [InlineData(4999.999999, 4000)]
    [InlineData(12_345, 12_000)]
    [Trait("Spec", "R9")]
    public void A_tier_names_the_balance_at_which_it_begins(double balance, int from) =>
        Assert.Equal(Dollars(from), PositionSize.TierOf(Dollars((decimal)balance), Hard).From);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(599_999, 0)]
    [InlineData(600_000, 500)]
    [InlineData(699_999, 500)]
    [InlineData(700_000, 1000)]
    [InlineData(799_999, 1000)]
    [InlineData(800_000, 1500)]
    [InlineData(900_000, 1500)] // 90 % is not above 90 %
    [InlineData(900_001, 2000)]
    [InlineData(1_000_000, 2000)]
    [Trait("Spec", "R10")]
    public void Confidence_multiplies_in_steps(int confidence, int perMille) => Assert.Equal(perMille, PositionSize.Multiplier(confidence));

    /// <summary>A stop of 4 ticks costs $5 a contract, and R3 holds 3 of them (3 x 7.47); tier and share decide below that.</summary>
    [Theory]
    [InlineData(1000, 650_000, 2)] // $10.00 / $5
    [InlineData(999.99, 650_000, 1)] // $9.9999, and one contract below $1,000
    [InlineData(1000, 750_000, 2)] // $20 would be 4; the tier has 2
    [InlineData(1500, 650_000, 3)] // $15.00 / $5
    [InlineData(1499.99, 650_000, 2)]
    [InlineData(2000, 750_000, 3)] // the tier has 4, R3 holds 3
    [InlineData(720, 650_000, 1)] // $7.20
    [Trait("Spec", "R8")]
    [Trait("Spec", "R9")]
    [Trait("Spec", "R10")]
    public void The_size_is_the_largest_that_tier_share_and_R3_hold(double balance, int confidence, int size) =>
        Assert.Equal(size, Size(Request(4, (decimal)balance, highWater: 900, confidence: confidence)).Entry.Size);

    /// <summary>The amount that a stop may cost is compared to the millionth of a dollar: 8 ticks are $10.00.</summary>
    [Theory]
    [InlineData(1000.000000, 650_000, 1)] // 2 % x 0.5 = $10.00
    [InlineData(999.999999, 650_000, 0)]
    [InlineData(999.999999, 700_000, 1)] // $19.99
    [Trait("Spec", "R8")]
    [Trait("Spec", "R10")]
    public void Below_a_thousand_dollars_an_eight_tick_stop_gets_no_contract_at_60_to_70_percent(
        double balance,
        int confidence,
        int size
    ) => Assert.Equal(size, Size(Request(8, (decimal)balance, confidence: confidence)).Entry.Size);

    [Fact]
    [Trait("Spec", "R8")]
    [Trait("Spec", "R9")]
    public void The_lower_of_balance_and_equity_sizes()
    {
        Assert.Equal(2, Size(Request(8)).Entry.Size);
        Assert.Equal(1, Size(Request(8) with { Equity = Dollars(999), Levels = LevelsOf(999, 999, 1000) }).Entry.Size);
        Assert.Equal(1, Size(Request(8) with { Balance = Dollars(999) }).Entry.Size);
    }

    [Theory]
    [InlineData(2000, 0, 3)]
    [InlineData(2000, 1, 1)] // 3 halved and rounded down
    [InlineData(2000, 2, 0)] // 1 becomes 0
    [InlineData(1000, 1, 1)]
    [InlineData(999, 1, 0)]
    [Trait("Spec", "R8")]
    [Trait("Spec", "R13")]
    [Trait("Spec", "R18")]
    [Trait("Spec", "R20")]
    public void Each_reduction_halves_and_rounds_down(double balance, int reductions, int size) =>
        Assert.Equal(size, Size(Request(4, (decimal)balance, reductions: reductions)).Entry.Size);

    [Fact]
    [Trait("Spec", "R9")]
    public void The_ceiling_caps_every_tier() => Assert.Equal(1, Size(Request(4, 2000), new RiskLimits { MostContracts = 1 }).Entry.Size);

    /// <summary>
    /// A stop of 8 ticks with 4 ticks of stressed slippage loses 12 x 1.25 + 1.22 = 16.22; what is left must be above every level.
    /// </summary>
    [Theory]
    [InlineData(816.220001, 1000, true)]
    [InlineData(816.22, 1000, false)] // exactly R4's level
    [InlineData(916.22, 1100, false)] // it moves with the peak
    [InlineData(916.220001, 1100, true)]
    [InlineData(716.22, 850, false)] // after a review at 850, R5 at 700 is the nearer one
    [InlineData(716.220001, 850, true)]
    [Trait("Spec", "R7")]
    [Trait("Spec", "N2")]
    [Trait("Spec", "R4")]
    [Trait("Spec", "R5")]
    public void The_worst_case_stays_strictly_above_the_account_limits(double balance, double highWater, bool allowed)
    {
        var verdict = Size(Request(balance: (decimal)balance, highWater: (decimal)highWater));

        Assert.Equal(allowed, verdict.IsApproved);
        if (!allowed)
            Assert.Equal((Rule.SurvivalCheck, highWater > 900 ? Rule.AccountDrawdown : Rule.KillSwitch), (verdict.Rule, verdict.Binding));
    }

    [Theory]
    [InlineData(1000, 1000, 966.22, Rule.DailyLoss)] // 950.00 is R1's level
    [InlineData(1000, 1000, 966.220001, Rule.None)]
    [InlineData(1000, 1041.22, 982.44, Rule.DailyDrawdown)] // 966.22 is R2's level: 982.44 - 16.22
    [InlineData(1000, 1041.22, 982.440001, Rule.None)]
    [Trait("Spec", "R7")]
    [Trait("Spec", "N2")]
    [Trait("Spec", "R1")]
    [Trait("Spec", "R2")]
    public void The_worst_case_stays_strictly_above_the_days_limits(double baseline, double peak, double balance, Rule binding)
    {
        var request = Request(balance: (decimal)balance) with { Levels = LevelsOf((decimal)baseline, (decimal)peak, 1041.22m) };
        var verdict = Size(request);

        Assert.Equal((binding == Rule.None, binding), (verdict.IsApproved, verdict.Binding));
    }

    [Fact]
    [Trait("Spec", "R7")]
    public void The_size_is_cut_to_what_survives()
    {
        // Two: 2 x 16.22 = 32.44. The day began at 1,050.00, so from 1,032.44 that is R1's 1,000.00 exactly; a millionth more survives.
        var exact = Request(8, 1500m) with { Equity = Dollars(1032.44m), Levels = LevelsOf(1050, 1050, 1100) };
        Assert.Equal(1, Size(exact).Entry.Size);
        Assert.Equal(2, Size(exact with { Equity = Dollars(1032.440001m) }).Entry.Size);
    }

    [Fact]
    [Trait("Spec", "R7")]
    public void What_may_still_fill_is_counted_with_the_new_trade()
    {
        var request = Request(8, 1500m) with { Equity = Dollars(1032.440001m), Levels = LevelsOf(1050, 1050, 1100) };
        Assert.Equal(2, Size(request).Entry.Size);
        Assert.Equal(1, Size(request with { AtRisk = Dollars(16.22m) }).Entry.Size);

        // 1,032.440001 less 32.44 and 16.22 is the worst case of even one more contract.
        var verdict = Size(request with { AtRisk = Dollars(32.44m) });
        Assert.Equal(
            (Rule.SurvivalCheck, 983_780_001L, 1_000_000_000L, Rule.DailyLoss),
            (verdict.Rule, verdict.Observed, verdict.Limit, verdict.Binding)
        );
    }

    [Theory]
    [InlineData(850, 866.22, true)] // exactly the floor still trades
    [InlineData(850, 866.219999, false)]
    [Trait("Spec", "R6")]
    [Trait("Spec", "R7")]
    public void The_worst_case_does_not_fall_below_the_lowest_balance_that_trades(double floor, double balance, bool allowed)
    {
        var verdict = Size(Request(balance: (decimal)balance, highWater: 1000), new RiskLimits { BalanceFloor = Dollars((decimal)floor) });
        Assert.Equal((allowed, allowed ? Rule.None : Rule.BalanceFloor), (verdict.IsApproved, verdict.Binding));
    }

    [Theory]
    [InlineData(811.22, 1000, 4, true)] // (4 + 4) x 1.25 + 1.22 = 11.22 leaves R4's 800.00
    [InlineData(811.220001, 1000, 4, false)]
    [InlineData(816.22, 1000, 8, true)]
    [InlineData(816.220001, 1000, 8, false)]
    [InlineData(711.22, 900, 4, true)] // R5's 700.00
    [InlineData(711.220001, 900, 4, false)]
    [Trait("Spec", "R25")]
    public void An_account_is_starved_where_not_even_one_contract_at_the_smallest_stop_is_permitted(
        double equity,
        double highWater,
        int smallest,
        bool starved
    ) =>
        Assert.Equal(
            starved,
            new RiskGate(Hard).IsStarved(Dollars((decimal)equity), Dollars((decimal)highWater), new Ticks(smallest), Dollars(1.25m))
        );

    [Fact]
    [Trait("Spec", "R25")]
    public void A_smallest_stop_beyond_R3_starves_any_account() =>
        Assert.True(new RiskGate(Hard).IsStarved(Dollars(5000), Dollars(5000), new Ticks(19), Dollars(1.25m)));

    /// <summary>
    /// By the slippage of RTH, the smaller one: 19 x 1.25 + 1.22 = 24.97. A round trip of $1.25 makes exactly $25.00, which R3 holds.
    /// </summary>
    [Theory]
    [InlineData(0.610, false)]
    [InlineData(0.625, false)]
    [InlineData(0.626, true)]
    [Trait("Spec", "R25")]
    [Trait("Spec", "R3")]
    public void A_smallest_stop_that_R3_holds_in_RTH_starves_nobody(double fee, bool starved)
    {
        var limits = new RiskLimits { LiveFees = new FeeSchedule(Dollars((decimal)fee), Money.Zero) };
        Assert.Equal(starved, new RiskGate(limits).IsStarved(Dollars(5000), Dollars(5000), new Ticks(18), Dollars(1.25m)));
    }

    /// <summary>
    /// At the highest multiplier $850 may risk 4 %, $34.00 a stop: 27 ticks are $33.75 and 28 are $35.00. R3 is set aside.
    /// </summary>
    [Theory]
    [InlineData(27, false)]
    [InlineData(28, true)]
    [Trait("Spec", "R25")]
    public void An_account_is_starved_where_the_size_is_zero_at_the_highest_multiplier(int smallest, bool starved)
    {
        var limits = new RiskLimits
        {
            TradeRisk = Dollars(1000),
            AccountDrawdown = Dollars(1000),
            KillLoss = Dollars(1000),
            BalanceFloor = Dollars(1),
            DailyLoss = Dollars(1000),
            DailyDrawdown = Dollars(1000),
        };
        Assert.Equal(starved, new RiskGate(limits).IsStarved(Dollars(850), Dollars(850), new Ticks(smallest), Dollars(1.25m)));
    }

    [Theory]
    [InlineData(11.23, false)]
    [InlineData(11.22, true)] // what one contract at the smallest stop could lose is the day's whole limit
    [Trait("Spec", "R25")]
    public void An_account_is_starved_where_no_day_would_ever_have_room_for_a_trade(double dailyLoss, bool starved)
    {
        foreach (
            var limits in (RiskLimits[])
                [new() { DailyLoss = Dollars((decimal)dailyLoss) }, new() { DailyDrawdown = Dollars((decimal)dailyLoss) }]
        )
            Assert.Equal(starved, new RiskGate(limits).IsStarved(Dollars(1000), Dollars(1000), new Ticks(4), Dollars(1.25m)));
    }

    /// <summary>(4 + 4) x 1.25 + 1.22 = 11.22 above R1's 950.00, and above R2's.</summary>
    [Theory]
    [InlineData(1000, 1000, 961.22, true)]
    [InlineData(1000, 1000, 961.220001, false)]
    [InlineData(1000, 1050, 986.22, true)]
    [InlineData(1000, 1050, 986.220001, false)]
    [Trait("Spec", "R25")]
    [Trait("Spec", "R7")]
    public void A_day_is_exhausted_where_its_limits_have_no_room_for_another_trade(
        double baseline,
        double peak,
        double equity,
        bool exhausted
    ) =>
        Assert.Equal(
            exhausted,
            new RiskGate(Hard).IsDayExhausted(
                Dollars((decimal)equity),
                LevelsOf((decimal)baseline, (decimal)peak, 1050),
                new Ticks(4),
                Dollars(1.25m)
            )
        );

    [Fact]
    public void A_smaller_capital_risks_the_same_share_and_a_larger_one_the_same_dollars()
    {
        static decimal[] Numbers(RiskLimits l) =>
            [
                .. (
                    (Money[])
                        [l.Capital, l.DailyLoss, l.DailyDrawdown, l.TradeRisk, l.AccountDrawdown, l.KillLoss, l.BalanceFloor, l.LowestTier]
                ).Select(m => m.InDollars),
            ];

        Assert.Equal([500m, 25m, 37.5m, 12.5m, 100m, 150m, 350m, 350m], Numbers(Hard.ScaledTo(Dollars(500))));
        Assert.Equal([2000m, 50m, 75m, 25m, 200m, 300m, 700m, 700m], Numbers(Hard.ScaledTo(Dollars(2000))));
    }

    [Fact]
    [Trait("Spec", "R1")]
    [Trait("Spec", "R2")]
    [Trait("Spec", "R4")]
    [Trait("Spec", "R5")]
    public void The_levels_lie_below_baseline_peaks_and_start()
    {
        var levels = LevelsOf(1010, 1030, 1100);

        Assert.Equal(
            (960m, 955m, 900m, 700m),
            (levels.DailyLoss.InDollars, levels.DailyDrawdown.InDollars, levels.AccountDrawdown.InDollars, levels.KillSwitch.InDollars)
        );
        Assert.Equal((Dollars(960), Rule.DailyLoss), levels.Highest());
        Assert.Equal((Dollars(955), Rule.DailyDrawdown), levels.Highest(Latch.DailyLoss));
        Assert.Equal((Dollars(700), Rule.KillSwitch), levels.Highest(Latch.DailyLoss | Latch.DailyDrawdown | Latch.AccountDrawdown));
    }

    [Fact]
    [Trait("Spec", "X11")]
    public void Without_rails_the_size_is_the_one_asked_for_and_the_end_of_the_day_still_halves_it()
    {
        var limits = new RiskLimits { RailsOn = false };
        Assert.Equal(7, Size(Request(500, 1, confidence: 1) with { Contracts = 7 }, limits).Entry.Size);
        Assert.Equal(1, Size(Request(), limits).Entry.Size);
        Assert.Equal(3, Size(Request(reductions: 1) with { Contracts = 7 }, limits).Entry.Size);
        Assert.Equal(Rule.SizeReduced, Size(Request(reductions: 1), limits).Rule);
        Assert.False(new RiskGate(limits).IsStarved(Dollars(1), Dollars(1000), new Ticks(500), Dollars(1.25m)));
        Assert.False(new RiskGate(limits).IsDayExhausted(Dollars(1), LevelsOf(1000, 1000, 1000), new Ticks(500), Dollars(1.25m)));

        // One contract, or seven, halved until none is left.
        foreach (var (contracts, reductions, observed, limit) in ((int, int, long, long)[])[(0, 1, 1, 2), (7, 3, 7, 8)])
        {
            var verdict = Size(Request(reductions: reductions) with { Contracts = contracts }, limits);
            Assert.Equal((Rule.SizeReduced, observed, limit), (verdict.Rule, verdict.Observed, verdict.Limit));
        }
    }

    [Fact]
    [Trait("Spec", "R11")]
    public void Without_a_stop_there_is_no_trade() => Assert.Equal(Rule.StopUnavailable, Size(Request() with { Stop = null }).Rule);
}
