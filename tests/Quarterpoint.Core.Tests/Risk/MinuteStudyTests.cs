using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>The last minutes as stops use them: which minute is complete, and which of the last five is a swing.</summary>
public sealed class MinuteStudyTests
{
    private const uint Start = 1_709_650_800; // a full hour

    /// <summary>Bars of that length, one after another, each with the given high and low.</summary>
    private static MinuteStudy Of(int barSeconds, params IEnumerable<(int High, int Low)> bars)
    {
        var study = new MinuteStudy(barSeconds);
        var index = 0u;
        foreach (var (high, low) in bars)
            study.Next(Bar(index++ * (uint)barSeconds, high, low));
        return study;
    }

    private static Bar Bar(uint second, int high, int low, uint volume = 1) =>
        new(Start + second, new Price(low), new Price(high), new Price(low), new Price(low), volume);

    private static (int High, int Low)[] Swing(int[] highs) => [.. highs.Select(high => (high, -high))];

    [Fact]
    [Trait("Spec", "R11")]
    public void A_swing_stands_between_two_lower_bars_on_either_side()
    {
        var study = Of(60, Swing([10, 12, 20, 14, 11]));
        Assert.Equal((new Price(20), new Price(-20)), (study.SwingHigh, study.SwingLow));
        Assert.Null(Of(60, Swing([10, 12, 20, 14])).SwingHigh);
        Assert.Null(Of(60, Swing([10, 12, 20, 14])).SwingLow);
    }

    /// <summary>One such neighbour is enough, even if it is only as high.</summary>
    [Theory]
    [InlineData(20, 12, 14, 11)]
    [InlineData(10, 20, 14, 11)]
    [InlineData(10, 12, 20, 11)]
    [InlineData(10, 12, 14, 20)]
    [InlineData(21, 12, 14, 11)]
    [InlineData(10, 21, 14, 11)]
    [InlineData(10, 12, 21, 11)]
    [InlineData(10, 12, 14, 21)]
    [Trait("Spec", "R11")]
    public void A_bar_with_an_equal_or_a_higher_one_beside_it_is_no_swing(int first, int second, int fourth, int fifth)
    {
        var study = Of(60, Swing([first, second, 20, fourth, fifth]));
        Assert.Null(study.SwingHigh);
        Assert.Null(study.SwingLow);
    }

    [Fact]
    [Trait("Spec", "R11")]
    public void A_swing_stands_until_the_next_one()
    {
        int[] highs = [10, 12, 20, 14, 11, 9, 8, 15, 7];
        Assert.Equal(new Price(20), Of(60, Swing(highs)).SwingHigh);
        Assert.Equal(new Price(15), Of(60, Swing([.. highs, 6])).SwingHigh);
        Assert.Equal(new Price(-15), Of(60, Swing([.. highs, 6])).SwingLow);
    }

    /// <summary>After the gap the four bars before it no longer count: five new ones are needed.</summary>
    [Fact]
    [Trait("Spec", "D4")]
    public void What_lay_before_a_long_gap_makes_no_swing()
    {
        var study = Of(60, Swing([10, 12, 20, 14, 11]));
        var late = 600u;
        int[] highs = [10, 12, 18, 14, 11];
        for (var i = 0u; i < 5; i++)
        {
            study.Next(Bar(late + (i * 60), highs[i], -highs[i]));
            if (i == 4)
                continue;
            Assert.Null(study.SwingHigh);
            Assert.Null(study.SwingLow);
        }

        Assert.Equal((new Price(18), new Price(-18)), (study.SwingHigh, study.SwingLow));
    }

    [Fact]
    [Trait("Spec", "D5")]
    public void A_minute_completes_with_its_last_second_and_has_the_volume_of_all()
    {
        var study = new MinuteStudy(1);
        for (var second = 0u; second < 59; second++)
            Assert.False(study.Next(Bar(second, 4, 0, volume: 2)));
        Assert.Equal((0u, 0u), study.LastMinute);
        Assert.True(study.Next(Bar(59, 4, 0, volume: 2)));
        Assert.Equal((Start, 120u), study.LastMinute);
        Assert.False(study.Next(Bar(60, 4, 0)));
    }

    /// <summary>Nothing traded in its last second, so the next bar shows that the minute is over.</summary>
    [Fact]
    [Trait("Spec", "D5")]
    public void A_minute_without_its_last_second_completes_with_the_next_bar()
    {
        var study = new MinuteStudy(1);
        for (var second = 0u; second < 59; second++)
            study.Next(Bar(second, 4, 0));
        Assert.True(study.Next(Bar(62, 4, 0)));
        Assert.Equal((Start, 59u), study.LastMinute);
    }

    /// <summary>Half a minute, then nothing for a minute, then a bar that is the last of its own minute.</summary>
    [Fact]
    [Trait("Spec", "D5")]
    public void One_bar_can_complete_two_minutes()
    {
        var study = new MinuteStudy(30);
        Assert.False(study.Next(Bar(0, 4, 0, volume: 7)));
        Assert.True(study.Next(Bar(90, 4, 0, volume: 5)));
        Assert.Equal((Start + 60, 5u), study.LastMinute);

        // Both count: with thirteen more there are the fifteen that ATR needs, and of its fourteen ranges one is 4.
        for (var minute = 2u; minute < 14; minute++)
        {
            study.Next(Bar(minute * 60, 0, 0));
            study.Next(Bar((minute * 60) + 30, 0, 0));
            Assert.Null(study.Atr);
        }

        study.Next(Bar(14 * 60, 0, 0));
        Assert.True(study.Next(Bar((14 * 60) + 30, 0, 0)));
        Assert.Equal(4.0 / 14, study.Atr!.Value, 12);
    }

    /// <summary>Half a minute before a gap of more than a minute is not taken for a whole minute afterwards.</summary>
    [Fact]
    [Trait("Spec", "D4")]
    public void A_minute_begun_before_a_long_gap_never_completes()
    {
        var study = new MinuteStudy(1);
        for (var second = 0u; second < 30; second++)
            study.Next(Bar(second, 4, 0));
        Assert.False(study.Next(Bar(120, 4, 0)));
        Assert.Equal((0u, 0u), study.LastMinute);
        for (var second = 121u; second < 179; second++)
            Assert.False(study.Next(Bar(second, 4, 0)));
        Assert.True(study.Next(Bar(179, 4, 0)));
        Assert.Equal((Start + 120, 60u), study.LastMinute);
    }

    /// <summary>Five-minute bars are not cut into minutes: each is one.</summary>
    [Fact]
    [Trait("Spec", "D4")]
    public void Where_bars_are_longer_than_a_minute_they_are_the_minutes()
    {
        var study = Of(300, Enumerable.Repeat((6, 0), 14));
        Assert.Null(study.Atr);
        Assert.True(study.Next(Bar(14 * 300, 6, 0, volume: 9)));
        Assert.Equal(6, study.Atr);
        Assert.Equal((Start + (14 * 300), 9u), study.LastMinute);
    }
}
