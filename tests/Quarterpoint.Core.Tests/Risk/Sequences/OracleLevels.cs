using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>
/// The marks of a day and of a life, and the balances at which SPEC R1, R2, R4, and R5 fire. Money is in millionths of a dollar.
/// </summary>
internal sealed class OracleLevels(RiskLimits limits)
{
    /// <summary>What the account was worth when the day began.</summary>
    public long Baseline { get; set; }

    /// <summary>The most that it was worth since then.</summary>
    public long Peak { get; set; }

    /// <summary>The most that it was ever worth, or since a person reviewed it.</summary>
    public long HighWater { get; set; }

    /// <summary>The day's two limits: the higher of them.</summary>
    public long HighestOfDay => Math.Max(Baseline - limits.DailyLoss.MicroDollars, Peak - limits.DailyDrawdown.MicroDollars);

    /// <summary>The level that falling equity reaches first.</summary>
    public long Highest =>
        Math.Max(
            HighestOfDay,
            Math.Max(HighWater - limits.AccountDrawdown.MicroDollars, limits.Capital.MicroDollars - limits.KillLoss.MicroDollars)
        );

    public IEnumerable<(Rule Rule, long Level)> All =>
        [
            (Rule.DailyLoss, Baseline - limits.DailyLoss.MicroDollars),
            (Rule.DailyDrawdown, Peak - limits.DailyDrawdown.MicroDollars),
            (Rule.AccountDrawdown, HighWater - limits.AccountDrawdown.MicroDollars),
            (Rule.KillSwitch, limits.Capital.MicroDollars - limits.KillLoss.MicroDollars),
        ];

    /// <summary>The account is worth that now.</summary>
    public void Rise(long worth) => (Peak, HighWater) = (Math.Max(Peak, worth), Math.Max(HighWater, worth));

    public void BeginDay(long worth) => (Baseline, Peak) = (worth, worth);
}
