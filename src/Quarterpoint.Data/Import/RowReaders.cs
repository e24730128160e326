using Quarterpoint.Core;
using Quarterpoint.Data.Import.Csv;
using Quarterpoint.Data.Import.Dbn;

namespace Quarterpoint.Data.Import;

/// <summary>What a user may say about a file that the file does not say itself.</summary>
public sealed record RowReaderOptions
{
    /// <summary>Null: found by looking into the file. <see cref="SourceFormat.Dbn"/> also takes a fragment without a prelude.</summary>
    public SourceFormat? Format { get; init; }

    /// <summary>The clock that times without a zone were written by; a zone in the text itself wins. Null: such times are refused.</summary>
    public TimeZoneInfo? TimeZone { get; init; }
}

/// <summary>The way in for everything but Parquet.</summary>
public static class RowReaders
{
    /// <summary>Opens a CSV, text, or DBN file, plain or compressed, and learns from its first rows how to read it.</summary>
    /// <exception cref="BadInputException">The file cannot be opened, is of no known format, or its columns cannot be understood.</exception>
    /// <exception cref="ArgumentException">The file is Parquet, which is read by columns and not by rows.</exception>
    public static IRowReader Open(string path, RowReaderOptions options) => Open(SourceFile.OnDisk(path), options);

    internal static IRowReader Open(SourceFile source, RowReaderOptions options) =>
        (options.Format ?? SourceFormats.Detect(source)) switch
        {
            SourceFormat.Csv => CsvRowReader.Open(source, options.TimeZone),
            SourceFormat.Dbn => DbnRowReader.Open(source),
            _ => throw new ArgumentException($"{source.Name} is a Parquet file, which is not read row by row.", nameof(options)),
        };
}
