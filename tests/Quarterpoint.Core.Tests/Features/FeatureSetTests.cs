using CsCheck;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Features;

public sealed class FeatureSetTests
{
    private static readonly DateOnly Day = new(2024, 3, 5);

    [Fact]
    [Trait("Spec", "F9")]
    public void Every_value_lies_in_its_range_whatever_the_bars_are() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 3])
            .Sample(
                (seed, wildness) =>
                {
                    var random = new SplitMix64(seed);
                    var set = NewSet();
                    set.BeginSession(SessionOn(Day), wildness == 0 ? default : Normals(random.NextBelow(1_000)));
                    var row = new float[set.Width];
                    var second = Tape.Second(Day, "09:00:00");
                    var price = 20_000;
                    for (var i = 0; i < 2_500; i++)
                    {
                        second += (uint)(1 + (random.NextBelow(20) == 0 ? random.NextBelow(100) : 0));
                        var step = wildness switch
                        {
                            0 => 0,
                            1 => 3,
                            2 => 400,
                            _ => random.NextBelow(100) == 0 ? 8_000 : 1,
                        };
                        var open = price + random.NextBelow((2 * step) + 1) - step;
                        var close = open + random.NextBelow((2 * step) + 1) - step;
                        price = close;
                        var bar = new Bar(
                            second,
                            new Price(open),
                            new Price(Math.Max(open, close)),
                            new Price(Math.Min(open, close)),
                            new Price(close),
                            wildness == 2 ? uint.MaxValue : (uint)random.NextBelow(3)
                        );
                        set.Step(bar, 0, 0, row);
                        for (var column = 0; column < set.Width; column++)
                        {
                            var facts = set.Columns[column];
                            Assert.True(row[column] >= facts.Least && row[column] <= facts.Greatest, $"{facts.Name} was {row[column]}");
                        }
                    }
                },
                iter: 40,
                threads: 2
            );

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(60)]
    [Trait("Spec", "F1")]
    public void Returns_run_over_seconds_and_not_over_rows(int seconds)
    {
        // Flat but for one rise of ten ticks, `seconds` before the end; most seconds have no bar.
        var start = Tape.Second(Day, "10:00:00");
        var before = Run([.. Every(start, start + 200, 7, 20_000), At(start + 300, 20_000), At(start + 300 + (uint)seconds, 20_010)]);
        var name = $"return_{seconds}s";
        Assert.True(before[name] > 0.5f, "the rise lies inside the window");

        var after = Run([
            .. Every(start, start + 200, 7, 20_000),
            At(start + 250, 20_000),
            At(start + 299, 20_010),
            At(start + 300 + (uint)seconds, 20_010),
        ]);
        Assert.Equal(0, after[name]);
    }

    [Fact]
    [Trait("Spec", "F3")]
    public void The_volume_weighted_price_starts_anew_at_0930()
    {
        var open = Tape.Second(Day, "09:30:00");
        var overnight = Every(open - 2_000, open, 1, 20_000, volume: 1_000);
        var row = Run([.. overnight, At(open, 20_100, volume: 1)]);
        Assert.Equal(0, row["vwap_distance"]);
        var late = Run([.. overnight, At(open, 20_100, volume: 1), At(open + 1, 20_200, volume: 1)]);
        Assert.True(late["vwap_distance"] > 0.1f);
    }

    [Theory]
    [InlineData("09:30:00", 1.0)]
    [InlineData("12:45:00", 0.5)]
    [InlineData("15:59:00", 1 / 390.0)]
    [InlineData("16:00:00", 0.0)]
    [InlineData("08:00:00", 1.0)]
    [Trait("Spec", "F4")]
    public void Minutes_to_close_run_from_390_to_0(string time, double expected) =>
        Assert.Equal(expected, Run([At(Tape.Second(Day, time), 20_000)])["minutes_to_close"], 6);

    [Fact]
    [Trait("Spec", "F4")]
    public void On_an_early_close_the_minutes_end_there()
    {
        var day = new DateOnly(2024, 11, 28);
        var row = Run([At(Tape.Second(day, "12:45:00"), 20_000)], day);
        Assert.Equal(15 / 390.0, row["minutes_to_close"], 6);
    }

    [Theory]
    [InlineData("momentum_small", 60)]
    [InlineData("momentum_large", 300)]
    [Trait("Spec", "F5")]
    [Trait("Spec", "D5")]
    public void A_larger_bar_is_seen_only_with_its_last_second(string feature, int seconds)
    {
        // 40 quiet ones that alternate a little, then one that rises by a tick a second.
        var set = NewSet();
        set.BeginSession(SessionOn(Day), default);
        var column = set.Columns.Select(c => c.Name).ToList().IndexOf(feature);
        var row = new float[set.Width];
        var start = Tape.Second(Day, "10:00:00");
        var course = new List<float>();
        for (var i = 0; i < 41 * seconds; i++)
        {
            set.Step(At(start + (uint)i, 20_000 + (i < 40 * seconds ? i / seconds % 2 : i - (40 * seconds))), 0, 0, row);
            course.Add(row[column]);
        }

        Assert.Single(course.Skip((40 * seconds) - 1).SkipLast(1).Distinct());
        Assert.True(course[^1] > course[^2] + 0.1f, $"{course[^2]}, then {course[^1]}");
    }

    [Fact]
    [Trait("Spec", "F6")]
    public void The_shape_of_a_bar_by_hand()
    {
        // open 20, high 30, low 10, close 25: upper wick 5/20, lower wick 10/20, body 5/20.
        var row = Run([new Bar(Tape.Second(Day, "10:00:00"), new Price(20), new Price(30), new Price(10), new Price(25), 4)]);
        Assert.Equal(1, row["bar_direction"]);
        Assert.Equal(0.25, row["upper_wick"], 6);
        Assert.Equal(0.5, row["lower_wick"], 6);
        Assert.Equal(0.25, row["body_ratio"], 6);
        var point = Run([At(Tape.Second(Day, "10:00:00"), 20)]);
        Assert.Equal((0, 0, 0, 0), (point["bar_direction"], point["upper_wick"], point["lower_wick"], point["body_ratio"]));
    }

    [Fact]
    [Trait("Spec", "F7")]
    public void Volume_delta_is_measured_where_it_can_be_and_says_so_where_it_is_not()
    {
        var measured = new FeatureSet(FeatureWindows.Seconds, hasVolume: true, hasBidAskVolume: true);
        Assert.False(measured.EstimatesDelta);
        measured.BeginSession(SessionOn(Day), default);
        var row = new float[measured.Width];
        measured.Step(At(Tape.Second(Day, "10:00:00"), 20_000, 40), bidVolume: 10, askVolume: 30, row);
        Assert.Equal(0.5, row[IndexOf(measured, "volume_delta")], 6);

        var estimated = NewSet();
        Assert.True(estimated.EstimatesDelta);
        // close at three quarters of the range: (2 x 25 - 30 - 10) / 20 = 0.5
        var bar = new Bar(Tape.Second(Day, "10:00:00"), new Price(20), new Price(30), new Price(10), new Price(25), 4);
        Assert.Equal(0.5, Run([bar])["volume_delta"], 6);
    }

    [Fact]
    [Trait("Spec", "F8")]
    public void Relative_volume_compares_with_the_same_minute_of_earlier_days()
    {
        var start = Tape.Second(Day, "10:00:00");
        var bars = Every(start, start + 900, 1, 20_000, volume: 10);
        // 10 a second are 600 a minute.
        Assert.Equal(0, Run(bars, normals: Normals(600))["relative_volume"], 3);
        Assert.Equal(-0.5, Run(bars, normals: Normals(1_800))["relative_volume"], 3);
        Assert.Equal(0, Run(bars)["relative_volume"]);
    }

    [Fact]
    [Trait("Spec", "F8")]
    public void Time_since_the_last_trade_counts_the_seconds_without_one()
    {
        var start = Tape.Second(Day, "10:00:00");
        Assert.Equal(15 / 20.0, Run([At(start, 20_000), At(start + 16, 20_000)])["since_last_trade"], 6);
        Assert.Equal(0, Run([At(start, 20_000), At(start + 1, 20_000)])["since_last_trade"]);
    }

    [Fact]
    [Trait("Spec", "F9")]
    public void Warm_up_is_marked_and_ends_when_every_window_is_full()
    {
        var set = NewSet();
        set.BeginSession(SessionOn(Day), Normals(100));
        var row = new float[set.Width];
        var start = Tape.Second(Day, "10:00:00");
        var last = Warmup.None;
        for (var i = 0u; i < 1_800; i++)
        {
            last = set.Step(At(start + i, 20_000 + (int)(i % 3)), 0, 0, row);
            Assert.True(last.HasFlag(Warmup.Windows));
        }

        Assert.Equal(Warmup.None, set.Step(At(start + 1_800, 20_000), 0, 0, row));
        Assert.Equal(Warmup.NormalVolume, WithoutNormals(start));
    }

    [Fact]
    [Trait("Spec", "D4")]
    public void Windows_survive_sixty_seconds_without_a_bar_and_go_cold_after_one_more()
    {
        var start = Tape.Second(Day, "10:00:00");
        Assert.False(WaitsAfterGap(start, 60).HasFlag(Warmup.Windows));
        Assert.True(WaitsAfterGap(start, 61).HasFlag(Warmup.Windows));
    }

    [Fact]
    [Trait("Spec", "D4")]
    public void A_second_without_a_trade_counts_as_a_flat_bar_of_volume_0()
    {
        // The same walk with its still seconds as bars, and without them. Only what asks for the time since a trade may differ.
        var random = new SplitMix64(5);
        var start = Tape.Second(Day, "09:40:00");
        List<Bar> filled = [],
            sparse = [];
        var price = 20_000;
        for (var i = 0u; i < 3_000; i++)
        {
            var moves = random.NextBelow(3) > 0;
            if (moves)
                price += random.NextBelow(5) - 2;
            var bar = At(start + i, price, moves ? 7u : 0u);
            filled.Add(bar);
            if (moves)
                sparse.Add(bar);
        }

        sparse.Add(filled[^1]);
        var (a, b) = (Run(filled), Run(sparse.DistinctBy(x => x.OpenTime).ToList()));
        foreach (var (name, value) in a)
        {
            if (name is not "since_last_trade")
                Assert.Equal(value, b[name], 4);
        }
    }

    [Fact]
    [Trait("Spec", "F11")]
    public void A_set_is_named_and_versioned_and_its_columns_are_fixed()
    {
        Assert.Equal("seconds-v1", FeatureWindows.For(1).Name);
        Assert.Equal("minutes-v1", FeatureWindows.For(60).Name);
        Assert.Same(FeatureWindows.Seconds, FeatureWindows.Named("seconds-v1"));
        Assert.Contains(
            "seconds-v1",
            Assert.Throws<ArgumentException>(() => FeatureWindows.Named("seconds-v2")).Message,
            StringComparison.Ordinal
        );
        var names = FeatureCatalogue.Columns(FeatureWindows.Seconds).Select(c => c.Name).ToList();
        Assert.Equal(44, names.Count);
        Assert.Equal(names.Count, names.Distinct().Count());
        // A change of any name or place is a new version: models refuse features that they were not trained on.
        Assert.Equal(
            "return_1s return_5s return_10s return_30s return_60s ema_9_distance ema_21_distance ema_50_distance ema_200_distance "
                + "ema_9_21_spread ema_9_50_spread ema_9_200_spread ema_21_50_spread ema_21_200_spread ema_50_200_spread "
                + "vwap_distance vwap_slope trend_small momentum_small trend_large momentum_large zscore_20 rsi_14 rsi_14_small "
                + "atr_14 volatility_30s volatility_120s volatility_600s volatility_ratio_short volatility_ratio_long "
                + "bar_direction upper_wick lower_wick body_ratio volume_delta volume_delta_flow relative_volume "
                + "volume_trend since_last_trade day_range_position minutes_to_close time_sine time_cosine in_rth",
            string.Join(' ', names)
        );
    }

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(300)]
    [Trait("Spec", "D4")]
    public void Bars_that_the_windows_do_not_fit_are_refused(int barSeconds) =>
        Assert.Contains(
            $"{barSeconds} s",
            Assert.Throws<ArgumentException>(() => FeatureWindows.For(barSeconds)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    [Trait("Spec", "D4")]
    public void Data_without_volume_is_refused_by_name_of_the_features_that_need_it()
    {
        var e = Assert.Throws<ArgumentException>(() => new FeatureSet(FeatureWindows.Seconds, hasVolume: false, hasBidAskVolume: false));
        Assert.Contains("vwap_distance", e.Message, StringComparison.Ordinal);
        Assert.Contains("relative_volume", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "F2")]
    public void Averages_and_their_spreads_by_hand()
    {
        // 300 bars at 0 and then one at 10: EMA 9 is 10 x 0.2 = 2, EMA 21 is 10 / 11.
        var start = Tape.Second(Day, "10:00:00");
        var row = Run([.. Every(start, start + 300, 1, 0), At(start + 300, 10)]);
        // Variance of one change of 10 after quiet: 100 / 120; the scale is 1 / sqrt(that + 1/16).
        var scale = 1 / Math.Sqrt((100.0 / 120) + 0.0625);
        Assert.Equal(Squash((10 - 2) * scale / Math.Sqrt(9)), row["ema_9_distance"], 5);
        Assert.Equal(Squash((10 - (10 / 11.0)) * scale / Math.Sqrt(21)), row["ema_21_distance"], 5);
        Assert.Equal(Squash((2 - (10 / 11.0)) * scale / Math.Sqrt(21)), row["ema_9_21_spread"], 5);
        Assert.Equal(Squash(10 * scale), row["return_1s"], 5);
    }

    private static double Squash(double z) => z / (1 + Math.Abs(z));

    private static FeatureSet NewSet() => new(FeatureWindows.Seconds, hasVolume: true, hasBidAskVolume: false);

    private static TradingSession SessionOn(DateOnly day) => SessionCalendar.CmeEquityIndex.Find(TradingDay.From(day))!.Value;

    private static float[] Normals(float volume) => [.. Enumerable.Repeat(volume, MinuteNorms.MinutesADay)];

    private static Bar At(uint second, int price, uint volume = 10) =>
        new(second, new Price(price), new Price(price), new Price(price), new Price(price), volume);

    private static List<Bar> Every(uint from, uint to, uint step, int price, uint volume = 10)
    {
        var bars = new List<Bar>();
        for (var second = from; second < to; second += step)
            bars.Add(At(second, price, volume));
        return bars;
    }

    private static int IndexOf(FeatureSet set, string name) => set.Columns.Select(c => c.Name).ToList().IndexOf(name);

    /// <summary>The last bar's row, by name.</summary>
    private static Dictionary<string, float> Run(IReadOnlyList<Bar> bars, DateOnly? day = null, float[]? normals = null)
    {
        var set = NewSet();
        set.BeginSession(SessionOn(day ?? Day), normals ?? default);
        var row = new float[set.Width];
        foreach (var bar in bars)
            set.Step(bar, 0, 0, row);
        return set.Columns.Select((c, i) => (c.Name, row[i])).ToDictionary(c => c.Name, c => c.Item2);
    }

    private static Warmup WithoutNormals(uint start)
    {
        var set = NewSet();
        set.BeginSession(SessionOn(Day), default);
        var row = new float[set.Width];
        var last = Warmup.None;
        for (var i = 0u; i <= 1_800; i++)
            last = set.Step(At(start + i, 20_000), 0, 0, row);
        return last;
    }

    private static Warmup WaitsAfterGap(uint start, uint gap)
    {
        var set = NewSet();
        set.BeginSession(SessionOn(Day), Normals(100));
        var row = new float[set.Width];
        for (var i = 0u; i <= 2_000; i++)
            set.Step(At(start + i, 20_000), 0, 0, row);
        return set.Step(At(start + 2_001 + gap, 20_000), 0, 0, row);
    }
}
