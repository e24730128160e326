using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Import.Csv;

namespace Quarterpoint.Shell.Tests.Import.Csv;

[Trait("Spec", "D1")]
public sealed class CsvLineTests
{
    private const string Good = "1717421400,5000,5001,4999,5000,1";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Every_kind_of_line_ending_is_read(string end)
    {
        var text =
            "\uFEFF# exported today"
            + end
            + end
            + Reading.Header.TrimEnd()
            + end
            + "   "
            + end
            + Good
            + end
            + "#"
            + end
            + " # note"
            + end
            + Good
            + end
            + end;
        Assert.Equal([1L, 2L], Reading.Rows(text).Select(row => row.Number));
    }

    [Fact]
    public void The_last_line_needs_no_end() => Assert.Equal(2, Reading.Rows(Reading.Header + Good + "\n" + Good).Count);

    [Fact]
    public void Quotes_and_blanks_around_fields_are_removed()
    {
        var row = Assert.Single(
            Reading.Rows(
                "\"time\" , \"open\",high,low,close,volume,\"a \"\"note\"\"\"\n"
                    + " \"1717421400\" ,\"5000.25\", 5001 ,4999,\"5000\" ,1,\"x, \"\"y\"\"\"\n"
            )
        );
        Assert.Equal((5_000_250_000_000, 5_001_000_000_000, 1), (row.OpenNanos, row.HighNanos, row.Volume));
    }

    [Fact]
    public void Quotes_work_where_blanks_separate()
    {
        var row = Assert.Single(Reading.Rows("time \"open\" high low close\n\"1717421400\"  5000\t\"5001\" 4999 \"5000\"\n"));
        Assert.Equal(5_001_000_000_000, row.HighNanos);
    }

    [Theory]
    [InlineData("1717421400,\"5000,5001,4999,5000,1")]
    [InlineData("1717421400,\"5000\"x,5001,4999,5000,1")]
    [InlineData("1717421400,\"50\"00\",5001,4999,5000,1")]
    [InlineData("\"1717421400,5000,5001,4999,5000,\"\"\"\"")]
    public void Unpaired_quotes_spoil_one_row(string line) =>
        Assert.Contains("quotes in pairs", Reading.BadRow(Reading.Header, Good, line).Expected, StringComparison.Ordinal);

    [Theory]
    [InlineData("1717421400,5000,5001,4999,5000", "6 fields, not 5")]
    [InlineData("1717421400,5000,5001,4999,5000,1,", "6 fields, not 7")]
    [InlineData("1717421400", "6 fields, not 1")]
    [InlineData("\"1717421400\",5000,5001", "6 fields, not 3")]
    public void A_row_of_another_length_says_how_long_it_is(string line, string expected)
    {
        var error = Reading.BadRow(Reading.Header, Good, line);
        Assert.Equal((expected, line), (error.Expected, error.Value));
    }

    [Theory]
    [InlineData(65_536, "6 fields")]
    [InlineData(65_537, "a line of at most 65536 bytes")]
    [InlineData(10_000_000, "a line of at most 65536 bytes")]
    public void A_line_is_held_up_to_64_KiB_and_longer_ones_are_one_bad_row(int length, string expected) =>
        Assert.Contains(expected, Reading.BadRow(Reading.Header, Good, new string('7', length)).Expected, StringComparison.Ordinal);

    [Fact]
    public void A_row_of_more_than_1024_fields_is_bad()
    {
        Assert.Contains(
            "6 fields, not 1024",
            Reading.BadRow(Reading.Header, Good, "1" + new string(',', 1023)).Expected,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "at most 1024 fields",
            Reading.BadRow(Reading.Header, Good, "1" + new string(',', 1024)).Expected,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "at most 1024 fields",
            Reading.BadRow(Reading.Header, Good, "\"1\"" + new string(',', 1024)).Expected,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_long_comment_is_only_a_comment() =>
        Assert.Equal(
            2,
            Reading.Rows(Reading.Header + Good + "\n#" + new string('x', 1_000_000) + "\n" + new string(' ', 100_000) + "\n" + Good).Count
        );

    [Fact]
    public void A_message_shows_no_control_characters_and_shortens_long_values()
    {
        var good = string.Concat(Enumerable.Repeat(Good + "\n", 200));
        var error = Assert.Single(Reading.RowsAndErrors(Reading.Header + good + "\u001B[2J\0" + new string('x', 5000)).Bad);
        Assert.StartsWith("\uFFFD[2J\uFFFDx", error.Value, StringComparison.Ordinal);
        Assert.Equal(200, error.Value.Length);
    }

    [Fact]
    public void A_file_of_blank_lines_alone_is_refused()
    {
        Assert.Contains("no rows", Reading.Refusal("\n\n# nothing\n").Message, StringComparison.Ordinal);
        Assert.Contains(
            "1000000 blank or comment lines",
            Reading.Refusal(new string('\n', 1_000_001) + Good).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_flood_of_blank_lines_ends_the_reading_for_good()
    {
        var rows = string.Concat(Enumerable.Repeat(Good + "\n", 200));
        using var reader = Reading.Open(Reading.Header + rows + new string('\n', 1_000_001) + rows);
        SourceRow row = default;
        for (var read = 0; read < 200; read++)
            Assert.True(reader.TryRead(ref row));
        Assert.Equal(0, Assert.Throws<BadInputException>(() => reader.TryRead(ref row)).Row);
        Assert.Equal(0, Assert.Throws<BadInputException>(() => reader.TryRead(ref row)).Row);
    }

    [Fact]
    public void Symbols_are_bounded_in_length_and_number()
    {
        const string header = "time,open,high,low,close,symbol\n";
        var error = Reading.BadRow(header, "1717421400,1,1,1,1,ESM4", "1717421400,1,1,1,1," + new string('E', 72));
        Assert.Equal("symbol", error.Field);
        var text = new StringBuilder(header);
        for (var i = 0; i <= SymbolNames.MaxCount; i++)
            text.Append("1717421400,1,1,1,1,E").Append(i).Append('\n');
        var (rows, bad) = Reading.RowsAndErrors(text.ToString());
        Assert.Equal(100_000, rows.Count);
        Assert.Contains("at most 100000 different symbols", Assert.Single(bad).Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_minute_file_of_two_million_three_hundred_thousand_lines_is_read_in_constant_memory()
    {
        const int lines = 2_300_000;
        var block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("20240603,0930,5000.25,5001.00,4999.50,5000.00,17\n", 1000)));
        var source = new SourceFile("long.txt", () => new RepeatedStream(block, lines / 1000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = RowReaders.Open(source, new RowReaderOptions { TimeZone = Reading.NewYork });
        SourceRow row = default;
        var rows = 0;
        while (reader.TryRead(ref row))
            rows++;
        Assert.Equal(2_300_000, rows);
        Assert.Equal(2_300_000, row.Number);
        Assert.Equal(1.0, reader.Progress);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * 1024 * 1024);
    }

    private sealed class RepeatedStream(byte[] block, int times) : MemoryStream
    {
        private long _at;

        public override long Length => (long)block.Length * times;

        public override long Position
        {
            get => _at;
            set => _at = value;
        }

        public override int Read(Span<byte> buffer)
        {
            var within = (int)(_at % block.Length);
            var count = (int)Math.Min(Math.Min(buffer.Length, block.Length - within), Length - _at);
            block.AsSpan(within, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
