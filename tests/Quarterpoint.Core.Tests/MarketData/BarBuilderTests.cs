using CsCheck;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.MarketData;

public sealed class BarBuilderTests
{
    private const long Noon = 1_709_658_000;
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(200);

    [Fact]
    [Trait("Spec", "D5")]
    public void The_first_print_opens_the_last_one_closes_and_the_extremes_are_the_range()
    {
        var market = new Market(1, TimeSpan.Zero);
        market.Trade(0.1, 20_000, 2, Side.Buy);
        market.Trade(0.2, 20_003, 1, Side.Sell);
        market.Trade(0.2, 19_998, 5, Side.Sell);
        market.Trade(0.9, 20_001, 3, Side.None);
        market.Clock(1.0);

        Assert.Equal([new PrintBar(BarAt(0, 20_000, 20_003, 19_998, 20_001, 11), 6, 2)], market.Bars);
    }

    [Fact]
    public void A_second_without_a_print_makes_no_bar()
    {
        var market = new Market(1, TimeSpan.Zero);
        market.Trade(0.5, 20_000);
        market.Trade(3.5, 20_001);
        market.Clock(10);

        Assert.Equal([Noon, Noon + 3], market.Bars.Select(b => (long)b.Bar.OpenTime));
    }

    [Fact]
    public void A_bar_is_closed_by_the_clock_at_its_end_plus_the_grace_and_not_a_nanosecond_earlier()
    {
        var market = new Market(1, Grace);
        market.Trade(0.5, 20_000);
        Assert.Equal(Market.At(1.2), market.Builder.NextClose);

        market.Clock(new Timestamp(Market.At(1.2).Nanoseconds - 1));
        Assert.Empty(market.Bars);
        market.Clock(1.2);
        Assert.Single(market.Bars);
        Assert.Equal(Timestamp.Never, market.Builder.NextClose);
    }

    [Fact]
    public void The_next_seconds_print_does_not_close_a_bar_that_is_in_its_grace()
    {
        var market = new Market(1, Grace);
        market.Trade(0.9, 20_000);
        market.Trade(1.05, 20_005);
        Assert.Empty(market.Bars);

        // Stamped in the first second and received in the next, within the grace.
        Assert.Equal(PrintOutcome.Taken, market.Hear(0.95, at: 1.1, 20_002));
        market.Clock(5);
        Assert.Equal(
            [BarAt(0, 20_000, 20_002, 20_000, 20_002, 2), BarAt(1, 20_005, 20_005, 20_005, 20_005, 1)],
            market.Bars.Select(b => b.Bar)
        );
    }

    [Fact]
    public void A_print_for_a_closed_second_is_counted_and_ignored_even_where_that_second_had_none()
    {
        var market = new Market(1, Grace);
        market.Trade(0.5, 20_000);
        market.Clock(4.199);

        Assert.Equal(PrintOutcome.Late, market.Hear(0.6, at: 4.199, 21_000));
        Assert.Equal(PrintOutcome.Late, market.Hear(2.0, at: 4.199, 21_000));
        Assert.Equal(PrintOutcome.Taken, market.Hear(3.0, at: 4.199, 20_001));
        market.Clock(9);
        Assert.Equal(2, market.Builder.Late);
        Assert.Equal([20_000, 20_001], market.Bars.Select(b => b.Bar.High.InTicks));
    }

    [Fact]
    public void A_print_stamped_far_ahead_of_the_clock_is_ignored()
    {
        var market = new Market(1, Grace);
        Assert.Equal(PrintOutcome.Taken, market.Hear(1.1, at: 0.9, 20_000));
        Assert.Equal(PrintOutcome.Ahead, market.Hear(3600, at: 0.9, 30_000));
        market.Clock(5000);
        Assert.Equal([20_000], market.Bars.Select(b => b.Bar.High.InTicks));
    }

