using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Tests.Risk;

public sealed class RiskGateTests
{
    private static readonly DateOnly Date = new(2024, 3, 5);
    private static readonly TradingSession Session = SessionCalendar.CmeEquityIndex.Find(TradingDay.From(Date))!.Value;

    private static Timestamp At(int hour, int minute, int second = 0) => NewYork.At(Date, new TimeOnly(hour, minute, second));

    private static Money Dollars(decimal dollars) => Money.FromDollars(dollars);

    private static EntryFacts Facts(int stop = 8, int contracts = 1, decimal balance = 1000, decimal highWater = 1000, Timestamp? now = null)
    {
        var time = now ?? At(10, 0);
        return new EntryFacts
        {
            Side = Side.Buy, Now = time, FillBy = time.AddSeconds(5), Session = Session, EndOfDay = EndOfDay.Of(Session, EndOfDayPlan.Plan),
            Stop = new Ticks(stop), Target = new Ticks(12), Contracts = contracts, Balance = Dollars(balance), Equity = Dollars(balance),
            HighWater = Dollars(highWater), TickValue = Dollars(1.25m),
        };
    }

    private static Verdict Check(in EntryFacts facts, RiskLimits? limits = null) => new RiskGate(limits ?? new()).Check(facts);

    /// <summary>Exactly $25.00: 19 ticks, the stop and one of slippage, at $1.25, and $1.25 for the round trip.</summary>
    [Theory]
    [InlineData(18, 625_000, 25_000_000, true)]
    [InlineData(18, 625_000, 24_999_999, false)]
    [InlineData(18, 625_001, 25_000_000, false)]
    [InlineData(19, 625_000, 25_000_000, false)]
    [Trait("Spec", "R3")]
    public void One_trade_may_lose_twenty_five_dollars_and_not_a_millionth_more(int stop, long feePerSide, long limit, bool allowed)
    {
        var limits = new RiskLimits { LiveFees = new FeeSchedule(new Money(feePerSide), Money.Zero), TradeRisk = new Money(limit) };
        var verdict = Check(Facts(stop), limits);

        Assert.Equal(allowed, verdict.IsApproved);
        if (!allowed) Assert.Equal(Rule.TradeRisk, verdict.Rule);
    }

    [Theory]
    [InlineData(1.25, 18, true)]  // 23.75 + 1.22 = 24.97
    [InlineData(1.25, 19, false)] // 25.00 + 1.22
    [InlineData(0.50, 46, true)]  // 23.50 + 1.22 = 24.72
    [InlineData(0.50, 47, false)] // 24.00 + 1.22 = 25.22
    [Trait("Spec", "R3")]
    public void The_default_limit_is_twenty_five_dollars_with_one_tick_of_slippage(double tickValue, int stop, bool allowed) =>
        Assert.Equal(allowed, Check(Facts(stop) with { TickValue = Dollars((decimal)tickValue) }).IsApproved);

    [Theory]
    [InlineData(24.59, false)] // 23.75 + 0.84: what the backtest charges
    [InlineData(24.96, false)]
    [InlineData(24.97, true)]  // 23.75 + 1.22: what the live venue charges
    [Trait("Spec", "R3")]
    [Trait("Spec", "X3")]
    public void The_live_venues_cost_counts_whatever_the_backtest_charges(double limit, bool allowed) =>
        Assert.Equal(allowed, Check(Facts(18), new RiskLimits { TradeRisk = Dollars((decimal)limit) }).IsApproved);

    [Theory]
    [InlineData(9, 29, 59, 17, true)] // two ticks of slippage: 19 x 1.25 + 1.22
    [InlineData(9, 29, 59, 18, false)]
    [InlineData(9, 30, 0, 18, true)]
    [InlineData(15, 59, 59, 18, true)]
    [Trait("Spec", "R3")]
    public void Outside_RTH_one_more_tick_of_slippage_is_expected(int hour, int minute, int second, int stop, bool allowed) =>
        Assert.Equal(allowed, Check(Facts(stop, now: At(hour, minute, second)) with { EntriesInEth = true }).IsApproved);

