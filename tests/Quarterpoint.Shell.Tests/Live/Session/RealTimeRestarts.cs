using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>Sessions on real time that are cut off or break, at a venue that goes on meanwhile.</summary>
[Trait("Spec", "R21")]
public sealed class RealTimeRestarts
{
    /// <summary>
    /// Cut off at each of its events in turn, for seven seconds or for two minutes: nothing is sent twice, and what happened meanwhile is
    /// counted.
    /// </summary>
    [Theory]
    [InlineData(7)]
    [InlineData(120)]
    [Trait("Spec", "N4")]
    public void Cut_off_at_any_event_it_goes_on_with_what_the_venue_says(int seconds)
    {
        var events = 0;
        using (var whole = Session())
        {
            whole.RunToFlat();
            events = whole.Events.FindIndex(taken => taken.At > whole.After(31));
        }

        var open = 0;
        for (var cut = 1; cut < events; cut++)
        {
            using var session = Session();
            Assert.Throws<VenueLostException>(() => session.Run(CutAt(session, cut)));
            open += session.Venue.Position != 0 ? 1 : 0;
            session.Venue.Pass(TimeSpan.FromSeconds(seconds));
            var outcome = session.Run();
            Assert.True(outcome.IsFlat && outcome.State < TradingState.ManualReview, $"cut at {cut}: {outcome}");
            Assert.Equal((0, 0), (session.Venue.Position, session.Venue.WorkingOrders));
            Assert.True(session.Venue.PlacedTwice.Count == 0, $"cut at {cut}");
            Assert.Equal(session.Engine.Limits.Capital + Earned(session), outcome.Risk.Balance);
            JournalReplay.Run(session.JournalFolder, session.MakeEngine, TestContext.Current.CancellationToken);
        }

        Assert.InRange(open, 5, events);
    }

    [Fact]
    public void A_wall_clock_that_ran_back_between_two_sessions_turns_no_time_back()
    {
        using var session = Session();
        Assert.Throws<VenueLostException>(() => session.Run(CutAt(session, 12)));
        var until = session.Events[^1].Event.Time;
        session.Clock.WallShift = -TimeSpan.FromHours(2);
        var outcome = session.Run();
        Assert.True(outcome.IsFlat);
        Assert.All(session.Events.Skip(12), taken => Assert.True(taken.Event.Time >= until));
        Assert.Contains(session.Facts, fact => fact is { Latch: Latch.Clock, Kind: RiskFactKind.Held });
        JournalReplay.Run(session.JournalFolder, session.MakeEngine, TestContext.Current.CancellationToken);
    }

    /// <summary>The journal knows that the sockets were down; the new session has connected anew.</summary>
    [Fact]
    public void Cut_off_while_its_sockets_were_down_the_next_session_opens_again()
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long).Wish(60, Wish.Flat).Wish(100, Wish.Short).StopAt(200);
        session.Venue.BackAt = session.After(1_000);
        session.At(15, () => session.Venue.Break(Enum.GetValues<Connection>()));
        Assert.Throws<VenueLostException>(() =>
            session.Run(settings =>
                settings with
                {
                    WaitForMail = time =>
                    {
                        if (session.Venue.Now > session.After(40))
                            throw new VenueLostException("cut off");
                        session.Venue.Wait(time);
                    },
                }
            )
        );
        Assert.Contains(session.Alarms, alarm => alarm.Text.Contains("broke with 2 contracts held, by what", StringComparison.Ordinal));
        session.Venue.MendAll();
        var outcome = session.Run();
        Assert.Equal((true, TradingState.Active), (outcome.IsFlat, outcome.State));
        Assert.Equal(2, session.Sent(IntentKind.Enter, session.Start).Length);
        Assert.Empty(session.Venue.PlacedTwice);
        JournalReplay.Run(session.JournalFolder, session.MakeEngine, TestContext.Current.CancellationToken);
    }

    /// <summary>An engine that breaks while a position is held, and a venue that cannot be told at once.</summary>
    [Fact]
    [Trait("Spec", "R24")]
    public void An_engine_that_breaks_is_closed_past_it_as_soon_as_there_is_a_way()
    {
        using var session = Session();
        session.Venue.BackAt = session.After(25);
        session.At(20, () => session.Venue.Break(Enum.GetValues<Connection>()));
        var outcome = session.Run(settings =>
            settings with
            {
                BeforeEvent = e =>
                {
                    if (session.Venue.Now >= session.After(20))
                        throw new InvalidOperationException("broken while a position is held");
                },
            }
        );
        Assert.Equal((true, TradingState.ManualReview, true), (outcome.IsFlat, outcome.State, outcome.IsDurable));
        Assert.Equal((0, 0, 1), (session.Venue.Position, session.Venue.WorkingOrders, session.Venue.Flattened));
    }

    private static RealSession Session() =>
        new RealSession("10:00:00").Wish(5, Wish.Long).Wish(15, Wish.Flat).Wish(20, Wish.Short).StopAt(200);

    /// <summary>The process is gone as it takes that event.</summary>
    private static Func<SessionSettings, SessionSettings> CutAt(RealSession session, int number) =>
        settings =>
            settings with
            {
                BeforeEvent = e =>
                {
                    session.Events.Add((session.Venue.Now, e));
                    if (session.Events.Count == number)
                        throw new VenueLostException("cut off");
                },
            };

    private static Money Earned(RealSession session) =>
        session.Venue.Fills.Aggregate(Money.Zero, (sum, fill) =>
            sum - (session.Engine.Instrument.TickValue * (fill.Price.InTicks * fill.Size * fill.Side.Sign())) - fill.Fees
        );
}
