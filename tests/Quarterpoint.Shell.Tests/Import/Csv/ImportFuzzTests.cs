using System.Buffers.Binary;
using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Data.Import;
using Quarterpoint.Shell.Tests.Import.Dbn;

namespace Quarterpoint.Shell.Tests.Import.Csv;

/// <summary>
/// Damaged, spliced, and senseless files, made from valid ones so that the damage is found deep inside the parsers. Each input has a number
/// that is its seed; a failure names it, and <see cref="Input"/> makes the same bytes again.
/// </summary>
public sealed class ImportFuzzTests
{
    /// <summary>Text, DBN, and both compressed.</summary>
    public const int Inputs = 200_000;
    private const long MaxAllocated = 64L << 20;

    private static readonly string[] Tokens =
    [
        "\"",
        "\"\"",
        "\"\"\"",
        ",",
        ";",
        "\t",
        "|",
        " ",
        "\n",
        "\r\n",
        "#",
        "-",
        "+",
        ".",
        "e",
        "E-",
        ":",
        "T",
        "Z",
        "\0",
        "\uFEFF",
        "NaN",
        "1e308",
        "-1e-308",
        "1e9999",
        "99999999999999999999999",
        "9223372036854775807",
        "-9223372036854775808",
        "18446744073709551615",
        "0.0000000001",
        "2024-02-30",
        "24:00",
        "2024-11-03 01:30",
        "2024-03-10 02:30",
        "1717421400",
        "1717421400000000000",
        "20240603",
        "DBN",
        "PAR1",
        "time",
        "close",
        "price",
        "５",
        "é",
    ];

    private static readonly ulong[] Numbers =
    [
        0,
        1,
        3,
        4,
        255,
        256,
        65_535,
        65_536,
        int.MaxValue,
        uint.MaxValue,
        long.MaxValue,
        ulong.MaxValue,
    ];

    private static readonly byte[][] Texts =
    [
        Csv(Reading.Header, "2024-06-03T13:30:0{0}Z,5000.25,5001,4999,5000,{0}"),
        Csv(Reading.Header, "2024-11-03 01:3{0}:00,5000.25,5001,4999,5000,{0}"),
        Csv("", "20240603;093{0}00;5000.25;5001.00;4999.75;5000.50;{0}"),
        Csv("", "1717421{0}00 5000.25 5001 4999 5000"),
        Csv(
            "# comment\n\"Date\",\"Time\",\"Open\",\"High\",\"Low\",\"Last\",\"Note\"\n",
            "06/03/2024,09:3{0},\"5000.25\",5001,4999,5000,\"a \"\"{0}\"\", b\""
        ),
        Csv(
            "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol\n",
            "171737280{0}000000000,32,1,13743,18591750000000,18592000000000,18590250000000,18591000000000,{0},NQM4"
        ),
        Csv(
            "ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,price,size,symbol\n",
            "2024-06-03T00:00:0{0}.000000001Z,2024-06-03T00:00:01Z,160,1,2,T,A,5000.250000000,{0},ESM4"
        ),
        Csv("timestamp\tprice\tsize\tside\n", "1717421400{0}00\t5000.{0}\t{0}\tB"),
    ];

    private static readonly byte[][] Binaries =
    [
        Bars(1, 5, 0x20, 0),
        Bars(2, 6, 0x21, 0),
        Bars(3, 5, 0x20, 7),
        Trades(1, 4, 0x00),
        Trades(2, 1, 0x01),
        Trades(3, 2, 0x0A),
        Orders(3),
        new DbnBytes(3, 5) { SymbolTypeIn = 4, SendTimes = true }
            .Map("NQM4", (20240601, 20240701, "1"), (20240701, 20240801, "2"))
            .Bar(0x20, 1, 5, 1, 1, 1, 1, 1)
            .ToArray(),
    ];

    private static readonly byte[][] Packed =
    [
        .. Texts.Concat(Binaries).SelectMany(bytes => new[] { Reading.Gzip(bytes), Reading.Zstandard(bytes) }),
    ];

    [Fact, Trait("Spec", "Q6")]
    public void Damaged_files_give_rows_or_clear_errors()
    {
        var (tried, opened, rows, refused) = (0, 0, 0L, 0);
        Parallel.For(0, Inputs, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, number =>
        {
            var (bytes, options) = Input((ulong)number);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Interlocked.Increment(ref tried);
                using var reader = RowReaders.Open(Reading.File(bytes), options);
                Interlocked.Increment(ref opened);
                Interlocked.Add(ref rows, ReadToEnd(reader, number));
            }
            catch (BadInputException e) when (e.Message.Contains("some.file", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref refused);
            }
            catch (ArgumentException e) when (e.ParamName == "options" && bytes.AsSpan().StartsWith("PAR1"u8))
            {
                Interlocked.Increment(ref refused);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Input {number} broke the reader.", e);
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MaxAllocated, $"Input {number} allocated {allocated} bytes.");
        });
        Assert.Equal(Inputs, tried);

