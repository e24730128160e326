using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// A known account whose state is damaged, another one's, or gone: nothing opens, what is held is closed, and a person decides (SPEC R21,
/// RELIABILITY F13).
/// </summary>
[Trait("Spec", "R21")]
[Trait("Spec", "N3")]
public sealed class LostState : IDisposable
{
    private readonly SessionBench _bench = new SessionBench().Begin();

    public void Dispose() => _bench.Dispose();

    private string Db => Path.Combine(_bench.Folder, RiskStore.FileName);

    private string LocalMirror => Path.Combine(_bench.Folder, AccountFolder.MirrorName);

    private string HomeMirror => Directory.EnumerateFiles(Path.Combine(_bench.Home, "accounts")).Single();

    public static TheoryData<string> Losses =>
        [
            "store deleted",
            "store and both mirrors deleted",
            "store cut off",
            "store of another account",
            "store emptied",
            "journal deleted",
            "journal damaged",
            "journal of another account",
            "journal of an older session",
            "store set back",
        ];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Nothing_opens_and_what_is_held_is_closed_until_a_person_decides(string loss)
    {
        var older = "";
        if (loss is "store set back" or "journal of an older session")
            older = Older();
        _bench.CutWhileHolding();
        var before = _bench.Look();
        Assert.Equal(Finding.Sound, before.Finding);
        Lose(loss, older);

        var entries = _bench.Entries;
        var outcome = _bench.Run();
        Assert.Equal((true, TradingState.ManualReview, true), (outcome.IsFlat, outcome.State, outcome.IsDurable));
        Assert.Contains(outcome.Risk.Latches, held => held.Latch == Latch.StateLost);
        Assert.Contains(_bench.History(), entry =>
            entry.Kind == "held" && entry.Text.StartsWith("DayUnknown until", StringComparison.Ordinal)
        );
        Assert.Equal((0, 0), (_bench.Venue.Position, _bench.Venue.WorkingOrders));
        Assert.Equal(entries, _bench.Entries);
        Assert.Empty(_bench.Venue.PlacedTwice);
        Assert.Contains(_bench.Alarms, alarm => alarm.Contains("state is lost", StringComparison.Ordinal));

        // It stays so: the new store is sound, and says that the state was lost.
        var found = _bench.Look();
        Assert.Equal(Finding.Sound, found.Finding);
        Assert.Equal(outcome.Risk.ToBytes(), found.Known!.Risk);
        Assert.Equal(TradingState.ManualReview, _bench.Run().State);
        Assert.Equal(entries, _bench.Entries);
    }

    /// <summary>
    /// A state that says flat, as a review leaves it, and a venue that still holds: nothing opens beside that, and it is closed.
    /// </summary>
    [Fact]
    public void A_state_that_says_flat_is_not_believed_over_a_position_that_the_venue_holds()
    {
        _bench.CutWhileHolding();
        Assert.NotEqual(0, _bench.Venue.Position);
        using (var account = _bench.Take())
        {
            var known = account.Open().Known!;
            var flat = known.ToRisk() with { Position = 0, LastTrade = long.MaxValue };
            var state = known with { Commit = known.Commit + 1, IsSessionOpen = false, Risk = [.. flat.ToBytes()] };
            account.Store!.Commit(state, null, [new HistoryEntry(0, default, "review", "flat, somebody said")]);
            account.WriteMirrors(state, flat, sync: true);
        }

        var entries = _bench.Entries;
        var outcome = _bench.Run();
        Assert.Equal((true, TradingState.ManualReview), (outcome.IsFlat, outcome.State));
        Assert.Equal((0, 0, entries), (_bench.Venue.Position, _bench.Venue.WorkingOrders, _bench.Entries));
    }

    /// <summary>Cut off at every operation of such a start, too: the next one must not take for sound what this one did not.</summary>
    [Fact]
    public void A_loss_is_not_forgotten_by_a_start_that_is_cut_off()
    {
        var reached = 0;
        for (var at = 1; ; at++)
        {
            using var bench = new SessionBench().Begin();
            bench.CutWhileHolding();
            File.Delete(Path.Combine(bench.Folder, RiskStore.FileName));
            var entries = bench.Entries;
            using var disk = Faults.FaultyDisk.Whole(
                new Faults.FileFault(at, Faults.FileFaultKind.PowerLoss),
                new Faults.Fault(1, Faults.FaultKind.PowerLoss)
            );

            // The machine dies with its disk: before anything more is sent.
            try
            {
                bench.Run(
                    way: link =>
                        link.BeforeSend = _ =>
                        {
                            if (disk.Hit is not null)
                                throw new VenueLostException("died");
                        },
                    files: disk.Files,
                    vfs: disk.Vfs.Name
                );
            }
            catch (VenueLostException) { }

            if (disk.Hit is null || at > 40)
                break;
            reached++;
            var outcome = bench.Run();
            Assert.True(outcome.State == TradingState.ManualReview, $"file operation {at}, {disk.Hit}: {outcome.State}");
            Assert.Equal(entries, bench.Entries);
            Assert.Equal((0, 0), (bench.Venue.Position, bench.Venue.WorkingOrders));
        }

        Assert.True(reached > 10);
    }

