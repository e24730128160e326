namespace Quarterpoint.Data.Import;

/// <summary>How a source is written, whatever its name ends in.</summary>
public enum SourceFormat
{
    /// <summary>Rows of text.</summary>
    Csv,

    /// <summary>Databento binary encoding.</summary>
    Dbn,

    Parquet,
}
