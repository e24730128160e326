using Quarterpoint.Core.Instruments;
using Quarterpoint.Data.Import;

namespace Quarterpoint.Shell.Tests.Import.Csv;

[Trait("Spec", "D1")]
public sealed class CsvColumnTests
{
    private const string Zulu = "2024-06-03T13:30:00Z";

    [Theory]
    [InlineData("timestamp,open,high,low,close,volume", ",")]
    [InlineData("ts_event;Open;High;Low;Close;Volume", ";")]
    [InlineData("TIME\tOPEN\tHIGH\tLOW\tLAST\tVOL", "\t")]
    [InlineData("Date Time|o|h|l|c|v", "|")]
    [InlineData("datetime open high low close volume", "   ")]
    public void Columns_are_found_by_name_behind_any_separator(string header, string separator)
    {
        var rows = Reading.Rows(header + "\n" + string.Join(separator, Zulu, "5000.25", "5001.50", "4999.75", "5000.00", "17") + "\n");
        var row = Assert.Single(rows);
        Assert.Equal("2024-06-03T13:30:00.0000000", Reading.Iso(row.TimeNanos));
        Assert.Equal(
            (5_000_250_000_000, 5_001_500_000_000, 4_999_750_000_000, 5_000_000_000_000),
            (row.OpenNanos, row.HighNanos, row.LowNanos, row.CloseNanos)
        );
        Assert.Equal(17, row.Volume);
        Assert.Equal((1, SourceRow.Absent, SourceRow.Absent), (row.Number, row.BidVolume, row.AskVolume));
        Assert.Null(row.Symbol);
        Assert.Equal(Side.None, row.Aggressor);
    }

    [Fact]
    public void Columns_stand_in_any_order_and_unknown_ones_are_ignored()
    {
        const string text = "rsi14,<CLOSE>,<LOW>,<HIGH>,<OPEN>,vwap,vwap,<TIME>,<DATE>\n" + "x,4,2,5,3,,,09:31,20240603\n";
        using var reader = Reading.Open(text, Reading.NewYork);
        var row = Assert.Single(Reading.Rows(reader));
        Assert.Equal(
            (3, 5, 2, 4),
            (row.OpenNanos / 1_000_000_000, row.HighNanos / 1_000_000_000, row.LowNanos / 1_000_000_000, row.CloseNanos / 1_000_000_000)
        );
        Assert.Equal("2024-06-03T13:31:00.0000000", Reading.Iso(row.TimeNanos));
        Assert.Equal((SourceKind.Bars, false, false), (reader.Kind, reader.HasVolume, reader.HasBidAskVolume));
        Assert.Null(reader.BarSeconds);
        Assert.Equal(SourceRow.Absent, row.Volume);
    }

    [Theory]
    [InlineData("bid_volume,ask_volume")]
    [InlineData("vol_bid,vol_ask")]
    [InlineData("SellVolume,BuyVolume")]
    public void Bid_and_ask_volume_come_along(string names)
    {
        using var reader = Reading.Open($"time,open,high,low,close,volume,{names}\n{Zulu},1,1,1,1,10,7,3\n");
        Assert.True(reader.HasBidAskVolume);
        var row = Assert.Single(Reading.Rows(reader));
        Assert.Equal((10, 7, 3), (row.Volume, row.BidVolume, row.AskVolume));
    }

    [Fact]
    public void Bid_volume_without_ask_volume_is_ignored()
    {
        using var reader = Reading.Open($"time,open,high,low,close,volume,bid_volume\n{Zulu},1,1,1,1,10,7\n");
        Assert.False(reader.HasBidAskVolume);
        Assert.Equal(SourceRow.Absent, Assert.Single(Reading.Rows(reader)).BidVolume);
    }

    [Theory]
    [InlineData("symbol")]
    [InlineData("contract")]
    [InlineData("Ticker")]
    [InlineData("instrument")]
    public void A_name_is_one_string_for_all_rows_of_a_contract(string column)
    {
        var rows = Reading.Rows($"time,open,high,low,close,{column}\n{Zulu},1,1,1,1,NQM9\n{Zulu},1,1,1,1,NQU9\n{Zulu},1,1,1,1,NQM9\n");
        Assert.Equal(["NQM9", "NQU9", "NQM9"], rows.Select(row => row.Symbol));
        Assert.Same(rows[0].Symbol, rows[2].Symbol);
    }

