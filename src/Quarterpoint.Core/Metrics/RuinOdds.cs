using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Statistics;

namespace Quarterpoint.Core.Metrics;

/// <summary>
/// A share of the simulated paths. <paramref name="Interval"/> is Wilson's 95 % interval of the simulation alone: it tells what more paths
/// could change, not how well the run's days represent future days.
/// </summary>
public readonly record struct Odds(double Probability, Interval Interval);

/// <summary>The share of paths in which a limit has fired at least once, with its interval as in <see cref="Odds"/>.</summary>
public readonly record struct LimitOdds(Rule Limit, double Probability, Interval Interval);

/// <summary>The state of the simulated accounts after so many trading days.</summary>
public sealed record HorizonOdds
{
    /// <summary>Trading days.</summary>
    public required int Days { get; init; }

    /// <summary>One for each of R1, R2, R4, R5, and R25.</summary>
    public required IReadOnlyList<LimitOdds> Limits { get; init; }

    /// <summary>The share of accounts that R4, R5, or R25 has ended.</summary>
    public required Odds Ended { get; init; }

    /// <summary>The equity that 5 % of the paths do not exceed.</summary>
    public required Money EquityLow { get; init; }

    public required Money EquityMedian { get; init; }

    /// <summary>The equity that 5 % of the paths exceed.</summary>
    public required Money EquityHigh { get; init; }
}

/// <summary>The result of <see cref="RuinStudy"/>. The same run, paths, and seed give the same numbers.</summary>
public sealed record RuinOdds
{
    /// <summary>Simulated accounts.</summary>
    public required int Paths { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Mean length of a block of days drawn together.</summary>
    public required int MeanBlockDays { get; init; }

    /// <summary>Trading days to draw from, with those that had no trade.</summary>
    public required int DaysDrawnFrom { get; init; }

    public required IReadOnlyList<HorizonOdds> Horizons { get; init; }
}
