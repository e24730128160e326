using CsCheck;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Accounting;

public sealed class DrawdownTests
{
    [Fact]
    [Trait("Spec", "X8")]
    public void A_fall_lasts_from_its_peak_to_its_recovery()
    {
        var tracker = Follow([0, 10, 4, 6, 10, 8]);

        Assert.Equal(Dollars(6), tracker.Deepest.Depth);
        Assert.Equal(At(1), tracker.Deepest.Peak);
        Assert.Equal(At(2), tracker.Deepest.Trough);
        Assert.Equal(At(4), tracker.Deepest.Recovered);
        Assert.Equal(3, tracker.Deepest.Bars);
        Assert.Equal(TimeSpan.FromSeconds(3), tracker.Longest);
        Assert.Equal(3, tracker.LongestBars);
    }

    [Fact]
    [Trait("Spec", "X8")]
    public void A_fall_that_never_recovers_lasts_to_the_end()
    {
        var tracker = Follow([0, 5, -1]);
        tracker.EndDay(At(50), 30);
        tracker.EndDay(At(100), 30);

        Assert.Null(tracker.Deepest.Recovered);
        Assert.Equal(30 - 1, tracker.Deepest.Bars);
        Assert.Equal(2, tracker.Deepest.Days);
        Assert.Equal(TimeSpan.FromSeconds(99), tracker.Longest);
        Assert.Equal(2, tracker.LongestDays);
    }

    [Fact]
    [Trait("Spec", "X8")]
    public void The_longest_fall_need_not_be_the_deepest()
    {
        var tracker = Follow([0, 10, 9, 9, 9, 10, 2, 11]);

        Assert.Equal(Dollars(8), tracker.Deepest.Depth);
        Assert.Equal(2, tracker.Deepest.Bars);
        Assert.Equal(4, tracker.LongestBars);
    }

    [Fact]
    public void Equity_that_never_falls_has_no_drawdown()
    {
        var tracker = Follow([0, 0, 1, 1, 2]);
        tracker.EndDay(At(10), 5);

        Assert.Equal(default, tracker.Deepest);
        Assert.Equal(TimeSpan.Zero, tracker.Longest);
        Assert.Equal(0, tracker.LongestBars);
    }

    [Fact]
    public void The_deepest_fall_is_the_greatest_distance_from_any_earlier_point() =>
        Gen.Int[-50, 50]
            .Array[1, 60]
            .Sample(path =>
            {
                var greatest = 0;
                for (var later = 0; later < path.Length; later++)
                {
                    for (var earlier = 0; earlier < later; earlier++)
                        greatest = Math.Max(greatest, path[earlier] - path[later]);
                }

                return Follow(path).Deepest.Depth == Dollars(greatest);
            });

    /// <summary>
    /// Falls of 1 to 12 dollars, each recovered, and one of 5 that is not: the ten deepest, the earlier of two as deep first.
    /// </summary>
    [Fact]
    public void The_ten_deepest_falls_are_kept_with_the_one_under_way()
    {
        int[] path = [.. Enumerable.Range(1, 12).SelectMany(fall => new[] { 100, 100 - fall }), 100, 95];
        var deepest = Follow(path).DeepestFirst;

        Assert.Equal([12, 11, 10, 9, 8, 7, 6, 5, 5, 4], deepest.Select(spell => (int)spell.Depth.InDollars));
        Assert.Equal([At(8), At(24)], deepest.Where(spell => spell.Depth == Dollars(5)).Select(spell => spell.Peak));
        Assert.Null(deepest[8].Recovered);
        Assert.Equal(At(10), deepest[7].Recovered);
        Assert.Empty(Follow([1, 2, 3]).DeepestFirst);
    }

    private static DrawdownTracker Follow(int[] path)
    {
        var tracker = new DrawdownTracker();
        for (var i = 0; i < path.Length; i++)
            tracker.Next(At(i), Dollars(path[i]), i);
        return tracker;
    }

    private static Timestamp At(int second) => Timestamp.FromUnixSeconds(1_700_000_000 + second);

    private static Money Dollars(int dollars) => new(dollars * Money.MicrosPerDollar);
}