    [Fact]
    public void The_instrument_id_stands_in_for_a_symbol_that_is_not_there()
    {
        var rows = Reading.Rows($"time,open,high,low,close,symbol,instrument_id\n{Zulu},1,1,1,1,NQM9,22\n{Zulu},1,1,1,1,,23\n");
        Assert.Equal(["NQM9", "23"], rows.Select(row => row.Symbol));
    }

    [Fact]
    public void A_price_and_a_size_without_open_high_and_low_are_trades()
    {
        using var reader = Reading.Open(
            "timestamp,price,size,side\n2024-06-03T13:30:00.123Z,5000.25,3,B\n"
                + "2024-06-03T13:30:00.124Z,5000,2,sell\n2024-06-03T13:30:00.125Z,5000,1,\n"
        );
        Assert.Equal((SourceKind.Trades, true, true), (reader.Kind, reader.HasVolume, reader.HasBidAskVolume));
        var rows = Reading.Rows(reader);
        Assert.Equal([5_000_250_000_000, 5_000_000_000_000, 5_000_000_000_000], rows.Select(row => row.CloseNanos));
        Assert.Equal([3L, 2L, 1L], rows.Select(row => row.Volume));
        Assert.Equal([Side.Buy, Side.Sell, Side.None], rows.Select(row => row.Aggressor));
    }

    [Fact]
    public void A_side_that_is_neither_buy_nor_sell_is_a_bad_row()
    {
        var error = Reading.BadRow("timestamp,price,qty,side\n", Zulu + ",1,1,A", Zulu + ",1,1,up");
        Assert.Equal(("side", "up"), (error.Field, error.Value));
    }

    [Fact]
    public void Databento_bars_state_their_length_and_hold_one_kind()
    {
        const string header = "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol\n";
        const string minute =
            "2024-06-03T00:00:00.000000000Z,33,1,13743,18591.750000000,18592.000000000,18590.250000000,18591.000000000,99,NQM4";
        using var reader = Reading.Open(header + minute + "\n");
        Assert.Equal(60, reader.BarSeconds);
        var row = Assert.Single(Reading.Rows(reader));
        Assert.Equal((18_591_750_000_000, 99, "NQM4"), (row.OpenNanos, row.Volume, row.Symbol));
        var error = Reading.BadRow(header, minute, minute.Replace(",33,", ",32,", StringComparison.Ordinal));
        Assert.Equal(("rtype", "32"), (error.Field, error.Value));
    }

    [Theory]
    [InlineData("32", 1)]
    [InlineData("33", 60)]
    [InlineData("34", 3600)]
    [InlineData("35", 86_400)]
    public void Databento_record_types_are_bar_lengths(string recordType, int seconds)
    {
        using var reader = Reading.Open(
            $"ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume\n{Zulu},{recordType},1,2,1,1,1,1,1\n"
        );
        Assert.Equal(seconds, reader.BarSeconds);
    }

    [Fact]
    public void Databento_raw_numbers_are_billionths_and_nanoseconds()
    {
        // 1,717,372,800 s after 1970 is 2024-06-03T00:00:00Z; 18,591,750,000,000 billionths are 18,591.75 points.
        const string text =
            "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol\n"
            + "1717372800000000000,32,1,13743,18591750000000,18592000000000,18590250000000,18591000000000,99,NQM4\n"
            + "1717372801000000000,32,1,13744,-250000000,0,-250000000,0,1,NQM4-NQU4\n";
        var rows = Reading.Rows(text);
        Assert.Equal("2024-06-03T00:00:00.0000000", Reading.Iso(rows[0].TimeNanos));
        Assert.Equal(18_591_750_000_000, rows[0].OpenNanos);
        Assert.Equal((-250_000_000, 0), (rows[1].OpenNanos, rows[1].CloseNanos));
    }

