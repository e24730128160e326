using Quarterpoint.Core;
using Quarterpoint.Data.Import;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Import.Csv;

/// <summary>Files of four vendors. The expected figures are in the notes beside the files.</summary>
[Trait("Spec", "D1")]
public sealed class RealCsvTests
{
    private static IRowReader Open(string folder, string name, TimeZoneInfo? zone = null)
    {
        var path = SharedFolder.Find("real", folder, name);
        Assert.SkipWhen(path is null, $"needs ../shared/real/{folder}/{name}");
        return RowReaders.Open(path, new RowReaderOptions { TimeZone = zone });
    }

    private static (long Rows, SourceRow First, SourceRow Last) Run(IRowReader reader, Action<SourceRow>? each = null)
    {
        SourceRow row = default,
            first = default;
        var rows = 0L;
        while (reader.TryRead(ref row))
        {
            if (rows++ == 0)
                first = row;
            each?.Invoke(row);
        }

        Assert.Equal((rows, 0, 1.0), (row.Number, reader.SkippedRows, reader.Progress));
        return (rows, first, row);
    }

    private static decimal[] Prices(SourceRow row) =>
        [row.OpenNanos / 1_000_000_000m, row.HighNanos / 1_000_000_000m, row.LowNanos / 1_000_000_000m, row.CloseNanos / 1_000_000_000m];

    [Fact]
    public void A_year_of_NQ_has_its_rows_its_contracts_and_its_spreads()
    {
        using var reader = Open("nq_databento_1m", "NQ.FUT_ohlcv-1m_2010.csv.zst");
        Assert.Equal((SourceKind.Bars, 60, true, false), (reader.Kind, reader.BarSeconds, reader.HasVolume, reader.HasBidAskVolume));
        var names = new HashSet<string>();
        var (negative, volume, offGrid) = (0, 0L, 0);
        var (rows, first, last) = Run(reader, row =>
        {
            names.Add(row.Symbol!);
            volume += row.Volume;
            if (row.CloseNanos < 0)
                negative++;
            if (row.Symbol!.Contains('-', StringComparison.Ordinal))
                return;
            if (row.CloseNanos % 250_000_000 != 0)
                offGrid++;
            Assert.True(
                row.LowNanos <= Math.Min(row.OpenNanos, row.CloseNanos)
                    && row.HighNanos >= Math.Max(row.OpenNanos, row.CloseNanos)
                    && row.Volume > 0
            );
        });
        Assert.Equal(208_969, rows);
        Assert.Equal(("2010-06-06T22:00:00.0000000", "NQU0", 3), (Reading.Iso(first.TimeNanos), first.Symbol, first.Volume));
        Assert.Equal([1833.5m, 1833.5m, 1827.75m, 1827.75m], Prices(first));
        Assert.Equal(("2010-12-31T21:14:00.0000000", "NQH1", 1104), (Reading.Iso(last.TimeNanos), last.Symbol, last.Volume));
        Assert.Equal([2221.75m, 2224.25m, 2221.75m, 2224.25m], Prices(last));

        // Summed and counted with awk from the same file.
        Assert.Equal((42_678_796, 7861, 15, 0), (volume, negative, names.Count, offGrid));
    }

    [Fact]
    public void A_year_of_ES_without_volume_is_read_from_unix_seconds()
    {
        using var reader = Open("es_tradingview_1m", "ES1_1m.csv.zst");
        Assert.False(reader.HasVolume);
        var (rows, first, last) = Run(reader);
        Assert.Equal(352_976, rows);

        // 1,733,184,000 s: 2024-12-03T00:00:00Z.
        Assert.Equal(1_733_184_000_000_000_000, first.TimeNanos);
        Assert.Equal([6297.5m, 6298.5m, 6297.5m, 6298.5m], Prices(first));
        Assert.Equal((SourceRow.Absent, null), (first.Volume, first.Symbol));
        Assert.StartsWith("2025-12-15T", Reading.Iso(last.TimeNanos), StringComparison.Ordinal);
    }

    [Fact]
    public void Bid_and_ask_volume_of_ES_add_up_and_local_time_needs_its_zone()
    {
        using var reader = Open("es_volumetric_1m", "ES_Volumetric_1.csv.zst", Reading.NewYork);
        Assert.True(reader.HasBidAskVolume);
        var whole = 0;
        var (rows, first, last) = Run(reader, row =>
        {
            if (row.BidVolume + row.AskVolume == row.Volume)
                whole++;
        });
        Assert.Equal(9419, rows);
        Assert.True(whole > 9000);

        // 18:01 in New York in winter is 23:01 UTC.
        Assert.Equal("2026-02-05T23:01:00.0000000", Reading.Iso(first.TimeNanos));
        Assert.Equal([6785.5m, 6792.25m, 6785.25m, 6790.5m], Prices(first));
        Assert.Equal((1117, 449, 668, "ES"), (first.Volume, first.BidVolume, first.AskVolume, first.Symbol));
        Assert.StartsWith("2026-02-16T", Reading.Iso(last.TimeNanos), StringComparison.Ordinal);
        var error = Assert.Throws<BadInputException>(() => Open("es_volumetric_1m", "ES_Volumetric_1.csv.zst"));
        Assert.Contains("--time-zone America/New_York", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20131007", 16_675)]
    [InlineData("20131008", 22_383)]
    [InlineData("20131009", 20_846)]
    public void Days_of_SPY_have_their_seconds(string day, int expected)
    {
        using var reader = Open("spy_1s", $"SPY_1s_trade_{day}.csv.zst");
        var (rows, first, last) = Run(reader, row => Assert.Equal(0, row.CloseNanos % 10_000_000));
        Assert.Equal(expected, rows);

        // 04:00 to 20:00 in New York in October is 08:00 to 24:00 UTC.
        Assert.InRange(Reading.Iso(first.TimeNanos)[11..], "08:00:00", "08:01:00");
        Assert.InRange(Reading.Iso(last.TimeNanos)[11..], "23:59:00", "23:59:59.9999999");
    }

    [Fact]
    public void Every_trade_of_a_day_of_SPY_is_there()
    {
        using var reader = Open("spy_1s", "SPY_trades_20131007.csv.zst");
        Assert.Equal((SourceKind.Trades, true, false), (reader.Kind, reader.HasVolume, reader.HasBidAskVolume));
        var (rows, first, _) = Run(reader);
        Assert.Equal(250_601, rows);
        Assert.Equal("2013-10-07T08:00:00.4640000", Reading.Iso(first.TimeNanos));
        Assert.Equal((167.41m, 100), (Prices(first)[3], first.Volume));
    }

    [Theory]
    [InlineData("20131007")]
    [InlineData("20131008")]
    [InlineData("20131009")]
    public void Bars_of_quotes_are_no_bars_of_trades(string day)
    {
        var error = Assert.Throws<BadInputException>(() => Open("spy_1s", $"SPY_1s_quote_{day}.csv.zst"));
        Assert.Equal("open, high, low, close", error.Field);
    }
}
