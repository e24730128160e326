using CsCheck;

namespace Quarterpoint.Shell.Tests.Import.Csv;

[Trait("Spec", "D1")]
public sealed class CsvStampTests
{
    private const string Prices = ",5000,5001,4999,5000,1";

    private static string Read(string stamp, TimeZoneInfo? zone = null) =>
        Reading.Iso(Assert.Single(Reading.Rows(Reading.Header + stamp + Prices + "\n", zone)).TimeNanos);

    [Theory]
    [InlineData("2024-06-03T13:30:00Z")]
    [InlineData("2024-06-03 13:30:00z")]
    [InlineData("2024-06-03T13:30Z")]
    [InlineData("2024-06-03T13:30:00.000000000Z")]
    [InlineData("2024-06-03T13:30:00.0000000000000Z")]
    [InlineData("2024-06-03 09:30:00-04:00")]
    [InlineData("2024-06-03 09:30:00 -0400")]
    [InlineData("2024-06-03T15:30:00+02")]
    [InlineData("2024-06-03 19:00:00+05:30")]
    [InlineData("2024-06-03 13:30:00 UTC")]
    [InlineData("20240603T133000Z")]
    [InlineData("2024/06/03 13:30:00Z")]
    [InlineData("1717421400")]
    [InlineData("1717421400.0")]
    [InlineData("1717421400000")]
    [InlineData("1717421400000000")]
    [InlineData("1717421400000000000")]
    public void An_instant_needs_no_zone(string stamp) => Assert.Equal("2024-06-03T13:30:00.0000000", Read(stamp));

