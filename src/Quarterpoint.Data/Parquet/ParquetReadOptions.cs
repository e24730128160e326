namespace Quarterpoint.Data.Parquet;

/// <summary>How <see cref="ColumnLoader"/> reads files.</summary>
internal sealed record ParquetReadOptions
{
    /// <summary>The time zone of stamps that state none; null refuses such stamps.</summary>
    public TimeZoneInfo? TimeZone { get; init; }

    /// <summary>How many threads decode; 0 takes one for each core.</summary>
    public int Threads { get; init; }
}
