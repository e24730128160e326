namespace Quarterpoint.Reporting.Charts;

/// <summary>How the values of a series are drawn.</summary>
public enum ChartMark : byte
{
    /// <summary>A line from value to value.</summary>
    Line,

    /// <summary>A line that keeps a value until the next: for what changes at an instant.</summary>
    Step,

    /// <summary>A stepped line with the room to zero filled.</summary>
    Area,

    /// <summary>A bar from zero at each place.</summary>
    Bar,

    /// <summary>A rectangle from (X, Low) to (To, Y); on an axis of names, one that fills its place.</summary>
    Block,

    /// <summary>A filled circle.</summary>
    Dot,

    /// <summary>A diamond, which is told from a dot without its colour.</summary>
    Diamond,

    /// <summary>A triangle that points up.</summary>
    Up,

    /// <summary>A triangle that points down.</summary>
    Down,
}

/// <summary>What a series means, from which its colour follows in light and in dark.</summary>
public enum ChartTone : byte
{
    /// <summary>The main thing.</summary>
    Ink,

    /// <summary>What stands behind it.</summary>
    Soft,

    /// <summary>Above zero, won, up.</summary>
    Good,

    /// <summary>Below zero, lost, down.</summary>
    Bad,

    /// <summary>Good or bad by the sign of each value.</summary>
    Sign,
}

/// <summary>The values of one series, column by column. All columns that are given have one length.</summary>
public sealed record ChartSeries
{
    public required string Name { get; init; }

    public required ChartMark Mark { get; init; }

    public ChartTone Tone { get; init; }

    public bool Dashed { get; init; }

    /// <summary>
    /// Where each value stands: a number, or on an axis of time the steps of <see cref="ChartTime"/>. Null: 0, 1, 2, and so on, which are
    /// the places of an axis of names.
    /// </summary>
    public IReadOnlyList<double>? X { get; init; }

    /// <summary>The values; null where there is none, which breaks a line unless <see cref="Bridges"/>.</summary>
    public required IReadOnlyList<double?> Y { get; init; }

    /// <summary>Where blocks begin on the y axis; null for zero.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    /// <summary>Where blocks end on the x axis.</summary>
    public IReadOnlyList<double>? To { get; init; }

    /// <summary>The diameter of each dot in CSS pixels.</summary>
    public IReadOnlyList<double>? Size { get; init; }

    /// <summary>What each mark says when it is pointed at, instead of its numbers.</summary>
    public IReadOnlyList<string>? Says { get; init; }

    /// <summary>What stands at the end of each block.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Series of one stack stand on each other.</summary>
    public string? Stack { get; init; }

    /// <summary>Whether a line goes on over values that are missing.</summary>
    public bool Bridges { get; init; }
}
