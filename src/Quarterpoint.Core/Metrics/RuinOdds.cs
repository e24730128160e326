using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Statistics;

namespace Quarterpoint.Core.Metrics;

/// <summary>
/// A share of simulated paths. <paramref name="Interval"/> is Wilson's 95 % of the simulation alone: it says what more paths could change, and
/// nothing of how well the run's days stand for days to come.
/// </summary>
public readonly record struct Odds(double Probability, Interval Interval);

/// <summary>That a limit has fired at least once.</summary>
public readonly record struct LimitOdds(Rule Limit, double Probability, Interval Interval);

/// <summary>What a fresh account has come to after so many trading days.</summary>
public sealed record HorizonOdds
{
    public required int Days { get; init; }

    /// <summary>R1, R2, R4, R5, and R25.</summary>
    public required IReadOnlyList<LimitOdds> Limits { get; init; }

    /// <summary>That R4, R5, or R25 has ended the account.</summary>
    public required Odds Ended { get; init; }

    /// <summary>The equity that 5 % of the paths do not exceed.</summary>
    public required Money EquityLow { get; init; }

    public required Money EquityMedian { get; init; }

    /// <summary>The equity that 5 % of the paths exceed.</summary>
    public required Money EquityHigh { get; init; }
}

/// <summary>What <see cref="RuinStudy"/> found, and from what: the same run, paths, and seed give the same numbers.</summary>
public sealed record RuinOdds
{
    public required int Paths { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Days that stay together on average when they are drawn.</summary>
    public required int MeanBlockDays { get; init; }

    /// <summary>Trading days that were drawn from, those without a trade included.</summary>
    public required int DaysDrawnFrom { get; init; }

    public required IReadOnlyList<HorizonOdds> Horizons { get; init; }
}
