using Quarterpoint.Core;
using Quarterpoint.Data.Import.Csv;
using Quarterpoint.Data.Import.Dbn;

namespace Quarterpoint.Data.Import;

/// <summary>What a user may state about a file.</summary>
public sealed record RowReaderOptions
{
    /// <summary>
    /// Null: found out from the content. Only with <see cref="SourceFormat.Dbn"/> a fragment without metadata can be read.
    /// </summary>
    public SourceFormat? Format { get; init; }

    /// <summary>The time zone of times that state none; null refuses such times.</summary>
    public TimeZoneInfo? TimeZone { get; init; }
}

/// <summary>Opens files of every format except Parquet.</summary>
public static class RowReaders
{
    /// <summary>Opens a CSV, text, or DBN file, plain or compressed, and finds out from its first rows how to read it.</summary>
    /// <exception cref="BadInputException">
    /// The file cannot be opened, is of no known format, or its columns cannot be understood.
    /// </exception>
    /// <exception cref="ArgumentException">The file is Parquet, which the importer opens itself.</exception>
    public static IRowReader Open(string path, RowReaderOptions options) => Open(SourceFile.OnDisk(path), options);

    internal static IRowReader Open(SourceFile source, RowReaderOptions options) =>
        (options.Format ?? SourceFormats.Detect(source)) switch
        {
            SourceFormat.Csv => CsvRowReader.Open(source, options.TimeZone),
            SourceFormat.Dbn => DbnRowReader.Open(source),
            _ => throw new ArgumentException($"{source.Name} is a Parquet file, which this does not open.", nameof(options)),
        };
}
