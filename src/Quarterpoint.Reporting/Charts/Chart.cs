namespace Quarterpoint.Reporting.Charts;

/// <summary>
/// A chart as data: what is drawn and in which units. How it looks is the business of Assets/charts.js, which draws every chart of the
/// program from such a description. Texts are shown as text, never as markup.
/// </summary>
public sealed record Chart
{
    /// <summary>Names the chart within its page: lower case and dashes.</summary>
    public required string Id { get; init; }

    /// <summary>What a screen reader says in the chart's place.</summary>
    public required string Label { get; init; }

    /// <summary>In CSS pixels.</summary>
    public int Height { get; init; } = 260;

    public required ChartAxis X { get; init; }

    public required ChartAxis Y { get; init; }

    public required IReadOnlyList<ChartSeries> Series { get; init; }

    /// <summary>Whether a stretch of the x axis can be looked at more closely.</summary>
    public bool Zoom { get; init; }

    /// <summary>Charts of one group zoom together, and point at the same instant.</summary>
    public string? Group { get; init; }

    /// <summary>Whether the pointer finds single marks, and not all values at one x.</summary>
    public bool PointsAtMarks { get; init; }

    /// <summary>Whether the names of the series stand above the chart.</summary>
    public bool Legend { get; init; }

    /// <summary>A stretch of the x axis that is shaded.</summary>
    public ChartSpan? Shaded { get; init; }

    /// <summary>A height that is marked by a dashed line, and always within the picture.</summary>
    public double? Level { get; init; }
}

/// <summary>A stretch of an axis, both ends included.</summary>
public readonly record struct ChartSpan(double From, double To);
