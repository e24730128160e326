using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Trading;

/// <summary>
/// SPEC N5: cancel entries, close, verify flat, cancel protective orders, verify that none works; only the venue's reports count as
/// success.
/// </summary>
[Trait("Spec", "N5")]
public sealed class FlattenLadder
{
    private static OrderReportFacts Stop =>
        new(101, 0, 100, 0, EngineBench.At(-8), 1, 0, VenueOrderStatus.Working, OrderType.Stop, Side.Sell);

    private static OrderReportFacts Target => Stop with { VenueOrderId = 102, Type = OrderType.Limit, Price = EngineBench.At(12) };

    private static EngineBench HeldAtExitTime(bool native = true)
    {
        var bench = new EngineBench(native);
        bench.Hold();
        bench.At("16:24:59");
        bench.Drain();
        return bench.At("16:25:00");
    }

    [Fact]
    public void Each_step_waits_for_the_venues_word_on_the_one_before()
    {
        var bench = HeldAtExitTime();
        var close = Assert.Single(bench.Drain());
        Assert.Equal((IntentKind.ClosePosition, Side.Sell, 1, Rule.EndOfDayExit), (close.Kind, close.Side, close.Size, close.Rule));

        // Taken, but not yet filled: the stop stays.
        bench.Answer(close, SendOutcome.Accepted, 110);
        Assert.Empty(bench.Drain());

        bench.Fill(bench.Trade(110, Side.Sell, 2, 1, close.Tag));
        var afterFill = bench.Drain();
        Assert.Equal([101L, 102L], afterFill.Where(i => i.Kind == IntentKind.Cancel).Select(i => i.VenueOrderId));
        var position = afterFill.Single(i => i.Kind == IntentKind.Query);
        Assert.Equal(QueryKind.Position, position.Query);
        Assert.Equal(Exposure.Flattening, bench.Engine.Exposure);

        foreach (var cancel in afterFill.Where(i => i.Kind == IntentKind.Cancel))
            bench.Answer(cancel, SendOutcome.Accepted, cancel.VenueOrderId);
        bench.Report(Stop with { Status = VenueOrderStatus.Cancelled }).Report(Target with { Status = VenueOrderStatus.Cancelled });
        bench.TellPosition(position, 0);
        Assert.Empty(bench.Drain());

        // The venue chose the size of the close, so only its report ends it.
        bench.Report(EngineBench.Order(close, 110, VenueOrderStatus.Filled, filled: 1));
        var orders = Assert.Single(bench.Drain());
        Assert.Equal(QueryKind.OpenOrders, orders.Query);

        bench.Snapshot(orders, 0);
        Assert.Equal(Exposure.Flat, bench.Engine.Exposure);
        Assert.Empty(bench.After(60).Drain());
        Assert.Equal(ExitReason.EodFlatten, Assert.Single(bench.Engine.ClosedTrades).Reason);
    }

    [Fact]
    public void A_flat_account_verifies_that_nothing_works_at_the_exit_time_too()
    {
        var bench = new EngineBench().At("16:25:00");
        bench.TellPosition(bench.One(IntentKind.Query), 0);
        bench.Snapshot(bench.One(IntentKind.Query), 0);

        Assert.Equal(Exposure.Flat, bench.Engine.Exposure);
    }

    [Fact]
    public void A_refused_close_reads_the_position_tries_again_at_once_and_then_with_a_growing_distance()
    {
        var bench = HeldAtExitTime();
        List<double> sentAt = [];
        var start = bench.Now;
        while (sentAt.Count < 10)
        {
            foreach (var intent in bench.Drain())
            {
                if (intent.Kind == IntentKind.ClosePosition)
                {
                    sentAt.Add((bench.Now - start).TotalSeconds);
                    bench.Answer(intent, SendOutcome.Refused);
                }
                else if (intent.Query == QueryKind.Position)
                {
                    bench.TellPosition(intent, 1);
                }
            }

            // Time moves on after every query has been answered.
            if (bench.PendingCount == 0)
                bench.After(0.5);
        }

        Assert.Equal([0, 0, 1, 2, 3, 4, 6, 10, 18, 26], sentAt);
        Assert.Equal((1, Exposure.Flattening), (bench.Position, bench.Engine.Exposure));
    }

    [Fact]
    public void Only_one_close_is_ever_alive()
    {
        var bench = HeldAtExitTime();
        var close = bench.One(IntentKind.ClosePosition);
        bench.Answer(close, SendOutcome.Unknown);
        for (var second = 0; second < 14; second++)
        {
            bench.AnswerQueries(1, [Stop, Target]).After(1);
            Assert.DoesNotContain(bench.Drain().Where(i => i.Kind != IntentKind.Query), i => i.Role == OrderRole.Exit);
        }

        // Proved absent, it is sent again.
        for (var second = 0; second < 20; second++)
            bench.AnswerQueries(1, [Stop, Target]).After(1);
        var again = bench.All.Where(i => i.Kind == IntentKind.ClosePosition).ToArray();
        Assert.Equal(2, again.Length);
        Assert.NotEqual(close.Tag, again[1].Tag);
    }

    [Fact]
    public void A_close_that_was_accepted_and_then_not_reported_is_queried()
    {
        var bench = HeldAtExitTime();
        var close = bench.One(IntentKind.ClosePosition);
        bench.Answer(close, SendOutcome.Accepted, 110).After(1.9);
        Assert.Empty(bench.Drain());

        bench.After(0.1).AnswerQueries(0, [Stop, Target], [bench.Trade(110, Side.Sell, 2, 1, close.Tag)]);

        Assert.Equal(0, bench.Position);
    }

