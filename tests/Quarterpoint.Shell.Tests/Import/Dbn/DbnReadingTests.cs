using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Import.Dbn;
using Quarterpoint.Shell.Tests.Import.Csv;

namespace Quarterpoint.Shell.Tests.Import.Dbn;

[Trait("Spec", "D1")]
public sealed class DbnReadingTests
{
    // 2024-06-03T00:00:00Z.
    private const ulong June3 = 1_717_372_800_000_000_000;
    private const ulong Day = 86_400_000_000_000;
    private const long Price = 18_591_750_000_000;

    private static BadInputException BadRow(DbnBytes file)
    {
        using var reader = file.Open();
        SourceRow row = default;
        var error = Assert.Throws<BadInputException>(() => reader.TryRead(ref row));
        Assert.Equal(1, error.Row);
        Assert.True(reader.TryRead(ref row));
        Assert.Equal(2, row.Number);
        return error;
    }

    private static BadInputException Refusal(byte[] bytes, SourceFormat? format = null) =>
        Assert.Throws<BadInputException>(() =>
        {
            using var reader = RowReaders.Open(Reading.File(bytes), new RowReaderOptions { Format = format });
            Reading.Rows(reader);
        });

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 7)]
    public void A_bar_is_the_same_in_every_version(byte version, int padding)
    {
        var file = new DbnBytes(version, 5) { Padding = padding }
            .Map("NQM4", (20240601, 20240701, "13743"))
            .Bar(0x20, 13743, June3 + 1_000_000_000, Price, Price + 250_000_000, Price - 500_000_000, Price + 1, 99);
        using var reader = file.Open();
        Assert.Equal((SourceKind.Bars, 1, true, false), (reader.Kind, reader.BarSeconds, reader.HasVolume, reader.HasBidAskVolume));
        var row = Assert.Single(Reading.Rows(reader));
        Assert.Equal("2024-06-03T00:00:01.0000000", Reading.Iso(row.TimeNanos));
        Assert.Equal(
            (Price, Price + 250_000_000, Price - 500_000_000, Price + 1),
            (row.OpenNanos, row.HighNanos, row.LowNanos, row.CloseNanos)
        );
        Assert.Equal((1, 99, SourceRow.Absent, SourceRow.Absent), (row.Number, row.Volume, row.BidVolume, row.AskVolume));
        Assert.Equal(("NQM4", Side.None), (row.Symbol, row.Aggressor));
        Assert.Equal(1.0, reader.Progress);
    }

    [Theory]
    [InlineData(5, 0x20, 1)]
    [InlineData(6, 0x21, 60)]
    [InlineData(7, 0x22, 3600)]
    [InlineData(8, 0x23, 86_400)]
    [InlineData(8, 0x24, 86_400)]
    [InlineData(13, 0x24, 86_400)]
    [InlineData(5, 0x11, 1)]
    [InlineData(6, 0x11, 60)]
    public void The_schema_states_the_length_of_bars(ushort schema, byte type, int seconds)
    {
        using var reader = new DbnBytes(1, schema).Bar(type, 1, June3, Price, Price, Price, Price, 1).Open();
        Assert.Equal(seconds, reader.BarSeconds);
        Assert.Single(Reading.Rows(reader));
    }

    [Theory]
    [InlineData(4, 0x00)]
    [InlineData(3, 0x01)]
    [InlineData(1, 0x01)]
    [InlineData(2, 0x0A)]
    public void Trades_are_stamped_when_they_were_received(ushort schema, byte type)
    {
        using var reader = new DbnBytes(2, schema)
            .Trade(type, 1, June3, June3 + 5, Price, 3, 'T', 'A')
            .Trade(type, 1, June3 + 7, DbnBytes.Undefined, Price, 2, 'T', 'B')
            .Trade(type, 1, June3, June3, Price, 1, 'A', 'B')
            .Trade(type, 1, June3, June3 + 9, -250_000_000, 1)
            .Open();
        Assert.Equal((SourceKind.Trades, true, true), (reader.Kind, reader.HasVolume, reader.HasBidAskVolume));
        Assert.Null(reader.BarSeconds);
        var rows = Reading.Rows(reader);
        Assert.Equal([(long)June3 + 5, (long)June3 + 7, (long)June3 + 9], rows.Select(row => row.TimeNanos));
        Assert.Equal([Side.Sell, Side.Buy, Side.None], rows.Select(row => row.Aggressor));
        Assert.Equal([3L, 2L, 1L], rows.Select(row => row.Volume));
        Assert.Equal([Price, Price, -250_000_000], rows.Select(row => row.CloseNanos));
        Assert.Equal([1L, 2L, 4L], rows.Select(row => row.Number));
        Assert.Equal(1, reader.SkippedRows);
    }

    [Fact]
    public void Only_the_trades_among_order_events_become_rows()
    {
        using var reader = new DbnBytes(3, 0)
            .Order(1, June3, June3, Price, 1, 'A', 'B')
            .Order(1, June3, June3 + 1, Price, 4, 'T', 'A')
            .Order(1, June3, June3 + 1, Price, 4, 'F', 'B')
            .Order(1, June3, June3 + 1, Price, 4, 'C', 'B')
            .Open();
        var row = Assert.Single(Reading.Rows(reader));
        Assert.Equal((2, (long)June3 + 1, Price, 4, Side.Sell), (row.Number, row.TimeNanos, row.CloseNanos, row.Volume, row.Aggressor));
        Assert.Equal(3, reader.SkippedRows);
    }

    [Fact]
    public void Send_times_at_the_end_of_records_and_records_of_unknown_types_are_skipped()
    {
        using var reader = new DbnBytes(2, 5) { SendTimes = true }
            .Bar(0x20, 1, June3, Price, Price, Price, Price, 1)
            .Record(0x77, 1, June3, new byte[100])
            .Record(0x21, 1, June3, new byte[40])
            .Bar(0x20, 1, June3 + 1_000_000_000, Price, Price, Price, Price, 2)
            .Open();
        Assert.Equal([1L, 2L], Reading.Rows(reader).Select(row => row.Volume));
        Assert.Equal(2, reader.SkippedRows);
    }

    [Fact]
    public void An_id_names_the_contract_of_its_date()
    {
        var rows = new DbnBytes(3, 5)
            .Map("NQZ9", (20240605, 20240606, "7"), (20240601, 20240603, "7"))
            .Map("NQH0", (20240603, 20240605, "7"), (20240601, 20240701, "8"))
            .Bar(0x20, 7, June3 - 1, Price, Price, Price, Price, 1)
            .Bar(0x20, 7, June3, Price, Price, Price, Price, 1)
            .Bar(0x20, 8, June3, Price, Price, Price, Price, 1)
            .Bar(0x20, 7, June3 + Day + Day - 1, Price, Price, Price, Price, 1)
            .Bar(0x20, 7, June3 + Day + Day, Price, Price, Price, Price, 1)
            .Bar(0x20, 7, June3 + (3 * Day), Price, Price, Price, Price, 1)
            .Bar(0x20, 9, June3 + (3 * Day), Price, Price, Price, Price, 1)
            .Rows();
        Assert.Equal(["NQZ9", "NQH0", "NQH0", "NQH0", "NQZ9", "7", "9"], rows.Select(row => row.Symbol));
        Assert.Same(rows[0].Symbol, rows[4].Symbol);
        Assert.Same(rows[1].Symbol, rows[2].Symbol);
    }

    [Fact]
    public void Ids_asked_for_by_number_are_named_too() =>
        Assert.Equal(
            "NQM4",
            Assert
                .Single(
                    new DbnBytes(3, 5) { SymbolTypeIn = 0, SymbolTypeOut = 1 }
                        .Map("13743", (20240601, 20240701, "NQM4"))
                        .Bar(0x20, 13743, June3, Price, Price, Price, Price, 1)
                        .Rows()
                )
                .Symbol
        );

    [Theory]
    [InlineData(3, "MES.v.0")]
    [InlineData(4, "MES.FUT")]
    [InlineData(1, "")]
    public void A_name_that_is_not_a_contract_is_replaced_by_the_id(byte symbolTypeIn, string asked) =>
        Assert.Equal(
            "42",
            Assert
                .Single(
                    new DbnBytes(3, 5) { SymbolTypeIn = symbolTypeIn }
                        .Map(asked, (20240601, 20240701, "42"), (20240601, 20240701, ""))
                        .Bar(0x20, 42, June3, Price, Price, Price, Price, 1)
                        .Rows()
                )
                .Symbol
        );

    [Fact]
    public void The_children_of_a_parent_are_contracts() =>
        Assert.Equal(
            "MESM4",
            Assert
                .Single(
                    new DbnBytes(3, 5) { SymbolTypeIn = 4 }
                        .Map("MESM4", (20240601, 20240701, "42"))
                        .Bar(0x20, 42, June3, Price, Price, Price, Price, 1)
                        .Rows()
                )
                .Symbol
        );

    [Fact]
    public void Undefined_values_make_bad_rows()
    {
        DbnBytes Bars() => new(3, 5);
        const long none = long.MaxValue;
        Assert.Equal("open", BadRow(Bars().Bar(0x20, 1, June3, none, 1, 1, 1, 1).Bar(0x20, 1, June3, 1, 1, 1, 1, 1)).Field);
        Assert.Equal("high", BadRow(Bars().Bar(0x20, 1, June3, 1, none, 1, 1, 1).Bar(0x20, 1, June3, 1, 1, 1, 1, 1)).Field);
        Assert.Equal("low", BadRow(Bars().Bar(0x20, 1, June3, 1, 1, none, 1, 1).Bar(0x20, 1, June3, 1, 1, 1, 1, 1)).Field);
        Assert.Equal("close", BadRow(Bars().Bar(0x20, 1, June3, 1, 1, 1, none, 1).Bar(0x20, 1, June3, 1, 1, 1, 1, 1)).Field);
        Assert.Equal("volume", BadRow(Bars().Bar(0x20, 1, June3, 1, 1, 1, 1, 1UL << 63).Bar(0x20, 1, June3, 1, 1, 1, 1, 1)).Field);
        Assert.Equal("ts_event", BadRow(Bars().Bar(0x20, 1, DbnBytes.Undefined, 1, 1, 1, 1, 1).Bar(0x20, 1, June3, 1, 1, 1, 1, 1)).Field);
        DbnBytes Trades() => new(3, 4);
        Assert.Equal("price", BadRow(Trades().Trade(0, 1, June3, June3, none, 1).Trade(0, 1, June3, June3, 1, 1)).Field);
        Assert.Equal("size", BadRow(Trades().Trade(0, 1, June3, June3, 1, uint.MaxValue).Trade(0, 1, June3, June3, 1, 1)).Field);
        Assert.Equal("side", BadRow(Trades().Trade(0, 1, June3, June3, 1, 1, 'T', 'X').Trade(0, 1, June3, June3, 1, 1)).Field);
        Assert.Equal("ts_recv", BadRow(Trades().Trade(0, 1, June3, 1UL << 63, 1, 1).Trade(0, 1, June3, June3, 1, 1)).Field);
        Assert.Equal(
            "ts_event",
            BadRow(Trades().Trade(0, 1, DbnBytes.Undefined, DbnBytes.Undefined, 1, 1).Trade(0, 1, June3, June3, 1, 1)).Field
        );
    }

    [Theory]
    [InlineData(9, "schema definition")]
    [InlineData(10, "schema statistics")]
    [InlineData(11, "schema status")]
    [InlineData(12, "schema imbalance")]
    [InlineData(18, "schema bbo-1s")]
    [InlineData(15, "schema cbbo-1s")]
    [InlineData(99, "schema number 99")]
    [InlineData(65_535, "several schemas")]
    public void Schemas_without_bars_or_trades_are_refused_by_name(int schema, string name)
    {
        var error = Refusal(new DbnBytes(3, (ushort)schema).ToArray());
        Assert.Contains(name, error.Value, StringComparison.Ordinal);
        Assert.Contains("mbo, mbp-1, mbp-10, tbbo, trades, ohlcv-1s", error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_records_has_no_rows() => Assert.Empty(new DbnBytes(1, 5).Rows());

    [Fact]
    public void A_record_too_short_for_its_kind_is_reported_as_damage_with_its_place()
    {
        // Metadata of version 1: 100 bytes, four counts, one symbol of 22, the schema definition's length; 8 bytes stand before it.
        var place = 8 + 100 + (4 * 4) + 22 + 4;
        var good = new DbnBytes(1, 5).Bar(0x20, 1, June3, Price, Price, Price, Price, 1);
        var bytes = good.ToArray();
        Assert.Equal(place + 56, bytes.Length);
        foreach (var words in new byte[] { 0, 3 })
        {
            var error = Refusal([.. bytes, words, 0x20, .. new byte[54]]);
            Assert.Contains($"at byte {place + 56}", error.Value, StringComparison.Ordinal);
            Assert.Equal((0, "at least 16"), (error.Row, error.Expected));
        }

        var shorter = Refusal([.. bytes, 13, 0x20, .. new byte[50]]);
        Assert.Equal(($"a record of type 32 with 52 bytes at byte {place + 56}", "at least 56"), (shorter.Value, shorter.Expected));
    }

    [Fact]
    public void A_file_cut_inside_a_record_or_its_head_is_an_error()
    {
        var bytes = new DbnBytes(2, 4)
            .Map("NQM4", (20240601, 20240701, "1"))
            .Trade(0, 1, June3, June3, Price, 1)
            .Trade(0, 1, June3, June3, Price, 1)
            .ToArray();
        for (var length = 4; length < bytes.Length; length++)
        {
            if (length == bytes.Length - 48 || length == bytes.Length - 96)
                continue;
            Assert.Equal(0, Refusal(bytes[..length]).Row);
        }

        using var reader = RowReaders.Open(Reading.File(bytes[..^1]), new RowReaderOptions());
        SourceRow row = default;
        Assert.True(reader.TryRead(ref row));
        var first = Assert.Throws<BadInputException>(() => reader.TryRead(ref row));
        Assert.Contains("an end after 47 of 48 bytes", first.Value, StringComparison.Ordinal);
        Assert.Same(first, Assert.Throws<BadInputException>(() => reader.TryRead(ref row)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(31)]
    public void Unknown_versions_are_refused(byte version)
    {
        var bytes = new DbnBytes(3, 5).ToArray();
        bytes[3] = version;
        Assert.Contains($"DBN version {version}", Refusal(bytes).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Absurd_metadata_is_refused()
    {
        var bytes = new DbnBytes(3, 5).Map("NQM4", (20240601, 20240701, "1")).ToArray();

        byte[] With(int offset, params byte[] replacement)
        {
            var changed = (byte[])bytes.Clone();
            replacement.CopyTo(changed, offset);
            return changed;
        }

        Assert.Contains("metadata of 4294967295 bytes", Refusal(With(4, 0xFF, 0xFF, 0xFF, 0xFF)).Value, StringComparison.Ordinal);
        Assert.Contains("metadata of 99 bytes", Refusal(With(4, 99, 0, 0, 0)).Value, StringComparison.Ordinal);
        Assert.Contains("of 16777216 bytes of metadata", Refusal(With(4, 0, 0, 0, 1)).Value, StringComparison.Ordinal);
        Assert.Contains("symbols of 21 bytes", Refusal(With(8 + 45, 21, 0)).Value, StringComparison.Ordinal);
        Assert.Contains("symbols of 257 bytes", Refusal(With(8 + 45, 1, 1)).Value, StringComparison.Ordinal);
        Assert.Contains("ends inside a field", Refusal(With(8 + 104, 0xFF, 0xFF, 0xFF, 0xFF)).Value, StringComparison.Ordinal);
        Assert.Contains(
            "a schema definition of 5 bytes",
            Refusal(new DbnBytes(3, 5) { SchemaDefinition = 5 }.ToArray()).Value,
            StringComparison.Ordinal
        );
        Assert.Equal("20240631", Refusal(new DbnBytes(3, 5).Map("NQM4", (20240631, 20240701, "1")).ToArray()).Value);
        Assert.Equal("NQU4", Refusal(new DbnBytes(3, 5).Map("NQM4", (20240601, 20240701, "NQU4")).ToArray()).Value);
    }

    [Fact]
    public void A_fragment_is_read_only_when_the_user_says_that_it_is_DBN()
    {
        var fragment = new DbnBytes(3, 5).Bar(0x21, 7, June3, Price, Price, Price, Price, 9).Records();
        Assert.Contains("binary", Refusal(fragment).Value, StringComparison.Ordinal);
        using var reader = RowReaders.Open(Reading.File(fragment), new RowReaderOptions { Format = SourceFormat.Dbn });
        Assert.Equal((SourceKind.Bars, 60), (reader.Kind, reader.BarSeconds));
        var row = Assert.Single(Reading.Rows(reader));
        Assert.Equal(("7", 9), (row.Symbol, row.Volume));
        Assert.Contains(
            "a fragment of schema definition",
            Refusal(new DbnBytes(3, 9).Record(0x13, 7, June3, new byte[500]).Records(), SourceFormat.Dbn).Value,
            StringComparison.Ordinal
        );
        Assert.Contains("unknown type 105", Refusal("timestamp,open,high"u8.ToArray(), SourceFormat.Dbn).Value, StringComparison.Ordinal);
        Assert.Contains("2 bytes", Refusal("DB"u8.ToArray(), SourceFormat.Dbn).Value, StringComparison.Ordinal);
        Assert.Contains("nothing after", Refusal(Reading.Zstandard([]), SourceFormat.Dbn).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_without_a_name_are_bounded()
    {
        var symbols = new DbnSymbols();
        for (var id = 0u; id < DbnSymbols.MaxUnnamed; id++)
            Assert.NotNull(symbols.Find(id, 0));
        Assert.Null(symbols.Find(DbnSymbols.MaxUnnamed, 0));
        Assert.Same(symbols.Find(5, 0), symbols.Find(5, 1));
    }
}
