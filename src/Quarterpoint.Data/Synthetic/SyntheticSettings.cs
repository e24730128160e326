using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Synthetic;

/// <summary>What market to make up. The same settings give the same rows, on every machine.</summary>
public sealed record SyntheticSettings
{
    /// <summary>Quarterly contracts are named after it: MESH4.</summary>
    public string Root { get; init; } = "MES";

    public required DateOnly FirstDay { get; init; }

    public required DateOnly LastDay { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Information coefficient of the planted edge at 30 s: the correlation of the move with what can be known before. 0 plants none: the
    /// price is then a martingale.
    /// </summary>
    public double Edge { get; init; }

    /// <summary>
    /// Drift that lasts for about half an hour before it may turn, in standard deviations of a second. 0 in every market that a model is
    /// tried on; a validation market for trend followers has some (SPEC X11).
    /// </summary>
    public double Trend { get; init; }

    public SessionCalendar Calendar { get; init; } = SessionCalendar.CmeEquityIndex;

    /// <summary>Level of the first session's open, in ticks.</summary>
    public int StartTicks { get; init; } = 20_000;

    /// <summary>Whole calendar months from the first of the start month.</summary>
    public static SyntheticSettings Months(DateOnly start, int months) =>
        new()
        {
            FirstDay = new DateOnly(start.Year, start.Month, 1),
            LastDay = new DateOnly(start.Year, start.Month, 1).AddMonths(months).AddDays(-1),
        };
}
