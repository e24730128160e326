using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Signals;
using Quarterpoint.Data.Synthetic;

namespace Quarterpoint.Shell.Tests.Backtests;

/// <summary>A trend follower earns where there are trends, after its costs, and nothing where there are none.</summary>
[Trait("Spec", "X11")]
public sealed class TrendOnTrend
{
    [Fact]
    public void A_trend_follower_earns_on_a_trending_market_and_pays_its_costs_on_another()
    {
        var level = new SyntheticSettings
        {
            FirstDay = new DateOnly(2024, 2, 5),
            LastDay = new DateOnly(2024, 2, 16),
            Seed = 7,
        };
        var (onTrend, onNoise) = (Follow(level with { Trend = 0.2 }), Follow(level));

        Assert.InRange(onTrend.Trades, 1_000, int.MaxValue);
        Assert.True(onTrend.ExpectancyInterval!.Value.Low > 0, $"net per trade on trends: {onTrend.ExpectancyInterval}");
        Assert.True(onNoise.ExpectancyInterval!.Value.High < 0, $"net per trade without: {onNoise.ExpectancyInterval}");
    }

    private static Performance Follow(SyntheticSettings market) =>
        Performance.Of(SyntheticTape.Run(SyntheticTape.Make(market), new TrendRule(), SyntheticTape.Engine, SyntheticTape.Venue));
}
