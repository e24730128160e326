using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Risk;

/// <summary>
/// The worst that a stretch of time saw, in micro-dollars: what was left to each limit follows from it. Plain fields, because every bar
/// with a position compares them.
/// </summary>
public struct LimitRoom
{
    /// <summary>Nothing has been seen yet.</summary>
    public static readonly LimitRoom Untouched = new()
    {
        Equity = long.MaxValue,
        BelowDayPeak = long.MaxValue,
        BelowHighWater = long.MaxValue,
    };

    /// <summary>The lowest equity.</summary>
    public long Equity;

    /// <summary>The deepest fall from the day's peak, zero or below.</summary>
    public long BelowDayPeak;

    /// <summary>The deepest fall from the high-water mark.</summary>
    public long BelowHighWater;

    public readonly bool IsUntouched => Equity == long.MaxValue;

    /// <summary>What was left until that limit would have fired; zero or below where it did.</summary>
    public readonly Money To(Rule limit, RiskLimits limits, Money dayBaseline) =>
        limit switch
        {
            Rule.DailyLoss => new Money(Equity) - (dayBaseline - limits.DailyLoss),
            Rule.DailyDrawdown => new Money(BelowDayPeak) + limits.DailyDrawdown,
            Rule.AccountDrawdown => new Money(BelowHighWater) + limits.AccountDrawdown,
            _ => new Money(Equity) - (limits.Capital - limits.KillLoss),
        };
}
