using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Tests.Metrics;

/// <summary>
/// The simulation against what is known in closed form. Every seed is fixed, so a test passes always or never; bounds are four standard
/// errors of the simulated share, which one seed in 16,000 would exceed.
/// </summary>
[Trait("Spec", "X12")]
public sealed class RuinStudyTests
{
    private static readonly RuinSettings Independent = new() { MeanBlockDays = 1 };
    private static readonly RuinSettings Few = new() { Paths = 10 };

    /// <summary>Twenty days with a bet of $5 each, of which the given number are won.</summary>
    private static RuinScene Gambler(int won, int kill)
    {
        var scene = new RuinScene { Limits = RuinScene.OnlyKill(5 * kill) };
        for (var day = 0; day < 20; day++)
            scene.Day(day < won ? 5 : -5);
        return scene;
    }

    /// <summary>
    /// METHODS.md, "Ruin": from 10 bets to 0 before 20, winning 55 % of them: .118500531. An account has no upper end at which it stops,
    /// but where r(n) is the probability of ever falling n bets, ruin before +10 is (r(10) - r(20)) / (1 - r(20)): a path that falls 10
    /// either never rose 10, or rose 10 and fell 20 from there. A thousand days count as for ever: what could still happen later is below
    /// .0001.
    /// </summary>
    [Fact]
    public void It_agrees_with_the_gamblers_ruin()
    {
        var settings = Independent with { Horizons = [1_000], Paths = 20_000 };
        double Falls(int bets) => Probability(Gambler(11, bets).Odds(settings), 0, Rule.KillSwitch);
        var (ten, twenty) = (Falls(10), Falls(20));
        var ruin = (ten - twenty) / (1 - twenty);

        // Standard error of r(10) = .1344 over 20,000 paths: .0024; of r(20) = .0181: .0009, of which .88 counts.
        Assert.InRange(ruin, .118500531 - (4 * .0026), .118500531 + (4 * .0026));

        // The other side of the table wins 45 % and has the rest of the money: .881499.
        Assert.InRange(1 - ruin, .881499 - (4 * .0026), .881499 + (4 * .0026));
    }

    /// <summary>The probability that a walk has fallen to the barrier by that step, calculated exactly, step by step.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(9)]
    public void Ruin_grows_with_the_horizon_as_calculated_exactly(int won)
    {
        var odds = Gambler(won, kill: 10).Odds(Independent);
        foreach (var (horizon, at) in odds.Horizons.Select((h, i) => (h, i)))
        {
            var exact = FirstPassage(won / 20.0, 10, horizon.Days);
            var error = Math.Sqrt(exact * (1 - exact) / odds.Paths);
            Assert.InRange(Probability(odds, at, Rule.KillSwitch), exact - (4 * error), exact + (4 * error));
        }
    }

    /// <summary>
    /// METHODS.md, "Ruin": exp(-2 x .5 x 300 / 64) = .00920968 for a day of mean .5 and deviation 8. A walk in steps passes its barrier by
    /// up to one step, $7.50, so its own share is a little lower, down to about exp(-2 x .5 x 307.50 / 64) = .00819. 2,500 days count as
    /// for ever: a path that falls does so after 600 on average, and later falls add .00003.
    /// </summary>
    [Fact]
    public void It_agrees_with_the_ruin_of_a_diffusion()
    {
        var scene = new RuinScene { Limits = RuinScene.OnlyKill(300) };
        for (var day = 0; day < 20; day++)
            scene.Day(day % 2 == 0 ? 8.5m : -7.5m);
        var odds = scene.Odds(Independent with { Horizons = [2_500], Paths = 20_000 });

        Assert.InRange(Probability(odds, 0, Rule.KillSwitch), .00819 - (4 * .00064), .00920968 + (4 * .00067));
    }

    [Fact]
    public void Without_an_edge_ruin_is_certain_in_the_end()
    {
        var odds = Gambler(9, kill: 10).Odds(Independent with { Horizons = [2_000], Paths = 1_000 });
        Assert.Equal(1, Probability(odds, 0, Rule.KillSwitch));
        Assert.Equal(1, odds.Horizons[0].Ended.Probability);
        Assert.Equal(Money.FromDollars(950), odds.Horizons[0].EquityHigh);
    }

    /// <summary>
    /// A bad week of five days at -$11 among forty days of +$1, R5 at $50: drawn one by one, five such days hardly ever fall into one
    /// month; drawn in blocks they come together as they did.
    /// </summary>
    [Fact]
    public void Days_that_came_together_are_drawn_together()
    {
        var scene = new RuinScene { Limits = RuinScene.OnlyKill(50) };
        for (var day = 0; day < 45; day++)
            scene.Day(day is >= 20 and < 25 ? -11 : 1);
        double Within20(int block) => Probability(scene.Odds(new RuinSettings { MeanBlockDays = block }), 0, Rule.KillSwitch);
        Assert.True(Within20(20) > 2 * Within20(1), "a block carries the whole week");
    }