    [Theory]
    [InlineData(8, 1, 1)]
    [InlineData(8, 2, 2)] // 2 x (9 x 1.25 + 1.22) = 24.94
    [InlineData(8, 3, 2)]
    [InlineData(9, 2, 1)] // 2 x 13.72
    [Trait("Spec", "R3")]
    public void The_size_is_cut_to_what_the_limit_holds(int stop, int asked, int given) => Assert.Equal(given, Check(Facts(stop, asked)).Entry.Size);

    [Fact]
    [Trait("Spec", "R22")]
    public void A_refusal_says_which_rule_and_with_what_numbers()
    {
        var verdict = Check(Facts(19));

        Assert.Equal((Rule.TradeRisk, 26_220_000L, 25_000_000L), (verdict.Rule, verdict.Observed, verdict.Limit));
    }

    /// <summary>A stop of 8 ticks at 4 ticks of stressed slippage: 12 x 1.25 + 1.22 = 16.22 must leave more than the floor.</summary>
    [Theory]
    [InlineData(816.220001, 1000, true)]
    [InlineData(816.22, 1000, false)] // exactly R4's level
    [InlineData(916.22, 1100, false)] // it moves with the peak
    [InlineData(916.220001, 1100, true)]
    [InlineData(716.22, 850, false)]  // after a review at 850, R5 at 700 is the nearer one
    [InlineData(716.220001, 850, true)]
    [Trait("Spec", "R7")]
    [Trait("Spec", "R4")]
    [Trait("Spec", "R5")]
    public void The_worst_case_stays_strictly_above_the_account_limits(double balance, double highWater, bool allowed)
    {
        var verdict = Check(Facts(balance: (decimal)balance, highWater: (decimal)highWater));

        Assert.Equal(allowed, verdict.IsApproved);
        if (!allowed) Assert.Equal(Rule.SurvivalCheck, verdict.Rule);
    }

    [Fact]
    [Trait("Spec", "R7")]
    public void The_size_is_cut_to_what_survives()
    {
        // Two: 2 x 16.22 = 32.44. From 832.44 that is 800.00 exactly; a millionth more survives.
        Assert.Equal(1, Check(Facts(contracts: 2, balance: 832.44m)).Entry.Size);
        Assert.Equal(2, Check(Facts(contracts: 2, balance: 832.440001m)).Entry.Size);
    }

    [Theory]
    [InlineData(850, 866.22, true)] // exactly the floor still trades
    [InlineData(850, 866.219999, false)]
    [Trait("Spec", "R6")]
    [Trait("Spec", "R7")]
    public void The_worst_case_does_not_fall_below_the_lowest_balance_that_trades(double floor, double balance, bool allowed) =>
        Assert.Equal(allowed, Check(Facts(balance: (decimal)balance, highWater: 1000), new RiskLimits { BalanceFloor = Dollars((decimal)floor) }).IsApproved);

    [Theory]
    [InlineData(899.999999, Rule.BalanceFloor)]
    [InlineData(900, Rule.SurvivalCheck)]
    [Trait("Spec", "R6")]
    public void Below_the_lowest_balance_nothing_trades(double balance, Rule rule) =>
        Assert.Equal(rule, Check(Facts(balance: (decimal)balance), new RiskLimits { BalanceFloor = Dollars(900) }).Rule);

    [Fact]
    [Trait("Spec", "R6")]
    public void The_lowest_balance_is_seven_hundred_dollars() => Assert.Equal(Dollars(700), new RiskLimits().BalanceFloor);

    [Theory]
    [InlineData(811.22, 1000, 4, true)] // (4 + 4) x 1.25 + 1.22 = 11.22 leaves R4's 800.00
    [InlineData(811.220001, 1000, 4, false)]
    [InlineData(816.22, 1000, 8, true)]
    [InlineData(816.220001, 1000, 8, false)]
    [InlineData(711.22, 900, 4, true)]  // R5's 700.00
    [InlineData(711.220001, 900, 4, false)]
    [Trait("Spec", "R25")]
    public void Starved_where_not_even_one_contract_at_the_smallest_stop_is_permitted(double equity, double highWater, int smallest, bool starved) =>
        Assert.Equal(starved, new RiskGate(new()).IsStarved(Dollars((decimal)equity), Dollars((decimal)highWater), new Ticks(smallest), Dollars(1.25m)));

