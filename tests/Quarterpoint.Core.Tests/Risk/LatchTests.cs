using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>Latches are independent, and the strictest is shown.</summary>
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
    public void Releasing_one_leaves_the_others_and_the_strictest_is_shown()
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
    public void A_breaker_of_the_market_pauses_or_halves_as_it_is_set(BreakerAction onVolatility, BreakerAction onVolume, int reductions, TradingState state)
    {
        var board = new LatchBoard(new RiskLimits { OnVolatility = onVolatility, OnLowVolume = onVolume }.HalvingInstead);
        board.Hold(Latch.Volatility, At(0), Timestamp.Never);
        board.Hold(Latch.Volume, At(0), Timestamp.Never);

        Assert.Equal((reductions, state), (board.Reductions, board.State));
    }

    /// <summary>Numbers stand in stored states: bit n is row n, and rows never move.</summary>
    [Fact]
    public void The_table_has_every_latch_once_in_the_order_of_its_bit()
    {
        Assert.Equal(Enum.GetValues<Latch>().Where(latch => latch != Latch.None), LatchTable.Rows.Select(row => row.Latch));
        for (var i = 0; i < LatchTable.Rows.Count; i++) Assert.Equal((i, 1u << i), (LatchTable.Rows[i].Index, (uint)LatchTable.Rows[i].Latch));
        Assert.Equal(LatchTable.Rows.Count, LatchTable.Rows.Select(row => row.Rule).Distinct().Count());
    }
}
