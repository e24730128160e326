using CsCheck;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Tests.Trading;

/// <summary>The engine's one table of timers against a list that is searched anew each time.</summary>
public sealed class DeadlinesTests
{
    private static readonly Deadline[] All = Enum.GetValues<Deadline>();

    [Fact]
    public void Nothing_is_due_in_a_table_in_which_nothing_is_awaited()
    {
        var table = Deadlines.None();

        Assert.Equal(Timestamp.Never, table.Next);
        Assert.False(table.TryFindDue(new Timestamp(long.MaxValue - 1), out _));
        Assert.All(All, what => Assert.False(Deadlines.None().IsSet(what)));
    }

    [Fact]
    public void The_earliest_deadline_comes_first_and_of_several_at_one_instant_the_most_urgent() =>
        Gen.Select(Gen.Int[0, All.Length - 1], Gen.Long[0, 5])
            .Array[0, 60]
            .Sample(changes =>
            {
                var table = Deadlines.None();
                var known = new SortedDictionary<Deadline, long>();
                foreach (var (index, time) in changes)
                {
                    // 0 stands for a timer that is cleared.
                    var what = All[index];
                    if (time == 0)
                    {
                        table.Clear(what);
                        known.Remove(what);
                    }
                    else
                    {
                        table.Set(what, new Timestamp(time));
                        known[what] = time;
                    }

                    var next = known.Count == 0 ? Timestamp.Never : new Timestamp(known.Values.Min());
                    Assert.Equal(next, table.Next);
                    Assert.All(All, one => Assert.Equal(known.ContainsKey(one), table.IsSet(one)));
                    for (var now = 0; now <= 6; now++)
                    {
                        var isDue = known.Count > 0 && known.Values.Min() <= now;
                        Assert.Equal(isDue, table.TryFindDue(new Timestamp(now), out var due));
                        if (isDue)
                            Assert.Equal(known.First(pair => pair.Value == known.Values.Min()).Key, due);
                    }
                }
            });

    [Fact]
    public void A_table_loaded_field_by_field_knows_its_next_deadline_after_a_refresh()
    {
        var table = Deadlines.None();
        table.At(Deadline.Sweep) = new Timestamp(7);
        table.At(Deadline.Watch) = new Timestamp(7);
        table.Refresh();

        Assert.Equal(new Timestamp(7), table.Next);
        Assert.True(table.TryFindDue(new Timestamp(7), out var due));
        Assert.Equal(Deadline.Sweep, due);
    }

    [Fact]
    public void Deadlines_at_one_instant_are_acted_on_in_the_order_of_their_urgency() =>
        Assert.Equal(
            [
                Deadline.DayEdge,
                Deadline.LatchRelease,
                Deadline.EntryTimeout,
                Deadline.Protection,
                Deadline.HoldingTime,
                Deadline.AskAgain,
                Deadline.Sweep,
                Deadline.Watch,
                Deadline.FlattenRetry,
            ],
            All
        );
}
