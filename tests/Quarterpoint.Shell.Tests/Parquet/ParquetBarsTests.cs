using CsCheck;
using ParquetSharp;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Import.Parquet;
using Quarterpoint.Data.Parquet;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Parquet;

public sealed class ParquetBarsTests : IDisposable
{
    private const long Second = 1_000_000_000;

    // 2024-03-05 14:30:00 UTC.
    private const long Open = 1_709_649_000;
    internal static readonly string Foreign = Path.Combine(Repository.Root, "tests", "Quarterpoint.Shell.Tests", "Parquet", "Foreign");
    private static readonly Instrument Penny = new()
    {
        Symbol = "SPY",
        Name = "SPY",
        TickSizeNanos = 10_000_000,
        TickValue = Money.FromDollars(0.01m),
        HasContracts = false,
    };

    private static readonly double[] Strange =
    [
        double.NaN,
        double.PositiveInfinity,
        double.NegativeInfinity,
        -0.0,
        4_000_000.0,
        4_000_000.25,
        1e9,
        double.Epsilon,
    ];

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    /// <summary>Five bars that DuckDB wrote in six ways; the numbers are those of the statement that made them.</summary>
    [Theory]
    [InlineData("duckdb_timestamptz_double.parquet", null, true)]
    [InlineData("duckdb_local_decimal18.parquet", "America/New_York", true)]
    [InlineData("duckdb_nanos_decimal9.parquet", "UTC", true)]
    [InlineData("duckdb_millis_decimal38.parquet", "UTC", true)]
    [InlineData("duckdb_epoch_nanos.parquet", null, true)]
    [InlineData("duckdb_float_sides.parquet", null, true)]
    [Trait("Spec", "D1")]
    public void Reads_what_another_program_wrote(string file, string? zone, bool hasVolume)
    {
        var columns = Load(Path.Combine(Foreign, file), Micro.Mes, zone);

        Assert.Equal([Open, Open + 1, Open + 2, Open + 4, Open + 5], columns.Time.Select(t => (long)t));
        Assert.Equal([20400, 20401, 20400, 20404, 20403], columns.Open);
        Assert.Equal([20402, 20401, 20404, 20404, 20405], columns.High);
        Assert.Equal([20399, 20400, 20400, 20404, 20402], columns.Low);
        Assert.Equal([20401, 20400, 20404, 20404, 20402], columns.Close);
        Assert.Equal([17u, 3, 250, 0, 42], hasVolume ? columns.Volume! : []);
        if (file.Contains("sides", StringComparison.Ordinal))
        {
            Assert.Equal([8u, 1, 125, 0, 21], columns.BidVolume!);
            Assert.Equal([9u, 2, 125, 0, 21], columns.AskVolume!);
        }
        else
        {
            Assert.Null(columns.BidVolume);
        }
    }

    [Theory]
    [InlineData("duckdb_timestamptz_double.parquet", null, "MESH4")]
    [InlineData("duckdb_local_decimal18.parquet", "America/New_York", null)]
    public void Reads_the_same_rows_one_by_one(string file, string? zone, string? symbol)
    {
        using var reader = ParquetRowReader.Open(Path.Combine(Foreign, file), Micro.Mes, Zone(zone));
        var rows = ReadAll(reader);

        Assert.Equal(
            (SourceKind.Bars, true, false, 0L, 1.0),
            (reader.Kind, reader.HasVolume, reader.HasBidAskVolume, reader.SkippedRows, reader.Progress)
        );
        Assert.Null(reader.BarSeconds);
        Assert.Equal([1L, 2, 3, 4, 5], rows.Select(r => r.Number));
        Assert.Equal(
            [Open * Second, (Open + 1) * Second, (Open + 2) * Second, (Open + 4) * Second, (Open + 5) * Second],
            rows.Select(r => r.TimeNanos)
        );
        Assert.Equal(
            [5099_750_000_000, 5100_000_000_000, 5100_000_000_000, 5101_000_000_000, 5100_500_000_000],
            rows.Select(r => r.LowNanos)
        );
        Assert.Equal([17L, 3, 250, 0, 42], rows.Select(r => r.Volume));
        Assert.All(rows, r => Assert.Equal((symbol, SourceRow.Absent), (r.Symbol, r.BidVolume)));
        if (symbol is not null)
            Assert.Same(rows[0].Symbol, rows[4].Symbol);
    }

