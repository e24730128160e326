using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Signals;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>
/// SPEC T4 in the backtest: a reversal is an exit and, once that has filled, an entry checked anew; the next bar fills it.
/// </summary>
[Trait("Spec", "T4")]
[Trait("Spec", "X2")]
public sealed class Reversals
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_exit_fills_at_the_next_open_and_the_entry_at_the_one_after(bool native)
    {
        var trades = new Scene()
            .Native(native)
            .Flat("10:00:00", "10:00:10")
            .Bar("10:00:10", 2, 2, 2, 2)
            .Bar("10:00:11", 3, 3, 3, 3)
            .Bar("10:00:12", 4, 4, 4, 4)
            .Bar("10:00:13", 5, 5, 5, 5)
            .Wish("10:00:00", Wish.Long)
            .Wish("10:00:10", Wish.Short)
            .RunAll();

        // Long 0 + 1, out 3 - 1; short 4 - 1, booked at the last close.
        Assert.Equal(new Told(Side.Buy, 1, 2, "10:00:01", "10:00:11", ExitReason.Signal, 2, default), trades[0]);
        Assert.Equal(new Told(Side.Sell, 3, 5, "10:00:12", "10:00:14", ExitReason.EndOfData, 1, FillFlags.EndOfData), trades[1]);
        Assert.Equal(2, trades.Count);
    }

    [Theory]
    [InlineData("10:00:17", true)] // the exit filled in the bar stamped :11; 1 s of bar and 5 s to wait
    [InlineData("10:00:18", false)]
    public void The_entry_waits_five_seconds_from_the_end_of_the_bar_that_filled_the_exit(string next, bool enters)
    {
        var trades = new Scene()
            .Flat("10:00:00", "10:00:12")
            .Bar(next, 4, 4, 4, 4)
            .Wish("10:00:00", Wish.Long)
            .Wish("10:00:10", Wish.Short)
            .RunAll();

        Assert.Equal(enters ? 2 : 1, trades.Count);
        if (enters)
            Assert.Equal((next, 3), (trades[1].EnteredAt, trades[1].Entry));
    }

    [Fact]
    public void Reverses_on_minute_bars_without_a_gap()
    {
        var trades = new Scene(barSeconds: 60)
            .Flat("10:00:00", "10:10:00")
            .Wish("10:00:00", Wish.Long)
            .Wish("10:04:00", Wish.Short)
            .RunAll();

        Assert.Equal(("10:01:00", "10:05:00"), (trades[0].EnteredAt, trades[0].ExitedAt));
        Assert.Equal(("10:06:00", Side.Sell), (trades[1].EnteredAt, trades[1].Side));
    }

    [Theory]
    [InlineData("16:14:51", true)] // out at :52, in by :58 at the latest
    [InlineData("16:14:53", false)] // out at :54; with the bar's second, :60 is the cut-off
    public void Near_the_cutoff_a_reversal_becomes_an_exit(string signal, bool enters)
    {
        var scene = new Scene().Flat("15:50:00", "16:20:00").Wish("15:50:00", Wish.Long).Wish(signal, Wish.Short);
        scene.Engine = scene.Engine with { Contracts = 2 };
        var trades = scene.RunAll();

        Assert.Equal(ExitReason.Signal, trades[0].Reason);
        Assert.Equal(enters ? 2 : 1, trades.Count);
    }

    [Fact]
    [Trait("Spec", "R24")]
    public void The_cooldown_blocks_an_entry_after_an_exit_and_not_a_reversals()
    {
        var scene = new Scene()
            .Flat("10:00:00", "10:02:00")
            .Wish("10:00:00", Wish.Long)
            .Wish("10:00:10", Wish.Short) // in at :12
            .Wish("10:00:21", Wish.Flat) // out at :22, ten seconds later
            .Wish("10:00:50", Wish.Long)
            .Wish("10:00:51", Wish.Long); // sent at :51, refused; sent at :52, allowed
        scene.Engine = scene.Engine with { Limits = new() };
        var result = scene.Run();

        Assert.Equal(3, result.Trades.Count);
        Assert.Equal("10:00:52", Told.Of(result.Trades[2].Trip).EnteredAt);
        Assert.Equal(1, result.Refusals[Rule.Cooldown]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_longest_holding_time_ends_a_trade(bool native)
    {
        var scene = new Scene().Native(native).Flat("10:00:00", "10:05:00").Wish("10:00:00", Wish.Long);
        scene.Engine = scene.Engine with { MaxHoldingSeconds = 120 };

        // In at 10:00:01; the time is over at 10:02:01, in which second a bar opens.
        Assert.Equal(new Told(Side.Buy, 1, -1, "10:00:01", "10:02:01", ExitReason.Time, 2, default), scene.RunOne());
    }

    [Fact]
    public void An_exit_waits_for_the_first_price_however_late()
    {
        var trade = new Scene()
            .Flat("10:00:00", "10:00:10")
            .Bar("10:20:00", -3, -3, -3, -3)
            .Wish("10:00:00", Wish.Long)
            .Wish("10:00:09", Wish.Flat)
            .RunOne();

        Assert.Equal(new Told(Side.Buy, 1, -4, "10:00:01", "10:20:00", ExitReason.Signal, 2, default), trade);
    }

    [Fact]
    public void With_latency_an_order_misses_the_bar_that_opens_as_it_is_sent()
    {
        var scene = new Scene().Flat("10:00:00", "10:00:05").Wish("10:00:00", Wish.Long);
        scene.Venue = scene.Venue with { Latency = TimeSpan.FromMilliseconds(100) };

        Assert.Equal("10:00:02", scene.RunOne().EnteredAt);
    }

    [Fact]
    public void The_wish_to_be_flat_withdraws_an_entry_that_waits()
    {
        var result = new Scene()
            .LimitEntry(5)
            .Flat("10:00:00", "10:00:03")
            .Bar("10:00:03", 0, 0, -9, 0)
            .Bar("10:00:04", 0, 0, 0, 0)
            .Wish("10:00:00", Wish.Long)
            .Wish("10:00:02", Wish.Flat)
            .Run();

        Assert.Empty(result.Trades);
    }
}