        // The damage must be of every kind: fatal, of single rows, and none that matters.
        Assert.InRange(opened, Inputs / 5, Inputs * 9 / 10);
        Assert.InRange(refused, Inputs / 5, Inputs * 9 / 10);
        Assert.InRange(rows, Inputs, long.MaxValue);
    }

    /// <summary>
    /// The good rows. Every call consumes at least one byte, so the number of calls is bounded by the size of the uncompressed file.
    /// </summary>
    private static long ReadToEnd(IRowReader reader, int number)
    {
        SourceRow row = default;
        var (good, calls) = (0L, 0L);
        while (true)
        {
            Assert.True(++calls < 10_000_000, $"Input {number} has no end.");
            try
            {
                if (!reader.TryRead(ref row))
                    return good;
                good++;
                Assert.True(
                    row.Number > 0 && row.Volume >= SourceRow.Absent && row.TimeNanos != long.MaxValue && row.CloseNanos != long.MaxValue
                );
                Assert.InRange(reader.Progress, 0.0, 1.0);
            }
            catch (BadInputException e) when (e.Row > 0)
            {
                Assert.Equal("some.file", e.File);
            }
        }
    }

    private static (byte[] Bytes, RowReaderOptions Options) Input(ulong number)
    {
        var random = new SplitMix64(number);
        var options = new RowReaderOptions
        {
            Format = random.NextBelow(4) switch
            {
                0 => SourceFormat.Csv,
                1 => SourceFormat.Dbn,
                _ => null,
            },
            TimeZone = random.NextBelow(2) == 0 ? Reading.NewYork : null,
        };
        var family = random.NextBelow(8);
        if (family < 2)
            options = options with { Format = random.NextBelow(8) == 0 ? options.Format : null };
        var bytes = family switch
        {
            0 or 1 or 2 => Pick(ref random, Texts),
            3 or 4 => Pick(ref random, Binaries),
            5 or 6 => Pick(ref random, Packed),
            _ => Noise(ref random, 1 + random.NextBelow(600)),
        };
        for (var changes = random.NextBelow(4); changes >= 0; changes--)
            bytes = family < 3 ? DamageText(ref random, bytes) : DamageBytes(ref random, bytes);

        // Damage inside a sound compressed file, so that it reaches the parsers behind the decompressor.
        if (family is not (5 or 6) && random.NextBelow(6) == 0)
            bytes = random.NextBelow(4) == 0 ? Reading.Gzip(bytes) : StoredZstandard(bytes);
        return (bytes, options);
    }

    private static byte[] DamageText(ref SplitMix64 random, byte[] bytes)
    {
        var at = random.NextBelow(bytes.Length + 1);
        byte[] token = random.NextBelow(20) switch
        {
            0 => [.. Enumerable.Repeat((byte)'"', 1 + random.NextBelow(3000))],
            1 => [.. Enumerable.Repeat((byte)'9', 1 + random.NextBelow(300))],
            2 => [.. Enumerable.Repeat((byte)',', 1 + random.NextBelow(2000))],
            3 => [.. Enumerable.Repeat((byte)'\n', 1 + random.NextBelow(300))],
            4 => [.. Enumerable.Repeat((byte)'0', random.NextBelow(20) == 0 ? 70_000 : 70)],
            5 => Pick(ref random, Texts),
            _ => Encoding.UTF8.GetBytes(Tokens[random.NextBelow(Tokens.Length)]),
        };
        switch (random.NextBelow(5))
        {
            case 0:
                return DamageBytes(ref random, bytes);
            case 1:
                return [.. bytes[..at], .. token, .. bytes[at..]];
            case 2:
            {
                // A whole field is replaced.
                var end = bytes.AsSpan(at).IndexOfAny(",;\t\n "u8) is var found && found >= 0 ? at + found : bytes.Length;
                var start = bytes.AsSpan(0, at).LastIndexOfAny(",;\t\n "u8) + 1;
                return [.. bytes[..start], .. token, .. bytes[end..]];
            }

            case 3:
            {
                // A line is doubled or left out.
                var start = bytes.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
                var end = bytes.AsSpan(at).IndexOf((byte)'\n') is var found && found >= 0 ? at + found + 1 : bytes.Length;
                return random.NextBelow(2) == 0 ? [.. bytes[..end], .. bytes[start..]] : [.. bytes[..start], .. bytes[end..]];
            }

            default:
                return [.. bytes[..at], .. token, .. bytes[Math.Min(bytes.Length, at + token.Length)..]];
        }
    }

    private static byte[] DamageBytes(ref SplitMix64 random, byte[] bytes)
    {
        if (bytes.Length == 0)
            return Noise(ref random, 20);
        var changed = (byte[])bytes.Clone();
        var at = random.NextBelow(bytes.Length);
        switch (random.NextBelow(7))
        {
            case 0:
                changed[at] ^= (byte)(1 << random.NextBelow(8));
                return changed;
            case 1:
                changed[at] = (byte)random.NextBelow(256);
                return changed;
            case 2:
                return changed[..at];
            case 3:
                return changed[at..];
            case 4:
            {
                // A number that might be taken for a count or a size.
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(number, Numbers[random.NextBelow(Numbers.Length)]);
                number[..Math.Min(1 << random.NextBelow(4), bytes.Length - at)].CopyTo(changed.AsSpan(at));
                return changed;
            }

            case 5:
            {
                var length = random.NextBelow(Math.Min(200, bytes.Length - at)) + 1;
                return [.. changed[..at], .. changed[at..(at + length)], .. changed[at..]];
            }

            default:
                return [.. changed[..at], .. Noise(ref random, random.NextBelow(40)), .. changed[at..]];
        }
    }

    private static byte[] Pick(ref SplitMix64 random, byte[][] files) => files[random.NextBelow(files.Length)];

    private static byte[] Noise(ref SplitMix64 random, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)random.NextBelow(256);

        // Most noise is refused at once; some begins with the magic number of a format.
        byte[] mark = random.NextBelow(6) switch
        {
            0 => [.. "DBN"u8, (byte)(1 + random.NextBelow(3)), (byte)random.NextBelow(256), 0, 0, 0],
            1 => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3],
            2 => [0x28, 0xB5, 0x2F, 0xFD],
            _ => [],
        };
        return [.. mark, .. bytes];
    }

    /// <summary>One Zstandard frame that stores its text uncompressed, which is quick to make.</summary>
    private static byte[] StoredZstandard(byte[] bytes)
    {
        var frame = new List<byte> { 0x28, 0xB5, 0x2F, 0xFD, 0xA0 };
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, bytes.Length);
        frame.AddRange(number);
        for (var at = 0; at == 0 || at < bytes.Length; at += 1 << 16)
        {
            var size = Math.Min(1 << 16, bytes.Length - at);
            BinaryPrimitives.WriteInt32LittleEndian(number, (size << 3) | (at + size == bytes.Length ? 1 : 0));
            frame.AddRange(number[..3]);
            frame.AddRange(bytes.AsSpan(at, size));
        }

        return [.. frame];
    }

    private static byte[] Csv(string header, string line) =>
        Encoding.UTF8.GetBytes(
            header
                + string.Concat(
                    Enumerable.Range(0, 8).Select(i => line.Replace("{0}", ((char)('0' + i)).ToString(), StringComparison.Ordinal) + "\n")
                )
        );

    private static byte[] Bars(byte version, ushort schema, byte type, int padding)
    {
        var file = new DbnBytes(version, schema) { Padding = padding }
            .Map("NQM4", (20240601, 20240701, "1"))
            .Map("NQU4", (20240601, 20240701, "2"), (20240701, 20240801, "3"));
        for (var i = 0u; i < 6; i++)
            file.Bar(
                type,
                1 + (i % 3),
                1_717_372_800_000_000_000UL + (i * 1_000_000_000UL),
                5_000_250_000_000,
                5_001_000_000_000,
                4_999_000_000_000,
                5_000_000_000_000,
                i
            );
        return file.ToArray();
    }

    private static byte[] Trades(byte version, ushort schema, byte type)
    {
        var file = new DbnBytes(version, schema).Map("NQM4", (20240601, 20240701, "1"));
        for (var i = 0u; i < 6; i++)
            file.Trade(
                type,
                1,
                1_717_372_800_000_000_000UL,
                1_717_372_800_000_000_000UL + i,
                5_000_250_000_000,
                i,
                i % 2 == 0 ? 'T' : 'A',
                'B'
            );
        return file.ToArray();
    }

    private static byte[] Orders(byte version)
    {
        var file = new DbnBytes(version, 0);
        for (var i = 0u; i < 6; i++)
            file.Order(1, 1_717_372_800_000_000_000UL, 1_717_372_800_000_000_000UL + i, 5_000_250_000_000, i, "ATFCTM"[(int)i], 'A');
        return file.ToArray();
    }
}
