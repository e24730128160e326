namespace Quarterpoint.Data.Parquet;

/// <summary>What a user may say about Parquet files that they do not say themselves.</summary>
public sealed record ParquetReadOptions
{
    /// <summary>The clock that stamps without a zone were written by; null: such stamps are refused.</summary>
    public TimeZoneInfo? TimeZone { get; init; }

    /// <summary>How many threads decode; 0: one for each core.</summary>
    public int Threads { get; init; }
}