    [Fact]
    [Trait("Spec", "R25")]
    public void A_smallest_stop_beyond_R3_starves_any_account() =>
        Assert.True(new RiskGate(new()).IsStarved(Dollars(5000), Dollars(5000), new Ticks(19), Dollars(1.25m)));

    [Fact]
    [Trait("Spec", "R4")]
    [Trait("Spec", "R5")]
    public void The_levels_are_two_hundred_below_the_peak_and_three_hundred_below_the_start()
    {
        var gate = new RiskGate(new());

        Assert.Equal(Dollars(800), gate.EquityFloor(Dollars(1000)));
        Assert.Equal(Dollars(1050), gate.EquityFloor(Dollars(1250)));
        Assert.Equal(Dollars(700), gate.EquityFloor(Dollars(850)));
        Assert.True(gate.IsKilled(Dollars(700)));
        Assert.False(gate.IsKilled(Dollars(700.000001m)));
    }

    [Fact]
    public void Of_a_smaller_capital_the_same_share_is_risked_and_of_a_larger_one_the_same_dollars()
    {
        var half = new RiskLimits().ScaledTo(Dollars(500));
        var twice = new RiskLimits().ScaledTo(Dollars(2000));

        Assert.Equal((Dollars(500), Dollars(12.5m), Dollars(100), Dollars(150), Dollars(350)), (half.Capital, half.TradeRisk, half.AccountDrawdown, half.KillLoss, half.BalanceFloor));
        Assert.Equal((Dollars(2000), Dollars(25), Dollars(200), Dollars(300), Dollars(700)), (twice.Capital, twice.TradeRisk, twice.AccountDrawdown, twice.KillLoss, twice.BalanceFloor));
    }

    [Fact]
    public void Without_rails_no_limit_of_money_acts_but_the_calendar_does()
    {
        var limits = new RiskLimits { RailsOn = false };

        Assert.Equal(7, Check(Facts(stop: 500, contracts: 7, balance: 1) with { CooldownUntil = At(12, 0) }, limits).Entry.Size);
        Assert.Equal(Rule.EndOfDayCutoff, Check(Facts(now: At(16, 15)), limits).Rule);
        Assert.Equal(Rule.NoSession, Check(Facts() with { Session = null }, limits).Rule);
    }

    [Theory]
    [InlineData(29, 59, Rule.OutsideEntryWindow)]
    [InlineData(30, 0, Rule.None)]
    [Trait("Spec", "R13")]
    public void Entries_begin_at_half_past_nine(int minute, int second, Rule rule) => Assert.Equal(rule, Check(Facts(now: At(9, minute, second))).Rule);

    [Fact]
    [Trait("Spec", "R13")]
    public void Eth_adds_the_hours_from_the_open()
    {
        var atOpen = Facts(now: Session.Open);
        Assert.Equal(Rule.OutsideEntryWindow, Check(atOpen).Rule);
        Assert.Equal(Rule.None, Check(atOpen with { EntriesInEth = true }).Rule);
        Assert.Equal(Rule.OutsideEntryWindow, Check(atOpen with { EntriesInEth = true, Now = Session.Open.AddSeconds(-1) }).Rule);
    }

    [Fact]
    [Trait("Spec", "R13")]
    public void A_day_that_closes_before_RTH_takes_entries_in_eth_only()
    {
        var session = SessionCalendar.CmeEquityIndex.Find(TradingDay.On(2021, 4, 2))!.Value;
        var now = NewYork.At(new DateOnly(2021, 4, 2), new TimeOnly(8, 0));
        var facts = Facts(now: now) with { Session = session, EndOfDay = EndOfDay.Of(session, EndOfDayPlan.Plan) };

        Assert.Equal(Rule.OutsideEntryWindow, Check(facts).Rule);
        Assert.Equal(Rule.None, Check(facts with { EntriesInEth = true }).Rule);
    }

