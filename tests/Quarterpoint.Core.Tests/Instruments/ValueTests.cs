using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Tests.Instruments;

/// <summary>Money, prices, and distances are exact, or they throw.</summary>
public sealed class ValueTests
{
    [Theory]
    [InlineData("0.84", 840_000)]
    [InlineData("-12.5", -12_500_000)]
    [InlineData("0.000001", 1)]
    public void Dollars_are_kept_in_millionths(string dollars, long micros) =>
        Assert.Equal(micros, Money.FromDollars(decimal.Parse(dollars, System.Globalization.CultureInfo.InvariantCulture)).MicroDollars);

    [Fact]
    public void An_amount_that_cannot_be_held_exactly_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Money.FromDollars(0.0000001m));

    [Fact]
    public void Money_that_overflows_stops_instead_of_wrapping() =>
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue) + new Money(1));

    [Fact]
    public void A_price_that_overflows_stops_instead_of_wrapping() =>
        Assert.Throws<OverflowException>(() => new Price(int.MaxValue) + new Ticks(1));

    [Theory]
    [InlineData(1_250_000, "$1.25")]
    [InlineData(-840_000, "-$0.84")]
    [InlineData(0, "$0.00")]
    [InlineData(1, "$0.000001")]
    public void Money_reads_as_dollars(long micros, string text) => Assert.Equal(text, new Money(micros).ToString());

    [Fact]
    public void A_distance_shows_its_direction()
    {
        Assert.Equal("+3 ticks", (new Price(20_003) - new Price(20_000)).ToString());
        Assert.Equal("-3 ticks", (-new Ticks(3)).ToString());
    }

    [Fact]
    public void A_side_multiplies_a_distance_and_has_an_opposite()
    {
        Assert.Equal((1, -1, 0), (Side.Buy.Sign(), Side.Sell.Sign(), Side.None.Sign()));
        Assert.Equal((Side.Sell, Side.Buy, Side.None), (Side.Buy.Opposite(), Side.Sell.Opposite(), Side.None.Opposite()));
    }
}
