using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;
using Quarterpoint.Shell.Tests.Live.Faults;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>How a trial came out.</summary>
internal enum TrialResult
{
    /// <summary>The fault was never reached.</summary>
    NotReached,

    /// <summary>It was reached and hurt nothing: everything is as in a session without faults.</summary>
    Harmless,

    /// <summary>Nothing opened any more, what was open was closed, and the next start found the state that was committed last.</summary>
    Continued,

    /// <summary>The next start did not believe what it found: a person decides.</summary>
    Refused,
}

/// <summary>
/// One session on a disk that fails once or for good, and the next one on a sound disk, held to what is promised (SPEC R21, RELIABILITY
/// F11, F12): after the fault no entry reaches the venue, exits are still sent, the account ends flat, and says that not all is on disk.
/// The next start finds a state that was committed, bit for bit, and none older than what was committed before the last entry was sent; or
/// it refuses. In the end the account counts what the venue knows, or a person must say.
/// </summary>
internal sealed class FaultTrial
{
    private const int BarsUntilStopped = 5;

    private readonly Dictionary<long, byte[]> _mirrored = [];
    private long _newest;
    private long _committedAtLastEntry;
    private int _barsSinceAlarm;

    /// <param name="disk">Makes the disk under the first session; what it puts in place whole is told.</param>
    /// <param name="stops">Whether a person, seeing the alarm, stops the session; else it runs to the end of the tape.</param>
    public static TrialResult Run(Func<Action<string, byte[]>, FaultyDisk> disk, bool stops) => new FaultTrial().Both(disk, stops);

    private TrialResult Both(Func<Action<string, byte[]>, FaultyDisk> make, bool stops)
    {
        using var bench = new SessionBench().Begin();
        var begun = bench.Look().Known!;
        Note(begun);

        // A start commits before its first event, and changes nothing of the risk state by that: the one commit that neither mirror nor
        // journal tells of where the disk has it and says that it has not.
        _mirrored[begun.Commit + 1] = [.. begun.Risk];
        using var disk = make(OnReplace);
        var first = First(bench, disk, stops);
        Assert.True(bench.Venue is { Position: 0, WorkingOrders: 0 }, "the first session leaves a position or an order");
        Assert.True(first.IsFlat, "the first session does not say that it is flat");
        if (disk.Hit is null)
            return TrialResult.NotReached;

        var journalled = Journalled(bench.JournalFolder);
        var isNoticed = IsNoticed(bench);
        Assert.Equal(isNoticed, !first.IsDurable || first.State == TradingState.ManualReview);
        var entries = bench.Venue.Heard.Count(intent => intent.Kind == IntentKind.Enter);

        Opening found = null!;
        var second = bench.Run(onOpening: opening => found = opening);
        if (found.Known is { } known)
            CheckState(known, journalled);
        Assert.True(second.IsFlat && bench.Venue is { Position: 0, WorkingOrders: 0 }, "the second session does not end flat");
        Assert.Empty(bench.Venue.PlacedTwice);
        if (second.State == TradingState.ManualReview)
        {
            Assert.Equal(entries, bench.Venue.Heard.Count(intent => intent.Kind == IntentKind.Enter));
            if (second.Risk.Latches.Any(held => held.Latch == Latch.StateLost))
                return TrialResult.Refused;

            // Both journal and store had failed, and an exit left all the same: the next start cannot tell it from somebody else's order.
            // Its result it counts.
            Assert.Contains(second.Risk.Latches, held => held.Latch == Latch.ForeignActivity);
            Assert.Equal(SessionBench.Engine.Limits.Capital + bench.Venue.Earned, second.Risk.Balance);
            return TrialResult.Refused;
        }

        Assert.Equal(Finding.Sound, found.Finding);
        Assert.True(
            found.Known!.Commit >= _committedAtLastEntry,
            $"commit {found.Known.Commit} is found, and an entry was sent after {_committedAtLastEntry}"
        );
        Assert.Equal(SessionBench.Engine.Limits.Capital + bench.Venue.Earned, second.Risk.Balance);
        if (isNoticed)
            return TrialResult.Continued;
        Assert.Equal(bench.Backtest().Trades.Select(trade => trade.Trip), bench.Trades);
        Assert.Equal(first.Risk.ToBytes(), found.Known.Risk);
        return TrialResult.Harmless;
    }

    private SessionOutcome First(SessionBench bench, FaultyDisk disk, bool stops)
    {
        using var stop = new CancellationTokenSource();
        return bench.Run(
            way: link =>
                link.BeforeSend = intent =>
                {
                    if (intent.Kind != IntentKind.Enter)
                        return;
                    Assert.False(IsNoticed(bench), "an entry was sent although the disk had failed");
                    _committedAtLastEntry = _newest;
                },
            files: disk.Files,
            vfs: disk.Vfs.Name,
            with: settings =>
                settings with
                {
                    OnBar = _ =>
                    {
                        if (stops && IsNoticed(bench) && ++_barsSinceAlarm == BarsUntilStopped)
                            stop.Cancel();
                    },
                },
            stop: stop.Token
        );
    }

    private static bool IsNoticed(SessionBench bench) =>
        bench.Alarms.Any(alarm => alarm.Contains("nothing opens", StringComparison.OrdinalIgnoreCase));

    /// <summary>A state that is found is one that was committed, or that was about to be: no other.</summary>
    private void CheckState(StoredState found, Dictionary<long, byte[]> journalled)
    {
        var known = _mirrored.GetValueOrDefault(found.Commit) ?? journalled.GetValueOrDefault(found.Commit);
        Assert.True(known is not null, $"commit {found.Commit} is found, which nobody made; the newest is {_newest}");
        Assert.Equal(known, found.Risk);
    }

    /// <summary>The mirrors are told of each commit after the store has it.</summary>
    private void OnReplace(string path, byte[] bytes)
    {
        if (Path.GetFileName(path) == AccountFolder.MirrorName)
            Note(AccountMirror.Read(bytes, SessionBench.First)!);
    }

    private void Note(StoredState state)
    {
        _mirrored[state.Commit] = [.. state.Risk];
        _newest = Math.Max(_newest, state.Commit);
    }

    /// <summary>Every commit that the journal holds.</summary>
    private static Dictionary<long, byte[]> Journalled(string folder)
    {
        var commits = new Dictionary<long, byte[]>();
        if (!Directory.Exists(folder))
            return commits;
        foreach (var path in Directory.EnumerateFiles(folder, "*.qpj"))
        {
            using var reader = new JournalReader(path);
            while (reader.Next())
            {
                if (reader.Kind == RecordKind.Commit && reader.Read(JournalCommit.Read) is var commit)
                    commits[commit.Number] = [.. commit.Risk];
            }
        }

        return commits;
    }
}
