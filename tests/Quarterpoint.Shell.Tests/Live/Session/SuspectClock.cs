using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// A clock that runs back is not trusted with deadlines, pauses, and the end of the day: nothing opens until it has caught up (RELIABILITY
/// I15, F60).
/// </summary>
[Trait("Spec", "R21")]
public sealed class SuspectClock
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(6);

    /// <summary>
    /// At every bar of twenty, flat or holding, the venue's clock steps back; from then on all that it says bears a time that lies behind.
    /// </summary>
    [Fact]
    public void Nothing_opens_while_it_runs_behind_exits_go_on_and_it_is_released_when_time_moves_on()
    {
        var (exitsBehind, entriesAfter, wasHolding) = (0, 0, 0);
        for (var bar = 1; bar <= 20; bar++)
        {
            using var bench = new SessionBench().Begin();
            var (bars, steppedAt, facts) = (0, default(Timestamp), new List<RiskFactKind>());
            bool IsBehind() => steppedAt != default && bench.Venue.Now - Step <= steppedAt;
            Timestamp Told(Timestamp time) => steppedAt == default || time == Timestamp.Never ? time : time - Step;
            var outcome = bench.Run(
                way: link =>
                {
                    link.OnMail = mail => Tell(mail, Told);
                    link.OnDeadline = time => steppedAt == default || time == Timestamp.Never ? time : time + Step;
                    link.BeforeSend = intent =>
                    {
                        if (intent.Kind == IntentKind.Enter)
                            Assert.False(IsBehind(), $"bar {bar}: an entry is sent while the clock runs behind");
                        if (intent.Kind == IntentKind.Enter && steppedAt != default)
                            entriesAfter++;
                        if (intent.Kind == IntentKind.PlaceExit && IsBehind())
                            exitsBehind++;
                    };
                },
                with: settings =>
                    settings with
                    {
                        OnRisk = fact =>
                        {
                            if (fact.Latch == Latch.Clock)
                                facts.Add(fact.Kind);
                        },
                        OnBar = _ =>
                        {
                            if (++bars != bar)
                                return;
                            steppedAt = bench.Venue.Now;
                            if (bench.Venue.Position != 0)
                                wasHolding++;
                        },
                    }
            );
            Assert.Equal([RiskFactKind.Held, RiskFactKind.Released], facts);
            Assert.True(outcome.IsFlat && outcome.State < TradingState.StoppedForDay, $"bar {bar}: {outcome.Why}, {outcome.State}");
            Assert.Equal(SessionBench.Engine.Limits.Capital + bench.Venue.Earned, outcome.Risk.Balance);
        }

        Assert.True(
            exitsBehind > 0 && entriesAfter > 50 && wasHolding is > 5 and < 15,
            $"{exitsBehind} exits, {entriesAfter} entries afterwards, {wasHolding} times holding"
        );
    }

    /// <summary>Also across a restart: the session that goes on knows how late it has been.</summary>
    [Fact]
    public void A_clock_that_ran_back_between_two_sessions_is_not_trusted_either()
    {
        using var bench = new SessionBench().Begin();
        bench.CutWhileHolding();
        var (cutAt, entries) = (bench.Venue.Now, bench.Entries);
        Timestamp Told(Timestamp time) => time == Timestamp.Never ? time : time - Step;
        var released = false;
        var outcome = bench.Run(
            way: link =>
            {
                link.OnWelcome = welcome => welcome with { Now = Told(welcome.Now) };
                link.OnMail = mail => Tell(mail, Told);
                link.OnDeadline = time => time == Timestamp.Never ? time : time + Step;
                link.BeforeSend = intent =>
                {
                    if (intent.Kind == IntentKind.Enter)
                        Assert.True(Told(bench.Venue.Now) > cutAt, "an entry is sent before the clock is as late as it has been");
                };
            },
            with: settings => settings with { OnRisk = fact => released |= fact is { Latch: Latch.Clock, Kind: RiskFactKind.Released } }
        );
        Assert.True(released && bench.Entries > entries);
        Assert.Equal(SessionBench.Engine.Limits.Capital + bench.Venue.Earned, outcome.Risk.Balance);
    }

    private static Mail Tell(Mail mail, Func<Timestamp, Timestamp> told)
    {
        if (mail.Kind == MailKind.TurnEnd)
            return Mail.TurnEnd(told(mail.Now));
        if (mail.Kind == MailKind.Over)
            return Mail.Over(told(mail.Now));
        var e = mail.Event;
        e.Stamp(told(e.Time), e.Seq);
        return Mail.Of(e);
    }
}
