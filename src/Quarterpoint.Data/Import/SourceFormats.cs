using System.Buffers;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Import;

/// <summary>Finds out a file's format from its content. Names are no help: a download is often called .csv whatever it is.</summary>
public static class SourceFormats
{
    private const int SampleBytes = 4096;

    // Text may have tabs and line ends; any other control character in the first bytes means that the file is binary.
    private static readonly SearchValues<byte> Binary = SearchValues.Create([
        .. Enumerable.Range(0, 32).Select(code => (byte)code).Where(code => code is not ((byte)'\t' or (byte)'\n' or (byte)'\r')),
    ]);

    /// <summary>Looks at the first bytes, decompressed if they are gzip or Zstandard.</summary>
    /// <exception cref="BadInputException">The file is empty, missing, a folder, unreadable, damaged, or of no known format.</exception>
    public static SourceFormat Detect(string path) => Detect(SourceFile.OnDisk(path));

    /// <summary>Reads the name of a format: csv, dbn, or parquet.</summary>
    public static bool TryParse(string name, out SourceFormat format)
    {
        SourceFormat? found = name.ToLowerInvariant() switch
        {
            "csv" => SourceFormat.Csv,
            "dbn" => SourceFormat.Dbn,
            "parquet" => SourceFormat.Parquet,
            _ => null,
        };
        format = found ?? default;
        return found.HasValue;
    }

    internal static SourceFormat Detect(SourceFile source)
    {
        using var file = CompressedFile.Open(source);
        Span<byte> sample = stackalloc byte[SampleBytes];
        sample = sample[..file.ReadUpTo(sample)];
        if (sample.IsEmpty)
            throw new BadInputException(source.Name, "nothing after decompression", "rows of data");
        if (sample.StartsWith("PAR1"u8))
        {
            // Parquet is read from its end, and compresses its columns itself.
            return file.Packing == Packing.None
                ? SourceFormat.Parquet
                : throw new BadInputException(source.Name, "a Parquet file inside " + file.Packing, "the Parquet file unpacked");
        }

        // In a text that begins with these three letters the next character is printable, and so larger than any version.
        if (sample.StartsWith("DBN"u8) && sample.Length > 3 && sample[3] < (byte)' ')
            return SourceFormat.Dbn;
        if (sample.StartsWith("PK\u0003\u0004"u8))
            throw new BadInputException(source.Name, "a zip archive", "the file inside it, unpacked");
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || sample.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new BadInputException(source.Name, "text in UTF-16", "the same text in UTF-8");
        if (sample.IndexOfAny(Binary) >= 0)
            throw new BadInputException(source.Name, "a binary file of no known format", "CSV, DBN, or Parquet");
        return SourceFormat.Csv;
    }
}
