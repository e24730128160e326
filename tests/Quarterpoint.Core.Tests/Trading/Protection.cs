using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Trading;

/// <summary>
/// SPEC N1 and T5: a position has a working stop, or one is sent within 1 s of the fill, or the position is being closed by 2.5 s.
/// </summary>
[Trait("Spec", "N1")]
[Trait("Spec", "T5")]
public sealed class Protection
{
    private static (EngineBench Bench, Intent Entry) Filled(bool native, int size = 1)
    {
        var bench = new EngineBench(native, s => s with { Contracts = size });
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100));
        bench.Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag));
        return (bench, entry);
    }

    [Fact]
    public void An_entry_carries_its_stop_and_target_as_distances()
    {
        var entry = new EngineBench().Enter(Wish.Long);

        Assert.Equal((8, 12, true), (entry.Stop.Count, entry.Target.Count, entry.RaisesRisk));
    }

    [Fact]
    public void The_venues_own_children_are_protection_and_nothing_more_is_sent()
    {
        var (bench, entry) = Filled(native: true);
        Assert.Equal(Exposure.Unprotected, bench.Engine.Exposure);

        bench.Report(EngineBench.Child(entry, 100, 101, -8)).Report(EngineBench.Child(entry, 100, 102, 12, isTarget: true)).After(10);

        Assert.Equal(Exposure.Protected, bench.Engine.Exposure);
        Assert.Empty(bench.Drain());
    }

    [Fact]
    public void Managed_stop_and_target_leave_with_the_fill_itself()
    {
        var (bench, entry) = Filled(native: false);
        var placed = bench.Drain();

        Assert.Equal([OrderRole.Stop, OrderRole.Target], placed.Select(i => i.Role));
        Assert.Equal([EngineBench.At(-8), EngineBench.At(12)], placed.Select(i => i.Price));
        Assert.All(placed, i =>
            Assert.Equal((IntentKind.PlaceProtection, Side.Sell, 1, entry.Tag, false), (i.Kind, i.Side, i.Size, i.ParentTag, i.RaisesRisk))
        );
    }

    [Fact]
    public void A_stop_that_was_accepted_does_not_protect_until_it_works()
    {
        var (bench, _) = Filled(native: false);
        var stop = bench.Drain()[0];

        bench.Answer(stop, SendOutcome.Accepted, 101);
        Assert.Equal(Exposure.Unprotected, bench.Engine.Exposure);

        bench.Report(EngineBench.Order(stop, 101));
        Assert.Equal(Exposure.Protected, bench.Engine.Exposure);
    }

    [Fact]
    public void A_missing_bracket_is_queried_then_replaced_within_a_second_and_else_the_position_closed_by_two_and_a_half()
    {
        var (bench, entry) = Filled(native: true);

        bench.After(0.499);
        Assert.Empty(bench.Drain());
        bench.After(0.001);
        Assert.Equal([QueryKind.Trades, QueryKind.OpenOrders], bench.Drain().Select(i => i.Query));

        bench.After(0.5);
        var stop = bench.One(IntentKind.PlaceProtection);
        Assert.Equal(
            (OrderRole.Stop, OrderType.Stop, Side.Sell, EngineBench.At(-8), 1, entry.Tag),
            (stop.Role, stop.Type, stop.Side, stop.Price, stop.Size, stop.ParentTag)
        );

        bench.After(1.499);
        Assert.DoesNotContain(bench.Drain(), i => i.Kind is not IntentKind.Query);
        bench.After(0.001);
        var close = bench.One(IntentKind.ClosePosition);
        Assert.Equal((Rule.Unprotected, Side.Sell, 1), (close.Rule, close.Side, close.Size));
        Assert.True(bench.Engine.Risk.Latches.Has(Latch.Halted));
    }

    [Fact]
    public void A_child_whose_report_was_lost_is_found_by_asking_and_no_second_stop_is_sent()
    {
        var (bench, entry) = Filled(native: true);
        bench.After(0.5);
        bench.AnswerQueries(1, [EngineBench.Child(entry, 100, 101, -8), EngineBench.Child(entry, 100, 102, 12, isTarget: true)]);

        Assert.Equal(Exposure.Protected, bench.Engine.Exposure);
        bench.After(60);
        Assert.DoesNotContain(bench.Drain(), i => i.Kind is not IntentKind.Query);
        Assert.Equal(EngineBench.At(-8), StopOf(bench).Price);
    }

    [Theory]
    [InlineData(VenueOrderStatus.Rejected)]
    public void A_rejected_stop_is_sent_again_at_once_and_if_rejected_again_the_position_is_closed(VenueOrderStatus status)
    {
        var (bench, _) = Filled(native: false);
        var stop = bench.Drain()[0];
        bench.Answer(stop, SendOutcome.Accepted, 101).Report(EngineBench.Order(stop, 101, status));
        var again = bench.One(IntentKind.PlaceProtection);
        Assert.Equal((OrderRole.Stop, EngineBench.At(-8)), (again.Role, again.Price));
        Assert.NotEqual(stop.Tag, again.Tag);

        bench.Answer(again, SendOutcome.Refused);
        Assert.Equal(Rule.Unprotected, bench.One(IntentKind.ClosePosition).Rule);
        Assert.True(bench.Engine.Risk.Latches.Has(Latch.Halted));
    }

    [Fact]
    [Trait("Spec", "R12")]
    public void A_stop_cancelled_by_somebody_is_replaced_where_it_stood_and_not_farther_off()
    {
        var bench = new EngineBench(native: false, s => s with { Trail = new TrailSettings { Kind = TrailKind.Ticks, Ticks = 8 } });
        bench.Hold();
        bench.After(1).Bar(5);
        var modify = bench.One(IntentKind.Modify);
        Assert.Equal(EngineBench.At(-3), modify.Price);
        bench.Answer(modify, SendOutcome.Accepted, 101);

        bench.Report(
            new OrderReportFacts(101, modify.Tag, 0, 0, EngineBench.At(-3), 1, 0, VenueOrderStatus.Cancelled, OrderType.Stop, Side.Sell)
        );
        bench.After(1);

        var stop = bench.One(IntentKind.PlaceProtection);
        Assert.Equal((OrderRole.Stop, EngineBench.At(-3)), (stop.Role, stop.Price));
    }

    [Fact]
    public void Once_the_first_stop_works_after_all_the_second_is_cancelled()
    {
        var (bench, entry) = Filled(native: true);
        bench.After(1);
        var second = bench.One(IntentKind.PlaceProtection);
        bench.Answer(second, SendOutcome.Accepted, 150).Report(EngineBench.Order(second, 150));
        Assert.Equal(Exposure.Protected, bench.Engine.Exposure);

        bench.Report(EngineBench.Child(entry, 100, 101, -8));

        Assert.Equal(150, bench.One(IntentKind.Cancel).VenueOrderId);
    }

    [Theory]
    [InlineData(Side.Buy, -7, 101)]
    [InlineData(Side.Buy, -8, 150)]
    [InlineData(Side.Sell, 7, 101)]
    [InlineData(Side.Sell, 8, 150)]
    [Trait("Spec", "R12")]
    public void A_second_stop_that_has_followed_the_price_stays_and_the_first_is_cancelled(Side side, int level, long takenDown)
    {
        var bench = new EngineBench(native: true);
        var entry = bench.Enter(side == Side.Buy ? Wish.Long : Wish.Short);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100));
        bench.Fill(bench.Trade(100, side, 0, 1, entry.Tag));
        bench.After(1);
        var second = bench.One(IntentKind.PlaceProtection);
        bench.Answer(second, SendOutcome.Accepted, 150).Report(EngineBench.Order(second, 150) with { Price = EngineBench.At(level) });

        bench.Report(EngineBench.Child(entry, 100, 101, -8 * side.Sign()));

        Assert.Equal(takenDown, bench.One(IntentKind.Cancel).VenueOrderId);
    }

    [Fact]
    public void A_partial_fill_is_protected_and_managed_protection_grows_with_the_next_one()
    {
        var (bench, entry) = Filled(native: false, size: 3);
        var placed = bench.Drain();
        for (var i = 0; i < 2; i++)
            bench.Answer(placed[i], SendOutcome.Accepted, 101 + i).Report(EngineBench.Order(placed[i], 101 + i));

        bench.Fill(bench.Trade(100, Side.Buy, 1, 2, entry.Tag));

        var grown = bench.Drain();
        Assert.Equal([IntentKind.Modify, IntentKind.Modify], grown.Select(i => i.Kind));
        Assert.Equal([3, 3], grown.Select(i => i.Size));
        Assert.Equal([EngineBench.At(-8), EngineBench.At(12)], grown.Select(i => i.Price));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_exit_that_fills_in_part_leaves_stop_and_target_for_the_rest(bool native)
    {
        var bench = new EngineBench(native, s => s with { Contracts = 3 });
        bench.Hold(3);
        bench.After(1).Bar(0, Wish.Flat);
        var exit = bench.One(IntentKind.PlaceExit);
        bench.Answer(exit, SendOutcome.Accepted, 110).Fill(bench.Trade(110, Side.Sell, 2, 1, exit.Tag));

        Assert.Equal([2, 2], bench.Drain().Where(i => i.Kind == IntentKind.Modify).Select(i => i.Size));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_exit_takes_the_unfilled_rest_of_the_entry_with_it(bool native)
    {
        var bench = new EngineBench(native, s => s with { Contracts = 3 });
        var entry = bench.Enter(Wish.Long);
        bench
            .Answer(entry, SendOutcome.Accepted, 100)
            .Report(EngineBench.Order(entry, 100))
            .Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag));
        bench.Drain();

        bench.After(1).Bar(0, Wish.Flat);

        var sent = bench.Drain();
        Assert.Equal(100, sent.Single(i => i.Kind == IntentKind.Cancel).VenueOrderId);
        Assert.Equal(1, sent.Single(i => i.Kind == IntentKind.PlaceExit).Size);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_trade_that_ends_by_its_stop_takes_the_unfilled_rest_of_the_entry_with_it(bool native)
    {
        var bench = new EngineBench(native, s => s with { Contracts = 3 });
        var entry = bench.Enter(Wish.Long);
        bench
            .Answer(entry, SendOutcome.Accepted, 100)
            .Report(EngineBench.Order(entry, 100))
            .Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag));
        var stop = bench.Drain().FirstOrDefault(i => i.Role == OrderRole.Stop);
        if (native)
            bench.Report(EngineBench.Child(entry, 100, 101, -8));
        bench.Fill(bench.Trade(101, Side.Sell, -8, 1, stop.Tag));

        Assert.Contains(bench.Drain(), i => i is { Kind: IntentKind.Cancel, VenueOrderId: 100 });
        Assert.Equal(0, bench.Position);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flat_account_keeps_no_protective_order(bool native)
    {
        var bench = new EngineBench(native);
        bench.Hold();
        bench.After(1).Bar(0, Wish.Flat);
        var exit = bench.One(IntentKind.PlaceExit);
        bench.Answer(exit, SendOutcome.Accepted, 110).Fill(bench.Trade(110, Side.Sell, 2, 1, exit.Tag));

        Assert.Equal([101L, 102L], bench.Drain().Where(i => i.Kind == IntentKind.Cancel).Select(i => i.VenueOrderId).Order());
    }

    [Fact]
    public void A_venue_that_links_stop_and_target_is_given_a_second_to_cancel_the_other()
    {
        var bench = new EngineBench(native: true);
        bench.Hold();
        bench.Fill(101, Side.Sell, -8);
        Assert.Empty(bench.Drain());

        bench.After(1);
        Assert.Equal(102, bench.One(IntentKind.Cancel).VenueOrderId);
    }

    private static (Price Price, Lifecycle Lifecycle) StopOf(EngineBench bench)
    {
        // Whether the engine knows of the stop shows when it tightens it: from the reduce time the stop is 4 ticks from the price.
        bench.At("16:00:00").Bar(0);
        var modify = bench.Drain().First(i => i.Kind == IntentKind.Modify);
        Assert.Equal(EngineBench.At(-4), modify.Price);
        return (EngineBench.At(-8), Lifecycle.Working);
    }
}
