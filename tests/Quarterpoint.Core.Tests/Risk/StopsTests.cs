using CsCheck;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Tests.Risk;

public sealed class StopsTests
{
    private const uint Start = 1_709_650_800; // a full minute

    /// <summary>A study after minutes of exactly that range, so that this is its ATR.</summary>
    private static MinuteStudy Atr(int range, int minutes = 15)
    {
        var study = new MinuteStudy(60);
        for (var minute = 0; minute < minutes; minute++)
            study.Next(Minute(minute, 20_000 + range, 20_000));
        return study;
    }

    private static Bar Minute(int index, int high, int low) =>
        new(Start + ((uint)index * 60), new Price(low), new Price(high), new Price(low), new Price(low), 1);

    [Fact]
    [Trait("Spec", "R11")]
    public void Atr_is_known_after_fifteen_completed_minutes()
    {
        Assert.Null(Atr(4, minutes: 14).Atr);
        Assert.Equal(4, Atr(4).Atr);
    }

    [Theory]
    [InlineData(4, 6)]
    [InlineData(5, 8)] // 7.5, up
    [InlineData(2, 4)] // 3: at least 4
    [InlineData(0, 4)]
    [InlineData(10, 15)]
    [Trait("Spec", "R11")]
    public void The_default_stop_is_one_and_a_half_atr_rounded_up_and_at_least_four_ticks(int atr, int expected) =>
        Assert.Equal(new Ticks(expected), new StopSettings().For(Side.Buy, new Price(20_000), Atr(atr)));

    [Fact]
    [Trait("Spec", "R11")]
    public void Without_an_atr_there_is_no_stop_and_so_no_trade() =>
        Assert.Null(new StopSettings().For(Side.Buy, new Price(20_000), Atr(4, minutes: 14)));

    [Fact]
    [Trait("Spec", "R11")]
    public void A_fixed_stop_is_eight_ticks() =>
        Assert.Equal(new Ticks(8), new StopSettings { Kind = StopKind.Fixed }.For(Side.Sell, new Price(20_000), Atr(50)));

    [Theory]
    [InlineData(0.3, 20, 6)] // 0.3 x 20 in doubles is 6.000000000000001 or 5.999...: six ticks, not seven
    [InlineData(0.1, 30, 4)] // 3: at least 4
    [InlineData(0.7, 10, 7)]
    public void Rounding_noise_is_no_tick(double multiple, int atr, int expected) =>
        Assert.Equal(new Ticks(expected), new StopSettings { AtrMultiple = multiple }.For(Side.Buy, new Price(20_000), Atr(atr)));

    [Theory]
    [InlineData(4, 6)]
    [InlineData(5, 8)] // 7.5, up
    [InlineData(8, 12)]
    [InlineData(7, 11)] // 10.5, up
    [Trait("Spec", "R11")]
    public void The_default_target_is_one_and_a_half_stops_rounded_up(int stop, int expected) =>
        Assert.Equal(new Ticks(expected), new TargetSettings().For(new Ticks(stop)));

    [Fact]
    [Trait("Spec", "R11")]
    public void A_structure_stop_lies_one_tick_beyond_the_last_swing()
    {
        // Lows 10 8 3 6 7: the swing low is 3; highs 20 22 30 25 24: the swing high is 30.
        var study = new MinuteStudy(60);
        int[] lows = [10, 8, 3, 6, 7];
        int[] highs = [20, 22, 30, 25, 24];
        for (var i = 0; i < 5; i++)
            study.Next(Minute(i, 20_000 + highs[i], 20_000 + lows[i]));
        var structure = new StopSettings { Kind = StopKind.Structure };

        Assert.Equal((new Price(20_003), new Price(20_030)), (study.SwingLow, study.SwingHigh));
        Assert.Equal(new Ticks(10), structure.For(Side.Buy, new Price(20_012), study)); // 12 - 3 + 1
        Assert.Equal(new Ticks(19), structure.For(Side.Sell, new Price(20_012), study)); // 30 - 12 + 1
        Assert.Equal(new Ticks(4), structure.For(Side.Buy, new Price(20_004), study)); // 2, at least 4
        Assert.Null(structure.For(Side.Buy, new Price(20_002), study)); // the price is below it
        Assert.Null(structure.For(Side.Buy, new Price(20_012), new MinuteStudy(60))); // no swing yet
    }

