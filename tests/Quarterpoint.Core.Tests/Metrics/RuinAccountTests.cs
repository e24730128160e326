using CsCheck;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Metrics;

/// <summary>Each limit at the cent at which it must fire by hand calculation, and one cent before.</summary>
[Trait("Spec", "X12")]
public sealed class RuinAccountTests
{
    [Theory]
    [InlineData(-50.00, Latch.DailyLoss, 950.00)]
    [InlineData(-49.99, Latch.DayExhausted, 950.01)] // R7: what is left does not hold a stop of one tick
    [InlineData(-48.00, Latch.None, 962.00)]
    [Trait("Spec", "R1")]
    public void The_days_loss_fires_at_50_dollars_exactly_and_ends_the_day(double loss, Latch fired, double equity) =>
        Told(new RuinScene().Day((decimal)loss, 10), fired, equity);

    [Fact]
    [Trait("Spec", "R1")]
    public void The_next_day_has_its_own_loss() =>
        Told(new RuinScene().Day(-30, -20, 7).Day(-49), Latch.DailyLoss | Latch.DayExhausted, 901);

    [Theory]
    [InlineData(-75.00, Latch.DailyDrawdown, 965.00)]
    [InlineData(-74.99, Latch.DayExhausted, 965.01)]
    [InlineData(-73.00, Latch.None, 977.00)]
    [Trait("Spec", "R2")]
    public void The_days_drawdown_fires_at_75_dollars_below_the_days_peak(double loss, Latch fired, double equity) =>
        Told(new RuinScene().Day(40, (decimal)loss, 10), fired, equity);

    [Fact]
    [Trait("Spec", "R2")]
    public void Yesterdays_peak_is_not_todays() => Told(new RuinScene().Day(40).Day(-48, 10), Latch.None, 1002);

    [Theory]
    [InlineData(-20.00, Latch.AccountDrawdown, 900.00)]
    [InlineData(-19.99, Latch.Starved, 900.01)]
    [InlineData(-18.00, Latch.None, 912.00)]
    [Trait("Spec", "R4")]
    public void The_accounts_drawdown_fires_at_200_dollars_below_the_high_water_mark_and_ends_the_account(
        double loss,
        Latch fired,
        double equity
    ) => Told(new RuinScene().Day(100).Day(-45).Day(-45).Day(-45).Day(-45).Day((decimal)loss).Day(10), fired, equity);

    [Theory]
    [InlineData(-30.00, Latch.Killed, 700.00)]
    [InlineData(-29.99, Latch.Starved, 700.01)]
    [InlineData(-28.00, Latch.None, 712.00)]
    [Trait("Spec", "R5")]
    public void The_kill_switch_fires_at_300_dollars_below_the_start_whatever_was_won(double loss, Latch fired, double equity) =>
        Told(
            new RuinScene { Limits = RuinScene.Unreserved with { AccountDrawdown = Money.FromDollars(500) } }
                .Day(100)
                .Day(-100, 5)
                .Day(-45)
                .Day(-45)
                .Day(-45)
                .Day(-45)
                .Day(-45)
                .Day(-45)
                .Day((decimal)loss)
                .Day(10),
            fired | Latch.DailyLoss | Latch.DailyDrawdown,
            equity
        );

    [Fact]
    public void A_loss_beyond_several_limits_fires_them_all() =>
        Told(new RuinScene().Day(-310, 10).Day(10), Latch.DailyLoss | Latch.DailyDrawdown | Latch.AccountDrawdown | Latch.Killed, 690);

    /// <summary>40 ticks are $50.00. The limit has closed the trade there, so its later result does not count.</summary>
    [Theory]
    [InlineData(-40, Latch.DailyLoss, 950.00)]
    [InlineData(-39, Latch.None, 1020.00)]
    public void A_trades_worst_moment_counts_before_its_result(int adverse, Latch fired, double equity) =>
        Told(new RuinScene().Day().Trade(15, adverse).Trade(5), fired, equity);

    /// <summary>
    /// Ahead by 80 ticks, $100.00, and closed with $25.00: it has fallen $75.00 from the day's highest equity, however low it was before.
    /// </summary>
    [Theory]
    [InlineData(25.00, Latch.DailyDrawdown, 1025.00)]
    [InlineData(25.01, Latch.DayExhausted, 1025.01)]
    [InlineData(27.00, Latch.None, 1032.00)]
    [Trait("Spec", "R2")]
    public void The_drawdown_runs_from_the_best_moment_of_a_trade_to_its_result(double net, Latch fired, double equity) =>
        Told(new RuinScene().Day().Trade((decimal)net, favourable: 80).Trade(5), fired, equity);

    [Theory]
    [InlineData(160, Latch.AccountDrawdown | Latch.DailyDrawdown)] // $200.00 above the start, and back at it
    [InlineData(159, Latch.Starved | Latch.DailyDrawdown)] // $198.75: a stop of one tick would reach it
    [Trait("Spec", "R4")]
    public void The_high_water_mark_is_the_best_that_any_trade_saw(int favourable, Latch fired) =>
        Told(
            new RuinScene { Limits = RuinScene.Unreserved with { KillLoss = Money.FromDollars(900) } }
                .Day()
                .Trade(0, favourable: favourable)
                .Day(-1),
            fired,
            1000
        );

    [Fact]
    [Trait("Spec", "R9")]
    public void Below_1000_dollars_the_lowest_tier_has_one_contract() =>
        Told(new RuinScene().Day(-1).Trade(10, contracts: 2).Trade(10, contracts: 2), Latch.None, 1014);

