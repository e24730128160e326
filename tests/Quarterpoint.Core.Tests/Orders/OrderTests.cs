using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Orders;

/// <summary>What follows from the several states that an order has at once.</summary>
public sealed class OrderTests
{
    private static Order In(Lifecycle lifecycle, Certainty certainty = Certainty.Known) =>
        new()
        {
            Lifecycle = lifecycle,
            Certainty = certainty,
            Size = 3,
            Filled = 1,
            ReportedAt = new Timestamp(1),
        };

    [Theory]
    [InlineData(Lifecycle.None, false, false)]
    [InlineData(Lifecycle.Created, true, false)]
    [InlineData(Lifecycle.Sent, true, false)] // accepted is not yet working
    [InlineData(Lifecycle.Working, true, true)]
    [InlineData(Lifecycle.Suspended, true, false)]
    [InlineData(Lifecycle.PartlyFilled, true, true)]
    [InlineData(Lifecycle.Filled, false, false)]
    [InlineData(Lifecycle.Cancelled, false, false)]
    [InlineData(Lifecycle.Expired, false, false)]
    [InlineData(Lifecycle.Rejected, false, false)]
    [InlineData(Lifecycle.NotSent, false, false)]
    [InlineData(Lifecycle.PresumedDead, false, false)]
    public void An_order_lives_until_it_has_ended_and_protects_only_while_the_venue_reports_it_working(
        Lifecycle lifecycle,
        bool isLive,
        bool isConfirmed
    )
    {
        var order = In(lifecycle);
        Assert.Equal((isLive, !isLive, isConfirmed), (order.IsLive, order.IsTerminal, order.IsConfirmed));
    }

    [Theory]
    [InlineData(Lifecycle.Cancelled, Certainty.Known, true)]
    [InlineData(Lifecycle.Cancelled, Certainty.Unknown, false)]
    [InlineData(Lifecycle.Working, Certainty.Known, false)]
    [InlineData(Lifecycle.Working, Certainty.Unknown, false)]
    [Trait("Spec", "N4")]
    public void An_order_is_settled_once_it_has_ended_and_how_is_certain(Lifecycle lifecycle, Certainty certainty, bool isSettled) =>
        Assert.Equal(isSettled, In(lifecycle, certainty).IsSettled);

    [Fact]
    public void An_order_misses_a_fill_while_the_venue_reports_more_than_has_arrived()
    {
        Assert.Equal((2, false), (In(Lifecycle.PartlyFilled).Remaining, In(Lifecycle.PartlyFilled).MissesFill));
        Assert.False((In(Lifecycle.PartlyFilled) with { Told = 1 }).MissesFill);
        Assert.True((In(Lifecycle.PartlyFilled) with { Told = 2 }).MissesFill);
    }

    [Theory]
    [InlineData(Lifecycle.PresumedDead, 1, true, true)]
    [InlineData(Lifecycle.NotSent, 1, true, true)]
    [InlineData(Lifecycle.Cancelled, 1, true, false)] // the venue itself has told of it
    [InlineData(Lifecycle.Cancelled, 1, false, true)] // nobody has
    [InlineData(Lifecycle.Working, 1, false, false)]
    [InlineData(Lifecycle.PresumedDead, 3, true, false)] // nothing is left that could fill
    [InlineData(Lifecycle.NotSent, 3, false, false)]
    [Trait("Spec", "N4")]
    public void An_end_is_presumed_where_the_venue_never_reported_it(Lifecycle lifecycle, int filled, bool wasTold, bool isPresumed) =>
        Assert.Equal(isPresumed, (In(lifecycle) with { Filled = filled, ReportedAt = wasTold ? new Timestamp(1) : default }).IsEndPresumed);
}
