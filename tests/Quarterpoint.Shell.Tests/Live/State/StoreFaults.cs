using Microsoft.Data.Sqlite;
using Quarterpoint.Live.State;
using Quarterpoint.Shell.Tests.Live.Faults;

namespace Quarterpoint.Shell.Tests.Live.State;

/// <summary>
/// Every single operation that SQLite asks of the disk fails once, or from then on, or the power goes: afterwards the store holds a commit
/// that was made or was being made, whole, and none older than the last that was acknowledged; or it is refused (RELIABILITY F11, F12).
/// </summary>
[Trait("Spec", "R21")]
[Trait("Spec", "N3")]
public sealed class StoreFaults(ITestOutputHelper output)
{
    private const int Commits = 8;

    [Fact]
    public void Whatever_fails_what_is_found_was_committed_and_nothing_acknowledged_is_lost()
    {
        Func<long, Fault>[] ways =
        [
            at => new Fault(at),
            at => new Fault(at) { Forever = true },
            at => new Fault(at) { Code = Fault.Full, Forever = true },
            at => new Fault(at, FaultKind.ShortWrite),
            at => new Fault(at) { Code = Fault.ReadOnly },
            at => new Fault(at, FaultKind.TornWrite),
            at => new Fault(at, FaultKind.PowerLoss),
        ];
        var (trials, refused, older) = (0, 0, 0);
        foreach (var way in ways)
        {
            for (var at = 1; Try(way(at), out var found, out var acknowledged); at++)
            {
                trials++;
                if (found is null)
                    refused++;
                if (found is null)
                    continue;
                Assert.True(
                    found.Commit >= acknowledged,
                    $"{way(at)}: commit {found.Commit} is found, and {acknowledged} was acknowledged"
                );
                Assert.True(
                    States.AreSame(found, States.At(found.Commit, 1_000 - (int)found.Commit)),
                    $"{way(at)}: another state is found"
                );
                if (found.Commit < Commits + 1)
                    older++;
            }
        }

        output.WriteLine($"{trials} faults: {refused} refused, {older} ended before the last commit");
        Assert.True(trials > 500 && refused > 0 && older > 0);
    }

    /// <summary>False where the fault lies beyond the last operation.</summary>
    private static bool Try(Fault fault, out StoredState? found, out long acknowledged)
    {
        using var folder = new QuickFolder();
        using var vfs = new FaultyVfs();
        vfs.Arm(fault);
        acknowledged = 0;
        try
        {
            using var store = RiskStore.Create(folder.At("risk.db"), States.Key, States.At(1, 999), [], vfs.Name);
            acknowledged = 1;
            for (var commit = 2; commit <= Commits + 1; commit++)
            {
                try
                {
                    store.Commit(States.At(commit, 1_000 - commit), null, [new HistoryEntry(0, default, "note", $"{commit}")]);
                    acknowledged = commit;
                }
                catch (SqliteException)
                {
                    // The next commit is tried all the same, as a session does whose exits go on.
                }
            }
        }
        catch (Exception e) when (e is SqliteException or IOException) { }

        found = null;
        try
        {
            using var store = RiskStore.Open(folder.At("risk.db"), States.Key);
            found = store.State;
        }
        catch (Exception e) when (e is StoreDamageException or SqliteException)
        {
            // Only while the store was being made can there be nothing to find: then a person begins the account again.
            Assert.Equal(0, acknowledged);
        }

        return vfs.Hit is not null;
    }
}
