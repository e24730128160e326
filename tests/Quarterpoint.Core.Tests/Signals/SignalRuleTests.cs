using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;

namespace Quarterpoint.Core.Tests.Signals;

/// <summary>What each rule wishes for, bar by bar, calculated by hand.</summary>
public sealed class SignalRuleTests
{
    /// <summary>
    /// Averages of 2 and 4. Closes 10, 10, 10, 10: both 10, no difference and no side. 13: fast 12, slow 11.2: a side for the first time,
    /// but no cross. 4: fast 6 2/3, slow 8.32: below. 20: fast 15 5/9, slow 12.992: above.
    /// </summary>
    [Fact]
    public void A_trend_is_joined_where_the_averages_cross_and_not_where_they_first_differ() =>
        Assert.Equal(
            [Wish.Keep, Wish.Keep, Wish.Keep, Wish.Keep, Wish.Keep, Wish.Short, Wish.Long],
            Wishes(new TrendRule(2, 4), Side.None, 10, 10, 10, 10, 13, 4, 20)
        );

    [Theory]
    [InlineData(true, Wish.Short)]
    [InlineData(false, Wish.Keep)]
    public void A_cross_against_the_position_turns_it_only_where_the_rule_reverses(bool reverses, Wish wish) =>
        Assert.Equal(wish, Wishes(new TrendRule(2, 4, reverses), Side.Buy, 10, 10, 10, 10, 13, 4)[^1]);

    [Fact]
    public void A_trend_ends_with_the_day()
    {
        var rule = new TrendRule(2, 4);
        Wishes(rule, Side.None, 10, 10, 10, 10, 13);
        rule.Reset();
        Assert.All(Wishes(rule, Side.None, 4, 4, 4), wish => Assert.Equal(Wish.Keep, wish));
    }

    /// <summary>
    /// Once in 20 bars while flat and once in 10 while in a position: 5,000 and 10,000 in 100,000 bars. The bounds are four standard
    /// deviations, and the seed is fixed.
    /// </summary>
    [Fact]
    [Trait("Spec", "X11")]
    public void Chance_enters_and_leaves_as_often_as_it_was_told_and_takes_either_side()
    {
        var closes = Enumerable.Repeat(10, 100_000).ToArray();
        var entries = Wishes(new RandomRule(1, 20, 10, 1), Side.None, closes);
        Assert.InRange(entries.Count(w => w != Wish.Keep), 4_724, 5_276);
        Assert.InRange(entries.Count(w => w == Wish.Long), 2_305, 2_695);
        Assert.DoesNotContain(Wish.Flat, entries);

        var exits = Wishes(new RandomRule(1, 20, 10, 1), Side.Sell, closes);
        Assert.InRange(exits.Count(w => w == Wish.Flat), 9_620, 10_380);
        Assert.DoesNotContain(exits, w => w is Wish.Long or Wish.Short);
    }

    [Theory]
    [InlineData(200_000, 200_000, 600_000, Wish.Long)]
    [InlineData(200_000, 200_001, 599_999, Wish.Keep)]
    [InlineData(600_000, 200_000, 200_000, Wish.Short)]
    [InlineData(100_000, 900_000, 0, Wish.Keep)] // FLAT never opens, however sure
    [Trait("Spec", "T4")]
    public void A_forecast_opens_from_sixty_per_cent_on(int down, int flat, int up, Wish wish)
    {
        var signal = new ForecastRule().OnForecast(
            new ForecastFacts(0, down, flat, up, 0, 0) { LowerBound = Math.Max(down, up) },
            Side.None
        );
        Assert.Equal(wish, signal.Wish);
        if (wish != Wish.Keep)
            Assert.Equal((600_000, wish == Wish.Long ? 2 : 0), (signal.Confidence, signal.PredictedClass));
    }

    [Theory]
    [InlineData(true, 599_999, Wish.Keep, 0)]
    [InlineData(true, 600_000, Wish.Long, 600_000)]
    [InlineData(true, 800_000, Wish.Long, 700_000)] // a bound above the confidence is none
    [InlineData(true, 0, Wish.Keep, 0)] // nothing was shown
    [InlineData(false, 0, Wish.Long, 700_000)]
    [Trait("Spec", "R10")]
    [Trait("Spec", "T4")]
    public void Gate_and_size_take_the_lower_bound_of_the_confidence_by_default(bool byLowerBound, int lowerBound, Wish wish, int sized)
    {
        var rule = byLowerBound ? new ForecastRule() : new ForecastRule(byLowerBound: false);
        var signal = rule.OnForecast(new ForecastFacts(0, 200_000, 100_000, 700_000, 0, 0) { LowerBound = lowerBound }, Side.None);

        Assert.Equal((wish, sized), (signal.Wish, signal.SizingConfidence));
        if (wish != Wish.Keep)
            Assert.Equal(700_000, signal.Confidence);
    }

