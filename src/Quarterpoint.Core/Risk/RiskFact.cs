using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>What kind of thing happened.</summary>
public enum RiskFactKind : byte
{
    /// <summary>A latch is held, or held for longer.</summary>
    Held,

    Released,

    /// <summary>
    /// A limit was passed by <see cref="RiskFact.Amount"/>, by a fill worse than the reserve or by what had been won before (SPEC R7).
    /// </summary>
    Gap,

    /// <summary>A person reviewed: <see cref="RiskFact.Amount"/> is the high-water mark that was.</summary>
    Reviewed,

    /// <summary>A trading day begins: <see cref="RiskFact.Amount"/> is its baseline.</summary>
    DayBegan,
}

/// <summary>Something about risk that reports, histories, and people want to know of.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Time">When.</param>
/// <param name="Latch">For latches: which.</param>
/// <param name="Until">For latches held: what instant ends it.</param>
/// <param name="Limit">For gaps: which limit was passed.</param>
/// <param name="Amount">Dollars, where the kind has any.</param>
public readonly record struct RiskFact(RiskFactKind Kind, Timestamp Time, Latch Latch, Timestamp Until, Rule Limit, Money Amount);
