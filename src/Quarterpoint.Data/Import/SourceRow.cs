using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Import;

public enum SourceKind
{
    /// <summary>Rows are bars.</summary>
    Bars,

    /// <summary>Rows are trades, to be built into bars.</summary>
    Trades,
}

/// <summary>
/// One row of a source, not yet judged against an instrument. Prices are whole billionths of a point, exactly as written; a trade has its
/// price in <see cref="CloseNanos"/> and its size in <see cref="Volume"/>.
/// </summary>
public struct SourceRow
{
    /// <summary>A volume that the source does not have.</summary>
    public const long Absent = -1;

    /// <summary>Counted from 1 within its file, header and comment lines not included; DBN: records.</summary>
    public long Number;

    /// <summary>UTC, nanoseconds since 1970, as stamped: the bar's start or end (the reader does not shift it).</summary>
    public long TimeNanos;
    public long OpenNanos;
    public long HighNanos;
    public long LowNanos;
    public long CloseNanos;
    public long Volume;
    public long BidVolume;
    public long AskVolume;

    /// <summary>Who began the trade, where the source tells.</summary>
    public Side Aggressor;

    /// <summary>The contract as the source names it (NQM9, NQH9-NQM9); null where rows name none. The same string instance for the same name.</summary>
    public string? Symbol;
}

/// <summary>
/// Reads one file from its start to its end. It parses and nothing more: what an off-tick price or a backward timestamp means is decided by
/// the importer. A row that cannot be parsed throws <see cref="BadInputException"/>; reading may then go on with the next row.
/// </summary>
public interface IRowReader : IDisposable
{
    SourceKind Kind { get; }

    /// <summary>The bar length that the format states (a DBN schema); null where it must be found from the stamps.</summary>
    int? BarSeconds { get; }

    bool HasVolume { get; }

    /// <summary>Bars: both columns are there. Trades: each row tells its <see cref="SourceRow.Aggressor"/>.</summary>
    bool HasBidAskVolume { get; }

    /// <summary>Rows read so far that are no bar and no trade of the kind wanted (order events of an order-by-order file): dropped, not bad.</summary>
    long SkippedRows { get; }

    /// <summary>How far reading has come, 0 to 1, by bytes of the file on disk.</summary>
    double Progress { get; }

    /// <summary>False at the end of the file. A file that ends inside a row, or a compressed one that ends early, throws.</summary>
    /// <exception cref="BadInputException">
    /// Row above 0: that row cannot be parsed, and the next call goes on behind it. Row 0: the file cannot be read further, and every
    /// later call throws the same.
    /// </exception>
    bool TryRead(ref SourceRow row);
}