    [Fact]
    public void A_damaged_row_does_not_turn_billionths_into_points()
    {
        const string text =
            "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume\n"
            + "1717372800000000000,32,1,13743,1,1,1,none,99\n"
            + "1717372801000000000,32,1,13743,250000000,250000000,250000000,250000000,1\n";
        var (rows, bad) = Reading.RowsAndErrors(text);
        Assert.Equal(250_000_000, Assert.Single(rows).OpenNanos);
        Assert.Equal("close", Assert.Single(bad).Field);
    }

    [Theory]
    [InlineData("18591", 18_591_000_000_000)]
    [InlineData("18591.000000000", 18_591_000_000_000)]
    [InlineData("1000000.0", 1_000_000_000_000_000)]
    [InlineData("999999", 999_999_000_000_000)]
    [InlineData("1000000", 1_000_000)]
    public void Databento_prices_are_billionths_only_where_all_are_whole_and_large(string price, long nanos) =>
        Assert.Equal(
            nanos,
            Assert
                .Single(
                    Reading.Rows(
                        "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume\n"
                            + $"{Zulu},32,1,2,{price},{price},{price},{price},1\n"
                    )
                )
                .OpenNanos
        );

    [Fact]
    public void Whole_prices_elsewhere_are_points()
    {
        var rows = Reading.Rows("time,open,high,low,close\n1717372800,18591750,18592000,18590250,18591000\n");
        Assert.Equal(18_591_750_000_000_000, rows[0].OpenNanos);
    }

    [Fact]
    public void Databento_order_events_give_their_trades_by_the_time_of_receipt()
    {
        const string text =
            "ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,price,size,"
            + "channel_id,order_id,flags,ts_in_delta,sequence,symbol\n"
            + "2024-06-03T00:00:02.000000001Z,2024-06-03T00:00:01.000000000Z,160,1,13743,A,B,5000.250000000,1,0,1,128,0,1,ESM4\n"
            + "2024-06-03T00:00:03.000000001Z,2024-06-03T00:00:01.500000000Z,160,1,13743,T,A,5000.000000000,4,0,1,128,0,1,ESM4\n"
            + ",2024-06-03T00:00:04.000000000Z,160,1,13743,T,B,5000.500000000,2,0,1,128,0,1,ESM4\n"
            + "2024-06-03T00:00:05.000000001Z,2024-06-03T00:00:01.500000000Z,160,1,13743,F,A,5000.000000000,4,0,1,128,0,1,ESM4\n";
        using var reader = Reading.Open(text);
        var rows = Reading.Rows(reader);
        Assert.Equal([2L, 3L], rows.Select(row => row.Number));
        Assert.Equal([Side.Sell, Side.Buy], rows.Select(row => row.Aggressor));
        Assert.Equal(1_717_372_803_000_000_001, rows[0].TimeNanos);
        Assert.Equal("2024-06-03T00:00:04.0000000", Reading.Iso(rows[1].TimeNanos));
        Assert.Equal(2, reader.SkippedRows);
        var (_, bad) = Reading.RowsAndErrors(text.Replace(",2024-06-03T00:00:04.000000000Z", ",never", StringComparison.Ordinal));
        Assert.Equal(("ts_event", "never"), (Assert.Single(bad).Field, bad[0].Value));
    }