    /// <summary>
    /// Lows 10 8 3 6 7 and highs 20 22 30 25 24 again. A close at the swing itself puts the stop one tick away, which makes four; a tick
    /// beyond the swing there is no stop.
    /// </summary>
    [Theory]
    [InlineData(Side.Buy, 20_003, 4)]
    [InlineData(Side.Buy, 20_002, null)]
    [InlineData(Side.Buy, 20_006, 4)]
    [InlineData(Side.Buy, 20_007, 5)]
    [InlineData(Side.Sell, 20_030, 4)]
    [InlineData(Side.Sell, 20_031, null)]
    [InlineData(Side.Sell, 20_026, 5)]
    [Trait("Spec", "R11")]
    public void A_structure_stop_is_known_up_to_the_swing_itself(Side side, int price, int? expected)
    {
        var study = new MinuteStudy(60);
        int[] lows = [10, 8, 3, 6, 7];
        int[] highs = [20, 22, 30, 25, 24];
        for (var i = 0; i < 5; i++)
            study.Next(Minute(i, 20_000 + highs[i], 20_000 + lows[i]));

        Assert.Equal(
            expected,
            new StopSettings { Kind = StopKind.Structure }
                .For(side, new Price(price), study)
                ?.Count
        );
    }

    /// <summary>R25 assumes the smallest possible stop: a fixed one is what it is, the others are at least four ticks.</summary>
    [Theory]
    [InlineData(StopKind.Fixed, 8)]
    [InlineData(StopKind.Atr, 4)]
    [InlineData(StopKind.Structure, 4)]
    [Trait("Spec", "R25")]
    [Trait("Spec", "R11")]
    public void The_smallest_stop_that_a_setting_can_give(StopKind kind, int expected) =>
        Assert.Equal(new Ticks(expected), new StopSettings { Kind = kind }.Smallest);

    [Theory]
    [InlineData(TargetKind.Multiple, 12)]
    [InlineData(TargetKind.Fixed, 5)]
    [InlineData(TargetKind.None, 0)]
    [Trait("Spec", "R11")]
    public void A_target_is_a_multiple_or_fixed_or_none(TargetKind kind, int expected) =>
        Assert.Equal(new Ticks(expected), new TargetSettings { Kind = kind, FixedTicks = 5 }.For(new Ticks(8)));

