using Quarterpoint.Core.Orders;

namespace Quarterpoint.Core.Tests.Orders;

/// <summary>Which order a full book forgets first, and how an order is found again from what the venue reports.</summary>
public sealed class OrderBookTests
{
    private static Order Live(long tag, OrderRole role = OrderRole.Entry) =>
        new()
        {
            Tag = tag,
            VenueOrderId = 100 + tag,
            RequestId = 200 + tag,
            Role = role,
            Size = 1,
            Lifecycle = Lifecycle.Working,
        };

    private static Order Ended(long tag, OrderRole role = OrderRole.Entry) =>
        Live(tag, role) with
        {
            Lifecycle = Lifecycle.Filled,
            Filled = 1,
        };

    /// <summary>A child order that the venue makes when the entry with that tag fills; it has not been reported yet.</summary>
    private static Order Child(long tag, long entry, OrderRole role) =>
        new()
        {
            Tag = tag,
            ParentTag = entry,
            Role = role,
            Origin = OrderOrigin.BornOfEntry,
            Size = 1,
            Lifecycle = Lifecycle.Created,
        };

    private static OrderBook Of(params IEnumerable<Order> orders)
    {
        var book = new OrderBook();
        foreach (var order in orders)
            book.Add(order);
        return book;
    }

    /// <summary>A full book: fifteen ended orders, and the given one as the sixteenth.</summary>
    private static OrderBook FullBut(Order last) => Of([.. Enumerable.Range(1, 15).Select(tag => Ended(tag)), last]);

    private static long TagOf(OrderBook book, int slot) => slot < 0 ? 0 : book[slot].Tag;

    [Fact]
    public void Sixteen_orders_live_at_once_and_one_more_breaks_what_the_engine_relies_on()
    {
        var book = Of(Enumerable.Range(1, 16).Select(tag => Live(tag)));
        Assert.Equal((16, 16, 16), (book.LiveCount, book.SlotCount, book.All.Length));
        Assert.Throws<InvariantException>(() => book.Add(Live(17)));

        book[book.FindTag(9)].Lifecycle = Lifecycle.Cancelled;
        book.Add(Live(17));
        Assert.Equal((16, -1, 17L), (book.LiveCount, book.FindTag(9), TagOf(book, book.FindTag(17))));
    }

    /// <summary>A fill may still come for an order that has ended, so the latest ended orders are kept, and live ones always are.</summary>
    [Fact]
    [Trait("Spec", "N4")]
    public void The_order_that_ended_longest_ago_gives_way_and_a_live_one_never_does()
    {
        var book = Of([Ended(1), Live(2), .. Enumerable.Range(3, 14).Select(tag => Ended(tag))]);
        book.Add(Ended(17));
        Assert.Equal([2L, 3L, 16L, 17L], new[] { 1L, 2L, 3L, 16L, 17L }.Where(tag => book.FindTag(tag) >= 0));
        book.Add(Ended(18));
        Assert.Equal([2L, 4L, 16L, 17L, 18L], new[] { 1L, 2L, 3L, 4L, 16L, 17L, 18L }.Where(tag => book.FindTag(tag) >= 0));
        Assert.Equal((1, 16), (book.LiveCount, book.SlotCount));
    }

    [Fact]
    public void A_slot_never_used_holds_nothing()
    {
        var book = Of(Live(1), Ended(2));
        Assert.Equal((1, 2, 2), (book.LiveCount, book.SlotCount, book.All.Length));
        Assert.Equal(0, new OrderBook().SlotCount);
    }

    [Fact]
    [Trait("Spec", "N4")]
    public void One_order_whose_end_is_not_certain_unsettles_the_book()
    {
        Assert.True(new OrderBook().AreSettled);
        Assert.True(FullBut(Ended(16)).AreSettled);
        Assert.False(FullBut(Live(16)).AreSettled);
        Assert.False(FullBut(Ended(16) with { Certainty = Certainty.Unknown }).AreSettled);
        Assert.False(Of(Live(1), Ended(2)).AreSettled);
    }

    [Fact]
    [Trait("Spec", "N4")]
    public void One_order_of_unknown_fate_makes_the_book_uncertain()
    {
        Assert.False(FullBut(Live(16)).AnyUnknown);
        Assert.True(FullBut(Live(16) with { Certainty = Certainty.Unknown }).AnyUnknown);
        Assert.True(Of(Live(1) with { Certainty = Certainty.Unknown }, Live(2)).AnyUnknown);
    }

    [Fact]
    public void One_order_reported_more_filled_than_our_fills_misses_a_fill()
    {
        Assert.False(FullBut(Ended(16) with { Told = 1 }).AnyMissesFill);
        Assert.True(FullBut(Ended(16) with { Told = 2 }).AnyMissesFill);
        Assert.True(Of(Live(1) with { Told = 1 }, Live(2)).AnyMissesFill);
    }

    [Fact]
    public void The_live_order_of_a_role_is_found_whether_it_is_the_newest_or_not()
    {
        var book = Of(Live(1, OrderRole.Stop), Live(2, OrderRole.Target), Ended(3, OrderRole.Stop));
        Assert.Equal((1L, 2L), (TagOf(book, book.FindLive(OrderRole.Stop)), TagOf(book, book.FindLive(OrderRole.Target))));
        Assert.Equal((-1, -1), (book.FindLive(OrderRole.Exit), book.FindLive(OrderRole.Foreign)));

        book[0].Lifecycle = Lifecycle.Filled;
        Assert.Equal(-1, book.FindLive(OrderRole.Stop));
        Assert.Equal(-1, FullBut(Ended(16)).FindLive(OrderRole.Entry));
    }

