using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;
using Quarterpoint.Shell.Tests.Live.Faults;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// Exits do not wait for a disk: so they may have left without a trace, and the next start must reckon with that (SPEC N3, N4).
/// </summary>
public sealed class WithoutADisk
{
    /// <summary>
    /// Each exit of a session: the disk fails right before it is committed, it reaches the venue all the same, and then the machine dies.
    /// </summary>
    [Fact]
    [Trait("Spec", "N4")]
    public void An_exit_that_left_without_a_trace_is_not_sent_again_and_its_tag_is_given_to_nothing_else()
    {
        List<Intent> exits = [];
        using (var clean = new SessionBench().Begin())
            clean.Run(way: link => link.BeforeSend = intent => AddIfExit(intent, exits));
        Assert.True(exits.Count > 3);
        foreach (var exit in exits)
        {
            using var bench = new SessionBench().Begin();
            using var disk = FaultyDisk.FromNowOn(out var fail);
            TapeLink link = null!;
            Assert.Throws<VenueLostException>(() =>
                bench.Run(
                    way: made =>
                    {
                        link = made;
                        made.BeforeSend = intent =>
                        {
                            if (intent.Tag == exit.Tag && intent.Kind == exit.Kind)
                                (made.BreaksAt, made.BreaksAfterwards) = (made.Steps + 1, true);
                        };
                    },
                    files: disk.Files,
                    vfs: disk.Vfs.Name,
                    with: settings =>
                        settings with
                        {
                            BeforeEvent = e =>
                            {
                                if (e.Seq == exit.Cause)
                                    fail();
                            },
                        }
                )
            );
            var outcome = bench.Run();
            Assert.True(outcome.IsFlat && outcome.IsDurable);
            Assert.Empty(bench.Venue.PlacedTwice);
            Assert.True(outcome.State < TradingState.ManualReview, $"exit {exit.Tag & 0xFFFF}: {string.Join(", ", outcome.Risk.Latches)}");
            Assert.Equal(SessionBench.Engine.Limits.Capital + bench.Venue.Earned, outcome.Risk.Balance);
            JournalReplay.Run(bench.JournalFolder, bench.MakeEngine, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>
    /// The latch of a failed store ends with a restart, also where the session goes on from a journal in which it was held.
    /// </summary>
    [Fact]
    [Trait("Spec", "R21")]
    public void A_restart_on_a_sound_disk_trades_again()
    {
        using var bench = new SessionBench().Begin();
        using var disk = FaultyDisk.FromNowOn(out var fail, files: false);
        using var stop = new CancellationTokenSource();
        var bars = 0;
        var first = bench.Run(
            files: disk.Files,
            vfs: disk.Vfs.Name,
            with: settings =>
                settings with
                {
                    OnBar = _ =>
                    {
                        if (++bars == 11)
                            fail();
                        if (bars == 20)
                            stop.Cancel();
                    },
                },
            stop: stop.Token
        );
        Assert.Equal((true, false, TradingState.Paused), (first.IsFlat, first.IsDurable, first.State));
        var entries = bench.Entries;
        var released = false;
        var second = bench.Run(with: settings =>
            settings with
            {
                OnRisk = fact => released |= fact is { Latch: Latch.Store, Kind: RiskFactKind.Released },
            }
        );
        Assert.True(released && bench.Entries > entries);
        Assert.Equal((true, true, TradingState.Active), (second.IsFlat, second.IsDurable, second.State));
        Assert.Equal(SessionBench.Engine.Limits.Capital + bench.Venue.Earned, second.Risk.Balance);
    }

    private static void AddIfExit(Intent intent, List<Intent> exits)
    {
        if (intent.Kind is IntentKind.PlaceExit or IntentKind.ClosePosition)
            exits.Add(intent);
    }
}