    [Fact]
    [Trait("Spec", "D4")]
    public void A_gap_over_a_minute_makes_the_study_cold_and_one_of_a_minute_does_not()
    {
        var filled = Atr(4);
        filled.Next(Minute(16, 20_004, 20_000)); // one minute is missing: 60 s
        Assert.NotNull(filled.Atr);
        filled.Next(Minute(19, 20_004, 20_000)); // two are
        Assert.Null(filled.Atr);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    [Trait("Spec", "D4")]
    public void A_study_survives_sixty_seconds_without_a_bar_and_goes_cold_after_one_more(uint missing, bool isWarm)
    {
        var study = new MinuteStudy(1);
        var second = 0u;
        for (; second < 15 * 60; second++)
            study.Next(new Bar(Start + second, new Price(100), new Price(104), new Price(100), new Price(100), 1));
        study.Next(new Bar(Start + second + missing, new Price(100), new Price(104), new Price(100), new Price(100), 1));
        Assert.Equal(isWarm, study.Atr is not null);
    }

    [Fact]
    [Trait("Spec", "R11")]
    public void Only_completed_minutes_count()
    {
        // Seconds: the sixteenth minute's wide range shows at the close of its last second, not before.
        var study = new MinuteStudy(1);
        for (var second = 0u; second < 15 * 60; second++)
            study.Next(new Bar(Start + second, new Price(100), new Price(104), new Price(100), new Price(100), 1));
        Assert.Equal(4, study.Atr);
        for (var second = 15u * 60; second < (16 * 60) - 1; second++)
        {
            study.Next(new Bar(Start + second, new Price(100), new Price(118), new Price(100), new Price(100), 1));
            Assert.Equal(4, study.Atr);
        }

        study.Next(new Bar(Start + (16 * 60) - 1, new Price(100), new Price(118), new Price(100), new Price(100), 1));
        Assert.Equal(5, study.Atr!.Value, 12); // (13 x 4 + 18) / 14
    }

    [Fact]
    [Trait("Spec", "R12")]
    public void A_stop_never_moves_away_from_the_price() =>
        Gen.Select(Gen.Int[-60, 60], Gen.Int[-60, 60], Gen.Int[1, 60], Gen.Int[0, 20], Gen.Int[0, 2], Gen.Int[1, 20], Gen.Bool, Gen.Bool)
            .Sample(
                (entry, close, distance, breakEven, kind, ticks, late, isLong) =>
                {
                    var side = isLong ? Side.Buy : Side.Sell;
                    var trail = new TrailSettings
                    {
                        BreakEvenAfterTicks = breakEven,
                        Kind = (TrailKind)kind,
                        Ticks = ticks,
                    };
                    var stop = new Price(20_000 + close - (distance * side.Sign()));
                    var moved = trail.Follow(side, new Price(20_000 + entry), stop, new Price(20_000 + close), Atr(6), late);
                    Assert.True((moved - stop).Count * side.Sign() >= 0, "away from the price");
                    Assert.True((new Price(20_000 + close) - moved).Count * side.Sign() >= 1, "at the price");
                    if (late)
                        Assert.True((new Price(20_000 + close) - moved).Count * side.Sign() <= 4, "farther than 4 ticks late in the day");
                }
            );

    /// <summary>A long from 0 with its stop at -8.</summary>
    [Theory]
    [InlineData(0, TrailKind.None, 30, false, -8)]
    [InlineData(6, TrailKind.None, 5, false, -8)]
    [InlineData(6, TrailKind.None, 6, false, 0)] // break-even at exactly its profit
    [InlineData(0, TrailKind.Ticks, 1, false, -7)]
    [InlineData(0, TrailKind.Ticks, 20, false, 12)]
    [InlineData(6, TrailKind.Ticks, 5, false, -8)] // it trails only once break-even has been reached
    [InlineData(6, TrailKind.Ticks, 9, false, 1)]
    [InlineData(0, TrailKind.Atr, 20, false, 11)] // 1.5 x 6 = 9 behind
    [InlineData(0, TrailKind.None, 30, true, 26)] // from the reduce time, 4
    [InlineData(0, TrailKind.None, -3, true, -7)]
    [InlineData(0, TrailKind.None, -5, true, -8)] // nearer already
    [Trait("Spec", "R12")]
    public void A_stop_follows_the_price_as_its_settings_say(int breakEven, TrailKind kind, int close, bool late, int expected)
    {
        var trail = new TrailSettings { BreakEvenAfterTicks = breakEven, Kind = kind };
        int At(Side side, int level) => 20_000 + (level * side.Sign());
        foreach (var side in (Side[])[Side.Buy, Side.Sell])
        {
            var moved = trail.Follow(side, new Price(20_000), new Price(At(side, -8)), new Price(At(side, close)), Atr(6), late);
            Assert.Equal(At(side, expected), moved.InTicks);
        }
    }

    /// <summary>
    /// From 0 with break-even after 6, and then two ticks behind. A stop at the entry shows that break-even was reached, whatever the
    /// profit is now.
    /// </summary>
    [Theory]
    [InlineData(-8, 5, -8)]
    [InlineData(-8, 6, 4)] // armed at exactly its profit
    [InlineData(-1, 5, -1)]
    [InlineData(0, 5, 3)] // it fell back, and trails
    [InlineData(1, 5, 3)]
    [InlineData(0, 1, 0)]
    [Trait("Spec", "R12")]
    public void A_stop_trails_only_after_break_even(int stop, int close, int expected)
    {
        var trail = new TrailSettings
        {
            BreakEvenAfterTicks = 6,
            Kind = TrailKind.Ticks,
            Ticks = 2,
        };
        foreach (var sign in (int[])[1, -1])
        {
            var moved = trail.Follow(
                (Side)sign,
                new Price(20_000),
                new Price(20_000 + (stop * sign)),
                new Price(20_000 + (close * sign)),
                Atr(6),
                late: false
            );
            Assert.Equal(20_000 + (expected * sign), moved.InTicks);
        }
    }

    /// <summary>If nothing moved, ATR is 0, and a stop at the price would trigger at once; while ATR is not known the stop stays.</summary>
    [Theory]
    [InlineData(0, 15, 19)]
    [InlineData(6, 15, 11)]
    [InlineData(6, 14, -8)]
    [Trait("Spec", "R12")]
    public void An_ATR_trail_stays_at_least_a_tick_behind_and_waits_until_ATR_is_known(int atr, int minutes, int expected)
    {
        var trail = new TrailSettings { Kind = TrailKind.Atr };
        Assert.Equal(
            new Price(20_000 + expected),
            trail.Follow(Side.Buy, new Price(20_000), new Price(19_992), new Price(20_020), Atr(atr, minutes), late: false)
        );
    }

    /// <summary>A stop at the price would fill at once. A stop that is already there stays: it never moves away from the price.</summary>
    [Theory]
    [InlineData(-8, 10, 9)]
    [InlineData(10, 10, 10)]
    [Trait("Spec", "R12")]
    public void A_stop_that_follows_stays_behind_the_price(int stop, int close, int expected)
    {
        var trail = new TrailSettings { Kind = TrailKind.Ticks, Ticks = 0 };
        foreach (var sign in (int[])[1, -1])
        {
            var moved = trail.Follow(
                (Side)sign,
                new Price(20_000),
                new Price(20_000 + (stop * sign)),
                new Price(20_000 + (close * sign)),
                Atr(6),
                late: false
            );
            Assert.Equal(20_000 + (expected * sign), moved.InTicks);
        }
    }

    [Theory]
    [InlineData(0, TrailKind.None, false)]
    [InlineData(1, TrailKind.None, true)]
    [InlineData(0, TrailKind.Ticks, true)]
    [InlineData(0, TrailKind.Atr, true)]
    [Trait("Spec", "R12")]
    public void A_stop_follows_where_it_is_told_to(int breakEven, TrailKind kind, bool isActive) =>
        Assert.Equal(isActive, new TrailSettings { BreakEvenAfterTicks = breakEven, Kind = kind }.IsActive);
}