    [Fact]
    [Trait("Spec", "D1")]
    public void Reads_every_width_of_decimal()
    {
        foreach (var bytes in new[] { 4, 5, 8, 12, 16, 24 })
        {
            var path = Bars(2)
                .Without("open")
                .FixedBytes(
                    "open",
                    LogicalType.Decimal(Math.Min(38, (bytes * 8 * 3 / 10) - 1), 2),
                    BigEndian(510025, bytes),
                    BigEndian(-25, bytes)
                )
                .Without("low")
                .Bytes("low", LogicalType.Decimal(38, 10), BigEndian(-50_000_000_000_000, 9), BigEndian(-2_500_000_000, 9))
                .WriteTo(_work.At($"{bytes}.parquet"));
            var rows = ReadAll(ParquetRowReader.Open(path, Micro.Mes, null));
            Assert.Equal([5100_250_000_000, -250_000_000], rows.Select(r => r.OpenNanos));
            Assert.Equal([-5000_000_000_000, -250_000_000], rows.Select(r => r.LowNanos));
        }
    }

    [Fact]
    [Trait("Spec", "D1")]
    public void Reads_the_day_and_nanosecond_stamps_of_older_writers_as_UTC()
    {
        // Julian day 2460375 is 2024-03-05; 14:30 is 52,200 seconds into it.
        var nanos = 52_200 * Second;
        var path = Bars(2)
            .Without("ts_event")
            .Column(
                "time",
                PhysicalType.Int96,
                LogicalType.None(),
                new Int96(unchecked((int)nanos), (int)(nanos >> 32), 2_460_375),
                new Int96(unchecked((int)(nanos + Second)), (int)((nanos + Second) >> 32), 2_460_375)
            )
            .WriteTo(_work.At("a.parquet"));

        Assert.Equal([Open, Open + 1], Load(path).Time.Select(t => (long)t));
    }

    [Fact]
    [Trait("Spec", "D1")]
    public void Ticks_as_integers_are_taken_only_from_files_that_say_so()
    {
        ForeignParquet File() => Bars(2).Without("open").Ints("open", 20_000, 20_001);
        var own = File()
            .Metadata("quarterpoint.instrument", "MES")
            .Metadata("quarterpoint.tick_size_nanos", "250000000")
            .Metadata("quarterpoint.bar_seconds", "1")
            .Metadata("quarterpoint.price_unit", "ticks");
        Assert.Equal([20_000, 20_001], Load(Prices(own, 20_000, 20_001).WriteTo(_work.At("own.parquet"))).Open);
        AssertBad(File().WriteTo(_work.At("other.parquet")), 0, "open", "Int32", "double, a float, a decimal, or billionths");

        // Long ones may be out of range.
        var longs = Prices(own, 20_000, 20_001).Without("high").Longs("high", 20_000, 1L << 40);
        AssertBad(longs.WriteTo(_work.At("longs.parquet")), 2, "high", "1099511627776 ticks", "grid of 0.25");
    }

    [Fact]
    public void A_float_is_on_the_grid_where_it_is_the_one_nearest_to_a_tick()
    {
        ForeignParquet With(params float[] prices) =>
            Bars(prices.Length)
                .Without("open")
                .Column("open", PhysicalType.Float, LogicalType.None(), prices)
                .Without("high")
                .Doubles("high", Enumerable.Repeat(300000.0, prices.Length).ToArray())
                .Without("low")
                .Doubles("low", Enumerable.Repeat(1.0, prices.Length).ToArray());

        Assert.Equal([16741, 16740, 9999], Load(With(167.41f, 167.40f, 99.99f).WriteTo(_work.At("a.parquet")), Penny).Open);
        AssertBad(With(167.41f, 167.415f).WriteTo(_work.At("b.parquet")), 2, "open", "167.415", "grid of 0.01", Penny);
        AssertBad(With(167.41f, float.NaN).WriteTo(_work.At("c.parquet")), 2, "open", "NaN", "finite", Penny);

        // Floats near 200,000 are 0.016 apart: which hundredth was meant cannot be told.
        AssertBad(With(200000.01f).WriteTo(_work.At("d.parquet")), 1, "open", "200000.02", "grid of 0.01", Penny);
    }

