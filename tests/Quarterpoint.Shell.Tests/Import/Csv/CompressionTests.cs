using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Data.Import;

namespace Quarterpoint.Shell.Tests.Import.Csv;

[Trait("Spec", "D1")]
public sealed class CompressionTests
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(
        Reading.Header
            + string.Concat(
                Enumerable
                    .Range(0, 700)
                    .Select(i => $"{1_717_421_400 + i},{5000 + (i * 7919 % 400 * 0.25m)},6000,4000,5000,{i * 104_729 % 1000}\n")
            )
    );

    public static TheoryData<string> Packings => ["plain", "gzip", "zstandard"];

    private static byte[] Pack(string packing, byte[] bytes) =>
        packing switch
        {
            "gzip" => Reading.Gzip(bytes),
            "zstandard" => Reading.Zstandard(bytes),
            _ => bytes,
        };

    private static byte[] Unpack(byte[] packed, int readBytes = 4096)
    {
        using var file = CompressedFile.Open(Reading.File(packed));
        var content = new List<byte>();
        var buffer = new byte[readBytes];
        while (file.Read(buffer) is var read && read > 0)
            content.AddRange(buffer.AsSpan(0, read));
        Assert.Equal(1.0, file.Progress);
        Assert.Equal(0, file.Read(buffer));
        return [.. content];
    }

    [Theory, MemberData(nameof(Packings))]
    public void The_same_rows_come_out_of_every_compression(string packing)
    {
        using var reader = RowReaders.Open(Reading.File(Pack(packing, Text)), new RowReaderOptions());
        SourceRow row = default;
        var (rows, progress, volume) = (0, 0.0, 0L);
        while (reader.TryRead(ref row))
        {
            rows++;
            volume += row.Volume;
            Assert.InRange(reader.Progress, progress, 1.0);
            progress = reader.Progress;
        }

        Assert.Equal(700, rows);
        Assert.Equal(Enumerable.Range(0, 700).Sum(i => i * 104_729L % 1000), volume);
        Assert.Equal(1.0, progress);
    }

    [Theory, MemberData(nameof(Packings))]
    public void Small_reads_give_the_same_bytes(string packing) => Assert.Equal(Text, Unpack(Pack(packing, Text), 7));

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstandard")]
    public void Frames_back_to_back_are_one_file(string packing)
    {
        byte[] frames =
        [
            .. Pack(packing, Text[..100]),
            .. Pack(packing, []),
            .. Pack(packing, Text[100..101]),
            .. Pack(packing, Text[101..]),
        ];
        Assert.Equal(Text, Unpack(frames));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstandard")]
    public void A_truncated_file_is_never_taken_for_a_short_one(string packing)
    {
        byte[] one = Pack(packing, Text);
        byte[] whole = [.. one, .. Pack(packing, Text[..50])];
        for (var length = 4; length < whole.Length; length++)
        {
            if (length == one.Length)
                continue;
            var error = Assert.Throws<BadInputException>(() => Unpack(whole[..length]));
            Assert.Equal(0, error.Row);
        }
    }

    [Theory]
    [InlineData(8192)]
    [InlineData(16_384)]
    [InlineData(65_536)]
    public void A_gzip_file_that_ends_with_a_read_buffer_is_whole(int length)
    {
        // Random bytes do not compress, so the length on disk follows the length of the text.
        var noise = new Core.SplitMix64(3);
        var bytes = Enumerable.Range(0, length).Select(_ => (byte)noise.NextBelow(256)).ToArray();
        for (var cut = 0; cut < 64; cut++)
        {
            var packed = Reading.Gzip(bytes[..^cut]);
            Assert.Equal(bytes[..^cut], Unpack(packed));
            Assert.Throws<BadInputException>(() => Unpack(packed[..^1]));
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstandard")]
    public void Bytes_behind_the_last_frame_are_an_error(string packing)
    {
        Assert.Throws<BadInputException>(() => Unpack([.. Pack(packing, Text), .. "more"u8]));
        Assert.Throws<BadInputException>(() => Unpack([.. Pack(packing, Text), .. Text]));
    }

    [Fact]
    public void A_wrong_checksum_is_an_error_on_every_further_read()
    {
        var packed = Reading.Gzip(Text);
        packed[^6] ^= 1;
        using var file = CompressedFile.Open(Reading.File(packed));
        var buffer = new byte[1 << 20];
        var first = Assert.Throws<BadInputException>(() => file.ReadUpTo(buffer));
        Assert.Contains("Gzip", first.Expected, StringComparison.Ordinal);
        Assert.Same(first, Assert.Throws<BadInputException>(() => file.Read(buffer)));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstandard")]
    public void A_reader_meets_the_early_end_as_an_error_of_the_whole_file(string packing)
    {
        var packed = Pack(packing, Text);
        var error = Assert.Throws<BadInputException>(() =>
        {
            using var reader = RowReaders.Open(Reading.File(packed[..^9]), new RowReaderOptions { Format = SourceFormat.Csv });
            Reading.Rows(reader);
        });
        Assert.Equal(0, error.Row);
    }

    [Fact]
    public void A_frame_that_may_be_skipped_is_skipped()
    {
        byte[] skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9];
        Assert.Equal(Text, Unpack([.. skippable, .. Reading.Zstandard(Text)]));
    }

    [Theory]
    [InlineData(27, true)]
    [InlineData(28, false)]
    public void A_frame_may_ask_for_a_window_of_at_most_128_MiB(int windowBits, bool isTaken)
    {
        // Magic number, no flags, the window as (bits - 10) << 3, then one last block of three uncompressed bytes.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0, (byte)((windowBits - 10) << 3), (3 << 3) | 1, 0, 0, (byte)'a', (byte)',', (byte)'b'];
        if (isTaken)
            Assert.Equal("a,b"u8.ToArray(), Unpack(frame));
        else
            Assert.Throws<BadInputException>(() => Unpack(frame));
    }

    [Theory]
    [InlineData("gzip", '7')]
    [InlineData("zstandard", '7')]
    [InlineData("gzip", ',')]
    [InlineData("zstandard", '\n')]
    public void A_decompression_bomb_costs_no_memory(string packing, char letter)
    {
        var bomb = Pack(packing, [.. Text, .. Enumerable.Repeat((byte)letter, 64 << 20)]);
        Assert.InRange(bomb.Length, 1, 1 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = RowReaders.Open(Reading.File(bomb), new RowReaderOptions());
        SourceRow row = default;
        for (var rows = 0; rows < 700; rows++)
            Assert.True(reader.TryRead(ref row));
        var error = Assert.Throws<BadInputException>(() => reader.TryRead(ref row));
        Assert.Equal(letter == '\n' ? 0 : 701, error.Row);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_stream_that_cannot_be_written_says_so()
    {
        using var stream = new GzipContent(new MemoryStream(Reading.Gzip(Text)));
        Assert.True(stream is { CanRead: true, CanSeek: false, CanWrite: false });
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        Assert.Throws<NotSupportedException>(() => stream.Write([1], 0, 1));
        stream.Flush();
    }
}