    [Theory]
    [InlineData(54, Rule.None)]            // could fill at 16:14:59 at the latest
    [InlineData(55, Rule.EndOfDayCutoff)]
    [Trait("Spec", "R13")]
    public void What_could_fill_at_the_cutoff_is_refused(int second, Rule rule) => Assert.Equal(rule, Check(Facts(stop: 4, contracts: 2, now: At(16, 14, second))).Rule);

    [Theory]
    [InlineData(15, 59, 59, 3)]
    [InlineData(16, 0, 0, 1)] // 3 halved and rounded down
    [Trait("Spec", "R13")]
    [Trait("Spec", "R8")]
    public void New_size_is_halved_from_the_reduce_time(int hour, int minute, int second, int size) =>
        Assert.Equal(size, Check(Facts(stop: 4, contracts: 3, now: At(hour, minute, second))).Entry.Size);

    [Theory]
    [InlineData(0, 0, 0, false, Rule.Cooldown)]
    [InlineData(0, 0, 0, true, Rule.None)]
    [InlineData(0, 0, 1, false, Rule.None)]
    [Trait("Spec", "R24")]
    public void The_cooldown_ends_at_exactly_its_end_and_does_not_hold_a_reversal(int hour, int minute, int second, bool reversal, Rule rule)
    {
        var until = At(10 + hour, minute, 1);
        Assert.Equal(rule, Check(Facts(now: At(10, minute, second)) with { CooldownUntil = until, IsReversal = reversal }).Rule);
    }

    [Fact]
    public void Latches_orders_under_way_news_and_a_missing_stop_refuse()
    {
        Assert.Equal(Rule.Latched, Check(Facts() with { Latches = default(LatchSet).With(Latch.Feed, At(9, 0)) }).Rule);
        Assert.Equal(Rule.OrderPending, Check(Facts() with { OrderPending = true }).Rule);
        Assert.Equal(Rule.News, Check(Facts() with { NewsIsNear = true }).Rule);
        Assert.Equal(Rule.StopUnavailable, Check(Facts() with { Stop = null }).Rule);
    }

    [Fact]
    [Trait("Spec", "K3")]
    public void Nothing_enters_that_could_fill_in_the_halt()
    {
        // With entries in the halt's minutes the cut-off refuses first; without an end of the day the halt itself does.
        var session = SessionCalendar.CmeEquityIndex.Find(TradingDay.On(2021, 6, 25))!.Value;
        var day = new DateOnly(2021, 6, 25);
        var never = new EndOfDay(Timestamp.Never, Timestamp.Never, Timestamp.Never, Timestamp.Never);
        Verdict At(int minute, int second) => Check(Facts(now: NewYork.At(day, new TimeOnly(16, minute, second))) with { Session = session, EndOfDay = never });

        Assert.Equal(Rule.None, At(14, 54).Rule);
        Assert.Equal(Rule.MarketHalted, At(14, 55).Rule);
        Assert.Equal(Rule.MarketHalted, At(29, 59).Rule);
        Assert.Equal(Rule.None, At(30, 0).Rule);
    }

    [Fact]
    public void A_verdict_by_default_is_a_refusal() => Assert.False(default(Verdict).IsApproved);

    [Fact]
    public void A_latch_keeps_the_time_of_the_first_and_others_keep_it_set()
    {
        var latches = default(LatchSet).With(Latch.Feed, At(10, 0)).With(Latch.Killed, At(11, 0)).With(Latch.Feed, At(12, 0));
        Assert.Equal((At(10, 0), true, true), (latches.Since, latches.IsFinal, latches.Has(Latch.Killed)));
        var without = latches.Without(Latch.Killed);
        Assert.Equal((At(10, 0), false, true), (without.Since, without.IsFinal, without.Any));
        Assert.Equal(default, without.Without(Latch.Feed));
    }
}
