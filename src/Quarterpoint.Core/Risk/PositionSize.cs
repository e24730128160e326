using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Risk;

/// <summary>One step of SPEC R9: from a balance on, at most so many contracts, and so many thousandths of it at risk.</summary>
public readonly record struct SizeTier(Money From, int Contracts, int PerMille);

/// <summary>
/// How many contracts (SPEC R8 to R10): the largest whole number whose stop costs no more than the tier's share of the balance times what
/// the confidence multiplies it by, and no more than the tier's cap. Everything is whole numbers, so that the cent at which a size changes
/// is exact.
/// </summary>
public static class PositionSize
{
    private const int Whole = 1_000;

    /// <summary>The least confidence that has a size at all, in millionths.</summary>
    public const int LeastConfidenceMillionths = 600_000;

    /// <summary>R10's other steps: confidence in millionths, and the multiplier in thousandths.</summary>
    private const int FullConfidence = 700_000;
    private const int HighConfidence = 800_000;
    private const int HighestConfidence = 900_000;

    /// <summary>The multiplier of an entry that no model gave a confidence to (the rules that follow bars), in thousandths.</summary>
    public const int NoModel = Whole;

    /// <summary>The highest multiplier: more than 90 %.</summary>
    public const int HighestMultiplier = 2 * Whole;

    /// <summary>R10 in thousandths; 0 for no trade.</summary>
    public static int Multiplier(int confidence) =>
        confidence switch
        {
            < LeastConfidenceMillionths => 0,
            < FullConfidence => Whole / 2,
            < HighConfidence => Whole,
            <= HighestConfidence => Whole * 3 / 2,
            _ => HighestMultiplier,
        };

    /// <summary>R9's step for min(B, E); a size of zero below the lowest.</summary>
    public static SizeTier TierOf(Money basis, RiskLimits limits)
    {
        static Money Dollars(long dollars) => new(dollars * Money.MicrosPerDollar);
        var tier = basis switch
        {
            _ when basis < limits.LowestTier => new SizeTier(Money.Zero, 0, 0),
            _ when basis < Dollars(1_000) => new SizeTier(limits.LowestTier, 1, 20),
            _ when basis < Dollars(1_500) => new SizeTier(Dollars(1_000), 2, 20),
            _ when basis < Dollars(2_000) => new SizeTier(Dollars(1_500), 3, 20),
            _ when basis < Dollars(3_000) => new SizeTier(Dollars(2_000), 4, 20),
            _ => Above(basis),
        };
        return tier with { Contracts = Math.Min(tier.Contracts, limits.MostContracts) };
    }

    /// <summary>What R8 lets one trade's stop cost: min(B, E) x the tier's share x the multiplier.</summary>
    public static Money Budget(Money basis, int multiplier, RiskLimits limits) =>
        new((long)((Int128)basis.MicroDollars * TierOf(basis, limits).PerMille * multiplier / (Whole * Whole)));

    /// <summary>R8 and R9 before R3 and the reductions.</summary>
    public static int Of(Money basis, int multiplier, Ticks stop, Money tickValue, RiskLimits limits)
    {
        var budget = Budget(basis, multiplier, limits);
        return (int)Math.Min(TierOf(basis, limits).Contracts, budget.MicroDollars / (tickValue * stop.Count).MicroDollars);
    }

    private static SizeTier Above(Money basis)
    {
        const long Step = 1_000 * Money.MicrosPerDollar;
        var thousands = basis.MicroDollars / Step;
        return new SizeTier(new Money(thousands * Step), (int)Math.Min(int.MaxValue, thousands + 2), 15);
    }
}