    [Theory]
    [InlineData(Wish.Long, Side.None, SignalKind.LongEntry)]
    [InlineData(Wish.Short, Side.None, SignalKind.ShortEntry)]
    [InlineData(Wish.Long, Side.Buy, SignalKind.Hold)]
    [InlineData(Wish.Short, Side.Buy, SignalKind.ReverseToShort)]
    [InlineData(Wish.Long, Side.Sell, SignalKind.ReverseToLong)]
    [InlineData(Wish.Flat, Side.Buy, SignalKind.ExitLong)]
    [InlineData(Wish.Flat, Side.Sell, SignalKind.ExitShort)]
    [InlineData(Wish.Flat, Side.None, SignalKind.Hold)]
    [InlineData(Wish.Keep, Side.Buy, SignalKind.Hold)]
    [Trait("Spec", "T4")]
    public void A_wish_becomes_a_signal_by_the_position_held(Wish wish, Side held, SignalKind kind) =>
        Assert.Equal(kind, new Signal(wish).SeenFrom(held));

    /// <summary>
    /// A target is paid only where the price trades through it: the tick given away there would be an edge against the coin.
    /// </summary>
    [Fact]
    [Trait("Spec", "R11")]
    [Trait("Spec", "X11")]
    public void Entries_have_a_target_of_one_and_a_half_stops_and_the_coins_have_none()
    {
        Assert.Equal((TargetKind.Multiple, 1.5), (TargetSettings.Default.Kind, TargetSettings.Default.Multiple));
        Assert.Equal(TargetSettings.Default, new TrendRule().DefaultTarget);
        Assert.Equal(TargetSettings.Default, new ForecastRule().DefaultTarget);
        Assert.Equal(default, new RandomRule(new RandomSettings(), barSeconds: 1).DefaultTarget.For(new Ticks(8)));
    }

    [Fact]
    [Trait("Spec", "T4")]
    public void A_rule_made_from_settings_does_as_they_say()
    {
        int[] closes = [10, 10, 10, 10, 13, 4];
        var trend = new TrendSettings
        {
            Fast = 2,
            Slow = 4,
            Reverses = false,
        };
        Assert.Equal(Wish.Keep, Wishes(new TrendRule(trend), Side.Buy, closes)[^1]);
        Assert.Equal(Wish.Short, Wishes(new TrendRule(trend with { Reverses = true }), Side.Buy, closes)[^1]);
        var coin = new RandomSettings
        {
            Seed = 1,
            EntrySeconds = 20,
            HoldSeconds = 10,
        };
        Assert.Equal(Wishes(new RandomRule(1, 20, 10, 1), Side.None, closes), Wishes(new RandomRule(coin, 1), Side.None, closes));
        var said = new ForecastFacts(0, 200_000, 100_000, 700_000, 0, 0) { LowerBound = 650_000 };
        var asked = new ForecastSettings { Gate = 0.66 };
        Assert.Equal(Wish.Keep, new ForecastRule(asked).OnForecast(said, Side.None).Wish);
        Assert.Equal(Wish.Long, new ForecastRule(asked with { ByLowerBound = false }).OnForecast(said, Side.None).Wish);
        Assert.Equal(Wish.Long, new ForecastRule(asked with { Gate = 0.65 }).OnForecast(said, Side.None).Wish);
        Assert.Equal(600_000, new ForecastSettings().GateMillionths);
    }

    private static List<Wish> Wishes(SignalRule rule, Side held, params int[] closes)
    {
        var wishes = new List<Wish>();
        for (var i = 0; i < closes.Length; i++)
        {
            var price = new Price(closes[i]);
            var bar = new Bar((uint)i, price, price, price, price, 1);
            wishes.Add(rule.OnBar(bar, held, default, bar.Opens.AddSeconds(1)).Wish);
        }

        return wishes;
    }
}
