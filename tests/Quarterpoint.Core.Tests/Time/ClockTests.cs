using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Time;

public sealed class ClockTests
{
    [Fact]
    [Trait("Spec", "K3")]
    public void A_time_in_the_hour_that_clocks_skip_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => NewYork.At(new DateOnly(2024, 3, 10), new TimeOnly(2, 30)));
        Assert.Contains("2024-03-10 02:30:00 does not exist in New York", error.Message, StringComparison.Ordinal);
        Assert.Equal("2024-03-10T06:59:59Z", NewYork.At(new DateOnly(2024, 3, 10), new TimeOnly(1, 59, 59)).ToString());
        Assert.Equal("2024-03-10T07:00:00Z", NewYork.At(new DateOnly(2024, 3, 10), new TimeOnly(3, 0)).ToString());
    }

    [Fact]
    [Trait("Spec", "K3")]
    public void A_time_in_the_hour_that_clocks_show_twice_means_the_first()
    {
        Assert.Equal("2024-11-03T05:30:00Z", NewYork.At(new DateOnly(2024, 11, 3), new TimeOnly(1, 30)).ToString());
        Assert.Equal("2024-11-03T07:00:00Z", NewYork.At(new DateOnly(2024, 11, 3), new TimeOnly(2, 0)).ToString());
        var first = NewYork.At(new DateOnly(2024, 11, 3), new TimeOnly(1, 30));
        Assert.Equal(NewYork.Local(first), NewYork.Local(first.AddSeconds(3600)));
        Assert.Equal((-4, -5), (NewYork.UtcOffset(first).Hours, NewYork.UtcOffset(first.AddSeconds(3600)).Hours));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(999_999_999, 0)]
    [InlineData(1_000_000_000, 1)]
    [InlineData(-1, -1)]
    [InlineData(-1_000_000_000, -1)]
    [InlineData(-1_000_000_001, -2)]
    public void Whole_seconds_are_rounded_down(long nanoseconds, long seconds) =>
        Assert.Equal(seconds, new Timestamp(nanoseconds).UnixSeconds);

    [Fact]
    public void A_timestamp_reads_as_UTC_with_the_decimals_it_needs()
    {
        Assert.Equal("1970-01-01T00:00:00Z", default(Timestamp).ToString());
        Assert.Equal(
            "2024-03-05T15:00:00.5Z",
            (Timestamp.FromUtc(new DateTime(2024, 3, 5, 15, 0, 0, DateTimeKind.Utc)) + TimeSpan.FromMilliseconds(500)).ToString()
        );
        Assert.Equal("never", Timestamp.Never.ToString());
        Assert.Equal(TimeSpan.FromSeconds(3), Timestamp.FromUnixSeconds(10) - Timestamp.FromUnixSeconds(7));
        Assert.Equal(Timestamp.FromUnixSeconds(7), Timestamp.Min(Timestamp.FromUnixSeconds(10), Timestamp.FromUnixSeconds(7)));
    }

    /// <summary>Third Fridays, or the day before where that is a holiday or a short day.</summary>
    [Theory]
    [InlineData(2019, 6, "2019-06-21")]
    [InlineData(2023, 12, "2023-12-15")]
    [InlineData(2024, 3, "2024-03-15")]
    [InlineData(2025, 6, "2025-06-20")]
    [InlineData(2025, 9, "2025-09-19")]
    [InlineData(2026, 6, "2026-06-18")] // Juneteenth
    [InlineData(2027, 6, "2027-06-17")] // Juneteenth observed on the third Friday
    [Trait("Spec", "K6")]
    public void Contracts_expire_on_the_third_friday_or_the_business_day_before(int year, int month, string expected) =>
        Assert.Equal(expected, new ContractMonth(year, month).Expiry(CalendarTable.CmeEquityIndex).ToString());

    [Theory]
    [InlineData("MESU5", 2025, 6, 2025, 9)]
    [InlineData("MESU5", 2019, 6, 2025, 9)]
    [InlineData("MESU5", 2025, 10, 2035, 9)]
    [InlineData("MESZ9", 2019, 6, 2019, 12)]
    [InlineData("MESZ9", 2024, 7, 2029, 12)] // one-digit years come again
    [InlineData("MESH0", 2019, 12, 2020, 3)]
    [InlineData("MESM25", 2024, 7, 2025, 6)]
    [Trait("Spec", "K6")]
    public void A_symbol_is_read_as_of_the_day_it_traded(string symbol, int tradedYear, int tradedMonth, int year, int month)
    {
        Assert.True(ContractMonth.TryParse(symbol, "MES", TradingDay.On(tradedYear, tradedMonth, 1), out var contract));
        Assert.Equal(new ContractMonth(year, month), contract);
    }

    [Theory]
    [InlineData("MESU5-MESZ5")]
    [InlineData("MESF5")]
    [InlineData("MES")]
    [InlineData("MESU")]
    [InlineData("MESU-5")]
    [InlineData("MESU 5")]
    [InlineData("ESU5")]
    [InlineData("MESU125")]
    [Trait("Spec", "K6")]
    public void Spreads_other_months_and_other_roots_are_not_contracts(string symbol) =>
        Assert.False(ContractMonth.TryParse(symbol, "MES", TradingDay.On(2025, 6, 1), out _));

    [Fact]
    [Trait("Spec", "K6")]
    public void Months_follow_each_other_and_are_written_by_their_letter()
    {
        var month = new ContractMonth(2024, 12);
        Assert.Equal(("MESZ4", new ContractMonth(2025, 3), 'H'), (month.SymbolOf("MES"), month.Next, month.Next.Letter));
        Assert.Equal(1, new ContractMonth(2025, 3).Ordinal - new ContractMonth(2025, 2).Ordinal);
        Assert.Equal("Z2024", month.ToString());
    }

    [Fact]
    [Trait("Spec", "K7")]
    public void News_is_near_within_two_minutes_either_side_the_ends_included()
    {
        var news = NewsCalendar.Parse("# mine\n2024-03-20,14:00,FOMC\n\n2024-03-12,08:30,CPI\n", "mine.csv");
        var time = NewYork.At(new DateOnly(2024, 3, 20), new TimeOnly(14, 0));

        Assert.Equal(["CPI", "FOMC"], news.Releases.ToArray().Select(r => r.Name));
        Assert.Equal([false, true, true, true, false], ((int[])[-121, -120, 0, 120, 121]).Select(s => news.IsNear(time.AddSeconds(s))));
        Assert.Null(news.Nearest(time.AddSeconds(1)));
        Assert.Equal("FOMC", news.Nearest(time)!.Value.Name);
        Assert.Equal(3, news.With(NewsCalendar.Parse("2024-03-15,10:00,X", "more.csv")).Releases.Length);
        Assert.False(NewsCalendar.None.IsNear(time));
    }

    [Theory]
    [InlineData("2024-03-20,14:00")]
    [InlineData("2024-3-20,14:00,FOMC")]
    [InlineData("2024-03-20,2pm,FOMC")]
    [Trait("Spec", "K7")]
    public void A_bad_line_of_news_is_named(string line)
    {
        var error = Assert.Throws<FormatException>(() => NewsCalendar.Parse("\n" + line, "mine.csv"));
        Assert.Equal($"mine.csv line 2: '{line}': expected YYYY-MM-DD,HH:MM,NAME in New York time.", error.Message);
    }
}
