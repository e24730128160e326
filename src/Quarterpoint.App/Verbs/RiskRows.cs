using System.Globalization;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.App.Verbs;

/// <summary>What the limits did to a run, in the few rows that a screen has room for; the report has all of it.</summary>
internal static class RiskRows
{
    private const int MostLatches = 3;

    public static IEnumerable<(string Name, string Value)> Of(Run run)
    {
        if (run.Risk is not { } risk)
            return [("risk", "not kept with this run, which is older than that; run it again to see it")];
        if (!run.Identity.RailsOn)
            return [];
        return
        [
            ("held back", HeldBack(risk)),
            ("closest to a limit", Closest(risk)),
            ("limits passed by gaps", Gaps(risk)),
            ("inactive breakers", Inactive(risk)),
            ("a fresh account", Odds(run, risk)),
        ];
    }

    /// <summary>The latches that blocked; those that only halved a size are left to the report.</summary>
    private static string HeldBack(RiskReport risk)
    {
        var blocking = risk
            .Latches.Where(use => LatchTable.Of(use.Latch).State > TradingState.Reducing)
            .OrderByDescending(use => use.Hours)
            .ToList();
        if (blocking.Count == 0)
            return "never";
        var longest = blocking
            .Take(MostLatches)
            .Select(use =>
                Say($"{RiskWords.Spaced(use.Latch)} {(use.Times == 1 ? "once" : Say($"{use.Times:N0} times"))} {use.Hours:N1} h")
            );
        var others = blocking.Count > MostLatches ? Say($", {blocking.Count - MostLatches} more") : "";
        return Say($"{string.Join(", ", longest)}{others}; of {risk.EntryHours:N1} entry hours");
    }

    private static string Closest(RiskReport risk) =>
        risk.Rooms.Count == 0
            ? "no position was ever open"
            : string.Join(
                ", ",
                AccountLevels.Limits.Select(limit =>
                    risk.ClosestTo(limit.Rule) is { } day
                        ? $"{LatchTable.Of(limit.Latch).Row} {RiskWords.Dollars(day.To(limit.Rule))} on {day.Day}"
                        : ""
                )
            );

    private static string Gaps(RiskReport risk)
    {
        if (risk.Gaps.Count == 0)
            return "none";
        var largest = risk.Gaps.MaxBy(gap => gap.Amount);
        return Say($"{risk.Gaps.Count:N0}, the largest {RiskWords.Dollars(largest.Amount)} beyond {RiskWords.Spaced(largest.Limit)}");
    }

    private static string Inactive(RiskReport risk)
    {
        var inactive = risk.Breakers.Where(breaker => breaker.IsInactive).Select(breaker => RiskWords.Spaced(breaker.Breaker)).ToList();
        return inactive.Count == 0 ? "none" : string.Join(", ", inactive) + ": nothing to compare with in this data";
    }

    private static string Odds(Run run, RiskReport risk)
    {
        if (risk.Ruin is not { Horizons.Count: > 0 } ruin)
            return Say($"not enough days: {run.Performance.DaysTraded:N0} with a trade, {RuinStudy.LeastDaysTraded} needed");
        var over = string.Join(", ", ruin.Horizons.Select(horizon => Say($"{horizon.Days} days {horizon.Ended.Probability:0.0 %}")));
        var last = ruin.Horizons[^1];
        var half = RiskWords.Dollars(last.EquityMedian);
        return Say($"is over within {over}, if days stay like these; after {last.Days} half have {half} or less");
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
