using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// A connection that breaks is an event: the session goes on, opens nothing, brings it back, and asks what it missed before anything opens
/// again (RELIABILITY F42, F47).
/// </summary>
[Trait("Spec", "N3")]
[Trait("Spec", "N4")]
public sealed class BrokenSockets
{
    private static readonly Connection[] All = Enum.GetValues<Connection>();

    /// <summary>The stop fills at the venue while nobody hears of it.</summary>
    [Fact]
    public void A_fill_missed_while_all_sockets_were_down_is_asked_for_and_counted_and_trading_goes_on()
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long).Wish(20, Wish.Long).Wish(60, Wish.Short);
        session.Venue.BackAt = session.After(40);
        session.At(15.5, () => session.Venue.Break(All)).At(18.5, () => session.Venue.Price -= 8).StopAt(120);
        var outcome = session.RunToFlat();

        Assert.Equal([6.2, 61.2], session.Sent(IntentKind.Enter, session.Start));
        Assert.Equal(2, session.Trades.Count);
        Assert.Equal(Core.Accounting.ExitReason.Stop, session.Trades[0].Reason);
        Assert.Equal(session.Venue.Fills.Count, session.Events.Count(taken => taken.Event.Kind == EventKind.Fill) + MissedFills(session));
        Assert.Equal("stopped by hand", outcome.Why);
        Assert.Equal(TradingState.Active, outcome.State);

        // Down at once, up only when the answers were there.
        var connection = session.Facts.Where(fact => fact.Latch == Latch.Connection).ToList();
        Assert.Equal([RiskFactKind.Held, RiskFactKind.Released], connection.Select(fact => fact.Kind));
        Assert.Equal(session.After(15.5), connection[0].Time);
        Assert.InRange((connection[1].Time - session.Start).TotalSeconds, 40, 60);
        var up = session.Events.FindIndex(taken => taken.Event is { Kind: EventKind.ConnectionChanged, Code: var code } && (code & 1) != 0);
        var answers = session.Events.Take(up).Where(taken => taken.Event.Kind == EventKind.VenueSnapshot && taken.At > session.After(40));
        Assert.Equal([false, true], answers.Select(taken => ((VenueSnapshot)taken.Event.Detail!).IsComplete).Distinct());
        Assert.Equal(3, session.Alarms.Count(alarm => alarm.Text.Contains("broke with 2 contracts held", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_connection_is_tried_again_at_once_then_less_and_less_often_and_never_given_up()
    {
        using var session = new RealSession("10:00:00");
        session.Venue.BackAt = session.After(200);
        session.At(10, () => session.Venue.Break(Connection.MarketHub)).StopAt(250);
        session.RunToFlat();
        Assert.All(session.Venue.Reconnects, tried => Assert.Equal(Connection.MarketHub, tried.Which));
        Assert.Equal(
            [0, 1, 3, 7, 15, 31, 61, 91, 121, 151, 181, 211],
            session.Venue.Reconnects.Select(tried => (int)(tried.At - session.After(10)).TotalSeconds)
        );
        Assert.Single(session.Alarms);
    }

    /// <summary>
    /// What cannot be sent comes back, as a SendResult by mail or thrown at the sender; the engine goes on wanting it until it is done.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Spec", "R13")]
    public void An_exit_that_cannot_be_sent_is_wanted_until_it_can(bool? nothingLeft)
    {
        using var session = new RealSession("16:12:00").Wish(5, Wish.Long);
        var exit = session.After(13 * 60);
        session.Venue.BackAt = exit.AddSeconds(90);
        if (nothingLeft is { } known)
            session.Venue.Throws = new VenueLostException("a test broke it", known);
        session.At(12 * 60, () => session.Venue.Break(Connection.Rest, Connection.UserHub)).StopAt(17 * 60);
        session.RunToFlat();
        var tried = session.Venue.Unsent.Where(unsent => unsent.Intent.Kind == IntentKind.ClosePosition).ToList();
        Assert.Equal(exit, tried[0].At);
        if (nothingLeft != false)
            Assert.InRange(tried.Count, 10, 60);
        Assert.InRange(session.Sent(IntentKind.ClosePosition, exit).Single(), 90, 125);
        Assert.Equal(0, session.Venue.Violations);
        Assert.Equal(
            nothingLeft == false ? SendOutcome.Unknown : SendOutcome.NotSent,
            session.Events.First(taken => taken.Event.Kind == EventKind.SendResult && taken.At >= exit).Event.SendResult.Outcome
        );
    }

    /// <summary>A connection that comes back and breaks again before it has told what was missed has not come back.</summary>
    [Fact]
    public void Questions_that_nobody_answers_are_asked_again_and_until_then_nothing_opens()
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long).Wish(15, Wish.Flat);
        for (var second = 30; second < 60; second++)
            session.Wish(second, Wish.Long);
        session.At(25, () => session.Venue.Break(All)).At(25.01, () => session.Venue.IsSilent = true);
        session.At(50, () => session.Venue.IsSilent = false).StopAt(120);
        session.RunToFlat();
        var asked = session.Sent(IntentKind.Query, session.After(25)).Where(after => after < 25).ToList();
        Assert.InRange(asked.Count, 6, 16);
        Assert.True(session.Sent(IntentKind.Enter, session.After(25))[0] > 25);
    }

    [Fact]
    public void A_position_that_three_rounds_do_not_explain_halts_the_account()
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long);
        session.At(15.5, () => session.Venue.Break(All)).StopAt(120);
        session.Venue.HeldTold = 3;
        var outcome = session.Run();
        session.CheckReplay();
        Assert.Contains(session.Alarms, alarm =>
            alarm.Text.Contains("the venue holds 3 contracts, and 2 are counted", StringComparison.Ordinal)
        );
        Assert.Contains(outcome.Risk.Latches, held => held.Latch == Latch.Halted);
    }

    /// <summary>The person's word bounds the waiting: a stop ends it, and says what is not known.</summary>
    [Fact]
    [Trait("Spec", "N5")]
    public void A_stop_while_nothing_can_be_sent_ends_in_its_time_and_says_that_flat_is_not_proved()
    {
        using var session = new RealSession("10:00:00").Wish(5, Wish.Long);
        session.Venue.BackAt = session.After(10_000);
        session.At(15, () => session.Venue.Break(All)).StopAt(30);
        var outcome = session.Run();
        Assert.False(outcome.IsFlat);
        Assert.InRange((session.Venue.Now - session.Start).TotalSeconds, 90, 91);
        Assert.Contains("Look at the account now", session.Alarms[^1].Text, StringComparison.Ordinal);
        session.CheckReplay();
    }

    private static int MissedFills(RealSession session)
    {
        var heard = session.Events.Where(taken => taken.Event.Kind == EventKind.Fill).Select(taken => taken.Event.Fill.TradeId).ToHashSet();
        var told = session
            .Events.Where(taken => taken.Event.Kind == EventKind.VenueSnapshot)
            .SelectMany(taken => ((VenueSnapshot)taken.Event.Detail!).Trades);
        return told.Select(trade => trade.TradeId).Except(heard).Distinct().Count();
    }
}