    /// <summary>The slot that last held the role's order now holds another order.</summary>
    [Fact]
    public void An_order_in_another_role_is_not_taken_for_it()
    {
        var book = Of([Ended(1, OrderRole.Stop), .. Enumerable.Range(2, 15).Select(tag => Ended(tag))]);
        book.Add(Live(17, OrderRole.Target));
        Assert.Equal((-1, 0), (book.FindLive(OrderRole.Stop), book.FindLive(OrderRole.Target)));
    }

    [Fact]
    public void An_order_is_found_by_the_request_made_for_it()
    {
        var book = Of([Live(1), .. Enumerable.Range(2, 15).Select(tag => Ended(tag))]);
        Assert.Equal([1L, 2L, 16L, 0L], new[] { 201L, 202L, 216L, 217L }.Select(request => TagOf(book, book.FindRequest(request))));
        Assert.Equal([1L, 2L, 16L, 0L], new[] { 1L, 2L, 16L, 17L }.Select(tag => TagOf(book, book.FindTag(tag))));
    }

    /// <summary>
    /// By the venue's id, which takes precedence; by the tag if the id is new; by neither if both are unknown or missing.
    /// </summary>
    [Fact]
    [Trait("Spec", "N4")]
    public void An_order_is_found_by_the_venues_id_or_else_by_our_tag()
    {
        var book = Of([Live(1), .. Enumerable.Range(2, 14).Select(tag => Ended(tag)), Live(16) with { VenueOrderId = 0 }]);
        long Found(long id, long tag) => TagOf(book, book.Find(id, tag, 0, OrderType.Market));

        Assert.Equal([1L, 2L, 15L], new[] { Found(101, 0), Found(102, 0), Found(115, 0) });
        Assert.Equal((1L, 16L), (Found(101, 16), Found(999, 16)));
        Assert.Equal((0L, 0L), (Found(999, 0), Found(0, 999)));
        Assert.Equal((16L, 0L), (Found(0, 16), Found(0, 0)));
    }

    /// <summary>
    /// Children of a native bracket do not carry our tag: the venue names their entry, and their type tells stop from target.
    /// </summary>
    [Fact]
    [Trait("Spec", "T5")]
    public void A_child_not_seen_before_is_found_by_its_entry_and_its_kind()
    {
        var book = Of(
            Child(11, 2, OrderRole.Stop),
            Ended(1),
            Ended(2),
            Child(12, 1, OrderRole.Stop),
            Child(13, 1, OrderRole.Target),
            Live(14, OrderRole.Stop) with
            {
                ParentTag = 1,
                VenueOrderId = 0,
            }
        );
        long Found(long id, long parent, OrderType type) => TagOf(book, book.Find(id, 0, parent, type));

        Assert.Equal((12L, 13L), (Found(300, 101, OrderType.Stop), Found(301, 101, OrderType.Limit)));
        Assert.Equal((11L, 0L), (Found(300, 102, OrderType.Stop), Found(301, 102, OrderType.Limit)));
        Assert.Equal((0L, 0L), (Found(300, 999, OrderType.Stop), Found(300, 0, OrderType.Stop)));
    }

    [Theory]
    [InlineData(Lifecycle.Created, 0, true)]
    [InlineData(Lifecycle.Working, 0, true)]
    [InlineData(Lifecycle.PresumedDead, 0, true)] // only we think it has ended
    [InlineData(Lifecycle.Cancelled, 0, true)] // by us: the venue never told of it
    [InlineData(Lifecycle.Filled, 0, false)]
    [InlineData(Lifecycle.Created, 300, false)] // seen already, under another id
    [Trait("Spec", "T5")]
    public void A_child_is_expected_until_it_is_seen_or_has_ended(Lifecycle lifecycle, long id, bool isExpected)
    {
        var child = Child(12, 1, OrderRole.Stop) with
        {
            Lifecycle = lifecycle,
            VenueOrderId = id,
            Filled = lifecycle == Lifecycle.Filled ? 1 : 0,
        };
        var book = FullBut(child);
        Assert.Equal(isExpected ? 15 : -1, book.Find(301, 0, 101, OrderType.Stop));
    }

    /// <summary>A loaded book behaves as the saved one: the same slot is reused next, and the same orders are found.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(21)]
    [Trait("Spec", "R21")]
    public void A_book_saved_and_loaded_is_the_same_book(int orders)
    {
        var saved = Of(Enumerable.Range(1, orders).Select(tag => tag % 4 == 0 ? Live(tag, OrderRole.Stop) : Ended(tag)));
        var loaded = Of(Enumerable.Range(50, 9).Select(tag => Ended(tag, OrderRole.Exit)));
        StateArchive.Load(StateArchive.Save(saved.Archive), loaded.Archive);

        saved.Add(Live(99));
        loaded.Add(Live(99));
        Assert.Equal(saved.All.ToArray(), loaded.All.ToArray());
        Assert.Equal(saved.FindLive(OrderRole.Stop), loaded.FindLive(OrderRole.Stop));
        Assert.Equal(StateArchive.Save(saved.Archive), StateArchive.Save(loaded.Archive));
    }
}
