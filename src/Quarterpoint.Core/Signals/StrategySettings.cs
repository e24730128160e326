using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Signals;

/// <summary>How <see cref="TrendRule"/> is set.</summary>
public sealed record TrendSettings
{
    internal const int StandardFast = 9;
    internal const int StandardSlow = 21;
    internal const bool StandardReverses = true;

    /// <summary>Bars of the fast average; fewer than <see cref="Slow"/>.</summary>
    public int Fast { get; init; } = StandardFast;

    /// <summary>Bars of the slow average.</summary>
    public int Slow { get; init; } = StandardSlow;

    /// <summary>
    /// Whether a cross against the position leaves it and turns round; else only stop, target, and the clock end a trade.
    /// </summary>
    public bool Reverses { get; init; } = StandardReverses;
}

/// <summary>How <see cref="RandomRule"/> is set.</summary>
public sealed record RandomSettings
{
    /// <summary>The same seed gives the same wishes; 0 or above.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Mean wait for an entry while flat, in seconds.</summary>
    public int EntrySeconds { get; init; } = 60;

    /// <summary>Mean time in a position, in seconds.</summary>
    public int HoldSeconds { get; init; } = 60;
}

/// <summary>When a model's forecast opens a trade.</summary>
public sealed record ForecastSettings
{
    private const double Millionths = 1_000_000;

    /// <summary>The least confidence that opens, 0 to 1 (SPEC T4).</summary>
    public double Gate { get; init; } = PositionSize.LeastConfidenceMillionths / Millionths;

    /// <summary>Whether the bracket's own probability must pay for its costs too (SPEC M4).</summary>
    public bool NeedsBreakEven { get; init; } = true;

    /// <summary>By how much that probability must lie above break-even, 0 to 1.</summary>
    public double BreakEvenMargin { get; init; }

    /// <summary>Whether a forecast against the position turns it round; else only the bracket and the clock end a trade.</summary>
    public bool Reverses { get; init; }

    /// <summary>Lets a gate through that cannot cover its costs; every report says so.</summary>
    public bool AllowsGateBelowBreakEven { get; init; }

    /// <summary>Whether gate and size take the lower bound of the confidence (SPEC R10); else the calibrated confidence itself.</summary>
    public bool ByLowerBound { get; init; } = true;

    /// <summary><see cref="Gate"/> as forecasts are counted.</summary>
    public int GateMillionths => (int)Math.Round(Gate * Millionths);
}
