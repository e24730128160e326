using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Signals;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>The same wish under the guesses of SPEC N7. Stop 8, target 12, one contract.</summary>
public sealed class EnvelopeTests
{
    [Fact]
    [Trait("Spec", "N7")]
    public void The_grid_has_every_combination_once_and_the_named_corners_lie_in_it()
    {
        Assert.Equal(2 * 4 * 4 * 2, EnvelopeCase.Grid.Distinct().Count());
        foreach (var named in EnvelopeCase.Three)
            Assert.Contains(EnvelopeCase.Grid, c => c with { Name = "" } == named with { Name = "" });
    }

    /// <summary>One bar goes from 0 to 13 and to -9: the stop at -8 + slippage, or the target at +12 + slippage.</summary>
    [Theory]
    [InlineData("pessimistic", ExitReason.Stop)]
    [InlineData("neutral", ExitReason.Stop)]
    [InlineData("optimistic", ExitReason.Target)]
    [Trait("Spec", "N7")]
    public void The_order_inside_a_bar_is_a_guess(string name, ExitReason reason)
    {
        var scene = new Scene()
            .Flat("10:00:00", "10:00:10")
            .Wish("10:00:01", Wish.Long)
            .Bar("10:00:10", 0, 16, -9, 0)
            .Flat("10:00:11", "10:00:20");
        scene.Venue = EnvelopeCase.Three.Single(c => c.Name == name).Apply(scene.Venue);
        Assert.Equal(reason, scene.RunOne().Reason);
    }

    /// <summary>The market steps up a tick a second: an entry one bar late pays one tick more, and each tick of slippage one.</summary>
    [Theory]
    [InlineData("pessimistic", 3 + 2, "10:00:03")]
    [InlineData("neutral", 2 + 1, "10:00:02")]
    [InlineData("optimistic", 2, "10:00:02")]
    [Trait("Spec", "N7")]
    public void Latency_and_slippage_move_the_entry(string name, int entry, string enteredAt)
    {
        var scene = new Scene().Wish("10:00:01", Wish.Long);
        for (var i = 0; i < 9; i++)
            scene.Bar($"10:00:0{i}", i, i, i, i);
        scene.Venue = EnvelopeCase.Three.Single(c => c.Name == name).Apply(scene.Venue);
        var trade = scene.RunOne();
        Assert.Equal((entry, enteredAt), (trade.Entry, trade.EnteredAt));
    }

    /// <summary>A target at +12 (entry at the next open without slippage) that is touched and never passed.</summary>
    [Fact]
    [Trait("Spec", "N7")]
    public void A_touch_fills_only_where_the_guess_says_so()
    {
        foreach (var touch in (bool[])[true, false])
        {
            var scene = new Scene()
                .Flat("10:00:00", "10:00:10")
                .Wish("10:00:01", Wish.Long)
                .Bar("10:00:10", 0, 12, 0, 0)
                .Flat("10:00:11", "10:00:20");
            scene.Venue = new EnvelopeCase("", false, 0, 0, touch).Apply(scene.Venue);
            Assert.Equal(touch ? ExitReason.Target : ExitReason.EndOfData, scene.RunOne().Reason);
        }
    }

    /// <summary>On minute bars one bar late is 60 s, far beyond the 5 s after which an entry is given up: it still fills.</summary>
    [Fact]
    [Trait("Spec", "N7")]
    public void An_entry_that_is_late_by_a_long_bar_is_not_given_up()
    {
        var scene = new Scene(60).Wish("10:01:00", Wish.Long);
        for (var i = 0; i < 9; i++)
            scene.Bar($"10:0{i}:00", i, i, i, i);
        (scene.Engine, scene.Venue) = (EnvelopeCase.Pessimistic.Apply(scene.Engine), EnvelopeCase.Pessimistic.Apply(scene.Venue));
        var trade = scene.RunOne();
        Assert.Equal((3 + 2, "10:03:00"), (trade.Entry, trade.EnteredAt));
    }
}
