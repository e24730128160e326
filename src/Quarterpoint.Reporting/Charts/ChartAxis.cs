namespace Quarterpoint.Reporting.Charts;

/// <summary>What an axis counts.</summary>
public enum ChartScale : byte
{
    /// <summary>A quantity, on a linear scale.</summary>
    Number,

    /// <summary>Instants, as <see cref="ChartTime"/> writes them.</summary>
    Time,

    /// <summary>Names, one place each: days without the nights and weekends between them.</summary>
    Name,
}

/// <summary>How a number is printed.</summary>
public enum ChartFormat : byte
{
    /// <summary>With as many decimals as it has, three at most.</summary>
    Plain,

    /// <summary>Dollars and cents: $1,234.50.</summary>
    Dollars,

    /// <summary>Dollars and cents with a plus where above zero.</summary>
    Result,

    /// <summary>A fraction of 1 as percent.</summary>
    Percent,

    /// <summary>A whole number; an axis has no rules between two of them.</summary>
    Count,

    /// <summary>Points of an instrument, two decimals at least.</summary>
    Price,
}

/// <summary>One axis of a chart.</summary>
public sealed record ChartAxis
{
    public ChartScale Scale { get; init; }

    public ChartFormat Format { get; init; }

    /// <summary>Beside the axis: what is counted, and in what; empty where the numbers say it.</summary>
    public string Title { get; init; } = "";

    /// <summary>The places of a <see cref="ChartScale.Name"/> axis, in order.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Whether the axis may begin away from zero: for prices.</summary>
    public bool Floats { get; init; }
}
