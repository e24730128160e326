using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>
/// R4, R5, R25 and X13 in whole runs. Costs and slippage are left out but for the tick that every market order slips, so that a gap of n
/// ticks loses an exact sum: a long is bought at 1, a bar that opens at -n jumps over its stop, and it is sold at -n - 1. That is n + 2
/// ticks at $1.25.
/// </summary>
[Trait("Spec", "X13")]
public sealed class Lives
{
    private static Scene Gap(int opensAt, int secondOpensAt = -4, FeeSchedule fees = default)
    {
        var scene = new Scene()
            .Flat("10:00:00", "10:00:10")
            .Bar("10:00:10", opensAt, opensAt, opensAt, opensAt)
            .Bar("10:00:11", opensAt, opensAt, opensAt, opensAt)
            .Flat("10:05:00", "10:05:10", opensAt)
            .Wish("10:00:00", Wish.Long)
            .Wish("10:05:00", Wish.Long);
        scene
            .On(2024, 3, 6)
            .Flat("10:00:00", "10:00:10")
            .Bar("10:00:10", secondOpensAt, secondOpensAt, secondOpensAt, secondOpensAt)
            .Wish("10:00:00", Wish.Long);
        scene.Engine = scene.Engine with { Limits = new RiskLimits(), Contracts = 1, EntriesInEth = false, Fees = fees };
        scene.Venue = scene.Venue with { Fees = fees };
        return scene;
    }

    [Theory]
    [InlineData(-158, Rule.AccountDrawdown)] // 160 ticks: $200.00, at equality
    [InlineData(-157, Rule.Starved)] // $198.75: above R4, but 801.25 holds no trade
    [InlineData(-238, Rule.KillSwitch)] // 240 ticks: $300.00, and R5 outranks R4
    [InlineData(-237, Rule.AccountDrawdown)]
    [Trait("Spec", "R4")]
    [Trait("Spec", "R5")]
    [Trait("Spec", "R25")]
    public void A_limit_ends_a_life_the_hit_is_recorded_and_the_next_session_starts_a_fresh_account(int opensAt, Rule limit)
    {
        var result = Gap(opensAt).Run();

        var life = Assert.Single(result.Lives);
        Assert.Equal((limit, 1000m - ((-opensAt + 2) * 1.25m)), (life.Limit, life.Equity.InDollars));
        Assert.Equal([1, 2], result.Trades.Select(t => t.Life));
        Assert.Equal([TradingDayOf(5), TradingDayOf(6)], result.Trades.Select(t => t.Day.Date));
        Assert.Equal(1, result.Refusals[limit]);
    }

    private static DateOnly TradingDayOf(int day) => new(2024, 3, day);

    [Theory]
    [InlineData(-146, 1)] // 148 ticks: $185.00, and 815.00 is not above 800 + (8 + 4) x 1.25 + 1.22
    [InlineData(-144, 0)] // $182.50: 817.50 is
    [Trait("Spec", "R25")]
    public void Starved_at_the_first_equity_that_holds_no_trade(int opensAt, int lives) =>
        Assert.Equal(lives, Gap(opensAt, secondOpensAt: 60).Run().Lives.Count);

    [Fact]
    public void A_real_account_stops_for_good()
    {
        var result = Gap(-158).Run(AccountMode.Real);

        Assert.Single(result.Trades);
        Assert.Equal(Rule.AccountDrawdown, Assert.Single(result.Lives).Limit);
        Assert.Equal(2, result.Refusals[Rule.AccountDrawdown]);
    }

    [Fact]
    public void The_equity_curve_runs_over_all_lives()
    {
        var result = Gap(-158).Run();

        // -$200.00, then a new account: bought at 1, booked at the last close, -4: 5 ticks.
        Assert.Equal(-206.25m, result.Equity[^1].Equity.InDollars);
        Assert.Equal(206.25m, result.MaxDrawdown.Depth.InDollars);
        Assert.Equal([-200m, -6.25m], result.Days.Select(d => d.Net.InDollars));
    }

    [Fact]
    [Trait("Spec", "R4")]
    public void The_drawdown_is_measured_from_the_highest_equity_at_a_bars_close()
    {
        // Up 40 ticks ($48.75 from the fill at 1) at a close, without a target; then a gap back of 161 ticks from there: 160 ticks is
        // $200.00 below the peak, one tick of slippage included.
        Scene From(int opensAt)
        {
            var scene = new Scene()
                .Flat("10:00:00", "10:00:10")
                .Bar("10:00:10", 0, 60, 0, 40)
                .Bar("10:00:11", opensAt, opensAt, opensAt, opensAt)
                .Wish("10:00:00", Wish.Long);
            scene.Engine = scene.Engine with
            {
                Limits = new RiskLimits(),
                Contracts = 1,
                Target = new TargetSettings { Kind = TargetKind.None },
                Fees = default,
            };
            scene.Venue = scene.Venue with { Fees = default };
            return scene;
        }

        Assert.Equal(Rule.AccountDrawdown, Assert.Single(From(-119).Run().Lives).Limit);
        Assert.NotEqual(Rule.AccountDrawdown, From(-118).Run().Lives.Select(l => l.Limit).FirstOrDefault());
    }

    [Fact]
    public void A_session_that_ends_with_orders_of_unknown_fate_starts_no_life_over_them()
    {
        // Every report is lost, so the end of the bracket is never told: no new life may start while it is open, and nothing may fail.
        var scene = Gap(-158);
        scene.Faults = new Deaf();
        var result = scene.Run();

        Assert.NotEmpty(result.Trades);
    }

    private sealed class Deaf : VenueFaults
    {
        public override bool Loses(in EngineEvent fact) => fact.Kind is EventKind.OrderReport;
    }
}
