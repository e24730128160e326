using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Trading;

/// <summary>SPEC N4: a request without an answer is a state, not a failure; only evidence ends it, and until then nothing opens.</summary>
[Trait("Spec", "N4")]
public sealed class UnknownOutcomes
{
    private static (EngineBench Bench, Intent Entry) Unheard(bool native = true)
    {
        var bench = new EngineBench(native);
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Unknown);
        return (bench, entry);
    }

    private static bool MayEnter(EngineBench bench)
    {
        bench.Drain();
        bench.After(1).Bar(0, Wish.Long);
        return bench.Drain().Any(i => i.Kind == IntentKind.Enter);
    }

    [Fact]
    public void An_unknown_outcome_is_queried_at_once_trades_before_orders()
    {
        var (bench, _) = Unheard();

        Assert.Equal([QueryKind.Trades, QueryKind.OpenOrders], bench.Drain().Select(i => i.Query));
        Assert.False(MayEnter(bench));
    }

    [Fact]
    public void An_answer_with_the_entrys_tag_ends_the_doubt_and_no_entry_is_sent_twice()
    {
        var (bench, entry) = Unheard();
        bench.AnswerQueries(0, [EngineBench.Order(entry, 100)]);
        bench.After(3);
        Assert.All(bench.Drain(), i => Assert.Equal(IntentKind.Query, i.Kind));

        bench.Fill(bench.Trade(100, Side.Buy, 0, 1, entry.Tag));
        Assert.Equal(1, bench.Position);
        Assert.Single(bench.All, i => i.Kind == IntentKind.Enter);
    }

    [Fact]
    public void A_trade_found_by_a_query_counts_as_if_it_had_come_by_the_stream()
    {
        var (bench, entry) = Unheard(native: false);
        var trade = bench.Trade(100, Side.Buy, 0, 1, entry.Tag);
        bench.AnswerQueries(1, [], [trade]);

        Assert.Equal(1, bench.Position);
        Assert.Equal(2, bench.Drain().Count(i => i.Kind == IntentKind.PlaceProtection));
        bench.Fill(trade);
        Assert.Equal(1, bench.Position);
    }

    [Fact]
    public void Absence_proves_nothing_while_the_request_may_still_be_under_way()
    {
        var (bench, _) = Unheard();
        for (var second = 0; second < 14; second++)
            bench.AnswerQueries(0).After(1);

        Assert.False(MayEnter(bench));
    }

    [Fact]
    public void An_order_absent_from_two_complete_answers_after_fifteen_seconds_is_presumed_dead()
    {
        var (bench, _) = Unheard();
        for (var second = 0; second < 40; second++)
            bench.AnswerQueries(0).After(1);

        Assert.True(MayEnter(bench));
    }

    [Fact]
    public void An_incomplete_answer_proves_no_absence()
    {
        var (bench, _) = Unheard();
        for (var second = 0; second < 60; second++)
        {
            foreach (var query in bench.Drain())
                bench.Snapshot(query, 0, isComplete: false);
            bench.After(1);
        }

        Assert.False(MayEnter(bench));
    }

    [Fact]
    public void Absence_counts_only_after_the_same_rounds_trades()
    {
        var (bench, _) = Unheard();
        for (var second = 0; second < 60; second++)
        {
            foreach (var query in bench.Drain().Where(q => q.Query == QueryKind.OpenOrders))
                bench.Snapshot(query, 0);
            bench.After(1);
        }

        Assert.False(MayEnter(bench));
    }

    [Fact]
    public void An_answer_asked_for_before_the_order_was_sent_says_nothing_of_it()
    {
        var (bench, entry) = Unheard();
        var query = bench.Drain().Single(q => q.Query == QueryKind.OpenOrders);
        bench.AnswerQueries(0, [EngineBench.Order(entry, 100)]);

        // The cancel leaves 5 s after the entry; an older answer that still shows the order working must not undo it.
        bench.After(6);
        var cancel = bench.Drain().First(i => i.Kind == IntentKind.Cancel);
        bench.Answer(cancel, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100, VenueOrderStatus.Cancelled));
        bench.Snapshot(query, 0, [EngineBench.Order(entry, 100)]).After(5);

        Assert.Empty(bench.Drain());
        Assert.True(MayEnter(bench));
    }

    [Fact]
    public void Queries_are_spaced_out_to_eight_seconds()
    {
        var (bench, _) = Unheard();
        bench.After(60);

        // 0, then 1 s apart four times, then 2, 4, 8, 8 ...: 0 1 2 3 4 6 10 18 26 34 42 50 58.
        Assert.Equal(13, bench.Drain().Count(q => q.Query == QueryKind.Trades));
    }

    [Fact]
    public void A_fill_counts_even_for_an_order_presumed_dead_and_the_position_is_protected()
    {
        var (bench, entry) = Unheard(native: true);
        for (var second = 0; second < 40; second++)
            bench.AnswerQueries(0).After(1);
        bench.Drain();

        bench
            .Fill(bench.Trade(100, Side.Buy, 3, 1, entry.Tag))
            .Report(EngineBench.Child(entry, 100, 101, -5))
            .Report(EngineBench.Child(entry, 100, 102, 15, isTarget: true));

        Assert.Equal((1, Exposure.Protected), (bench.Position, bench.Engine.Exposure));
        Assert.DoesNotContain(bench.Drain(), i => i.Kind == IntentKind.Alarm);
    }

    [Fact]
    public void An_order_presumed_dead_that_works_after_all_is_cancelled()
    {
        var (bench, entry) = Unheard();
        for (var second = 0; second < 40; second++)
            bench.AnswerQueries(0).After(1);
        bench.Drain();

        bench.Report(EngineBench.Order(entry, 100)).After(1);

        Assert.Equal(100, bench.One(IntentKind.Cancel).VenueOrderId);
    }

    [Theory]
    [InlineData(SendOutcome.NotSent)]
    [InlineData(SendOutcome.Refused)]
    public void An_entry_that_was_not_placed_leaves_nothing_behind(SendOutcome outcome)
    {
        var bench = new EngineBench();
        bench.Answer(bench.Enter(Wish.Long), outcome);

        Assert.True(MayEnter(bench));
    }

    [Theory]
    [InlineData(SendOutcome.NotSent)]
    [InlineData(SendOutcome.Refused)]
    [InlineData(SendOutcome.Unknown)]
    public void A_cancel_that_failed_is_tried_again_later_and_without_a_storm(SendOutcome outcome)
    {
        var bench = new EngineBench(native: true, s => s with { EntryType = OrderType.Limit });
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100));
        for (var tenth = 0; tenth < 300; tenth++)
        {
            bench.After(0.1);
            foreach (var intent in bench.Drain())
            {
                if (intent.Kind == IntentKind.Cancel)
                    bench.Answer(intent, outcome);
                else
                    bench.Snapshot(intent, 0, [EngineBench.Order(entry, 100)]);
            }
        }

        Assert.InRange(bench.All.Count(i => i.Kind == IntentKind.Cancel), 4, 10);
        Assert.InRange(bench.All.Count, 5, 100);
    }

    [Fact]
    public void A_cancel_refused_because_the_order_is_gone_settles_the_order()
    {
        var bench = new EngineBench();
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100));
        bench.After(6);
        bench.Answer(bench.Drain().Single(i => i.Kind == IntentKind.Cancel), SendOutcome.Refused);
        for (var second = 0; second < 4; second++)
            bench.AnswerQueries(0).After(1);

        Assert.True(MayEnter(bench));
    }

    [Fact]
    public void A_cancel_accepted_and_never_reported_done_is_queried()
    {
        var bench = new EngineBench();
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100));
        bench.After(6);
        bench.Answer(bench.Drain().Single(i => i.Kind == IntentKind.Cancel), SendOutcome.Accepted, 100);
        for (var second = 0; second < 6; second++)
            bench.After(1).AnswerQueries(0);

        Assert.True(MayEnter(bench));
    }

    [Fact]
    public void A_report_of_more_filled_than_we_heard_queries_the_trades()
    {
        var bench = new EngineBench(native: false);
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100, VenueOrderStatus.Filled, filled: 1));
        Assert.Empty(bench.Drain());

        bench.After(1).AnswerQueries(1, [], [bench.Trade(100, Side.Buy, 0, 1, entry.Tag)]);

        Assert.Equal(1, bench.Position);
    }

    [Fact]
    public void A_modify_of_unknown_fate_is_settled_by_the_venues_own_word()
    {
        var bench = new EngineBench(native: false, s => s with { Trail = new() { Kind = Core.Risk.TrailKind.Ticks, Ticks = 8 } });
        bench.Hold();
        bench.After(1).Bar(5);
        var modify = bench.One(IntentKind.Modify);
        bench.Answer(modify, SendOutcome.Unknown);
        var stop = new OrderReportFacts(
            101,
            modify.Tag,
            0,
            0,
            EngineBench.At(-8),
            1,
            0,
            VenueOrderStatus.Working,
            OrderType.Stop,
            Side.Sell
        );
        var target = stop with { VenueOrderId = 102, Tag = modify.Tag + 1, Type = OrderType.Limit, Price = EngineBench.At(12) };
        bench.AnswerQueries(1, [stop, target]);

        // It had not been changed, so the next bar asks again.
        bench.After(1).Bar(5);
        Assert.Equal(EngineBench.At(-3), bench.One(IntentKind.Modify).Price);
    }

    [Fact]
    public void A_reversal_waits_until_everything_of_the_old_trade_is_settled_and_then_only_within_its_time()
    {
        var bench = new EngineBench(native: false);
        bench.Hold();
        bench.After(1).Bar(0, Wish.Short);
        var exit = bench.One(IntentKind.PlaceExit);
        bench.Answer(exit, SendOutcome.Accepted, 110).Fill(bench.Trade(110, Side.Sell, 0, 1, exit.Tag));
        var cancels = bench.Drain().Where(i => i.Kind == IntentKind.Cancel).ToArray();
        bench.Answer(cancels[0], SendOutcome.Accepted, 101).Report(EngineBench.Order(cancels[0], 101, VenueOrderStatus.Cancelled));
        Assert.DoesNotContain(bench.Drain(), i => i.Kind == IntentKind.Enter);

        bench.Answer(cancels[1], SendOutcome.Accepted, 102).Report(EngineBench.Order(cancels[1], 102, VenueOrderStatus.Cancelled));
        var entry = bench.One(IntentKind.Enter);
        Assert.Equal((Side.Sell, Rule.Reversal), (entry.Side, entry.Rule));
    }
}
