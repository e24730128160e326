using System.Numerics;

namespace Quarterpoint.Core.Risk;

/// <summary>What a latch does while it is held.</summary>
public enum LatchEffect : byte
{
    /// <summary>Halves new entries, and rounds down.</summary>
    Halves,

    /// <summary>Nothing opens or enlarges.</summary>
    Blocks,

    /// <summary>Nothing opens, and what is open is closed at once.</summary>
    Flattens,
}

/// <summary>What ends a latch.</summary>
public enum LatchRelease : byte
{
    /// <summary>Its cause is gone.</summary>
    Condition,

    /// <summary>An instant stored with it has come.</summary>
    Instant,

    /// <summary>A restart of the program.</summary>
    Restart,

    /// <summary>A person resumes.</summary>
    Resume,

    /// <summary>A person reviews the account and says why.</summary>
    Review,

    Never,
}

/// <summary>One row of the table that <c>docs/latches.md</c> shows; a test holds the two together.</summary>
/// <param name="Latch">The latch.</param>
/// <param name="Row">The row of SPEC.md it enforces; empty where none asks for it by name.</param>
/// <param name="Rule">What a refusal by it is called.</param>
/// <param name="State">What it makes of the account.</param>
/// <param name="Effect">What it does.</param>
/// <param name="Release">What ends it.</param>
/// <param name="IsDurable">Whether it survives a restart; what does not is measured anew.</param>
public sealed record LatchRow(
    Latch Latch,
    string Row,
    Rule Rule,
    TradingState State,
    LatchEffect Effect,
    LatchRelease Release,
    bool IsDurable
)
{
    /// <summary>The place in <see cref="LatchTable.Rows"/>.</summary>
    public int Index => BitOperations.TrailingZeroCount((uint)Latch);
}

/// <summary>Every latch, what it blocks, and what releases it, in the order of <see cref="Latch"/>.</summary>
public static class LatchTable
{
    private static readonly LatchRow[] Table =
    [
        new(Latch.EndOfDay, "R13", Rule.EndOfDayReduce, TradingState.Reducing, LatchEffect.Halves, LatchRelease.Instant, false),
        new(Latch.Feed, "", Rule.FeedLost, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false),
        new(Latch.Market, "", Rule.MarketHalted, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false),
        new(Latch.Connection, "", Rule.ConnectionLost, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false),
        new(Latch.Clock, "R21", Rule.ClockSuspect, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false),
        new(Latch.Store, "R21", Rule.StoreFailed, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Restart, false),
        new(Latch.AccountBlocked, "", Rule.AccountBlocked, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false),
        new(Latch.Volatility, "R18", Rule.Volatility, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false),
        new(Latch.Spread, "R19", Rule.Spread, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false),
        new(Latch.Volume, "R20", Rule.Volume, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false),
        new(Latch.OperatorPause, "", Rule.OperatorPause, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Resume, true),
        new(Latch.LossPause, "R14", Rule.LossPause, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Instant, true),
        new(Latch.LongLossPause, "R15", Rule.LongLossPause, TradingState.Paused, LatchEffect.Blocks, LatchRelease.Instant, true),
        new(Latch.DailyLoss, "R1", Rule.DailyLoss, TradingState.StoppedForDay, LatchEffect.Flattens, LatchRelease.Instant, true),
        new(Latch.DailyDrawdown, "R2", Rule.DailyDrawdown, TradingState.StoppedForDay, LatchEffect.Flattens, LatchRelease.Instant, true),
        new(Latch.DayUnknown, "R1", Rule.DayUnknown, TradingState.StoppedForDay, LatchEffect.Flattens, LatchRelease.Instant, true),
        new(Latch.DayExhausted, "R7", Rule.DayExhausted, TradingState.StoppedForDay, LatchEffect.Blocks, LatchRelease.Instant, true),
        new(Latch.AccountDrawdown, "R4", Rule.AccountDrawdown, TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true),
        new(Latch.ManualKill, "R23", Rule.Operator, TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true),
        new(Latch.Halted, "R24", Rule.Halted, TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true),
        new(Latch.StateLost, "R21", Rule.StateLost, TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true),
        new(Latch.Starved, "R25", Rule.Starved, TradingState.ManualReview, LatchEffect.Blocks, LatchRelease.Review, true),
        new(Latch.ForeignActivity, "", Rule.ForeignActivity, TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true),
        new(Latch.Killed, "R5", Rule.KillSwitch, TradingState.Killed, LatchEffect.Flattens, LatchRelease.Never, true),
    ];

    public static IReadOnlyList<LatchRow> Rows => Table;

    /// <summary>Latches that survive a restart.</summary>
    public static readonly Latch Durable = Where(row => row.IsDurable);

    /// <summary>Latches that only a person ends, or nobody: the end of a backtest's account.</summary>
    public static readonly Latch Final = Where(row => row.State >= TradingState.ManualReview);

    /// <summary>Latches that a review ends.</summary>
    public static readonly Latch Reviewed = Where(row => row.Release == LatchRelease.Review);

    /// <summary>Latches under which nothing may stay open.</summary>
    public static readonly Latch Flattening = Where(row => row.Effect == LatchEffect.Flattens);

    /// <summary>Every latch there is.</summary>
    public static readonly Latch All = Where(_ => true);

    public static LatchRow Of(Latch latch) => Table[BitOperations.TrailingZeroCount((uint)latch)];

    /// <summary>
    /// The strictest of a set, the later in the enumeration where two are as strict; it must not be empty. Asked at every bar of a halted
    /// account.
    /// </summary>
    public static LatchRow Strictest(Latch set)
    {
        LatchRow? strictest = null;
        for (var left = (uint)set; left != 0; left &= left - 1)
        {
            var row = Of((Latch)left);
            if (strictest is null || row.State >= strictest.State)
                strictest = row;
        }

        return strictest ?? throw new InvariantException("a strictest latch is asked of a set that has none");
    }

    private static Latch Where(Func<LatchRow, bool> holds) => Table.Where(holds).Aggregate(Latch.None, (set, row) => set | row.Latch);
}
