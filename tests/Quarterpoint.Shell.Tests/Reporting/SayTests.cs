using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Html;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Shell.Tests.Reporting;

public sealed class SayTests
{
    [Theory]
    [InlineData(0, "$0.00")]
    [InlineData(1_234_560_000, "+$1,234.56")]
    [InlineData(-840_000, "−$0.84")]
    [InlineData(125_000, "+$0.125")]
    public void Money_has_its_sign_and_at_least_two_decimals(long micros, string says) => Assert.Equal(says, Say.Result(new Money(micros)));

    [Fact]
    public void A_mean_is_rounded_to_the_cent_and_never_says_minus_zero()
    {
        Assert.Equal("$0.00", Say.Result(-0.004));
        Assert.Equal("−$0.01", Say.Result(-0.005));
        Assert.Equal("n/a", Say.Result((double?)null));
    }

    [Theory]
    [InlineData(0.5, "30 min")]
    [InlineData(24, "24.0 h")]
    [InlineData(60, "2.5 calendar days")]
    public void Durations_take_the_unit_that_reads_best(double hours, string says) => Assert.Equal(says, Say.Hours(hours));

    [Fact]
    public void Counts_take_their_plural()
    {
        Assert.Equal("1 trade", Say.Plural(1, "trade"));
        Assert.Equal("1,000 trades", Say.Plural(1_000, "trade"));
        Assert.Equal("2 losses", Say.Plural(2, "loss"));
    }

    [Fact]
    public void Names_become_words() => Assert.Equal("Outside entry window", Say.Words(Rule.OutsideEntryWindow));

    [Fact]
    public void Times_are_new_yorks_on_both_sides_of_the_clock_change()
    {
        // 14:00 UTC on the Friday before and the Monday after 10 March 2024.
        Assert.Equal("2024-03-08 09:00:00", Say.Time(new Timestamp(1_709_906_400_000_000_000)));
        Assert.Equal("2024-03-11 10:00:00", Say.Time(new Timestamp(1_710_165_600_000_000_000)));
    }

    [Fact]
    public void What_is_put_into_markup_is_encoded_and_a_minus_stays_with_its_dollar()
    {
        Assert.Equal("<b>&lt;i&gt;&amp;&quot;&#x27;</b>", new HtmlBuilder().Add($"<b>{"<i>&\"'"}</b>").ToString());
        Assert.Equal("−\u2060$1.00", new HtmlBuilder().Add($"{"−$1.00"}").ToString());
        Assert.Equal("1.5", new HtmlBuilder().Add($"{1.5}").ToString());
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1_709_560_800_000_000_000, "2024-03-04T14:00:00Z")]
    [InlineData(1_709_560_800_000_000_001, "2024-03-04T14:00:00.000000001Z")]
    [InlineData(-500_000_000, "1969-12-31T23:59:59.5Z")]
    public void Instants_are_exact_to_the_nanosecond(long nanoseconds, string text)
    {
        Assert.Equal(text, IsoTime.Format(new Timestamp(nanoseconds)));
        Assert.True(IsoTime.TryParse(text, out var time));
        Assert.Equal(nanoseconds, time.Nanoseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-03-04T14:00:00")]
    [InlineData("2024-03-04T14:00:00.Z")]
    [InlineData("2024-03-04T14:00:00.1234567890Z")]
    [InlineData("2024-13-04T14:00:00Z")]
    [InlineData("9999-01-01T00:00:00Z")]
    public void What_is_no_instant_is_refused(string text) => Assert.False(IsoTime.TryParse(text, out _));
}
