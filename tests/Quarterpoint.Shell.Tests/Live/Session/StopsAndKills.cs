using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.State;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>A person stops a session, or kills it.</summary>
public sealed class StopsAndKills : IDisposable
{
    private readonly SessionBench _bench = new SessionBench().Begin();

    public void Dispose() => _bench.Dispose();

    /// <summary>Every bar is tried: flat, with an entry under way, with a position, with an exit under way.</summary>
    [Fact]
    [Trait("Spec", "T3")]
    [Trait("Spec", "N5")]
    public void A_stop_by_hand_flattens_verifies_saves_and_latches_nothing()
    {
        var wereHolding = 0;
        for (var bar = 1; bar <= 50; bar++)
        {
            using var bench = new SessionBench().Begin();
            using var stop = new CancellationTokenSource();
            var (bars, entries) = (0, 0);
            var outcome = bench.Run(
                with: settings =>
                    settings with
                    {
                        OnBar = _ =>
                        {
                            if (++bars != bar)
                                return;
                            stop.Cancel();
                            entries = bench.Entries;
                            if (bench.Venue.Position != 0)
                                wereHolding++;
                        },
                    },
                stop: stop.Token
            );
            Assert.Equal(("stopped by hand", true, true), (outcome.Why, outcome.IsFlat, outcome.IsDurable));
            Assert.Equal((0, 0, 0), (bench.Venue.Position, bench.Venue.WorkingOrders, bench.Venue.Flattened));
            Assert.Equal(entries, bench.Entries);
            Assert.DoesNotContain(outcome.Risk.Latches, held => LatchTable.Of(held.Latch).State >= TradingState.StoppedForDay);
            Assert.Equal(SessionBench.Engine.Limits.Capital + bench.Venue.Earned, outcome.Risk.Balance);

            var found = bench.Look();
            Assert.Equal((Finding.Sound, false), (found.Finding, found.Known!.IsSessionOpen));
            Assert.Equal(outcome.Risk.ToBytes(), found.Known.Risk);
            Assert.Equal("stopped by hand", bench.History().Last(entry => entry.Kind == "end").Text);
        }

        Assert.InRange(wereHolding, 10, 40);
    }

    [Fact]
    public void After_a_stop_the_next_session_goes_on_with_the_same_account_under_new_tags()
    {
        using var stop = new CancellationTokenSource();
        _bench.Run(
            with: settings =>
                settings with
                {
                    OnTrade = trade =>
                    {
                        _bench.Trades.Add(trade);
                        stop.Cancel();
                    },
                },
            stop: stop.Token
        );
        Assert.Single(_bench.Trades);
        var second = _bench.Run();
        Assert.True(_bench.Trades.Count > 3);
        Assert.Equal(SessionBench.Engine.Limits.Capital + _bench.Venue.Earned, second.Risk.Balance);
        Assert.Empty(_bench.Venue.PlacedTwice);
        Assert.Equal(2, _bench.Look().Known!.Epoch);
    }

    [Fact]
    [Trait("Spec", "R23")]
    public void A_kill_file_is_seen_at_the_next_event_and_closes_what_is_held()
    {
        var entries = 0;
        var outcome = _bench.Run(with: settings =>
            settings with
            {
                OnBar = _ =>
                {
                    if (_bench.Venue.Position == 0 || File.Exists(Path.Combine(_bench.Folder, AccountFolder.KillName)))
                        return;
                    Kill("news");
                    entries = _bench.Entries;
                },
            }
        );
        CheckKilled(outcome, entries);
        Assert.Contains(_bench.History(), entry => entry is { Kind: "held", Text: "ManualKill" });
        Assert.Single(_bench.Alarms, alarm => alarm.Contains("A kill was asked for", StringComparison.Ordinal));

        // It lasts: the next session opens nothing either, although the file is gone.
        File.Delete(Path.Combine(_bench.Folder, AccountFolder.KillName));
        Assert.Equal(TradingState.ManualReview, _bench.Run().State);
        Assert.Equal(entries, _bench.Entries);
    }

    /// <summary>
    /// Between the decision and the sending: the file comes while the event that leads to an entry is already being worked on.
    /// </summary>
    [Fact]
    [Trait("Spec", "R23")]
    public void A_kill_file_is_seen_before_an_entry_is_sent()
    {
        var entryBars = new List<long>();
        using (var other = new SessionBench().Begin())
            other.Run(way: link => link.BeforeSend = intent => AddIfEntry(intent, entryBars));
        Assert.NotEmpty(entryBars);
        var outcome = _bench.Run(with: settings =>
            settings with
            {
                BeforeEvent = e =>
                {
                    if (e.Seq == entryBars[1])
                        Kill("");
                },
            }
        );
        Assert.Equal(1, _bench.Entries);
        CheckKilled(outcome, entries: 1);
    }

    private static void AddIfEntry(Intent intent, List<long> causes)
    {
        if (intent.Kind == IntentKind.Enter)
            causes.Add(intent.Cause);
    }

    private void Kill(string reason)
    {
        using var account = AccountFolder.Look(_bench.States, _bench.Key, _bench.Home);
        account.RequestKill(reason);
    }

    private void CheckKilled(Quarterpoint.Live.Session.SessionOutcome outcome, int entries)
    {
        Assert.Equal((true, TradingState.ManualReview, true), (outcome.IsFlat, outcome.State, outcome.IsDurable));
        Assert.Contains(outcome.Risk.Latches, held => held.Latch == Latch.ManualKill);
        Assert.Equal((0, 0), (_bench.Venue.Position, _bench.Venue.WorkingOrders));
        Assert.Equal(entries, _bench.Entries);
        Assert.Equal(SessionBench.Engine.Limits.Capital + _bench.Venue.Earned, outcome.Risk.Balance);
    }
}