    [Fact]
    public void The_venue_knows_of_a_fill_that_we_missed_and_its_trades_are_read_until_both_agree()
    {
        var bench = HeldAtExitTime();

        // The stop filled long ago and its fact was lost: there is nothing to close.
        bench.Answer(bench.One(IntentKind.ClosePosition), SendOutcome.Refused);
        bench.TellPosition(bench.One(IntentKind.Query), 0);
        var trades = bench.One(IntentKind.Query);
        Assert.Equal(QueryKind.Trades, trades.Query);
        bench.Snapshot(trades, 0, trades: [bench.Trade(101, Side.Sell, -8)]);

        Assert.Equal(0, bench.Position);
        Assert.Equal(ExitReason.Stop, Assert.Single(bench.Engine.ClosedTrades).Reason);
    }

    [Fact]
    public void An_order_that_still_works_sends_the_ladder_back_to_cancelling_and_not_into_a_storm()
    {
        var bench = new EngineBench().At("16:25:00");
        bench.TellPosition(bench.One(IntentKind.Query), 0);
        bench.Snapshot(bench.One(IntentKind.Query), 0, [Stop with { ParentVenueOrderId = 0 }]);
        bench.Drain();

        for (var tenth = 0; tenth < 100; tenth++)
        {
            bench.After(0.1);
            foreach (var intent in bench.Drain())
            {
                if (intent.Kind == IntentKind.Cancel)
                    bench.Answer(intent, SendOutcome.Refused);
                else if (intent.Query == QueryKind.Position)
                    bench.TellPosition(intent, 0);
                else if (intent.Kind == IntentKind.Query)
                    bench.Snapshot(intent, 0, [Stop with { ParentVenueOrderId = 0 }]);
            }
        }

        Assert.InRange(bench.All.Count(i => i.Kind == IntentKind.Cancel && i.VenueOrderId == 101), 3, 12);
        Assert.True(bench.Engine.Risk.Latches.Has(Latch.ForeignActivity));
    }

    [Fact]
    public void A_position_found_while_verifying_that_nothing_works_goes_back_to_verifying_flat()
    {
        var bench = new EngineBench().At("16:25:00");
        bench.TellPosition(bench.One(IntentKind.Query), 0);
        bench.Snapshot(bench.One(IntentKind.Query), 1).After(1);
        bench.TellPosition(bench.One(IntentKind.Query), 1);
        bench.Snapshot(bench.One(IntentKind.Query), 1, trades: [bench.Trade(900, Side.Buy, 3)]);

        Assert.Equal(1, bench.Position);
        var sent = bench.Drain();
        Assert.Contains(sent, i => i is { Kind: IntentKind.ClosePosition, Side: Side.Sell });
        Assert.Contains(sent, i => i is { Kind: IntentKind.Alarm, Rule: Rule.ForeignActivity });
    }

    [Fact]
    public void An_entry_whose_cancel_fails_does_not_stall_the_ladder()
    {
        var bench = new EngineBench(native: true, s => s with { EntryType = OrderType.Limit, EntryTimeoutSeconds = 3600 });
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100));
        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Flatten, new OperatorNote(1, "test", "")));
        bench.Answer(bench.One(IntentKind.Cancel), SendOutcome.NotSent).After(1);
        var again = bench.Drain().First(i => i.Kind == IntentKind.Cancel);
        bench.Answer(again, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100, VenueOrderStatus.Cancelled));

        Assert.Equal(QueryKind.Position, bench.Drain().Last(i => i.Kind == IntentKind.Query).Query);
    }

    [Fact]
    public void An_entry_that_fills_while_the_ladder_waits_for_its_cancel_is_closed_at_once()
    {
        var bench = new EngineBench(native: true, s => s with { EntryType = OrderType.Limit, EntryTimeoutSeconds = 3600 });
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100));
        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Flatten, new OperatorNote(1, "test", "")));
        bench.Drain();

        bench.Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag));

        var close = bench.One(IntentKind.ClosePosition);
        bench.Fill(bench.Trade(110, Side.Sell, 0, 1, close.Tag));
        Assert.Equal(ExitReason.Manual, Assert.Single(bench.Engine.ClosedTrades).Reason);
    }

    [Theory]
    [InlineData(SendOutcome.Refused)]
    [InlineData(SendOutcome.NotSent)]
    public void A_signals_exit_that_fails_becomes_a_ladder_and_keeps_its_reason(SendOutcome outcome)
    {
        var bench = new EngineBench();
        bench.Hold();
        bench.After(1).Bar(0, Wish.Flat);
        bench.Answer(bench.One(IntentKind.PlaceExit), outcome);
        bench.TellPosition(bench.One(IntentKind.Query), 1);
        var close = bench.One(IntentKind.ClosePosition);
        bench.Fill(bench.Trade(110, Side.Sell, 0, 1, close.Tag));

        Assert.Equal(ExitReason.Signal, Assert.Single(bench.Engine.ClosedTrades).Reason);
    }

    [Fact]
    public void Still_in_a_position_at_the_flat_by_time_raises_an_alarm()
    {
        var bench = HeldAtExitTime().At("16:29:59");
        Assert.DoesNotContain(bench.Drain(), i => i.Kind == IntentKind.Alarm);

        Assert.Equal(Rule.FlatByDeadline, bench.At("16:30:00").One(IntentKind.Alarm).Rule);
    }
}
