using CsCheck;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Instruments;

/// <summary>SPEC K1 and K2: ticks are exact, and a number off the tick grid is not a price.</summary>
public sealed class InstrumentTests
{
    [Theory]
    [InlineData(24_049, "6012.25")]
    [InlineData(24_048, "6012.0")]
    [InlineData(-3, "-0.75")]
    [Trait("Spec", "K1")]
    public void Ticks_read_as_points(int ticks, string text) => Assert.Equal(text, Micro.Mes.Format(new Price(ticks)));

    [Fact]
    [Trait("Spec", "K1")]
    public void An_instrument_is_data_with_any_tick()
    {
        var gold = new Instrument
        {
            Symbol = "MGC",
            Name = "Micro Gold",
            TickSizeNanos = 100_000_000,
            TickValue = Money.FromDollars(1),
        };
        Assert.Equal(0.1m, gold.TickSize);
        Assert.True(gold.TryFromNanos(2_034_700_000_000, out var price));
        Assert.Equal(20_347, price.InTicks);
    }

    [Theory]
    [InlineData(6012.25, true)]
    [InlineData(6012.3, false)]
    [InlineData(6012.250001, false)]
    [InlineData(0.25, true)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    [InlineData(1e12, false)]
    [Trait("Spec", "K2")]
    public void A_number_off_the_tick_grid_is_refused_as_a_price(double value, bool isPrice) =>
        Assert.Equal(isPrice, Micro.Mes.TryFromDouble(value, out _));

    [Fact]
    [Trait("Spec", "K2")]
    public void A_fixed_point_number_off_the_tick_grid_is_refused_as_a_price()
    {
        Assert.False(Micro.Mes.TryFromNanos(6_012_250_000_001, out _));
        Assert.False(Micro.Mes.TryFromNanos(long.MaxValue, out _));
    }

    /// <summary>Any possible price, written as a decimal, a double, and billionths, is read back unchanged.</summary>
    [Fact]
    [Trait("Spec", "K2")]
    public void A_price_survives_every_way_of_writing_it() =>
        Gen.Int[-4_000_000, 4_000_000]
            .Sample(ticks =>
            {
                var (nq, price) = (Micro.Nq, new Price(ticks));
                var points = nq.ToDecimal(price);
                Assert.True(nq.TryFromDouble((double)points, out var fromDouble));
                Assert.True(nq.TryFromNanos((long)(points * Instrument.NanosPerPoint), out var fromNanos));
                Assert.Equal((price, price), (fromDouble, fromNanos));
            });
}