    [Fact]
    public void The_journals_of_a_lost_account_are_not_overwritten()
    {
        _bench.Run();
        var journals = Directory.EnumerateFiles(_bench.JournalFolder).ToDictionary(path => path, File.ReadAllBytes);
        Assert.Equal(2, journals.Count);
        foreach (var path in (string[])[Db, LocalMirror, HomeMirror])
            File.Delete(path);
        _bench.Venue = new TapeVenue(SessionBench.VenueOf, SessionBench.TwoDays);
        var outcome = _bench.Run();
        Assert.Equal(TradingState.ManualReview, outcome.State);
        Assert.All(journals, journal => Assert.Equal(journal.Value, File.ReadAllBytes(journal.Key)));
        Assert.Equal(2, _bench.Look().Known!.Epoch);
    }

    [Fact]
    public void An_unknown_account_does_not_trade()
    {
        using var bench = new SessionBench();
        var refused = Assert.Throws<SessionException>(() => bench.Run());
        Assert.Contains("qp risk init", refused.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Venue.Heard);
    }

    [Fact]
    public void What_was_traded_behind_our_back_is_a_loss_of_state()
    {
        _bench.Run();
        var trade = _bench.Venue.Trades.Values.Last();
        var outcome = _bench.Run(way: link =>
            link.OnMail = mail =>
                mail.Event.Kind == EventKind.VenueSnapshot && mail.Event.Detail is VenueSnapshot told
                    ? Mail.Of(
                        EngineEvent.Snapshot(
                            mail.Event.Time,
                            told with
                            {
                                Trades = [.. told.Trades, trade with { TradeId = trade.TradeId + 1 }],
                            }
                        )
                    )
                    : mail
        );
        Assert.Equal(TradingState.ManualReview, outcome.State);
        Assert.Contains(outcome.Risk.Latches, held => held.Latch == Latch.StateLost);
    }

    /// <summary>The store's folder as it is after an earlier, whole session.</summary>
    private string Older()
    {
        using var stop = new CancellationTokenSource();
        _bench.Run(with: settings => settings with { OnTrade = _ => stop.Cancel() }, stop: stop.Token);
        var copy = Path.Combine(_bench.States, "..", "older");
        QuickFolder.Copy(_bench.Folder, copy);
        return copy;
    }

    private void Lose(string loss, string older)
    {
        var journal = Directory.EnumerateFiles(_bench.JournalFolder).Order(StringComparer.Ordinal).Last();
        switch (loss)
        {
            case "store deleted":
                File.Delete(Db);
                break;
            case "store and both mirrors deleted":
                foreach (var path in (string[])[Db, LocalMirror, HomeMirror])
                    File.Delete(path);
                break;
            case "store cut off":
                using (var stream = new FileStream(Db, FileMode.Open))
                    stream.SetLength(stream.Length / 2);
                break;
            case "store of another account":
                File.Delete(Db);
                RiskStore
                    .Create(
                        Db,
                        AccountKey.Of("simulated", "other", TradingMode.Paper),
                        new StoredState(500, 9, false, [.. RiskState.Fresh(SessionBench.Engine.Limits.Capital).ToBytes()], default),
                        []
                    )
                    .Dispose();
                break;
            case "store emptied":
                File.WriteAllBytes(Db, []);
                break;
            case "store set back":
                File.Copy(Path.Combine(older, RiskStore.FileName), Db, overwrite: true);
                break;
            case "journal deleted":
                Directory.Delete(_bench.JournalFolder, recursive: true);
                break;
            case "journal damaged":
                var bytes = File.ReadAllBytes(journal);
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(journal, bytes);
                break;
            case "journal of another account":
                using (var other = new SessionBench { Key = AccountKey.Of("simulated", "other", TradingMode.Paper) }.Begin())
                {
                    other.CutWhileHolding();
                    File.Copy(Directory.EnumerateFiles(other.JournalFolder).Last(), journal, overwrite: true);
                }

                break;
            default:
                File.Copy(Directory.EnumerateFiles(Path.Combine(older, "journal")).Last(), journal, overwrite: true);
                break;
        }
    }
}