    [Fact]
    [Trait("Spec", "K2")]
    public void Prices_become_ticks_as_the_instrument_says_for_every_double() =>
        Gen.OneOf(
                Gen.Int[-100_000, 100_000].Select(ticks => ticks * 0.25),
                Gen.Int[-100_000, 100_000].Select(ticks => (ticks * 0.25) + 1e-9),
                Gen.Int[-100_000, 100_000].Select(ticks => (ticks * 0.25) + 1.1e-9),
                Gen.Int[-100_000, 100_000].Select(ticks => ticks * 0.01),
                Gen.Int.Select(ticks => ticks * 0.25),
                Gen.Double,
                Gen.Int[0, Strange.Length - 1].Select(i => Strange[i])
            )
            .Array[0, 40]
            .Sample(prices =>
            {
                foreach (var instrument in new[] { Micro.Mes, Penny })
                {
                    var ticks = new int[prices.Length];
                    var good = new PriceGrid(instrument).ToTicks(prices, ticks);
                    for (var i = 0; i < Math.Min(prices.Length, good + 1); i++)
                    {
                        Assert.Equal(i < good, instrument.TryFromDouble(prices[i], out var price));
                        if (i < good)
                            Assert.Equal(price.InTicks, ticks[i]);
                    }
                }
            });

    [Fact]
    [Trait("Spec", "K2")]
    public void A_tick_is_written_as_the_double_nearest_to_it_and_read_back_the_same() =>
        Gen.Int[-2_000_000, 2_000_000]
            .Array[1, 50]
            .Sample(ticks =>
            {
                foreach (var instrument in new[] { Micro.Mes, Penny })
                {
                    var (prices, back) = (new double[ticks.Length], new int[ticks.Length]);
                    var grid = new PriceGrid(instrument);
                    grid.ToDoubles(ticks, prices);
                    Assert.Equal(ticks.Select(t => (double)(t * instrument.TickSize)), prices);
                    Assert.Equal(ticks.Length, grid.ToTicks(prices, back));
                    Assert.Equal(ticks, back);
                }
            });

    [Fact]
    [Trait("Spec", "D1")]
    public void A_tree_of_files_is_read_in_order_of_its_paths_with_numbers_by_value()
    {
        for (var month = 1; month <= 12; month++)
            Bars(2, at: Open + (month * 100)).WriteTo(_work.At("bars", "year=2024", $"month={month}", "part.parquet"));
        Bars(2, at: Open).WriteTo(_work.At("bars", "year=2023", "month=12", "part.parquet"));
        _work.Write("bars/_SUCCESS", "");
        Bars(2, at: Open).WriteTo(_work.At("bars", ".trash", "part.parquet"));

        var columns = Load(_work.At("bars"));
        Assert.Equal(
            Enumerable.Range(0, 13).SelectMany(m => new[] { Open + (m * 100), Open + (m * 100) + 1 }),
            columns.Time.Select(t => (long)t)
        );
    }

