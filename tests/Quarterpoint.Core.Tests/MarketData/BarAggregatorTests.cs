using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;

namespace Quarterpoint.Core.Tests.MarketData;

/// <summary>SPEC D5: seconds become larger bars of every length that is offered, and none is seen before it is complete.</summary>
[Trait("Spec", "D5")]
public sealed class BarAggregatorTests
{
    /// <summary>A multiple of 900.</summary>
    private const uint Start = 1_709_650_800;

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(60)]
    [InlineData(300)]
    [InlineData(900)]
    public void A_larger_bar_is_known_with_its_last_second_and_not_before(int seconds)
    {
        var larger = new BarAggregator(seconds);
        for (var second = 0; second < seconds - 1; second++)
        {
            Assert.False(larger.CloseBefore(Start + (uint)second, out _));
            Assert.False(larger.Add(Second(second), 1, out _), $"second {second} of {seconds}");
        }

        Assert.True(larger.Add(Second(seconds - 1), 1, out var bar));

        // It rises by a tick a second from 20,000, each second one tick higher and two lower than its open.
        var last = 20_000 + seconds - 1;
        Assert.Equal(new Bar(Start, new Price(20_000), new Price(last + 1), new Price(19_998), new Price(last), (uint)(3 * seconds)), bar);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(60)]
    [InlineData(300)]
    [InlineData(900)]
    public void A_larger_bar_whose_last_second_had_no_trade_is_known_when_its_time_is_over(int seconds)
    {
        var larger = new BarAggregator(seconds);
        Assert.False(larger.Add(Second(0), 1, out _));
        Assert.False(larger.CloseBefore(Start + (uint)seconds - 1, out _));
        Assert.True(larger.CloseBefore(Start + (uint)seconds, out var bar));
        Assert.Equal(Second(0), bar);
        Assert.False(larger.CloseBefore(Start + (uint)seconds, out _));
    }

    private static Bar Second(int second) =>
        new(
            Start + (uint)second,
            new Price(20_000 + second),
            new Price(20_001 + second),
            new Price(19_998 + second),
            new Price(20_000 + second),
            3
        );
}
