using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Import;

/// <summary>Which end of a bar a source stamps it by.</summary>
public enum StampedAt
{
    Start,
    End,
}

/// <summary>What to do about a row that is wrong (SPEC D7).</summary>
public enum BadRowPolicy
{
    /// <summary>Stop at the first one and store nothing.</summary>
    Fail,

    /// <summary>Leave it out, count it by what is wrong with it, and show the first ones.</summary>
    Drop,
}

/// <summary>What is to be imported, and what its files do not say themselves.</summary>
public sealed record ImportRequest
{
    public required string Workspace { get; init; }

    public required string SetName { get; init; }

    public required Instrument Instrument { get; init; }

    /// <summary>Files and folders, in any order: they are read in order of their first times.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Null: the sessions that ship, with the instrument's hours.</summary>
    public SessionCalendar? Calendar { get; init; }

    /// <summary>The clock that stamps without a zone were written by; null: such stamps are refused.</summary>
    public TimeZoneInfo? TimeZone { get; init; }

    public StampedAt Stamps { get; init; } = StampedAt.Start;

    /// <summary>Null: as the format states it, else the smallest step between the first rows. Trades: the bars to build, 1 s.</summary>
    public int? BarSeconds { get; init; }

    /// <summary>The source's prices were adjusted elsewhere.</summary>
    public bool IsAdjusted { get; init; }

    public BadRowPolicy BadRows { get; init; } = BadRowPolicy.Fail;

    /// <summary>Whether a set of that name may be replaced.</summary>
    public bool Replace { get; init; }
}

/// <summary>How far an import has come.</summary>
/// <param name="Fraction">Of all files, by bytes, from 0 to 1.</param>
public readonly record struct ImportProgress(string File, int FileNumber, int Files, double Fraction, long Rows);

/// <summary>
/// What became of every row: read = stored + dropped + rejected, counted in rows of the source. A trade that went into a bar is stored.
/// </summary>
public sealed record ImportSummary
{
    public required string SetName { get; init; }

    public required string Fingerprint { get; init; }

    public required long RowsRead { get; init; }

    public required long RowsStored { get; init; }

    /// <summary>Not wanted: spreads, other products, order events, late prints.</summary>
    public required long RowsDropped { get; init; }

    /// <summary>Wrong.</summary>
    public required long RowsRejected { get; init; }

    public required IReadOnlyDictionary<string, long> Dropped { get; init; }

    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    public required long Bars { get; init; }

    public required int BarSeconds { get; init; }

    /// <summary>Symbols in order of delivery; a single <c>continuous</c> where the source names no contract.</summary>
    public required IReadOnlyList<string> Contracts { get; init; }

    /// <summary>Opening times of the first and the last bar, UTC.</summary>
    public required DateTime First { get; init; }

    public required DateTime Last { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }
}