    [Theory]
    [InlineData("2024-06-03T09:30:00")]
    [InlineData("2024-06-03 09:30")]
    [InlineData("2024-6-3 9:30")]
    [InlineData("20240603 093000")]
    [InlineData("20240603 0930")]
    [InlineData("20240603 09:30:00")]
    [InlineData("20240603093000")]
    [InlineData("202406030930")]
    [InlineData("06/03/2024 09:30")]
    [InlineData("6/3/2024 9:30:00")]
    [InlineData("03.06.2024 09:30:00")]
    [InlineData("2024.06.03 09:30")]
    public void A_wall_clock_time_is_read_by_the_zone_that_the_user_names(string stamp)
    {
        Assert.Equal("2024-06-03T13:30:00.0000000", Read(stamp, Reading.NewYork));
        var error = Reading.Refusal(Reading.Header + stamp + Prices + "\n");
        Assert.Equal((1, "timestamp", stamp), (error.Row, error.Field, error.Value));
        Assert.Contains("--time-zone America/New_York", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_date_alone_is_midnight_where_the_file_has_no_times() =>
        Assert.Equal("2024-06-03T04:00:00.0000000", Read("2024-06-03", Reading.NewYork));

    [Fact]
    public void A_zone_in_the_text_wins_over_the_one_named() =>
        Assert.Equal("2024-06-03T13:30:00.0000000", Read("2024-06-03T13:30:00Z", Reading.NewYork));

    [Fact]
    public void Nanoseconds_are_kept()
    {
        var rows = Reading.Rows(Reading.Header + "2024-06-03T13:30:00.123456789Z" + Prices + "\n2024-06-03T13:30:00.5Z" + Prices + "\n");
        Assert.Equal([1_717_421_400_123_456_789, 1_717_421_400_500_000_000], rows.Select(row => row.TimeNanos));
        Assert.Equal(1_717_421_400_250_000_000, Assert.Single(Reading.Rows(Reading.Header + "1717421400.25" + Prices)).TimeNanos);
    }

    [Theory]
    [InlineData("2024-06-03T13:30:00.1234567891Z")]
    [InlineData("2024-06-03T13:30:00.Z")]
    [InlineData("2024-06-03T24:00:00Z")]
    [InlineData("2024-06-03T13:60:00Z")]
    [InlineData("2024-06-03T13:30:60Z")]
    [InlineData("2024-06-03T13:3Z")]
    [InlineData("2024-06-03T13:30:0Z")]
    [InlineData("2024-06-03T13:30:00Zulu")]
    [InlineData("2024-06-03T13:30:00+15:00")]
    [InlineData("2024-06-03T13:30:00+1:00")]
    [InlineData("2024-06-03T")]
    [InlineData("2024-06-03")]
    [InlineData("2024-02-30T13:30:00Z")]
    [InlineData("2024-13-01T13:30:00Z")]
    [InlineData("2024-06/03T13:30:00Z")]
    [InlineData("13/06/2024 13:30Z")]
    [InlineData("06-03-2024 13:30Z")]
    [InlineData("06/03/24 13:30Z")]
    [InlineData("06/03/2024 1:30 PM")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("2262-01-01T00:00:00Z")]
    [InlineData("99991231")]
    [InlineData("1717421400")]
    [InlineData("yesterday")]
    [InlineData("")]
    public void A_time_stamp_that_cannot_be_read_is_a_bad_row(string stamp)
    {
        var error = Reading.BadRow(Reading.Header, "2024-06-03T13:30:00Z" + Prices, stamp + Prices, Reading.NewYork);
        Assert.Equal(("timestamp", stamp), (error.Field, error.Value));
        Assert.Contains("a time such as 2024-06-03T09:30:00Z", error.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1717421400000")]
    [InlineData("45000")]
    [InlineData("-1717421400")]
    [InlineData("1717421400.0000000001")]
    [InlineData("1.7e9")]
    [InlineData("20240603")]
    [InlineData("99999999999")]
    [InlineData("2024-06-03T13:30:00Z")]
    public void The_unit_of_unix_time_is_decided_once(string stamp)
    {
        var error = Reading.BadRow(Reading.Header, "1717421400" + Prices, stamp + Prices);
        Assert.Equal("Unix time in seconds, as in the first row", error.Expected);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("45000.5")]
    public void A_file_whose_first_rows_have_no_time_is_refused_at_once(string stamp)
    {
        var error = Reading.Refusal(Reading.Header + stamp + Prices + "\n" + stamp + Prices + "\n");
        Assert.Equal(("timestamp", stamp), (error.Field, error.Value));
    }

    [Fact]
    public void A_bad_first_row_does_not_decide_the_unit()
    {
        var (rows, bad) = Reading.RowsAndErrors(Reading.Header + "nonsense" + Prices + "\n1717421400000" + Prices + "\n");
        Assert.Equal("2024-06-03T13:30:00.0000000", Reading.Iso(Assert.Single(rows).TimeNanos));
        Assert.Equal(1, Assert.Single(bad).Row);
    }

    // Clocks in New York went back at 06:00 UTC on 2024-11-03 (02:00 EDT) and forward at 07:00 UTC on 2024-03-10 (02:00 EST).
    [Fact]
    public void In_the_hour_that_clocks_show_twice_time_goes_forward()
    {
        string[] local = ["00:59", "01:00", "01:30", "01:59", "01:00", "01:00", "01:30", "01:59", "02:00"];
        var text = Reading.Header + string.Concat(local.Select(time => $"2024-11-03 {time}{Prices}\n"));
        Assert.Equal(
            ["04:59", "05:00", "05:30", "05:59", "06:00", "06:00", "06:30", "06:59", "07:00"],
            Reading.Rows(text, Reading.NewYork).Select(row => Reading.Iso(row.TimeNanos)[11..16])
        );
    }

    [Fact]
    public void Another_contract_later_in_the_file_begins_the_doubled_hour_again()
    {
        string[] local = ["2024-11-03 01:00", "2024-11-04 09:30", "2024-11-03 01:00", "2024-11-03 01:59", "2024-11-03 01:00"];
        var rows = Reading.Rows(Reading.Header + string.Concat(local.Select(time => time + Prices + "\n")), Reading.NewYork);
        Assert.Equal(["05:00", "14:30", "05:00", "05:59", "06:00"], rows.Select(row => Reading.Iso(row.TimeNanos)[11..16]));
    }

    [Fact]
    public void A_time_that_clocks_skip_is_a_bad_row()
    {
        var error = Reading.BadRow(Reading.Header, "2024-03-10 01:59" + Prices, "2024-03-10 02:30" + Prices, Reading.NewYork);
        Assert.Contains("clocks in America/New_York show", error.Expected, StringComparison.Ordinal);
        Assert.Equal("2024-03-10T06:59:00.0000000", Read("2024-03-10 01:59", Reading.NewYork));
        Assert.Equal("2024-03-10T07:00:00.0000000", Read("2024-03-10 03:00", Reading.NewYork));
    }

    [Fact]
    public void A_zone_that_shifts_by_half_an_hour_is_right_on_both_sides()
    {
        // Lord Howe: 02:00 (+10:30) became 02:30 (+11) on 2024-10-06.
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe");
        Assert.Equal("2024-10-05T15:29:00.0000000", Read("2024-10-06 01:59", zone));
        Assert.Equal("2024-10-05T15:30:00.0000000", Read("2024-10-06 02:30", zone));
    }

    [Fact]
    public void Every_minute_of_a_year_agrees_with_the_zone_data() =>
        Gen.Int[0, 366 * 1440]
            .Array[20]
            .Sample(minutes =>
            {
                Array.Sort(minutes);
                var start = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
                var instants = minutes.Select(minute => start.AddMinutes(minute)).ToArray();
                var text =
                    Reading.Header
                    + string.Concat(
                        instants.Select(instant =>
                            TimeZoneInfo
                                .ConvertTimeFromUtc(instant, Reading.NewYork)
                                .ToString("yyyyMMdd HHmmss", System.Globalization.CultureInfo.InvariantCulture)
                            + Prices
                            + "\n"
                        )
                    );
                var rows = Reading.Rows(text, Reading.NewYork);

                // The repeated hour cannot be told from the first one unless some row shows the clock going back.
                return rows.Zip(instants)
                    .All(pair =>
                        pair.First.TimeNanos == (pair.Second - DateTime.UnixEpoch).Ticks * 100
                        || pair.Second is { Month: 11, Day: 3, Hour: 6 }
                    );
            });

    [Theory]
    [InlineData("2024-06-03,09:30:00")]
    [InlineData("20240603,0930")]
    [InlineData("2024-06-03,13:30Z")]
    public void A_date_and_a_time_in_columns_of_their_own_are_joined(string stamp) =>
        Assert.Equal(
            "2024-06-03T13:30:00.0000000",
            Reading.Iso(Assert.Single(Reading.Rows("Date,Time,Open,High,Low,Close,Volume\n" + stamp + Prices, Reading.NewYork)).TimeNanos)
        );

    [Theory]
    [InlineData("2024-06-03 09:30,09:30", "2024-06-03 09:30 09:30")]
    [InlineData("2024-06-03,", "2024-06-03 ")]
    [InlineData("2024-06-03,noon", "2024-06-03 noon")]
    public void A_bad_date_or_time_shows_both(string stamp, string shown)
    {
        var error = Reading.BadRow("Date,Time,Open,High,Low,Close,Volume\n", "2024-06-03,09:30" + Prices, stamp + Prices, Reading.NewYork);
        Assert.Equal(("Date", shown), (error.Field, error.Value));
    }
}
