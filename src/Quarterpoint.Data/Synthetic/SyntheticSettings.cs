using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Synthetic;

/// <summary>The synthetic market to make. The same settings give the same bars on every machine.</summary>
public sealed record SyntheticSettings
{
    /// <summary>The root of the contracts' symbols: MES, for MESH4.</summary>
    public string Root { get; init; } = "MES";

    /// <summary>The first trading day.</summary>
    public required DateOnly FirstDay { get; init; }

    /// <summary>The last trading day, included.</summary>
    public required DateOnly LastDay { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Information coefficient of the planted edge at 30 s, from 0 to 0.5: the correlation of the move with what can be known before it.
    /// With 0 there is no edge, and the price is a martingale.
    /// </summary>
    public double Edge { get; init; }

    /// <summary>
    /// Drift in standard deviations of a second; it lasts about half an hour on average before it turns. Markets for models have 0; a
    /// market that validates trend followers has some (SPEC X11).
    /// </summary>
    public double Trend { get; init; }

    public SessionCalendar Calendar { get; init; } = SessionCalendar.CmeEquityIndex;

    /// <summary>About where the first session opens, in ticks.</summary>
    public int StartTicks { get; init; } = 20_000;

    /// <summary>That many whole calendar months, from the month of <paramref name="start"/> on.</summary>
    public static SyntheticSettings Months(DateOnly start, int months) =>
        new()
        {
            FirstDay = new DateOnly(start.Year, start.Month, 1),
            LastDay = new DateOnly(start.Year, start.Month, 1).AddMonths(months).AddDays(-1),
        };
}
