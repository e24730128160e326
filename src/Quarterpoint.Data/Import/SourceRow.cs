using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Import;

/// <summary>What the rows of a source are.</summary>
public enum SourceKind
{
    Bars,

    /// <summary>Trades, from which the importer builds bars.</summary>
    Trades,
}

/// <summary>
/// One row of a source, not yet checked against an instrument. Prices are whole billionths of a point, exactly as written. A trade has its
/// price in all four prices, and its size in <see cref="Volume"/>.
/// </summary>
public struct SourceRow
{
    /// <summary>The value of a volume that the source does not have.</summary>
    public const long Absent = -1;

    /// <summary>Counted from 1 within its file, without header and comment lines; for DBN, the number of the record.</summary>
    public long Number;

    /// <summary>Nanoseconds since 1970, UTC, as the source stamps the row: at the bar's start or at its end.</summary>
    public long TimeNanos;
    public long OpenNanos;
    public long HighNanos;
    public long LowNanos;
    public long CloseNanos;
    public long Volume;
    public long BidVolume;
    public long AskVolume;

    /// <summary>Who initiated the trade; none where the source does not tell.</summary>
    public Side Aggressor;

    /// <summary>
    /// The contract as the source names it (NQM9, NQH9-NQM9); null where rows name none. Equal names are the same string instance.
    /// </summary>
    public string? Symbol;
}