    [Fact]
    public void More_days_never_make_a_limit_less_likely()
    {
        var odds = Restless().Odds(new RuinSettings { Horizons = [1, 5, 20, 60, 250] });
        foreach (var limit in odds.Horizons[0].Limits.Select(l => l.Limit))
        {
            var shares = odds.Horizons.Select((_, i) => Probability(odds, i, limit)).ToList();
            Assert.Equal(shares.Order(), shares);
        }

        Assert.Equal(odds.Horizons.Select(h => h.Ended.Probability).Order(), odds.Horizons.Select(h => h.Ended.Probability));
        Assert.All(odds.Horizons, h => Assert.True(h.EquityLow <= h.EquityMedian && h.EquityMedian <= h.EquityHigh));
        Assert.All(odds.Horizons.SelectMany(h => h.Limits), l => Assert.InRange(l.Probability, l.Interval.Low, l.Interval.High));
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_seed_others()
    {
        static string Of(ulong seed) =>
            string.Join(
                ' ',
                Restless()
                    .Odds(new RuinSettings { Seed = seed, Paths = 2_000 })
                    .Horizons.Select(h => $"{string.Join(' ', h.Limits)} {h.EquityMedian} {h.EquityLow}")
            );

        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
    }

    [Fact]
    public void Too_few_days_with_a_trade_give_no_odds()
    {
        RuinScene Of(int days)
        {
            var scene = new RuinScene();
            for (var day = 0; day < days; day++)
                scene.Day(5).Day();
            return scene;
        }

        Assert.Null(RuinStudy.Of(Of(19).Result(), Few));
        Assert.Equal(40, Of(20).Odds(Few).DaysDrawnFrom);
    }

    [Fact]
    public void Without_rails_no_limit_would_act() =>
        Assert.Null(RuinStudy.Of(Gambler(11, 10).Result() with { Limits = new RiskLimits { RailsOn = false } }));

    [Fact]
    public void Days_on_which_a_real_account_was_over_are_not_drawn()
    {
        var scene = Gambler(11, 10).Day().Day().Day();
        Assert.Equal(23, scene.Odds(Few).DaysDrawnFrom);
        Assert.Equal(20, RuinStudy.Of(scene.Result() with { DaysOver = 3 }, Few)!.DaysDrawnFrom);
    }

    /// <summary>
    /// A hundred paths of one day: the equities are those of the days drawn, and five in a hundred lie at or below the lower end.
    /// </summary>
    [Fact]
    public void The_range_of_equity_is_that_of_the_drawn_paths()
    {
        var scene = new RuinScene();
        for (var day = 0; day < 20; day++)
            scene.Day(day);
        var horizon = scene.Odds(Independent with { Horizons = [1] }).Horizons[0];

        // Each of twenty days ends one path in twenty: +0 is 5 % of them, give or take, so the fifth percentile is +0 or +1.
        Assert.InRange(horizon.EquityLow.InDollars, 1000, 1001);
        Assert.InRange(horizon.EquityMedian.InDollars, 1009, 1010);
        Assert.InRange(horizon.EquityHigh.InDollars, 1018, 1019);
    }

    /// <summary>Ten trades a day of +-$15 under the default limits.</summary>
    private static RuinScene Restless()
    {
        var scene = new RuinScene { Limits = new RiskLimits(), SmallestStop = new(8) };
        var random = new SplitMix64(5);
        for (var day = 0; day < 60; day++)
        {
            scene.Day();
            for (var i = 0; i < 10; i++)
                scene.Trade(random.NextUnit() < 0.5 ? 15 : -15, stop: 8);
        }

        return scene;
    }

    private static double Probability(RuinOdds odds, int horizon, Rule limit) =>
        odds.Horizons[horizon].Limits.Single(l => l.Limit == limit).Probability;

    private static double FirstPassage(double win, int below, int steps)
    {
        // at[k]: still alive and k above the barrier.
        var at = new double[below + steps + 2];
        at[below] = 1;
        var ruined = 0.0;
        for (var step = 0; step < steps; step++)
        {
            var next = new double[at.Length];
            for (var k = 1; k + 1 < at.Length; k++)
            {
                next[k + 1] += at[k] * win;
                next[k - 1] += at[k] * (1 - win);
            }

            ruined += next[0];
            next[0] = 0;
            at = next;
        }

        return ruined;
    }
}
