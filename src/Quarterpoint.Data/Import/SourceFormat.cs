namespace Quarterpoint.Data.Import;

/// <summary>The format of a source, whatever its file's name ends in.</summary>
public enum SourceFormat
{
    /// <summary>Text, one row to a line.</summary>
    Csv,

    /// <summary>Databento binary encoding.</summary>
    Dbn,

    Parquet,
}
