using System.Globalization;
using System.Text;
using CsCheck;
using Quarterpoint.Data.Import.Csv;

namespace Quarterpoint.Shell.Tests.Import.Csv;

[Trait("Spec", "D1")]
public sealed class CsvNumberTests
{
    private const string Good = "1717421400,5000,5001,4999,5000,1";

    private static long? Price(string text) =>
        DecimalText.Read(Encoding.UTF8.GetBytes(text), DecimalText.PriceDecimals, out var nanos) is null ? nanos : null;

    [Theory]
    [InlineData("5000.25", 5_000_250_000_000)]
    [InlineData("-0.05", -50_000_000)]
    [InlineData("+1", 1_000_000_000)]
    [InlineData("0", 0)]
    [InlineData("-0.000", 0)]
    [InlineData(".5", 500_000_000)]
    [InlineData("5.", 5_000_000_000)]
    [InlineData("0.000000001", 1)]
    [InlineData("18591.750000000", 18_591_750_000_000)]
    [InlineData("1.1000000000000000000000000", 1_100_000_000)]
    [InlineData("0000000000000000000000000012", 12_000_000_000)]
    [InlineData("1e3", 1_000_000_000_000)]
    [InlineData("1.5E+2", 150_000_000_000)]
    [InlineData("25e-2", 250_000_000)]
    [InlineData("10e-10", 1)]
    [InlineData("0e9999", 0)]
    [InlineData("9223372036.854775806", 9_223_372_036_854_775_806)]
    [InlineData("1717421400.123456789", 1_717_421_400_123_456_789)]
    public void Decimal_text_becomes_exact_billionths(string text, long nanos) => Assert.Equal(nanos, Price(text));

    [Theory]
    [InlineData("0.0000000001")]
    [InlineData("1e-10")]
    [InlineData("5000.1234567891")]
    [InlineData("9223372036.854775808")]
    [InlineData("1e10")]
    [InlineData("99999999999999999999999999")]
    [InlineData("18446744073709551616")]
    [InlineData("1e99999")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1ex")]
    [InlineData("e3")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("")]
    [InlineData("5,000.25")]
    [InlineData("5000,25")]
    [InlineData("1.2.3")]
    [InlineData("--1")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-inf")]
    [InlineData("0x10")]
    [InlineData("5000.25 ")]
    [InlineData("５")]
    public void A_number_that_cannot_be_held_exactly_is_refused_as_a_price(string text) => Assert.Null(Price(text));

    [Fact]
    public void Every_decimal_goes_through_unchanged() =>
        Gen.Select(Gen.Long[-9_000_000_000_000_000_000, 9_000_000_000_000_000_000], Gen.Int[0, 9])
            .Sample(
                (nanos, decimals) =>
                {
                    var value = nanos / (decimal)Math.Pow(10, 9);
                    value = Math.Round(value, decimals);
                    return Price(value.ToString(CultureInfo.InvariantCulture)) == (long)(value * 1_000_000_000m)
                        && Price(value.ToString("E28", CultureInfo.InvariantCulture)) == (long)(value * 1_000_000_000m);
                }
            );

    [Theory]
    [InlineData("high", "1717421400,5000,NaN,4999,5000,1", "NaN", "a number, with a point")]
    [InlineData("low", "1717421400,5000,5001,,5000,1", "", "a number, with a point")]
    [InlineData("open", "1717421400,Infinity,5001,4999,5000,1", "Infinity", "a number, with a point")]
    [InlineData("close", "1717421400,5000,5001,4999,\"5000,25\",1", "5000,25", "a number, with a point before its decimals")]
    [InlineData("close", "1717421400,5000,5001,4999,5000.0000000001,1", "5000.0000000001", "at most 9 decimals")]
    [InlineData("close", "1717421400,5000,5001,4999,1e12,1", "1e12", "fewer digits")]
    [InlineData("close", "1717421400,5000,5001,4999,9223372036.854775807,1", "9223372036.854775807", "no price")]
    [InlineData("volume", "1717421400,5000,5001,4999,5000,-1", "-1", "a volume of 0 or more")]
    [InlineData("volume", "1717421400,5000,5001,4999,5000,1.5", "1.5", "a whole number")]
    [InlineData("volume", "1717421400,5000,5001,4999,5000,nan", "nan", "a number")]
    [InlineData("volume", "1717421400,5000,5001,4999,5000,", "", "a number")]
    [InlineData("volume", "1717421400,5000,5001,4999,5000,9223372036854775808", "9223372036854775808", "fewer digits")]
    public void A_bad_number_is_named_with_its_row_and_its_column(string field, string line, string value, string expected)
    {
        var error = Reading.BadRow(Reading.Header, Good, line);
        Assert.Equal((field, value), (error.Field, error.Value));
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
        Assert.StartsWith($"some.file, row 2, field {field}: found '{value}'; expected ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("17.000", 17)]
    [InlineData("1.7e1", 17)]
    [InlineData("0", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_volume_is_a_whole_number_however_it_is_written(string text, long volume) =>
        Assert.Equal(volume, Assert.Single(Reading.Rows(Reading.Header + "1717421400,5000,5001,4999,5000," + text)).Volume);
}