    /// <summary>
    /// Two contracts lose $15.00 each at the stressed stop of 8 + 4 ticks. $32 above R1's level are enough for both, $25 only for one, $15
    /// for none.
    /// </summary>
    [Theory]
    [InlineData(-18, 992.00)]
    [InlineData(-25, 980.00)]
    [InlineData(-35, 965.00)]
    [Trait("Spec", "R7")]
    public void The_survival_check_cuts_the_size_or_refuses(double loss, double equity) =>
        Told(
            new RuinScene { Limits = RuinScene.Unreserved with { StressedSlippage = new(4) }, SmallestStop = new(4) }
                .Day()
                .Trade(1000)
                .Day((decimal)loss)
                .Trade(10, contracts: 2, stop: 8),
            Latch.None,
            equity + 1000
        );

    [Fact]
    [Trait("Spec", "R25")]
    public void A_fresh_account_that_can_afford_no_trade_is_starved_at_once() =>
        Told(new RuinScene { SmallestStop = new(60) }.Day(10), Latch.Starved, 1000);

    /// <summary>A stop of 12 ticks needs more than 15.00 above R4's level of 800; the smallest stop, of one tick, 1.25.</summary>
    [Theory]
    [InlineData(5, Latch.Starved)]
    [InlineData(4, Latch.None)]
    [Trait("Spec", "R25")]
    public void Five_days_on_which_money_alone_refuses_every_trade_starve_it_too(int hungryDays, Latch fired)
    {
        var scene = new RuinScene().Day(-45).Day(-45).Day(-45).Day(-45).Day(-10);
        for (var day = 0; day < hungryDays; day++)
            scene.Day().Trade(10, stop: 12).Trade(10, stop: 12).Day();
        Told(scene, fired, 810);
    }

    /// <summary>Trades of every size, stop, and result, under the default limits, against the same rules applied one by one.</summary>
    [Fact]
    public void It_applies_exactly_the_engines_rules()
    {
        var trade = Gen.Select(Gen.Int[-24, 24], Gen.Int[0, 20], Gen.Int[0, 60], Gen.Int[1, 3], Gen.Int[2, 16]);
        trade
            .Array[0, 12]
            .Array[1, 40]
            .Sample(days =>
            {
                var scene = new RuinScene { Limits = new RiskLimits(), SmallestStop = new(4) };
                foreach (var day in days)
                {
                    scene.Day();
                    foreach (var (ticks, deeper, higher, contracts, stop) in day)
                        scene.Trade(ticks * 1.25m * contracts, Math.Min(0, ticks) - deeper, contracts, stop, Math.Max(0, ticks) + higher);
                }

                var account = scene.Live();
                return (account.Fired, account.Equity) == OneByOne(days);
            });
    }

    private static (Latch Fired, Money Equity) OneByOne((int Ticks, int Deeper, int Higher, int Contracts, int Stop)[][] days)
    {
        var (limits, gate, tick, smallest) = (new RiskLimits(), new RiskGate(new RiskLimits()), Micro.Mes.TickValue, new Ticks(4));
        var (equity, highWater, fired, hunger) = (limits.Capital, limits.Capital, Latch.None, 0);
        foreach (var day in days)
        {
            if ((fired & LatchTable.Final) != 0)
                break;
            var (baseline, peak, refused, traded) = (equity, equity, false, false);
            foreach (var (ticks, deeper, higher, contracts, stop) in day)
            {
                var levels = AccountLevels.Of(limits, new DayBook(default, baseline, peak), highWater);
                var verdict = gate.Size(
                    new EntryRequest
                    {
                        Side = Side.Sell,
                        Stop = new(stop),
                        Contracts = contracts,
                        Confidence = 950_000,
                        AtRth = true,
                        Balance = equity,
                        Equity = equity,
                        Levels = levels,
                        TickValue = tick,
                    }
                );
                refused |= verdict.Rule is Rule.SurvivalCheck or Rule.SizeZero;
                traded |= verdict.IsApproved;
                if (!verdict.IsApproved)
                    continue;
                var (worst, best) = (
                    equity + (tick * ((Math.Min(0, ticks) - deeper) * verdict.Entry.Size)),
                    equity + (tick * ((Math.Max(0, ticks) + higher) * verdict.Entry.Size))
                );
                var stops = Fires(worst);
                equity = stops ? worst : equity + (tick * (ticks * verdict.Entry.Size));
                if (!stops)
                {
                    (peak, highWater) = (Money.Max(peak, best), Money.Max(highWater, best));
                    stops = Fires(equity);
                }

                bool Fires(Money at)
                {
                    var reached = AccountLevels.Of(limits, new DayBook(default, baseline, peak), highWater);
                    var set = AccountLevels
                        .Limits.Where(limit => at <= reached[limit.Rule])
                        .Aggregate(Latch.None, (all, limit) => all | limit.Latch);
                    fired |= set;
                    return set != Latch.None;
                }

                levels = AccountLevels.Of(limits, new DayBook(default, baseline, peak), highWater);
                if ((fired & LatchTable.Final) == 0 && gate.IsStarved(equity, highWater, smallest, tick))
                    fired |= Latch.Starved;
                if ((fired & LatchTable.Final) == 0 && !stops && gate.IsDayExhausted(equity, levels, smallest, tick))
                    fired |= Latch.DayExhausted;
                if (stops || (fired & LatchTable.Final) != 0 || gate.IsDayExhausted(equity, levels, smallest, tick))
                    break;
            }

            if (traded)
                hunger = 0;
            else if (refused)
                hunger++;
            if (hunger >= 5 && (fired & LatchTable.Final) == 0)
                fired |= Latch.Starved;
        }

        return (fired, equity);
    }

    private static void Told(RuinScene scene, Latch fired, double equity)
    {
        var account = scene.Live();
        Assert.Equal((fired, (decimal)equity), (account.Fired, account.Equity.InDollars));
    }
}
