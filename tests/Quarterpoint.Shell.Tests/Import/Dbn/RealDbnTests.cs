using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Import.Dbn;
using Quarterpoint.Shell.Tests.Import.Csv;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Import.Dbn;

/// <summary>Files that Databento's own tools wrote. The expected figures are in the notes beside the files.</summary>
[Trait("Spec", "D1")]
public sealed class RealDbnTests
{
    private static string Require(string folder, string name)
    {
        var path = SharedFolder.Find("real", folder, name);
        Assert.SkipWhen(path is null, $"needs ../shared/real/{folder}/{name}");
        return path;
    }

    private static IRowReader Open(string folder, string name) => RowReaders.Open(Require(folder, name), new RowReaderOptions());

    private static decimal[] Prices(SourceRow row) =>
        [row.OpenNanos / 1_000_000_000m, row.HighNanos / 1_000_000_000m, row.LowNanos / 1_000_000_000m, row.CloseNanos / 1_000_000_000m];

    [Fact]
    public void The_four_golden_seconds_are_right()
    {
        using var reader = Open("dbn_official", "test_data.ohlcv-1s.dbn.zst");
        Assert.Equal((SourceKind.Bars, 1), (reader.Kind, reader.BarSeconds));
        var rows = Reading.Rows(reader);
        Assert.Equal(["00:00:00", "00:00:01", "00:00:02", "00:00:07"], rows.Select(row => Reading.Iso(row.TimeNanos)[11..19]));
        Assert.StartsWith("2020-12-28T", Reading.Iso(rows[0].TimeNanos), StringComparison.Ordinal);
        Assert.Equal([3702.75m, 3702.75m, 3702.5m, 3702.5m], Prices(rows[0]));
        Assert.Equal([13L, 1L, 14L, 3L], rows.Select(row => row.Volume));
        Assert.All(rows, row => Assert.Equal("ESH1", row.Symbol));
    }

    [Theory]
    [InlineData("test_data.ohlcv-1s.dbn")]
    [InlineData("test_data.ohlcv-1s.v1.dbn.zst")]
    [InlineData("test_data.ohlcv-1s.v2.dbn.zst")]
    [InlineData("test_data.ohlcv-1s.v3.dbn.zst")]
    public void The_golden_bars_agree_in_every_version(string name)
    {
        using var reader = Open("dbn_official", name);
        var rows = Reading.Rows(reader);
        Assert.Equal(2, rows.Count);

        // These files carry prices a hundred times too high by construction.
        Assert.Equal(372_025.0m, Prices(rows[0])[0]);
        Assert.Equal("ESH1", rows[1].Symbol);
    }

    /// <summary>Databento's tests hold two records of each schema; the day bars hold none.</summary>
    [Theory]
    [InlineData("mbo", 2, SourceKind.Trades)]
    [InlineData("mbp-1", 2, SourceKind.Trades)]
    [InlineData("mbp-10", 2, SourceKind.Trades)]
    [InlineData("tbbo", 2, SourceKind.Trades)]
    [InlineData("trades", 2, SourceKind.Trades)]
    [InlineData("ohlcv-1s", 2, SourceKind.Bars)]
    [InlineData("ohlcv-1m", 2, SourceKind.Bars)]
    [InlineData("ohlcv-1h", 2, SourceKind.Bars)]
    [InlineData("ohlcv-1d", 0, SourceKind.Bars)]
    public void Every_version_of_a_readable_schema_gives_the_same_records(string schema, int records, SourceKind kind)
    {
        string? rows = null;
        foreach (var version in new[] { "", ".v1", ".v2", ".v3" })
        {
            using var reader = Open("dbn_official", $"test_data.{schema}{version}.dbn{(version.Length == 0 ? "" : ".zst")}");
            var read = Reading.Rows(reader);
            Assert.Equal((kind, records), (reader.Kind, read.Count + (int)reader.SkippedRows));
            var words = string.Join(
                '\n',
                read.Select(row => $"{row.TimeNanos} {string.Join(' ', Prices(row))} {row.Volume} {row.Aggressor} {row.Symbol}")
            );
            Assert.Equal(rows ??= words, words);
        }
    }

    [Theory]
    [InlineData("bbo-1m", "")]
    [InlineData("bbo-1s", ".v2")]
    [InlineData("cbbo-1s", ".v3")]
    [InlineData("cmbp-1", ".v2")]
    [InlineData("definition", ".v1")]
    [InlineData("definition", ".v2")]
    [InlineData("definition", ".v3")]
    [InlineData("imbalance", "")]
    [InlineData("imbalance", ".v1")]
    [InlineData("statistics", ".v1")]
    [InlineData("statistics", ".v3")]
    [InlineData("status", ".v2")]
    public void Other_schemas_are_refused_by_name(string schema, string version)
    {
        var path = Require("dbn_official", $"test_data.{schema}{version}.dbn{(version.Length == 0 ? "" : ".zst")}");
        var error = Assert.Throws<BadInputException>(() => RowReaders.Open(path, new RowReaderOptions()));
        Assert.Equal("schema " + schema, error.Value);
    }

