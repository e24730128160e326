using Quarterpoint.Core.Statistics;

namespace Quarterpoint.Core.Tests.Statistics;

[Trait("Spec", "X12")]
public sealed class StationaryBootstrapTests
{
    private const int Draws = 100_000;

    /// <summary>A block continues with probability 1 - 1/L; a new block happens to begin on the very next day once in 50 times.</summary>
    [Theory]
    [InlineData(1, 0.02)]
    [InlineData(5, 0.804)]
    [InlineData(20, 0.951)]
    public void A_day_is_followed_by_its_neighbour_as_often_as_the_mean_block_says(int meanBlock, double share)
    {
        var days = Take(50, meanBlock, 7);
        var followed = days.Zip(days.Skip(1)).Count(pair => pair.Second == (pair.First + 1) % 50);
        var error = Math.Sqrt(share * (1 - share) / Draws);
        Assert.InRange((double)followed / (Draws - 1), share - (4 * error), share + (4 * error));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Every_day_is_as_likely_as_any_other(int meanBlock)
    {
        // Blocks make neighbours come together, so a day's count spreads about as if there were so many fewer draws (twice the mean block).
        var counts = Take(50, meanBlock, 11).CountBy(day => day).ToDictionary();
        var spread = Math.Sqrt(Draws / 50.0 * 2 * meanBlock);
        Assert.Equal(50, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, (Draws / 50) - (4 * spread), (Draws / 50) + (4 * spread)));
    }

    [Fact]
    public void The_first_day_follows_the_last() => Assert.Contains((49, 0), Take(50, 20, 3).Zip(Take(50, 20, 3).Skip(1)));

    [Fact]
    public void A_sample_from_one_day_is_that_day() => Assert.All(Take(1, 5, 1), day => Assert.Equal(0, day));

    private static int[] Take(int days, int meanBlock, ulong seed)
    {
        var draws = new StationaryBootstrap(days, meanBlock, new SplitMix64(seed));
        var taken = new int[Draws];
        for (var i = 0; i < Draws; i++)
            taken[i] = draws.Next();
        return taken;
    }
}
