using System.Runtime.CompilerServices;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Risk;

/// <summary>
/// The levels of equity at which R1, R2, R4, and R5 fire: one for each, from the peaks and the baseline as they are now. A limit fires
/// where equity is at its level or below (SPEC section 5).
/// </summary>
public readonly record struct AccountLevels(Money DailyLoss, Money DailyDrawdown, Money AccountDrawdown, Money KillSwitch)
{
    /// <summary>The limits in the order of their weight, the lightest first, with their latches.</summary>
    public static readonly (Rule Rule, Latch Latch)[] Limits =
    [
        (Rule.DailyLoss, Latch.DailyLoss),
        (Rule.DailyDrawdown, Latch.DailyDrawdown),
        (Rule.AccountDrawdown, Latch.AccountDrawdown),
        (Rule.KillSwitch, Latch.Killed),
    ];

    /// <summary>The levels of a day and a high-water mark under those limits.</summary>
    public static AccountLevels Of(RiskLimits limits, in DayBook day, Money highWater) =>
        new(
            day.Baseline - limits.DailyLoss,
            day.Peak - limits.DailyDrawdown,
            highWater - limits.AccountDrawdown,
            limits.Capital - limits.KillLoss
        );

    /// <summary>The level of R1, R2, R4, or R5, by its rule; any other rule is an error.</summary>
    public Money this[Rule limit] =>
        limit switch
        {
            Rule.DailyLoss => DailyLoss,
            Rule.DailyDrawdown => DailyDrawdown,
            Rule.AccountDrawdown => AccountDrawdown,
            Rule.KillSwitch => KillSwitch,
            _ => throw new SwitchExpressionException(limit),
        };

    /// <summary>The highest of them, and whose it is: what R7 keeps every worst case above, and what a bar is compared with once.</summary>
    /// <param name="except">Latches held already: their limits have fired and ask for nothing more.</param>
    public (Money Level, Rule Limit) Highest(Latch except = Latch.None)
    {
        var highest = (Level: new Money(long.MinValue), Limit: Rule.None);
        foreach (var (rule, latch) in Limits)
        {
            if ((except & latch) == 0 && this[rule] >= highest.Level)
                highest = (this[rule], rule);
        }

        return highest;
    }
}
