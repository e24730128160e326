using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Trading;

/// <summary>
/// Fills that a well-behaved venue would not send (SPEC T5, T7; RELIABILITY F30, F70, F71): duplicated, voided, late, double, not ours.
/// </summary>
[Trait("Spec", "T5")]
[Trait("Spec", "T7")]
public sealed class OddFills
{
    private static EngineBench Cancelled(bool native, out Intent entry)
    {
        var bench = new EngineBench(native);
        entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100)).After(6);
        var cancel = bench.One(IntentKind.Cancel);
        bench.Answer(cancel, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100, VenueOrderStatus.Cancelled));
        bench.Drain();
        return bench;
    }

    [Fact]
    public void A_fill_reported_twice_counts_once()
    {
        var bench = new EngineBench();
        var entry = bench.Enter(Wish.Long);
        var fill = bench.Trade(100, Side.Buy, 0, 1, entry.Tag);
        bench.Fill(fill).Fill(fill);

        Assert.Equal((1, 420_000L), (bench.Position, bench.Engine.Ledger.Charged.MicroDollars));
    }

    [Fact]
    public void A_days_trades_reported_again_count_once_each()
    {
        var bench = new EngineBench();
        List<FillFacts> told = [];
        for (var round = 0; round < 100; round++)
        {
            told.Add(bench.Trade(900 + round, Side.Buy, 0));
            told.Add(bench.Trade(900 + round, Side.Sell, 0));
        }

        foreach (var fill in told)
            bench.Fill(fill);
        var charged = bench.Engine.Ledger.Charged;
        var query = Intent.Ask(new IntentCause(Rule.None, 0, -1, 0), QueryKind.Trades);
        bench.Snapshot(query, 0, trades: [.. told]);

        Assert.Equal((0, charged), (bench.Position, bench.Engine.Ledger.Charged));
    }

    [Fact]
    public void A_voided_entry_leaves_no_position_no_cost_and_no_protection_but_needs_a_review()
    {
        var bench = new EngineBench();
        var entry = bench.Enter(Wish.Long);
        var fill = bench.Trade(100, Side.Buy, 7, 1, entry.Tag);
        bench.Answer(entry, SendOutcome.Accepted, 100).Fill(fill).Report(EngineBench.Child(entry, 100, 101, -1));
        bench.Drain();

        bench.Fill(fill with { Flags = FillFlags.Voided }).Fill(fill with { Flags = FillFlags.Voided });

        Assert.Equal((0, Money.Zero, Money.Zero), (bench.Position, bench.Engine.Ledger.Realised, bench.Engine.Ledger.Charged));
        var sent = bench.Drain();
        Assert.Contains(sent, i => i is { Kind: IntentKind.Cancel, VenueOrderId: 101 });
        Assert.Single(sent, i => i.Kind == IntentKind.Alarm);
        Assert.True(bench.Engine.Risk.Latches.Has(Latch.ForeignActivity));
    }

    [Fact]
    public void A_voided_exit_opens_the_position_again_and_it_is_closed_at_once()
    {
        var bench = new EngineBench();
        bench.Hold();
        var exit = bench.Trade(101, Side.Sell, -8);
        bench.Fill(exit).Drain();

        bench.Fill(exit with { Flags = FillFlags.Voided });

        // Bought back at the price of the void: the loss stays where it was, so that money is conserved.
        Assert.Equal((1, -10m), (bench.Position, bench.Engine.Ledger.Realised.InDollars));
        Assert.Equal(Side.Sell, bench.One(IntentKind.ClosePosition).Side);
    }

    [Fact]
    public void A_trade_voided_before_we_heard_of_it_never_counts()
    {
        var bench = new EngineBench();
        var entry = bench.Enter(Wish.Long);
        var fill = bench.Trade(100, Side.Buy, 7, 1, entry.Tag);

        bench.Fill(fill with { Flags = FillFlags.Voided }).Fill(fill);

        Assert.Equal((0, Money.Zero), (bench.Position, bench.Engine.Ledger.Charged));
    }

    [Fact]
    public void A_late_fill_of_a_cancelled_entry_is_protected_by_us()
    {
        var bench = Cancelled(native: false, out var entry);
        bench.Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag));

        Assert.Equal(
            [OrderRole.Stop, OrderRole.Target],
            bench.Drain().Where(i => i.Kind == IntentKind.PlaceProtection).Select(i => i.Role)
        );
    }

    [Fact]
    public void A_late_fill_of_a_cancelled_entry_brings_its_bracket_which_is_ours()
    {
        var bench = Cancelled(native: true, out var entry);
        bench
            .Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag))
            .Report(EngineBench.Child(entry, 100, 101, -8))
            .Report(EngineBench.Child(entry, 100, 102, 12, isTarget: true));

        Assert.Equal(Exposure.Protected, bench.Engine.Exposure);
        Assert.Equal(Latch.None, bench.Engine.Risk.Latches.Held);
        bench.Fill(101, Side.Sell, -8);
        Assert.Equal(ExitReason.Stop, Assert.Single(bench.Engine.ClosedTrades).Reason);
    }

    [Theory]
    [InlineData("16:14:59", false)]
    [InlineData("16:15:00", true)]
    [InlineData("17:30:00", true)] // told in the break
    [Trait("Spec", "R13")]
    public void A_late_fill_from_the_cutoff_on_is_closed_at_once(string time, bool closes)
    {
        var bench = Cancelled(native: true, out var entry);
        bench.At(time).AnswerQueries(0);
        bench.Drain();
        bench.Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag));

        var close = bench.Drain().Where(i => i.Kind == IntentKind.ClosePosition).ToArray();
        Assert.Equal(closes ? 1 : 0, close.Length);
        if (!closes)
            return;
        bench.Fill(bench.Trade(110, Side.Sell, 0, 1, close[0].Tag));
        Assert.Equal(ExitReason.EodFlatten, Assert.Single(bench.Engine.ClosedTrades).Reason);
    }

    [Fact]
    public void A_late_fill_on_top_of_another_trade_is_more_than_was_approved_and_closed()
    {
        var bench = Cancelled(native: false, out var first);
        bench.After(1);
        var second = bench.Enter(Wish.Long);
        bench.Answer(second, SendOutcome.Accepted, 200).Fill(bench.Trade(200, Side.Buy, 0, 1, second.Tag));
        bench.Drain();

        bench.Fill(bench.Trade(100, Side.Buy, 0, 1, first.Tag));

        Assert.Equal(2, bench.One(IntentKind.ClosePosition).Size);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Stop_and_exit_both_fill_and_the_position_turned_over_is_closed_at_once(bool native)
    {
        var bench = new EngineBench(native);
        bench.Hold();
        bench.After(1).Bar(-5, Wish.Flat);
        var exit = bench.One(IntentKind.PlaceExit);
        bench.Answer(exit, SendOutcome.Accepted, 110).Fill(101, Side.Sell, -8);

        // The stop filled first, so the exit is cancelled, but too late.
        Assert.Contains(bench.Drain(), i => i is { Kind: IntentKind.Cancel, VenueOrderId: 110 });
        bench.Fill(bench.Trade(110, Side.Sell, -8, 1, exit.Tag));
        Assert.Equal(-1, bench.Position);
        var close = bench.One(IntentKind.ClosePosition);
        Assert.Equal((Side.Buy, 1), (close.Side, close.Size));
    }

    [Fact]
    public void A_fill_larger_than_the_position_is_two_trades_and_the_second_is_closed_at_once()
    {
        var bench = new EngineBench();
        bench.Hold();
        bench.Fill(101, Side.Sell, -8, size: 3);

        Assert.Equal(-2, bench.Position);
        Assert.Single(bench.Engine.ClosedTrades);
        Assert.Equal(
            (Side.Buy, 2),
            (bench.Drain().Single(i => i.Kind == IntentKind.ClosePosition) is var close ? (close.Side, close.Size) : default)
        );
    }

    [Theory]
    [InlineData(-8, ExitReason.Stop)]
    [InlineData(12, ExitReason.Target)]
    public void A_closing_fill_of_a_child_never_reported_is_the_brackets(int price, ExitReason reason)
    {
        var bench = new EngineBench(native: true);
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag)).Fill(777, Side.Sell, price);

        Assert.Equal(reason, Assert.Single(bench.Engine.ClosedTrades).Reason);
        Assert.Equal(Latch.None, bench.Engine.Risk.Latches.Held);
    }

    [Fact]
    public void Somebody_elses_fill_is_adopted_closed_and_stops_entries_until_a_review()
    {
        var bench = new EngineBench();
        bench.Fill(999, Side.Buy, 0);

        var sent = bench.Drain();
        Assert.Contains(sent, i => i is { Kind: IntentKind.Alarm, Rule: Rule.ForeignActivity });
        Assert.Contains(sent, i => i is { Kind: IntentKind.ClosePosition, Side: Side.Sell });
        Assert.True(bench.Engine.Risk.Latches.Has(Latch.ForeignActivity));
    }

    /// <summary>
    /// An exit does not wait for the disk, so an engine rebuilt from a journal may know fewer orders than were sent. A tag that the venue
    /// names is in use.
    /// </summary>
    [Theory]
    [InlineData("fill", 7, true)]
    [InlineData("report", 7, true)]
    [InlineData("snapshot", 7, true)]
    [InlineData("fill", 7 + (1L << 32), false)]
    [InlineData("report", 7 - (1L << 32), false)]
    [Trait("Spec", "N4")]
    public void A_tag_of_this_start_that_the_venue_names_is_not_given_again(string told, long further, bool isOurs)
    {
        var bench = new EngineBench();
        var entry = bench.Hold();
        var tag = entry.Tag + further;
        var order = new OrderReportFacts(999, tag, 0, 0, EngineBench.At(0), 1, 1, VenueOrderStatus.Filled, OrderType.Market, Side.Sell);
        if (told == "fill")
            bench.Fill(bench.Trade(999, Side.Sell, 0, 1, tag, flags: FillFlags.Voided));
        else if (told == "report")
            bench.Report(order);
        else
            bench.Snapshot(Intent.Ask(default, QueryKind.OpenOrders), 1, [order with { Status = VenueOrderStatus.Working, Filled = 0 }]);
        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Flatten, new OperatorNote(1, "test", "")));
        var exit = bench.All.First(i => i.Kind == IntentKind.ClosePosition);
        Assert.True(
            isOurs ? exit.Tag > tag : exit.Tag < entry.Tag + 7,
            $"the entry has {entry.Tag}, {tag} is told, the exit gets {exit.Tag}"
        );
    }

    [Fact]
    public void Somebody_elses_order_is_cancelled_and_stops_entries_until_a_review()
    {
        var bench = new EngineBench();
        var foreign = new OrderReportFacts(999, 0, 0, 0, EngineBench.At(5), 1, 0, VenueOrderStatus.Working, OrderType.Limit, Side.Sell);
        bench.Report(foreign).Report(foreign);
        Assert.Single(bench.All, i => i.Kind == IntentKind.Alarm);
        bench.AnswerQueries(0, [foreign]);
        var cancel = bench.One(IntentKind.Cancel);
        Assert.Equal(999, cancel.VenueOrderId);
        bench.Answer(cancel, SendOutcome.Accepted, 999).Report(foreign with { Status = VenueOrderStatus.Cancelled }).AnswerQueries(0);

        Assert.Equal(Exposure.Flat, bench.Engine.Exposure);
        bench.After(1).Bar(0, Wish.Long);
        Assert.Equal(Rule.ForeignActivity, bench.Engine.LastRefusal.Rule);

        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Review, new OperatorNote(1, "test", "mine")));
        bench.After(1).Bar(0, Wish.Long);
        Assert.Contains(bench.Drain(), i => i.Kind == IntentKind.Enter);
    }

    [Fact]
    public void Reports_out_of_order_do_not_bring_back_what_has_ended()
    {
        var bench = new EngineBench();
        var entry = bench.Enter(Wish.Long);
        var working = EngineBench.Order(entry, 100);
        var early = bench.Now;
        bench.After(0.2).Report(working with { Status = VenueOrderStatus.Cancelled });
        bench.Take(EngineEvent.OrderReported(bench.Now, early, working)).After(10);

        Assert.DoesNotContain(bench.Drain(), i => i.Kind == IntentKind.Cancel);
    }
}