    [Fact]
    public void Databento_quotes_of_an_interval_are_not_trades()
    {
        var error = Reading.Refusal(
            $"ts_recv,ts_event,rtype,publisher_id,instrument_id,side,price,size,flags\n{Zulu},{Zulu},195,1,2,A,5000.250000000,1,0\n"
        );
        Assert.Equal(("rtype", "195"), (error.Field, error.Value));
        Assert.Contains("trades: 0, 1, 10, 160", error.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20240603,0930,5000.25,5001,4999,5000,17", 2)]
    [InlineData("06/03/2024,09:30,5000.25,5001,4999,5000,17", 2)]
    [InlineData("2024-06-03,09:30:00,5000.25,5001,4999,5000", 2)]
    [InlineData("2024-06-03 09:30:00,5000.25,5001,4999,5000,17", 1)]
    [InlineData("20240603 093000;5000.25;5001;4999;5000;17", 1)]
    [InlineData("1717421400,5000.25,5001,4999,5000,17", 1)]
    [InlineData("1717421400,5000.25,5001,4999,5000", 1)]
    [InlineData("20240603 093000 5000.25 5001 4999 5000 17", 2)]
    public void Rows_without_a_header_are_known_by_their_shape(string line, int firstPrice)
    {
        using var reader = Reading.Open(line + "\n" + line, Reading.NewYork);
        var rows = Reading.Rows(reader);
        Assert.Equal(2, rows.Count);
        Assert.Equal("2024-06-03T13:30:00.0000000", Reading.Iso(rows[1].TimeNanos));
        Assert.Equal((5_000_250_000_000, 5_000_000_000_000), (rows[1].OpenNanos, rows[1].CloseNanos));
        var fields =
            line.Split(' ', ',', ';').Length
            - (line.Contains("03 09:", StringComparison.Ordinal) || line.Contains("3;", StringComparison.Ordinal) ? 1 : 0);
        Assert.Equal(fields - firstPrice >= 5, reader.HasVolume);
    }

    [Theory]
    [InlineData("20240603,5000.25,5001,4999,5000,17")]
    [InlineData("ESM4,20240603,0930,5000.25,5001,4999,5000,17")]
    [InlineData("1717421400,5000.25,5001")]
    [InlineData("5000.25")]
    [InlineData("2024-06-03 09:30:00,5000.25,5001,4999,5000,17,18,19")]
    public void Other_shapes_are_refused_with_what_was_seen_and_what_is_known(string line)
    {
        var error = Reading.Refusal(line + "\n", Reading.NewYork);
        Assert.Equal(line, error.Value);
        Assert.Contains("date,time,o,h,l,c[,v] or datetime,o,h,l,c[,v] or unix,o,h,l,c[,v]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_without_names_that_make_no_sound_bars_are_refused()
    {
        // Open, close, high, low: the third column would be a high below the close.
        const string other = "1717421400,5000,5001,5002,4999\n";
        const string bar = "1717421460,5000,5002,4999,5001\n";
        Assert.Contains("the file needs a header", Reading.Refusal(other).Message, StringComparison.Ordinal);
        Assert.Contains("the file needs a header", Reading.Refusal(other + bar + other).Message, StringComparison.Ordinal);
        Assert.Equal(2, Reading.Rows(other + bar).Count);
    }

    [Fact]
    public void Missing_prices_are_named()
    {
        var error = Reading.Refusal("time,open,high,volume\n1717421400,1,1,1\n");
        Assert.Equal("low, close", error.Field);
        Assert.Equal("time,open,high,volume", error.Value);
        Assert.Equal(0, error.Row);
    }

    [Theory]
    [InlineData("time,price\n", "size")]
    [InlineData("open,high,low,close\n", "timestamp")]
    [InlineData("name,address\n", "timestamp, open, high, low, close")]
    [InlineData("timestamp,bid_open,bid_high,ask_open,ask_high\n", "open, high, low, close")]
    public void A_header_without_what_is_needed_names_what_is_missing(string header, string missing) =>
        Assert.Equal(missing, Reading.Refusal(header).Field);

    [Fact]
    public void A_column_that_is_there_twice_is_named()
    {
        var error = Reading.Refusal("time,open,high,low,close,Close\n");
        Assert.Equal("close", error.Field);
        Assert.Contains("once", error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_alone_is_a_file_without_rows()
    {
        using var reader = Reading.Open(Reading.Header);
        Assert.Empty(Reading.Rows(reader));
        Assert.True(reader.HasVolume);
    }

    [Fact]
    public void More_than_a_thousand_columns_are_refused()
    {
        Assert.Contains(
            "1024",
            Reading.Refusal("time,open,high,low,close" + new string(',', 1100) + "\n").Message,
            StringComparison.Ordinal
        );
        Assert.Contains("65536", Reading.Refusal(new string('a', 70_000)).Message, StringComparison.Ordinal);
    }
}
