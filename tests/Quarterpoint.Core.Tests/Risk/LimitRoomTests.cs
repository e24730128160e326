using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>How much of each limit the worst moment of a day left, and which limit is the next to fire.</summary>
public sealed class LimitRoomTests
{
    private static Money Dollars(decimal dollars) => Money.FromDollars(dollars);

    /// <summary>
    /// The day began at $990 and was at worst at $960, which was $45 below the day's peak and $60 below the highest: 20 are left to 940, 30
    /// of 75, 140 of 200, 260 to 700.
    /// </summary>
    [Theory]
    [InlineData(Rule.DailyLoss, 20)]
    [InlineData(Rule.DailyDrawdown, 30)]
    [InlineData(Rule.AccountDrawdown, 140)]
    [InlineData(Rule.KillSwitch, 260)]
    public void The_room_is_what_was_left_until_each_limit_would_have_fired(Rule limit, int left)
    {
        var room = new LimitRoom
        {
            Equity = 960_000_000,
            BelowDayPeak = -45_000_000,
            BelowHighWater = -60_000_000,
        };
        Assert.Equal(Dollars(left), room.To(limit, new RiskLimits(), Dollars(990)));
        Assert.False(room.IsUntouched);
    }

    [Fact]
    public void A_day_without_a_price_has_touched_no_limit() => Assert.True(LimitRoom.Untouched.IsUntouched);

    /// <summary>If two limits lie at the same amount, the graver one is named: it is the one that does not end with the day.</summary>
    [Theory]
    [InlineData(1000, 1025, 1025, Rule.DailyDrawdown)] // 950 and 950
    [InlineData(850, 850, 1000, Rule.AccountDrawdown)] // 800 and 800
    [InlineData(700, 700, 900, Rule.KillSwitch)] // 700 and 700
    [Trait("Spec", "R22")]
    public void Of_two_limits_at_the_same_dollars_the_graver_is_named(double baseline, double peak, double highWater, Rule expected)
    {
        var levels = AccountLevels.Of(
            new RiskLimits(),
            new DayBook(default, Dollars((decimal)baseline), Dollars((decimal)peak)),
            Dollars((decimal)highWater)
        );
        Assert.Equal(expected, levels.Highest().Limit);
    }

    [Fact]
    public void Where_all_limits_have_fired_none_is_left_to_reach()
    {
        var levels = AccountLevels.Of(new RiskLimits(), new DayBook(default, Dollars(1000), Dollars(1000)), Dollars(1000));
        Assert.Equal((new Money(long.MinValue), Rule.None), levels.Highest(LatchTable.All));
    }
}