    [Fact]
    public void A_print_that_would_overflow_the_volume_is_ignored()
    {
        var market = new Market(1, TimeSpan.Zero);
        market.Trade(0.1, 20_000, uint.MaxValue - 1);
        Assert.Equal(PrintOutcome.Oversized, market.Hear(0.2, at: 0.2, 20_050, 2));
        market.Clock(1);
        Assert.Equal((uint.MaxValue - 1, 20_000), (market.Bars[0].Bar.Volume, market.Bars[0].Bar.High.InTicks));
    }

    [Fact]
    public void Longer_bars_begin_at_multiples_of_their_length()
    {
        var market = new Market(60, TimeSpan.Zero);
        market.Trade(59.9, 20_000);
        market.Trade(61, 20_004);
        market.Clock(600);
        Assert.Equal([Noon, Noon + 60], market.Bars.Select(b => (long)b.Bar.OpenTime));
    }

    [Fact]
    public void A_bar_length_or_a_grace_that_makes_no_sense_is_refused()
    {
        Assert.Throws<InvariantException>(() => new BarBuilder(0, TimeSpan.Zero));
        Assert.Throws<InvariantException>(() => new BarBuilder(1, TimeSpan.FromSeconds(-1)));
        Assert.Throws<InvariantException>(() => new BarBuilder(1, TimeSpan.FromMinutes(2)));
        Assert.Throws<InvariantException>(() => new BarBuilder(1, TimeSpan.Zero).Add(Market.At(0), new Print(new Price(1), 1, Side.None)));
    }

    /// <summary>
    /// Every print received in time is in exactly one bar, in whatever order the prints come within the grace: sorted by second they give
    /// the same bars.
    /// </summary>
    [Fact]
    [Trait("Spec", "D5")]
    public void Prints_within_the_grace_make_the_bars_that_they_make_in_order_of_their_seconds() =>
        Gen.Select(Gen.Int[0, 3_000], Gen.Int[0, 190], Gen.Int[1, 9])
            .Array[0, 60]
            .Sample(prints =>
            {
                var heard = prints
                    .Select((p, i) => (Stamp: p.Item1 * 10, Heard: (p.Item1 * 10) + p.Item2, Size: (uint)p.Item3, Id: i))
                    .OrderBy(p => p.Heard)
                    .ThenBy(p => p.Id)
                    .ToList();
                var market = new Market(1, Grace);
                foreach (var p in heard)
                    Assert.Equal(PrintOutcome.Taken, market.Hear(p.Stamp / 1000.0, p.Heard / 1000.0, 20_000 + p.Id, p.Size));
                market.Clock(100);

                var expected = heard
                    .GroupBy(p => p.Stamp / 1000)
                    .OrderBy(g => g.Key)
                    .Select(g =>
                        BarAt(
                            g.Key,
                            20_000 + g.First().Id,
                            20_000 + g.Max(p => p.Id),
                            20_000 + g.Min(p => p.Id),
                            20_000 + g.Last().Id,
                            (uint)g.Sum(p => p.Size)
                        )
                    );
                Assert.Equal(expected, market.Bars.Select(b => b.Bar));
            });

    private static Bar BarAt(int second, int open, int high, int low, int close, uint volume) =>
        new((uint)(Noon + second), new Price(open), new Price(high), new Price(low), new Price(close), volume);

    /// <summary>A builder driven as the live loop drives it: time passes first, then the print arrives.</summary>
    private sealed class Market(int barSeconds, TimeSpan grace)
    {
        public BarBuilder Builder { get; } = new(barSeconds, grace);

        public List<PrintBar> Bars { get; } = [];

        public static Timestamp At(double seconds) => new((Noon * Timestamp.NanosPerSecond) + (long)Math.Round(seconds * 1e9));

        public void Trade(double at, int ticks, uint size = 1, Side aggressor = Side.None) => Hear(at, at, ticks, size, aggressor);

        public PrintOutcome Hear(double stamp, double at, int ticks, uint size = 1, Side aggressor = Side.None)
        {
            Clock(at);
            return Builder.Add(At(stamp), new Print(new Price(ticks), size, aggressor));
        }

        public void Clock(double now) => Clock(At(now));

        public void Clock(Timestamp now)
        {
            while (Builder.TryClose(now, out var closed))
                Bars.Add(closed);
        }
    }
}
