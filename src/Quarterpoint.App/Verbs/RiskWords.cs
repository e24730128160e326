using System.Globalization;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Verbs;

/// <summary>A latch as JSON tells it.</summary>
internal sealed record LatchDocument(string Latch, string State, string Row, DateTime Since, DateTime? Until, string Release);

/// <summary>An account's risk in the words of a screen.</summary>
internal static class RiskWords
{
    public static string Dollars(Money value) => value.InDollars.ToString("$#,0.00;-$#,0.00", CultureInfo.InvariantCulture);

    public static string Of(TradingState state) =>
        state switch
        {
            TradingState.StoppedForDay => "stoppedForDay",
            TradingState.ManualReview => "manualReview",
            _ => state.ToString().ToLowerInvariant(),
        };

    /// <summary>A word of an enumeration: DailyLoss as "daily loss".</summary>
    public static string Spaced(Enum value) =>
        string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));

    public static LatchDocument LatchOf(HeldLatch held)
    {
        var row = LatchTable.Of(held.Latch);
        return new LatchDocument(
            held.Latch.ToString(),
            Of(row.State),
            row.Row,
            held.Since.ToUtc(),
            held.Until == Timestamp.Never ? null : held.Until.ToUtc(),
            ReleaseOf(held)
        );
    }

    /// <summary>What ends a latch.</summary>
    public static string ReleaseOf(HeldLatch held) =>
        LatchTable.Of(held.Latch).Release switch
        {
            LatchRelease.Instant => held.Until == Timestamp.Never ? "no day is known" : $"by itself at {InNewYork(held.Until)}",
            LatchRelease.Condition => "by itself, when its cause is gone",
            LatchRelease.Restart => "a restart",
            LatchRelease.Resume => "a person resumes",
            LatchRelease.Review => "qp risk review --note \"...\"",
            _ => "never",
        };

    public static string InWords(TradingState state, IEnumerable<HeldLatch> latches)
    {
        var held = latches.Select(l => $"{Spaced(l.Latch)} (ends: {ReleaseOf(l)})").ToList();
        return held.Count == 0 ? Spaced(state) : $"{Spaced(state)}: {string.Join("; ", held)}";
    }

    public static string InNewYork(Timestamp time) =>
        NewYork.Local(time).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " New York";

    /// <summary>The state that the strictest latch gives; active where none is held.</summary>
    public static TradingState StateOf(RiskState risk)
    {
        var set = risk.Latches.Aggregate(Latch.None, (all, held) => all | held.Latch);
        return set == Latch.None ? TradingState.Active : LatchTable.Strictest(set).State;
    }
}
