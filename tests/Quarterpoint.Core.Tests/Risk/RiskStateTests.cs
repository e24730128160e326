using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>What survives a restart is kept whole, compared by value, and refused if it is impossible.</summary>
[Trait("Spec", "R21")]
public sealed class RiskStateTests
{
    private static readonly Timestamp Then = NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(10, 0));

    private static Money Dollars(decimal dollars) => Money.FromDollars(dollars);

    /// <summary>A state in which no field has its default value.</summary>
    private static RiskState Lived()
    {
        var watch = default(StarvationWatch);
        watch.Note(Verdict.Refuse(Rule.SizeZero));
        return new RiskState
        {
            Capital = Dollars(1000),
            CarriedOver = Dollars(-40),
            HighWater = Dollars(1010),
            Day = new DayBook(TradingDay.On(2024, 3, 5), Dollars(990), Dollars(1005)),
            LossStreak = 4,
            LastTrade = 77,
            Position = -1,
            CooldownUntil = Then.AddSeconds(30),
            EntriesToday = 9,
            RecentEntries = [Then, Then.AddSeconds(60)],
            Starvation = watch,
            Latches =
            [
                new HeldLatch(Latch.LossPause, Then, Then.AddSeconds(900)),
                new HeldLatch(Latch.AccountDrawdown, Then, Timestamp.Never),
            ],
        };
    }

    /// <summary>Copies of the state that each differ in one field.</summary>
    private static RiskState[] Others()
    {
        var lived = Lived();
        return
        [
            lived with
            {
                Capital = Dollars(999),
            },
            lived with
            {
                CarriedOver = Dollars(-41),
            },
            lived with
            {
                HighWater = Dollars(1011),
            },
            lived with
            {
                Day = lived.Day with { Day = TradingDay.On(2024, 3, 6) },
            },
            lived with
            {
                Day = lived.Day with { Baseline = Dollars(991) },
            },
            lived with
            {
                Day = lived.Day with { Peak = Dollars(1006) },
            },
            lived with
            {
                LossStreak = 5,
            },
            lived with
            {
                LastTrade = 78,
            },
            lived with
            {
                Position = 1,
            },
            lived with
            {
                CooldownUntil = Then,
            },
            lived with
            {
                EntriesToday = 10,
            },
            lived with
            {
                RecentEntries = [Then],
            },
            lived with
            {
                RecentEntries = [Then, Then],
            },
            lived with
            {
                Starvation = default,
            },
            lived with
            {
                Latches = lived.Latches[..1],
            },
            lived with
            {
                Latches = [lived.Latches[0] with { Until = Then }, lived.Latches[1]],
            },
            lived with
            {
                Latches = [lived.Latches[0] with { Since = default }, lived.Latches[1]],
            },
            lived with
            {
                Latches = [lived.Latches[0], lived.Latches[1] with { Latch = Latch.ManualKill }],
            },
        ];
    }

    [Fact]
    public void A_state_comes_back_as_it_was_saved()
    {
        Assert.All([Lived(), .. Others(), RiskState.Fresh(Dollars(500))], state =>
            Assert.Equal(state, RiskState.FromBytes(state.ToBytes()))
        );
        Assert.Equal(Lived().Latches, RiskState.FromBytes(Lived().ToBytes()).Latches);
        Assert.Equal(Lived().RecentEntries, RiskState.FromBytes(Lived().ToBytes()).RecentEntries);
        Assert.Equal(
            (960m, 1010m, 77L),
            (
                Lived().Balance.InDollars,
                RiskState.FromBytes(Lived().ToBytes()).HighWater.InDollars,
                RiskState.FromBytes(Lived().ToBytes()).LastTrade
            )
        );
    }

    [Fact]
    public void Two_states_are_equal_when_every_field_is_and_differ_by_any_one()
    {
        Assert.Equal(Lived(), Lived());
        Assert.Equal(Lived().GetHashCode(), Lived().GetHashCode());
        Assert.All(Others(), other => Assert.NotEqual(Lived(), other));
        Assert.False(Lived().Equals(null));
    }

    [Fact]
    public void A_fresh_state_begins_with_its_capital()
    {
        var fresh = RiskState.Fresh(Dollars(500));
        Assert.Equal(
            (500m, 500m, 500m, 0),
            (fresh.Capital.InDollars, fresh.Balance.InDollars, fresh.HighWater.InDollars, fresh.LossStreak)
        );
        Assert.Equal((0, 0, false), (fresh.Latches.Length, fresh.RecentEntries.Length, fresh.IsKilled));
    }

    [Fact]
    [Trait("Spec", "R23")]
    public void A_latch_added_to_a_state_takes_its_place_in_the_tables_order_and_replaces_its_own_kind()
    {
        var kill = new HeldLatch(Latch.ManualKill, Then, Timestamp.Never);
        var later = new HeldLatch(Latch.LossPause, Then.AddSeconds(5), Then.AddSeconds(905));
        var pause = new HeldLatch(Latch.OperatorPause, Then, Timestamp.Never);

        Assert.Equal([Lived().Latches[0], Lived().Latches[1], kill], Lived().With(kill).Latches);
        Assert.Equal([later, Lived().Latches[1]], Lived().With(later).Latches);
        Assert.Equal([pause, .. Lived().Latches], Lived().With(pause).Latches);
    }

    [Fact]
    [Trait("Spec", "R17")]
    public void A_review_sets_the_mark_to_the_balance_and_releases_what_waited_for_it_and_nothing_else()
    {
        var reviewed = Lived().Reviewed();
        Assert.Equal((1000m, 960m, 960m), (reviewed.Capital.InDollars, reviewed.Balance.InDollars, reviewed.HighWater.InDollars));
        Assert.Equal([Lived().Latches[0]], reviewed.Latches);
        Assert.Equal((default, 4, Lived().Day), (reviewed.Starvation, reviewed.LossStreak, reviewed.Day));
    }

    [Fact]
    [Trait("Spec", "R17")]
    [Trait("Spec", "R5")]
    public void A_review_does_not_bring_back_what_R5_ended()
    {
        var killed = Lived().With(new HeldLatch(Latch.Killed, Then, Timestamp.Never));
        Assert.Equal((false, true), (Lived().IsKilled, killed.IsKilled));
        Assert.Equal(killed, killed.Reviewed());
    }

    /// <summary>Another version may have other fields, so nothing in it is used.</summary>
    [Fact]
    public void A_state_of_another_version_is_refused()
    {
        var bytes = Lived().ToBytes();
        var at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(RiskState.CurrentVersion));
        BitConverter.TryWriteBytes(bytes.AsSpan(at), RiskState.CurrentVersion + 1);
        var body = bytes[at..^8];
        Assert.Contains(
            "version",
            Assert
                .Throws<InvalidDataException>(() => RiskState.FromBytes(StateArchive.Save(archive => archive.Values(body.AsSpan()))))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u << 24)] // one that does not exist
    [InlineData((uint)(Latch.LossPause | Latch.Killed))] // two in one
    public void A_state_with_a_latch_that_does_not_exist_is_refused(uint latch)
    {
        var state = RiskState.Fresh(Dollars(1000)) with { Latches = [new HeldLatch((Latch)latch, Then, Then)] };
        var thrown = Assert.Throws<InvalidDataException>(() => state.ToBytes());
        Assert.Equal($"The saved state holds a latch {latch} that does not exist.", thrown.Message);
    }

    /// <summary>
    /// At most thirty entries, and each of the 24 latches once: a count beyond that, or below zero, is refused before any memory is
    /// allocated for it.
    /// </summary>
    [Theory]
    [InlineData(0, 30, true)]
    [InlineData(0, 31, false)]
    [InlineData(0, -1, false)]
    [InlineData(1, 24, true)]
    [InlineData(1, 25, false)]
    [InlineData(1, -1, false)]
    public void A_state_with_an_impossible_count_is_refused(int which, int count, bool isPossible)
    {
        // A fresh state ends in its two counts, both zero, and its checksum.
        var bytes = RiskState.Fresh(Dollars(1000)).ToBytes()[..^8];
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 8 + (4 * which)), count);
        var thrown = Assert.Throws<InvalidDataException>(() =>
            RiskState.FromBytes(StateArchive.Save(archive => archive.Values(bytes.AsSpan())))
        );

        var message =
            which == 0
                ? $"The saved state has {count} entries; at most 30 are possible."
                : $"The saved state has {count} latches; at most 24 are possible.";
        Assert.Equal(!isPossible, thrown.Message == message);
    }
}