    [Fact]
    public void Every_official_file_is_read_or_refused_with_a_reason()
    {
        var folder = SharedFolder.Find("real", "dbn_official");
        Assert.SkipWhen(folder is null, "needs ../shared/real/dbn_official");
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var isFragment = path.Contains(".frag", StringComparison.Ordinal);
            if (!isFragment)
                Assert.Equal(SourceFormat.Dbn, SourceFormats.Detect(path));
            try
            {
                using var reader = RowReaders.Open(path, new RowReaderOptions { Format = isFragment ? SourceFormat.Dbn : null });
                Assert.InRange(Reading.Rows(reader).Count + reader.SkippedRows, 0, 4);
            }
            catch (BadInputException e)
            {
                Assert.Contains("schema", e.Value, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Frames_back_to_back_hold_eight_records()
    {
        var path = Require("dbn_official", "multi-frame.definition.v1.dbn.frag.zst");
        using var records = new DbnRecords(SourceFile.OnDisk(path));
        Assert.Null(records.Metadata);
        var count = 0;
        while (records.TryRead(out var record))
        {
            Assert.Equal(360, record.Length);
            count++;
        }

        Assert.Equal(8, count);
    }

    [Fact]
    public void Sixty_minutes_of_two_contracts_are_named_by_their_mappings()
    {
        using var reader = Open("es_databento_dbn", "futures_ohlcv-1m_2024-07-01T23-40_2024-07-02T00-10.dbn.zst");
        var rows = Reading.Rows(reader);
        Assert.Equal((60, 60), (rows.Count, reader.BarSeconds));
        Assert.Equal([5527.25m, 5527.5m, 5527.0m, 5527.5m], Prices(rows[0]));
        Assert.Equal((180, "ESU4"), (rows[0].Volume, rows[0].Symbol));
        Assert.Equal(["ESU4", "NQU4"], rows.Select(row => row.Symbol!).Distinct().Order());
        Assert.Equal(
            (long)(new DateTime(2024, 7, 1, 23, 40, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).TotalSeconds * 1_000_000_000,
            rows[0].TimeNanos
        );
    }

    [Fact]
    public void The_trades_of_four_minutes_are_the_same_in_trades_and_in_the_book()
    {
        using var trades = Open("es_databento_dbn", "futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst");
        using var book = Open("es_databento_dbn", "futures_mbp-1_2024-07-01T23-58_2024-07-02T00-02.dbn.zst");
        var (fromTrades, fromBook) = (Reading.Rows(trades), Reading.Rows(book));
        Assert.Equal((120, 0), (fromTrades.Count, trades.SkippedRows));
        Assert.Equal(2288, fromBook.Count + book.SkippedRows);
        Assert.Equal(
            fromTrades.Select(row => (row.TimeNanos, row.CloseNanos, row.Volume, row.Aggressor, row.Symbol)),
            fromBook.Select(row => (row.TimeNanos, row.CloseNanos, row.Volume, row.Aggressor, row.Symbol))
        );
    }

    [Fact]
    public void The_trades_of_a_minute_add_up_to_its_bar()
    {
        using var trades = Open("es_databento_dbn", "futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst");
        using var bars = Open("es_databento_dbn", "futures_ohlcv-1m_2024-07-01T23-40_2024-07-02T00-10.dbn.zst");
        var midnight = (long)(new DateTime(2024, 7, 2, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).TotalSeconds * 1_000_000_000;
        var minute = Reading.Rows(trades).Where(row => row.TimeNanos >= midnight && row.TimeNanos < midnight + 60_000_000_000).ToList();
        var bar = Assert.Single(Reading.Rows(bars), row => row.TimeNanos == midnight && row.Symbol == "ESU4");
        Assert.Equal(bar.Volume, minute.Sum(row => row.Volume));
        Assert.Equal((bar.OpenNanos, bar.CloseNanos), (minute[0].CloseNanos, minute[^1].CloseNanos));
        Assert.Equal((bar.HighNanos, bar.LowNanos), (minute.Max(row => row.CloseNanos), minute.Min(row => row.CloseNanos)));
    }

    [Fact]
    public void An_hour_of_orders_holds_2973_trades_in_986_seconds()
    {
        using var reader = Open("es_databento_dbn", "esh4-glbx-mdp3-20231225.mbo.dbn.zst");
        var rows = Reading.Rows(reader);
        Assert.Equal((2973, 68_792), (rows.Count, rows.Count + reader.SkippedRows));
        Assert.Equal(986, rows.Select(row => row.TimeNanos / 1_000_000_000).Distinct().Count());
        Assert.All(rows, row => Assert.Equal("ESH4", row.Symbol));
        Assert.All(rows, row => Assert.Equal("2023-12-25T23", Reading.Iso(row.TimeNanos)[..13]));
        Assert.Contains(rows, row => row.Aggressor == Side.Buy);
        Assert.Contains(rows, row => row.Aggressor == Side.Sell);
    }
}
