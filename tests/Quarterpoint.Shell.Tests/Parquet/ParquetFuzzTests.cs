using System.Globalization;
using ParquetSharp;
using Quarterpoint.Core;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Import.Parquet;
using Quarterpoint.Data.Parquet;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Parquet;

/// <summary>
/// Damaged Parquet is reported as bad input: no crash of the native reader, no hang, no other exception. QP_FUZZ_INPUTS sets a larger
/// number of inputs.
/// </summary>
public sealed class ParquetFuzzTests(ITestOutputHelper output) : IDisposable
{
    public const int Inputs = 6_000;
    private const long Limit = 5_000;

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    [Trait("Spec", "Q6")]
    public void Damaged_files_are_bad_input_and_nothing_else()
    {
        var inputs = Math.Max(Inputs, int.Parse(Environment.GetEnvironmentVariable("QP_FUZZ_INPUTS") ?? "0", CultureInfo.InvariantCulture));
        var originals = Originals();
        var path = _work.At("fuzz.parquet");
        var (refused, read) = (0, 0);
        for (var seed = 0; seed < inputs; seed++)
        {
            var random = SplitMix64.Stream(20_240_305, (ulong)seed);
            File.WriteAllBytes(path, Damage(originals, ref random));
            try
            {
                if (ReadBothWays(path, seed))
                    read++;
                else
                    refused++;
            }
            catch (Exception e) when (e is not BadInputException)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.GetType().Name}: {e.Message}", e);
            }
        }

        output.WriteLine($"{inputs} damaged files: {refused} refused, {read} read all the same");
        Assert.Equal(inputs, refused + read);
        Assert.True(refused > inputs / 2);
    }

    private static bool ReadBothWays(string path, int seed)
    {
        var rows = 0L;
        try
        {
            using var reader = ParquetRowReader.Open(path, Micro.Mes, TimeZoneInfo.Utc);
            var row = default(SourceRow);
            var bad = new BadRowSkipper(BadRowPolicy.Drop);
            while (true)
            {
                try
                {
                    if (!reader.TryRead(ref row))
                        break;
                }
                catch (BadInputException e) when (bad.MaySkip(e)) { }

                if (++rows > Limit)
                    throw new BadInputException(path, "more rows than were ever written", "an end");
            }
        }
        catch (BadInputException)
        {
            return false;
        }

        try
        {
            var columns = ParquetBars.Load(
                path,
                Micro.Mes,
                1,
                new ParquetReadOptions { TimeZone = TimeZoneInfo.Utc, Threads = 1 + (seed % 2) },
                TestContext.Current.CancellationToken
            );
            Assert.Equal(rows, columns.Count);
            for (var i = 1; i < columns.Count; i++)
                Assert.True(columns.Time[i] > columns.Time[i - 1] && columns[i].IsConsistent);
            return true;
        }
        catch (BadInputException)
        {
            return false;
        }
    }

    private static byte[] Damage(List<byte[]> originals, ref SplitMix64 random)
    {
        byte[] bytes = [.. originals[random.NextBelow(originals.Count)]];
        var footer = bytes.Length - 8 - BitConverter.ToInt32(bytes, bytes.Length - 8);
        switch (random.NextBelow(6))
        {
            case 0:
                for (var flips = 1 + random.NextBelow(5); flips > 0; flips--)
                    bytes[random.NextBelow(bytes.Length)] ^= (byte)(1 << random.NextBelow(8));
                return bytes;
            case 1:
                for (var flips = 1 + random.NextBelow(4); flips > 0; flips--)
                    bytes[footer + random.NextBelow(bytes.Length - 8 - footer)] = (byte)random.NextBelow(256);
                return bytes;
            case 2:
                return bytes[..random.NextBelow(bytes.Length)];
            case 3:
                var other = originals[random.NextBelow(originals.Count)];
                return [.. bytes[..random.NextBelow(bytes.Length)], .. other[random.NextBelow(other.Length)..]];
            case 4:
                var at = random.NextBelow(bytes.Length);
                for (var i = at; i < Math.Min(bytes.Length, at + 40); i++)
                    bytes[i] = (byte)random.NextBelow(256);
                return bytes;
            default:
                // Bytes removed or doubled in the middle, with the footer at the end left whole.
                var from = 4 + random.NextBelow(footer - 4);
                var to = 4 + random.NextBelow(footer - 4);
                return [.. bytes[..from], .. bytes[to..]];
        }
    }

    private List<byte[]> Originals()
    {
        var files = new List<byte[]>();
        foreach (
            var compression in new[]
            {
                ParquetSharp.Compression.Uncompressed,
                ParquetSharp.Compression.Snappy,
                ParquetSharp.Compression.Gzip,
                ParquetSharp.Compression.Zstd,
                ParquetSharp.Compression.Lz4,
            }
        )
        {
            files.Add(ParquetBarsTests.Bars(300).ToBytes(120, b => b.Compression(compression).DataPagesize(256)));
            files.Add(
                ParquetBarsTests
                    .Bars(300)
                    .Text("symbol", [.. Enumerable.Repeat("MESH4", 300)])
                    .ToBytes(200, b => b.Compression(compression).DisableDictionary().EnablePageChecksum())
            );
        }

        double?[] gappy = [.. Enumerable.Range(0, 300).Select(i => i % 50 == 7 ? (double?)null : 5001.25)];
        files.Add(
            ParquetBarsTests
                .Bars(300)
                .Without("close")
                .Nullable("close", PhysicalType.Double, LogicalType.None(), gappy)
                .ToBytes(how: b => b.DataPagesize(128))
        );
        files.Add(ParquetBarsTests.Bars(2).Without("open").Bytes("open", LogicalType.Decimal(20, 2), [7, 161, 32], [7, 161, 32]).ToBytes());
        files.Add(
            ParquetBarsTests.Bars(2).Without("open").FixedBytes("open", LogicalType.Decimal(6, 2), [7, 161, 32], [7, 161, 32]).ToBytes()
        );
        files.Add(
            ParquetBarsTests
                .Bars(2)
                .Without("ts_event")
                .Column("time", PhysicalType.Int96, LogicalType.None(), new Int96(0, 0, 2_460_375), new Int96(1_000_000_000, 0, 2_460_375))
                .ToBytes()
        );
        files.AddRange(Directory.EnumerateFiles(ParquetBarsTests.Foreign).Order().Select(File.ReadAllBytes));
        files.Add(File.ReadAllBytes(OurOwn()));
        return files;
    }

    private string OurOwn()
    {
        using var writer = Data.Store.DataSetWriter.Create(
            _work.Root,
            StoreOf.Description(Micro.Mes),
            SessionCalendar.CmeEquityIndex,
            replace: false
        );
        writer.Append(
            "MESH4",
            [.. Enumerable.Range(0, 2_000).Select(i => StoreOf.Flat(StoreOf.Second("2024-03-05 14:30:00") + (uint)i, 20_000 + (i % 5)))]
        );
        writer.Complete(StoreOf.ByHand);
        return _work.At("data", "TEST", "MESH4", "2024", "2024-03.parquet");
    }
}