    [Fact]
    public void Files_that_are_not_in_order_of_time_are_refused()
    {
        Bars(2, at: Open + 1).WriteTo(_work.At("bars", "a.parquet"));
        Bars(2, at: Open).WriteTo(_work.At("bars", "b.parquet"));
        var e = AssertBad(_work.At("bars"), 1, "ts_event", "2024-03-05T14:30:00Z", "after 2024-03-05T14:30:02Z");
        Assert.EndsWith("b.parquet", e.File, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "D1")]
    public void Many_row_groups_and_threads_give_the_rows_of_one()
    {
        const int rows = 50_000;
        var path = Bars(rows).WriteTo(_work.At("a.parquet"), groupRows: 777, how: b => b.DataPagesize(500));
        var one = ParquetBars.Load(path, Micro.Mes, 1, new ParquetReadOptions { Threads = 1 }, TestContext.Current.CancellationToken);
        var many = ParquetBars.Load(path, Micro.Mes, 1, new ParquetReadOptions { Threads = 7 }, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, rows).Select(i => (uint)(Open + i)), one.Time);
        Assert.Equal(one.Time, many.Time);
        Assert.Equal(Enumerable.Range(0, rows).Select(i => 20_000 + (i % 7)), one.Close);
        Assert.Equal(one.Close, many.Close);
        Assert.Equal(one.Volume, many.Volume);
    }

    [Fact]
    [Trait("Spec", "D7")]
    public void Nulls_between_values_are_found_in_their_rows()
    {
        var prices = Enumerable.Range(0, 20_000).Select(i => i == 12_345 ? (double?)null : 5000.0).ToArray();
        var path = Bars(20_000)
            .Without("close")
            .Nullable("close", PhysicalType.Double, LogicalType.None(), prices)
            .WriteTo(_work.At("a.parquet"), groupRows: 9_000, how: b => b.DataPagesize(800));
        AssertBad(path, 12_346, "close", "null", "a value in every row");
    }

    [Theory]
    [InlineData(double.NaN, "NaN", "a finite price")]
    [InlineData(double.PositiveInfinity, "Infinity", "a finite price")]
    [InlineData(5000.1, "5000.1", "a price on MES's grid of 0.25")]
    [InlineData(1e300, "1E+300", "a finite price")]
    [Trait("Spec", "D7")]
    public void A_price_that_is_none_is_named_with_its_row_and_column(double price, string found, string expected)
    {
        foreach (var row in new[] { 1, 4_000, 20_000 })
        {
            var prices = Enumerable.Repeat(5001.5, 20_000).ToArray();
            prices[row - 1] = price;
            AssertBad(Bars(20_000).Without("high").Doubles("high", prices).WriteTo(_work.At("a.parquet")), row, "high", found, expected);
        }
    }

    [Fact]
    [Trait("Spec", "D7")]
    public void A_volume_that_is_none_is_named_with_its_row()
    {
        AssertBad(
            Bars(3).Without("volume").Longs("volume", 1, -2, 3).WriteTo(_work.At("a.parquet")),
            2,
            "volume",
            "-2",
            "whole number of contracts"
        );
        AssertBad(
            Bars(20).Without("volume").Ints("volume", [.. Enumerable.Repeat(1, 19), -7]).WriteTo(_work.At("b.parquet")),
            20,
            "volume",
            "-7",
            "whole number of contracts"
        );
        AssertBad(
            Bars(3).Without("volume").Doubles("volume", 1, 2.5, 3).WriteTo(_work.At("c.parquet")),
            2,
            "volume",
            "2.5",
            "whole number of contracts"
        );
        AssertBad(
            Bars(2).Without("volume").Longs("volume", 1, 1L << 32).WriteTo(_work.At("d.parquet")),
            2,
            "volume",
            "4294967296",
            "whole number of contracts"
        );
        AssertBad(
            Bars(2)
                .Without("volume")
                .Column("volume", PhysicalType.Float, LogicalType.None(), 1f, float.NaN)
                .WriteTo(_work.At("e.parquet")),
            2,
            "volume",
            "NaN",
            "whole number of contracts"
        );
        AssertBad(Bars(2).Without("volume").Text("volume", "1", "2").WriteTo(_work.At("f.parquet")), 0, "volume", "ByteArray", "integers");
        Assert.Equal(
            [1u, uint.MaxValue],
            Load(
                Bars(2)
                    .Without("volume")
                    .Column("volume", PhysicalType.Int32, LogicalType.Int(32, false), 1, -1)
                    .WriteTo(_work.At("g.parquet"))
            ).Volume!
        );
    }

    [Fact]
    [Trait("Spec", "D7")]
    public void Times_that_stand_still_or_run_back_are_named_with_both()
    {
        foreach (var row in new[] { 2, 8_193, 9_001 })
        {
            var times = Enumerable.Range(0, 10_000).Select(i => (Open + i) * Second).ToArray();
            times[row - 1] = times[row - 2];
            AssertBad(
                Bars(10_000).Without("ts_event").Longs("ts_event", times).WriteTo(_work.At("a.parquet"), groupRows: 9_000),
                row,
                "ts_event",
                new Core.Time.Timestamp(times[row - 1]).ToString(),
                $"after {new Core.Time.Timestamp(times[row - 2])}"
            );
        }

        AssertBad(
            Bars(2).Without("ts_event").Longs("ts_event", Open * Second, (Open - 60) * Second).WriteTo(_work.At("b.parquet")),
            2,
            "ts_event",
            "2024-03-05T14:29:00Z",
            "after 2024-03-05T14:30:00Z"
        );
    }

    [Theory]
    [InlineData(1_709_649_000_500_000_000, "2024-03-05T14:30:00.5Z")]
    [InlineData(-1_000_000_000, "-1000000000")]
    [InlineData(5_000_000_000_000_000_000, "5000000000000000000")]
    [InlineData(1_709_649_000, "1709649000")]
    [Trait("Spec", "D7")]
    public void A_time_that_is_no_second_of_a_market_is_refused(long nanos, string found) =>
        AssertBad(
            Bars(1).Without("ts_event").Longs("ts_event", nanos).WriteTo(_work.At("a.parquet")),
            1,
            "ts_event",
            found,
            "a whole second from 1970 to 2106"
        );

    [Fact]
    public void Stamps_by_an_unnamed_clock_are_refused_until_the_clock_is_named()
    {
        var path = Path.Combine(Foreign, "duckdb_local_decimal18.parquet");
        AssertBad(path, 0, "datetime", "not marked as UTC", "time zone");

        // Clocks in New York skip the hour after 02:00 on 2024-03-10, and show the one after 01:00 on 2024-11-03 twice.
        ForeignParquet At(string local) =>
            Bars(1)
                .Without("ts_event")
                .Column("ts_event", PhysicalType.Int64, LogicalType.Timestamp(false, TimeUnit.Millis), StoreOf.Second(local) * 1000L);
        AssertBad(
            At("2024-03-10 02:30:00").WriteTo(_work.At("a.parquet")),
            1,
            "ts_event",
            "2024-03-10T02:30:00Z",
            "clocks in America/New_York show",
            zone: "America/New_York"
        );
        Assert.Equal(
            StoreOf.Second("2024-11-03 05:30:00"),
            Load(At("2024-11-03 01:30:00").WriteTo(_work.At("b.parquet")), Micro.Mes, "America/New_York").Time[0]
        );
        Assert.Equal(
            StoreOf.Second("2024-03-10 07:00:00"),
            Load(At("2024-03-10 03:00:00").WriteTo(_work.At("c.parquet")), Micro.Mes, "America/New_York").Time[0]
        );
    }

    [Fact]
    public void A_range_that_does_not_hold_the_open_or_the_close_is_shown_whole()
    {
        var path = Bars(3).Without("high").Doubles("high", 5002, 4999.75, 5002).WriteTo(_work.At("a.parquet"));
        AssertBad(path, 2, "low and high", "open 5000.25, high 4999.75, low 5000.0, close 5000.25", "low <= open, close <= high");
    }

    [Fact]
    public void Columns_that_are_missing_nested_or_of_another_type_are_named()
    {
        AssertBad(
            Bars(1).Without("low").WriteTo(_work.At("a.parquet")),
            0,
            "low",
            "columns ts_event, open, high, close, volume",
            "a column called low or l"
        );
        AssertBad(
            Bars(1).Without("ts_event").Text("ts_event", "2024").WriteTo(_work.At("b.parquet")),
            0,
            "ts_event",
            "ByteArray (String)",
            "a timestamp, or nanoseconds"
        );
        AssertBad(
            Bars(1).Without("ts_event").Column("ts_event", PhysicalType.Int32, LogicalType.Date(), 19787).WriteTo(_work.At("c.parquet")),
            0,
            "ts_event",
            "Int32 (Date)",
            "a timestamp"
        );
        AssertBad(Bars(1).Without("open").Ints("open", 5000).WriteTo(_work.At("d.parquet")), 0, "open", "Int32", "a double");
        AssertBad(Bars(1).Doubles("symbol", 1).WriteTo(_work.At("e.parquet")), 0, "symbol", "Double", "text");
        AssertBad(
            Bars(1)
                .Without("ts_event")
                .Column("ts_event", PhysicalType.Int64, LogicalType.Time(true, TimeUnit.Micros), 1L)
                .WriteTo(_work.At("f.parquet")),
            0,
            "ts_event",
            "Int64 (Time)",
            "a timestamp"
        );

        using var nested = new ParquetFileWriter(
            _work.At("g.parquet"),
            [
                new Column<long>("ts_event"),
                new Column<double[]>("open"),
                new Column<double>("high"),
                new Column<double>("low"),
                new Column<double>("close"),
            ]
        );
        nested.Close();
        AssertBad(_work.At("g.parquet"), 0, "open", "columns ts_event, open.list.item", "a column called open");
    }

    [Fact]
    public void A_symbol_is_a_name_of_1_to_64_bytes_in_every_row()
    {
        AssertBad(Bars(2).Text("symbol", "MESH4", null).WriteTo(_work.At("b.parquet")), 2, "symbol", "null", "a value in every row");
        AssertBad(Bars(2).Text("symbol", "MESH4", "").WriteTo(_work.At("c.parquet")), 2, "symbol", "0 bytes", "a symbol of 1 to 64 bytes");
        Assert.Equal(
            "MESH4",
            Load(
                Bars(2)
                    .FixedBytes("symbol", LogicalType.None(), "MESH4\0"u8.ToArray(), "MESH4\0"u8.ToArray())
                    .WriteTo(_work.At("d.parquet"))
            )
                .Segments[0]
                .Contract
        );
    }

    [Fact]
    [Trait("Spec", "D1")]
    public void What_is_no_whole_Parquet_file_is_called_so()
    {
        var whole = Bars(500).ToBytes();
        var footer = whole.Length - 8 - BitConverter.ToInt32(whole, whole.Length - 8);
        string File(string name, byte[] bytes)
        {
            System.IO.File.WriteAllBytes(_work.At(name), bytes);
            return _work.At(name);
        }

        AssertBad(File("empty.parquet", []), 0, "", "an empty file", "a Parquet file");
        AssertBad(File("short.parquet", whole[..9]), 0, "", "9 bytes", "a Parquet file");
        AssertBad(File("cut.parquet", whole[..^100]), 0, "", "cut off", "a whole file");
        AssertBad(File("text.parquet", "date,open,high,low,close,volume"u8.ToArray()), 0, "", "something else", "a Parquet file");
        AssertBad(File("sealed.parquet", [.. whole[..^4], .. "PARE"u8]), 0, "", "encrypted", "not encrypted");
        AssertBad(
            File("lying.parquet", [.. whole[..^8], 255, 255, 255, 127, .. "PAR1"u8]),
            0,
            "",
            "2147483647 bytes",
            "a whole Parquet file"
        );
        AssertBad(
            File("damaged.parquet", [.. whole[..footer], .. new byte[30], .. whole[(footer + 30)..]]),
            0,
            "",
            "deserialize",
            "can be read"
        );
        AssertBad(_work.At("nowhere.parquet"), 0, "", "nothing", "a Parquet file");
        Directory.CreateDirectory(_work.At("folder"));
        AssertBad(_work.At("folder"), 0, "", "a folder without data files", "files that end in .parquet");
        var e = Assert.Throws<BadInputException>(() => ParquetRowReader.Open(_work.At("folder"), Micro.Mes, null));
        Assert.Contains("a folder", e.Message, StringComparison.Ordinal);
        AssertBad(Bars(0).WriteTo(_work.At("rows.parquet")), 0, "", "no rows", "bars");
    }

    [Fact]
    public void A_flipped_bit_in_a_page_is_found_by_its_checksum()
    {
        var bytes = Bars(5_000)
            .ToBytes(how: b => b.EnablePageChecksum().Compression(ParquetSharp.Compression.Uncompressed).DisableDictionary());
        bytes[20_000] ^= 4;
        File.WriteAllBytes(_work.At("a.parquet"), bytes);
        AssertBad(_work.At("a.parquet"), 0, "", "CRC checksum", "can be read");
    }

    [Fact]
    public void Our_own_files_say_what_they_hold_and_are_not_read_as_something_else()
    {
        var own = Bars(1)
            .Metadata("quarterpoint.instrument", "MES")
            .Metadata("quarterpoint.tick_size_nanos", "250000000")
            .Metadata("quarterpoint.bar_seconds", "60")
            .Metadata("quarterpoint.contract", "MESH4");
        var path = own.WriteTo(_work.At("a.parquet"));
        AssertBad(path, 0, "", "bars of 60 s", "bars of 1 s");
        AssertBad(path, 0, "tick size", "250000000 billionths (MES)", "10000000 billionths, that of SPY", Penny);
        Assert.Equal(
            "MESH4",
            ParquetBars.Load(path, Micro.Mes, 60, new ParquetReadOptions(), TestContext.Current.CancellationToken).Segments[0].Contract
        );
        AssertBad(
            own.Metadata("quarterpoint.bar_seconds", "sixty").WriteTo(_work.At("b.parquet")),
            0,
            "quarterpoint.bar_seconds",
            "sixty",
            "a whole number above zero"
        );
        AssertBad(
            own.Metadata("quarterpoint.bar_seconds", "60").Metadata("quarterpoint.price_unit", "pips").WriteTo(_work.At("c.parquet")),
            0,
            "quarterpoint.price_unit",
            "pips",
            "ticks or points"
        );
    }

    [Fact]
    public void Reading_stops_when_it_is_told_to()
    {
        var path = Bars(5).WriteTo(_work.At("a.parquet"));
        Assert.Throws<OperationCanceledException>(() =>
            ParquetBars.Load(path, Micro.Mes, 1, new ParquetReadOptions(), new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public void Row_by_row_a_bad_cell_is_refused_and_the_next_row_goes_on()
    {
        var path = Bars(4)
            .Without("close")
            .Doubles("close", 5000, double.NaN, 5000.1, 5000.25)
            .Without("volume")
            .Longs("volume", 1, -1, 2, 3)
            .WriteTo(_work.At("a.parquet"), groupRows: 3);
        using var reader = ParquetRowReader.Open(path, Micro.Mes, null);
        var row = default(SourceRow);
        Assert.True(reader.TryRead(ref row));
        var e = Assert.Throws<BadInputException>(() => reader.TryRead(ref row));
        Assert.Equal((2, "close", "NaN"), (e.Row, e.Field, e.Value));

        // Off this instrument's grid, but perhaps on a spread's: the importer decides whose row it is.
        Assert.True(reader.TryRead(ref row));
        Assert.Equal((3L, 5000_100_000_000, 2L), (row.Number, row.CloseNanos, row.Volume));
        Assert.True(reader.TryRead(ref row));
        Assert.Equal((4L, 5000_250_000_000), (row.Number, row.CloseNanos));
        Assert.False(reader.TryRead(ref row));
        Assert.False(reader.TryRead(ref row));
    }

    /// <summary>Bars of one second from 14:30 UTC on, with a volume; prices walk a little.</summary>
    internal static ForeignParquet Bars(int rows, long at = Open) =>
        new ForeignParquet()
            .Longs("ts_event", [.. Enumerable.Range(0, rows).Select(i => (at + i) * Second)])
            .Doubles("open", [.. Enumerable.Range(0, rows).Select(i => 5000 + (i % 7 * 0.25))])
            .Doubles("high", [.. Enumerable.Range(0, rows).Select(_ => 5002.0)])
            .Doubles("low", [.. Enumerable.Range(0, rows).Select(_ => 5000.0)])
            .Doubles("close", [.. Enumerable.Range(0, rows).Select(i => 5000 + (i % 7 * 0.25))])
            .Longs("volume", [.. Enumerable.Range(0, rows).Select(i => i % 11L)]);

    private static ForeignParquet Prices(ForeignParquet file, params int[] ticks)
    {
        foreach (var name in new[] { "open", "high", "low", "close" })
            file.Without(name).Ints(name, ticks);
        return file;
    }

    private static byte[] BigEndian(long value, int bytes)
    {
        var result = new byte[bytes];
        for (var i = bytes - 1; i >= 0; i--, value >>= 8)
            result[i] = unchecked((byte)value);
        return result;
    }

    private static List<SourceRow> ReadAll(ParquetRowReader reader)
    {
        var rows = new List<SourceRow>();
        var row = default(SourceRow);
        while (reader.TryRead(ref row))
            rows.Add(row);
        return rows;
    }

    private static BarColumns Load(string path, Instrument? instrument = null, string? zone = null) =>
        ParquetBars.Load(
            path,
            instrument ?? Micro.Mes,
            1,
            new ParquetReadOptions { TimeZone = Zone(zone) },
            TestContext.Current.CancellationToken
        );

    private static TimeZoneInfo? Zone(string? name) => name is null ? null : TimeZoneInfo.FindSystemTimeZoneById(name);

    private static BadInputException AssertBad(
        string path,
        long row,
        string field,
        string found,
        string expected,
        Instrument? instrument = null,
        string? zone = null
    )
    {
        var e = Assert.Throws<BadInputException>(() => Load(path, instrument, zone));
        Assert.Equal((row, field), (e.Row, e.Field));
        Assert.Contains(found, e.Value, StringComparison.Ordinal);
        Assert.Contains(expected, e.Expected, StringComparison.Ordinal);
        return e;
    }
}
