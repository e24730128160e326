using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>What the worst moment of a day left of each limit, and which limit is the next to fire.</summary>
public sealed class LimitRoomTests
{
    private static Money Dollars(decimal dollars) => Money.FromDollars(dollars);

    /// <summary>Begun at $990, at worst at $960, $45 below the day's peak and $60 below the highest: 20 to 940, 30 of 75, 140 of 200, 260 to 700.</summary>
    [Theory]
    [InlineData(Rule.DailyLoss, 20)]
    [InlineData(Rule.DailyDrawdown, 30)]
    [InlineData(Rule.AccountDrawdown, 140)]
    [InlineData(Rule.KillSwitch, 260)]
    public void What_was_left_until_a_limit_would_have_fired(Rule limit, int left)
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
    public void Nothing_seen_is_no_room() => Assert.True(LimitRoom.Untouched.IsUntouched);

    /// <summary>Where two limits lie at the same dollars the graver one is named: it is the one that cannot be slept over.</summary>
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
