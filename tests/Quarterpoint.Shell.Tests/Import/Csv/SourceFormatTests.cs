using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Data.Import;

namespace Quarterpoint.Shell.Tests.Import.Csv;

[Trait("Spec", "D1")]
public sealed class SourceFormatTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private BadInputException Refusal(byte[] bytes) =>
        Assert.Throws<BadInputException>(() => SourceFormats.Detect(Write("some.csv", bytes)));

    [Theory]
    [InlineData("time,open,high,low,close\n", SourceFormat.Csv)]
    [InlineData("\uFEFF# comment\n", SourceFormat.Csv)]
    [InlineData("DBN,open,high,low,close\n", SourceFormat.Csv)]
    [InlineData("DBN\u0001", SourceFormat.Dbn)]
    [InlineData("DBN\u0003\0\0\0\0", SourceFormat.Dbn)]
    [InlineData("PAR1\u0015\u0004", SourceFormat.Parquet)]
    public void The_content_tells_the_format_and_not_the_name(string content, SourceFormat format)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        Assert.Equal(format, SourceFormats.Detect(Write("data.bin", bytes)));
        if (format == SourceFormat.Parquet)
            return;
        Assert.Equal(format, SourceFormats.Detect(Write("data.parquet", Reading.Gzip(bytes))));
        Assert.Equal(format, SourceFormats.Detect(Write("data.csv", Reading.Zstandard(bytes))));
    }

    [Fact]
    public void Files_of_an_unknown_format_are_refused_by_name()
    {
        Assert.Contains("an empty file", Refusal([]).Message, StringComparison.Ordinal);
        Assert.Contains("nothing after decompression", Refusal(Reading.Zstandard([])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "a binary file of no known format",
            Refusal([0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1]).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "UTF-16",
            Refusal([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("time,open")]).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "UTF-16",
            Refusal([.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("time,open")]).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("a zip archive", Refusal("PK\u0003\u0004\u0014"u8.ToArray()).Message, StringComparison.Ordinal);
        Assert.Contains("a Parquet file inside Gzip", Refusal(Reading.Gzip("PAR1"u8.ToArray())).Message, StringComparison.Ordinal);
        Assert.Contains("some.csv", Refusal([0]).File, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_that_are_no_file_are_refused()
    {
        var missing = Path.Combine(_folder.FullName, "missing.csv");
        Assert.Contains(
            "found 'nothing'",
            Assert.Throws<BadInputException>(() => SourceFormats.Detect(missing)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "found 'a folder'",
            Assert.Throws<BadInputException>(() => SourceFormats.Detect(_folder.FullName)).Message,
            StringComparison.Ordinal
        );
        var path = Write("locked.csv", "a,b\n"u8.ToArray());
        using var locked = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains(
            "opened for reading",
            Assert.Throws<BadInputException>(() => RowReaders.Open(path, new RowReaderOptions())).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_pipe_is_refused_as_a_file()
    {
        var source = new SourceFile("pipe", () => new PipeLike());
        Assert.Contains(
            "a pipe or a device",
            Assert.Throws<BadInputException>(() => SourceFormats.Detect(source)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_format_that_the_user_names_is_taken()
    {
        Assert.True(SourceFormats.TryParse("DBN", out var format));
        Assert.Equal(SourceFormat.Dbn, format);
        Assert.True(SourceFormats.TryParse("csv", out format) && format == SourceFormat.Csv);
        Assert.True(SourceFormats.TryParse("parquet", out format) && format == SourceFormat.Parquet);
        Assert.False(SourceFormats.TryParse("xlsx", out _));
        var path = Write("rows.csv", Encoding.UTF8.GetBytes(Reading.Header + "1717421400,1,1,1,1,1\n"));
        using var reader = RowReaders.Open(path, new RowReaderOptions { Format = SourceFormat.Csv });
        Assert.Single(Reading.Rows(reader));
        Assert.Throws<BadInputException>(() => RowReaders.Open(path, new RowReaderOptions { Format = SourceFormat.Dbn }));
    }

    [Fact]
    public void Parquet_is_left_to_its_own_reader()
    {
        var path = Write("bars.parquet", "PAR1"u8.ToArray());
        Assert.Throws<ArgumentException>(() => RowReaders.Open(path, new RowReaderOptions()));
    }

    private sealed class PipeLike : MemoryStream
    {
        public override bool CanSeek => false;
    }
}
