using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>Latches are independent of each other, and the strictest one is shown.</summary>
public sealed class LatchTests
{
    private static Timestamp At(int minute) => NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(10, minute));

    [Fact]
    public void A_latch_keeps_the_time_of_the_first_and_the_later_end()
    {
        var board = new LatchBoard();
        Assert.True(board.Hold(Latch.LongLossPause, At(0), At(30)));
        Assert.True(board.Hold(Latch.LongLossPause, At(5), At(35)));
        Assert.False(board.Hold(Latch.LongLossPause, At(6), At(20)));

        Assert.Equal((At(0), At(35)), (board.SinceOf(Latch.LongLossPause), board.UntilOf(Latch.LongLossPause)));
        Assert.Equal(At(35), board.NextRelease);
        Assert.Equal(Latch.None, board.DueAt(new Timestamp(At(35).Nanoseconds - 1)));
        Assert.Equal(Latch.LongLossPause, board.DueAt(At(35)));
    }

    [Fact]
    public void Releasing_one_latch_leaves_the_others_and_the_strictest_is_shown()
    {
        var board = new LatchBoard();
        Assert.Equal(TradingState.Active, board.State);
        board.Hold(Latch.EndOfDay, At(0), At(50));
        Assert.Equal((TradingState.Reducing, Latch.None, 1), (board.State, board.Blocking, board.Reductions));
        board.Hold(Latch.LossPause, At(1), At(16));
        Assert.Equal(TradingState.Paused, board.State);
        board.Hold(Latch.DailyLoss, At(2), Timestamp.Never);
        Assert.Equal((TradingState.StoppedForDay, true, false), (board.State, board.MustBeFlat, board.IsFinal));
        board.Hold(Latch.AccountDrawdown, At(3), Timestamp.Never);
        Assert.Equal((TradingState.ManualReview, true), (board.State, board.IsFinal));
        board.Hold(Latch.Killed, At(4), Timestamp.Never);
        Assert.Equal(TradingState.Killed, board.State);

        Assert.True(board.Release(Latch.Killed));
        Assert.False(board.Release(Latch.Killed));
        board.Release(Latch.AccountDrawdown);
        board.Release(Latch.DailyLoss);
        Assert.Equal((TradingState.Paused, At(16)), (board.State, board.NextRelease));
        Assert.Equal([new HeldLatch(Latch.EndOfDay, At(0), At(50)), new HeldLatch(Latch.LossPause, At(1), At(16))], board.ToList());
    }

    [Theory]
    [InlineData(BreakerAction.Pause, BreakerAction.Pause, 0, TradingState.Paused)]
    [InlineData(BreakerAction.Half, BreakerAction.Pause, 1, TradingState.Paused)]
    [InlineData(BreakerAction.Half, BreakerAction.Half, 2, TradingState.Reducing)]
    [Trait("Spec", "R18")]
    [Trait("Spec", "R20")]
    public void A_breaker_of_the_market_pauses_or_halves_as_it_is_set(
        BreakerAction onVolatility,
        BreakerAction onVolume,
        int reductions,
        TradingState state
    )
    {
        var board = new LatchBoard(new RiskLimits { OnVolatility = onVolatility, OnLowVolume = onVolume }.HalvingInstead);
        board.Hold(Latch.Volatility, At(0), Timestamp.Never);
        board.Hold(Latch.Volume, At(0), Timestamp.Never);

        Assert.Equal((reductions, state), (board.Reductions, board.State));
    }

    [Fact]
    public void A_latch_that_is_not_held_has_no_times()
    {
        var board = new LatchBoard();
        board.Hold(Latch.LossPause, At(1), At(16));
        Assert.Equal((default, default), (board.SinceOf(Latch.LongLossPause), board.UntilOf(Latch.LongLossPause)));
        Assert.Equal(
            (At(1), At(16), true, false),
            (board.SinceOf(Latch.LossPause), board.UntilOf(Latch.LossPause), board.Has(Latch.LossPause), board.Has(Latch.LongLossPause))
        );
    }

    [Fact]
    public void Holding_a_latch_to_the_same_end_again_changes_nothing()
    {
        var board = new LatchBoard();
        Assert.True(board.Hold(Latch.LossPause, At(1), At(16)));
        Assert.False(board.Hold(Latch.LossPause, At(2), At(16)));
        Assert.True(board.Hold(Latch.LossPause, At(2), new Timestamp(At(16).Nanoseconds + 1)));
    }

    /// <summary>
    /// Latches come due one at a time, in the table's order, whichever ends first; a latch without an end never comes due.
    /// </summary>
    [Fact]
    [Trait("Spec", "R21")]
    public void Each_latch_comes_due_at_its_own_instant()
    {
        var board = new LatchBoard();
        board.Hold(Latch.Feed, At(0), Timestamp.Never);
        board.Hold(Latch.LossPause, At(0), At(20));
        board.Hold(Latch.LongLossPause, At(0), At(10));
        Assert.Equal((At(10), Latch.None, Latch.LongLossPause), (board.NextRelease, board.DueAt(At(9)), board.DueAt(At(10))));
        Assert.Equal(Latch.LossPause, board.DueAt(At(20)));

        board.Release(Latch.LossPause);
        Assert.Equal((At(10), Latch.LongLossPause), (board.NextRelease, board.DueAt(At(20))));
        board.Release(Latch.LongLossPause);
        Assert.Equal((Timestamp.Never, Latch.None, Latch.Feed), (board.NextRelease, board.DueAt(At(59)), board.Held));
    }

    /// <summary>Saved states are compared byte by byte, so a released latch must leave no byte behind.</summary>
    [Fact]
    public void A_latch_released_or_cleared_leaves_nothing_behind()
    {
        var board = new LatchBoard();
        board.Hold(Latch.LossPause, At(1), At(16));
        board.Release(Latch.LossPause);
        Assert.Equal(Saved(new LatchBoard()), Saved(board));

        board.Hold(Latch.DailyLoss, At(2), At(30));
        board.Clear();
        Assert.Equal((Latch.None, Timestamp.Never, Latch.None), (board.Held, board.NextRelease, board.DueAt(At(59))));
        Assert.Equal(Saved(new LatchBoard()), Saved(board));
    }

    [Fact]
    [Trait("Spec", "R21")]
    public void A_board_saved_and_loaded_is_the_same_board()
    {
        var (saved, loaded) = (new LatchBoard(), new LatchBoard());
        saved.Hold(Latch.LossPause, At(1), At(16));
        saved.Hold(Latch.Killed, At(2), Timestamp.Never);
        loaded.Hold(Latch.Feed, At(3), At(4));
        StateArchive.Load(Saved(saved), loaded.Archive);

        Assert.Equal(saved.ToList(), loaded.ToList());
        Assert.Equal((At(16), Latch.LossPause), (loaded.NextRelease, loaded.DueAt(At(16))));
    }

    [Fact]
    public void Asking_for_the_strictest_of_no_latches_is_a_broken_invariant() =>
        Assert.Throws<InvariantException>(() => LatchTable.Strictest(Latch.None));

    /// <summary>The later one in the table counts as the stricter.</summary>
    [Fact]
    [Trait("Spec", "R22")]
    public void Of_two_equally_strict_latches_the_later_in_the_table_is_shown()
    {
        Assert.Equal(Latch.LongLossPause, LatchTable.Strictest(Latch.Feed | Latch.LongLossPause | Latch.EndOfDay).Latch);
        Assert.Equal(Latch.Killed, LatchTable.Strictest(LatchTable.All).Latch);
        Assert.Equal(Latch.EndOfDay, LatchTable.Strictest(Latch.EndOfDay).Latch);
    }

    /// <summary>
    /// What each latch enforces, what state it puts the account in, what it does, what ends it, and whether a restart keeps it: copied from
    /// section 5.
    /// </summary>
    [Theory]
    [InlineData(Latch.EndOfDay, "R13", TradingState.Reducing, LatchEffect.Halves, LatchRelease.Instant, false)]
    [InlineData(Latch.Feed, "", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false)]
    [InlineData(Latch.Market, "", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false)]
    [InlineData(Latch.Connection, "", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false)]
    [InlineData(Latch.Clock, "R21", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false)]
    [InlineData(Latch.Store, "R21", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Restart, false)]
    [InlineData(Latch.AccountBlocked, "", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false)]
    [InlineData(Latch.Volatility, "R18", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false)]
    [InlineData(Latch.Spread, "R19", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false)]
    [InlineData(Latch.Volume, "R20", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Condition, false)]
    [InlineData(Latch.OperatorPause, "", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Resume, true)]
    [InlineData(Latch.LossPause, "R14", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Instant, true)]
    [InlineData(Latch.LongLossPause, "R15", TradingState.Paused, LatchEffect.Blocks, LatchRelease.Instant, true)]
    [InlineData(Latch.DailyLoss, "R1", TradingState.StoppedForDay, LatchEffect.Flattens, LatchRelease.Instant, true)]
    [InlineData(Latch.DailyDrawdown, "R2", TradingState.StoppedForDay, LatchEffect.Flattens, LatchRelease.Instant, true)]
    [InlineData(Latch.DayUnknown, "R1", TradingState.StoppedForDay, LatchEffect.Flattens, LatchRelease.Instant, true)]
    [InlineData(Latch.DayExhausted, "R7", TradingState.StoppedForDay, LatchEffect.Blocks, LatchRelease.Instant, true)]
    [InlineData(Latch.AccountDrawdown, "R4", TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true)]
    [InlineData(Latch.ManualKill, "R23", TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true)]
    [InlineData(Latch.Halted, "R24", TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true)]
    [InlineData(Latch.StateLost, "R21", TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true)]
    [InlineData(Latch.Starved, "R25", TradingState.ManualReview, LatchEffect.Blocks, LatchRelease.Review, true)]
    [InlineData(Latch.ForeignActivity, "", TradingState.ManualReview, LatchEffect.Flattens, LatchRelease.Review, true)]
    [InlineData(Latch.Killed, "R5", TradingState.Killed, LatchEffect.Flattens, LatchRelease.Never, true)]
    [Trait("Spec", "R24")]
    public void Each_latch_does_what_its_row_says(
        Latch latch,
        string enforces,
        TradingState state,
        LatchEffect effect,
        LatchRelease release,
        bool isDurable
    )
    {
        var row = LatchTable.Of(latch);
        Assert.Equal(
            (latch, enforces, state, effect, release, isDurable),
            (row.Latch, row.Row, row.State, row.Effect, row.Release, row.IsDurable)
        );
        var sets = (
            Final: state >= TradingState.ManualReview,
            Reviewed: release == LatchRelease.Review,
            Flattening: effect == LatchEffect.Flattens,
            Durable: isDurable
        );
        Assert.Equal(
            sets,
            (
                (LatchTable.Final & latch) != 0,
                (LatchTable.Reviewed & latch) != 0,
                (LatchTable.Flattening & latch) != 0,
                (LatchTable.Durable & latch) != 0
            )
        );
        Assert.True((LatchTable.All & latch) != 0);

        var board = new LatchBoard();
        board.Hold(latch, At(0), Timestamp.Never);
        Assert.Equal((state, sets.Final, sets.Flattening), (board.State, board.IsFinal, board.MustBeFlat));
        Assert.Equal(
            effect == LatchEffect.Halves ? (Latch.None, 1, true) : (latch, 0, false),
            (board.Blocking, board.Reductions, board.Halves(latch))
        );
    }

    private static byte[] Saved(LatchBoard board) => StateArchive.Save(board.Archive);

    /// <summary>Stored states hold these numbers: bit n is row n, so rows never move.</summary>
    [Fact]
    public void The_table_has_every_latch_once_in_the_order_of_its_bit()
    {
        Assert.Equal(Enum.GetValues<Latch>().Where(latch => latch != Latch.None), LatchTable.Rows.Select(row => row.Latch));
        for (var i = 0; i < LatchTable.Rows.Count; i++)
            Assert.Equal((i, 1u << i), (LatchTable.Rows[i].Index, (uint)LatchTable.Rows[i].Latch));
        Assert.Equal(LatchTable.Rows.Count, LatchTable.Rows.Select(row => row.Rule).Distinct().Count());
    }
}
