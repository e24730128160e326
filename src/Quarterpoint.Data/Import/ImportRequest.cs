using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Import;

/// <summary>Whether a source stamps a bar with its start or its end.</summary>
public enum StampedAt
{
    Start,
    End,
}

/// <summary>What to do about bad rows (SPEC D7).</summary>
public enum BadRowPolicy
{
    /// <summary>Stop at the first one and store nothing.</summary>
    Fail,

    /// <summary>Leave them out, count them by what is wrong, and show the first ones.</summary>
    Drop,
}

/// <summary>What to import, and what its files do not tell themselves.</summary>
public sealed record ImportRequest
{
    public required string Workspace { get; init; }

    public required string SetName { get; init; }

    public required Instrument Instrument { get; init; }

    /// <summary>Files and folders in any order; files are read in the order of their first times.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Null: the calendar that ships with the program, with the instrument's hours.</summary>
    public SessionCalendar? Calendar { get; init; }

    /// <summary>The time zone of stamps that state none; null refuses such stamps.</summary>
    public TimeZoneInfo? TimeZone { get; init; }

    public StampedAt Stamps { get; init; } = StampedAt.Start;

    /// <summary>
    /// The length of a bar. Null: as the format states it, else the smallest step between the first rows; where rows are trades, bars of 1
    /// s are built.
    /// </summary>
    public int? BarSeconds { get; init; }

    /// <summary>Whether the source adjusted its prices, which then cannot give fills.</summary>
    public bool IsAdjusted { get; init; }

    public BadRowPolicy BadRows { get; init; } = BadRowPolicy.Fail;

    /// <summary>Whether a set of that name may be replaced.</summary>
    public bool Replace { get; init; }
}
