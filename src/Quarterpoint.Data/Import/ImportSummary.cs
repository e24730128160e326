namespace Quarterpoint.Data.Import;

/// <summary>How far an import has come.</summary>
/// <param name="File">The file that is being read.</param>
/// <param name="FileNumber">Its number, from 1.</param>
/// <param name="Files">The number of all files.</param>
/// <param name="Fraction">The share of all files that is done, in bytes, from 0 to 1.</param>
/// <param name="Rows">Rows read so far.</param>
public readonly record struct ImportProgress(string File, int FileNumber, int Files, double Fraction, long Rows);

/// <summary>
/// What happened to every row: read = stored + dropped + rejected, counted in rows of the source. A trade that went into a bar is stored.
/// </summary>
public sealed record ImportSummary
{
    public required string SetName { get; init; }

    /// <summary>A hash over the stored bars: the same bars give the same fingerprint.</summary>
    public required string Fingerprint { get; init; }

    public required long RowsRead { get; init; }

    public required long RowsStored { get; init; }

    /// <summary>Rows that do not belong in the set: spreads, other products, order events, late prints.</summary>
    public required long RowsDropped { get; init; }

    /// <summary>Bad rows.</summary>
    public required long RowsRejected { get; init; }

    /// <summary>Dropped rows by reason.</summary>
    public required IReadOnlyDictionary<string, long> Dropped { get; init; }

    /// <summary>Rejected rows by what is wrong with them.</summary>
    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    /// <summary>Bars stored.</summary>
    public required long Bars { get; init; }

    public required int BarSeconds { get; init; }

    /// <summary>Symbols by delivery month; only <c>continuous</c> where the source names no contracts.</summary>
    public required IReadOnlyList<string> Contracts { get; init; }

    /// <summary>When the first bar opens, UTC.</summary>
    public required DateTime First { get; init; }

    /// <summary>When the last bar opens, UTC.</summary>
    public required DateTime Last { get; init; }

    /// <summary>What a person should know, one sentence each, and the first rejected rows.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
