using CsCheck;
using Microsoft.Data.Sqlite;
using Quarterpoint.Live.State;
using Quarterpoint.Live.Wire;
using Quarterpoint.Shell.Tests.Live.Faults;

namespace Quarterpoint.Shell.Tests.Live.State;

/// <summary>The durable state of one account: what was committed comes back bit for bit, and nothing else does.</summary>
[Trait("Spec", "R21")]
public sealed class RiskStoreTests : IDisposable
{
    private readonly QuickFolder _folder = new();

    private string Db => _folder.At("risk.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_committed_comes_back_bit_for_bit() =>
        Gen.Select(States.AnyCommit.Array[1, 12], Gen.Int[0, 12])
            .Sample(
                (commits, reopenedAfter) =>
                {
                    foreach (var file in Directory.EnumerateFiles(_folder.Root))
                        File.Delete(file);
                    var store = RiskStore.Create(Db, States.Key, States.First(), [new HistoryEntry(0, default, "init", "")]);
                    var expected = States.First();
                    var (notes, intents) = (new List<string> { "" }, 0);
                    for (var i = 0; i < commits.Length; i++)
                    {
                        expected = commits[i].State with { Commit = i + 2, Epoch = i + 1 };
                        store.Commit(expected, commits[i].Buffer(), commits[i].History());
                        Assert.True(States.AreSame(expected, store.State));
                        notes.AddRange(commits[i].Notes);
                        intents += commits[i].Intents.DistinctBy(intent => intent.RequestId).Count();
                        if (i != reopenedAfter)
                            continue;
                        store.Dispose();
                        store = RiskStore.Open(Db, States.Key);
                    }

                    store.Dispose();
                    using var read = RiskStore.Open(Db, States.Key);
                    Assert.True(States.AreSame(expected, read.State));
                    Assert.Equal(notes, read.History().Select(entry => entry.Text));
                    Assert.Equal(Enumerable.Range(1, notes.Count), read.History().Select(entry => (int)entry.Number));
                    Assert.Equal(intents, IntentsIn(Db).Count);
                },
                iter: 40,
                threads: 1
            );

    /// <summary>FULL: the write-ahead log is synced within the commit, so that a power cut right behind it takes nothing.</summary>
    [Fact]
    public void A_commit_is_on_the_disk_when_it_returns()
    {
        using var vfs = new FaultyVfs();
        using (var store = RiskStore.Create(Db, States.Key, States.First(), [], vfs.Name))
        {
            for (var commit = 2; commit < 6; commit++)
            {
                vfs.Arm(null);
                store.Commit(States.At(commit, 1_000 - commit), null, []);
                var calls = vfs.Calls;
                Assert.Contains(calls, call => call is { Op: IoOp.Write, File: DbFile.Wal });
                Assert.True(
                    calls.Last(call => call is { Op: IoOp.Sync, File: DbFile.Wal }).Number
                        > calls.Last(call => call is { Op: IoOp.Write, File: DbFile.Wal }).Number,
                    "nothing is written behind the last sync"
                );
            }

            vfs.Arm(new Fault(1, FaultKind.PowerLoss));
        }

        using var read = RiskStore.Open(Db, States.Key);
        Assert.True(States.AreSame(States.At(5, 995), read.State));
    }

    [Fact]
    public void The_intents_of_a_commit_are_there_as_they_were_sent()
    {
        var commit = States.AnyCommit.Where(c => c.Intents.Length == 3).Single();
        using (var store = RiskStore.Create(Db, States.Key, States.First(), []))
            store.Commit(commit.State with { Commit = 2, Epoch = 4 }, commit.Buffer(), []);
        Assert.Equal(commit.Intents.OrderBy(intent => intent.RequestId), IntentsIn(Db).OrderBy(intent => intent.RequestId));
    }

    [Theory]
    [InlineData("UPDATE state SET risk = (SELECT zeroblob(length(risk)) FROM state)", "its state was changed")]
    [InlineData("UPDATE state SET number = number + 1", "its state was changed")]
    [InlineData("UPDATE state SET epoch = epoch + 1", "its state was changed")]
    [InlineData("UPDATE state SET open = 1 - open", "its state was changed")]
    [InlineData("UPDATE state SET at = at - 1", "its state was changed")]
    [InlineData("UPDATE state SET history = history - 1", "its state was changed")]
    [InlineData("UPDATE state SET sha = zeroblob(32)", "its state was changed")]
    [InlineData("DELETE FROM state", "it holds no state")]
    [InlineData("UPDATE history SET text = 'nothing happened' WHERE n = 2", "line 2 of its history was changed or taken out")]
    [InlineData("UPDATE history SET at = at + 1 WHERE n = 1", "line 1 of its history was changed or taken out")]
    [InlineData("DELETE FROM history WHERE n = 2", "line 2 of its history was changed or taken out")]
    [InlineData("DELETE FROM history WHERE n = 3", "its history is not the one that its state ends")]
    [InlineData("DELETE FROM history", "its history is not the one that its state ends")]
    [InlineData(
        "INSERT INTO history SELECT 4, at, kind, text, sha FROM history WHERE n = 3",
        "line 4 of its history was changed or taken out"
    )]
    [InlineData("UPDATE account SET key = 'simulated-other-paper'", "the row that names its account was changed")]
    [InlineData("DELETE FROM account", "it names no account")]
    [InlineData("DROP TABLE history", "no such table")]
    [InlineData("PRAGMA user_version = 2", "its schema is version 2, and this program knows 1")]
    [InlineData("PRAGMA user_version = 0", "its schema is version 0, and this program knows 1")]
    [InlineData("PRAGMA application_id = 1", "it is no risk store of Quarterpoint")]
    public void Whoever_edits_it_makes_it_unbelievable(string edit, string why)
    {
        Write();
        Run(edit);
        var found = Assert.Throws<StoreDamageException>(() => RiskStore.Open(Db, States.Key));
        Assert.Equal(Finding.Damaged, found.Finding);
        Assert.Contains(why, found.Message, StringComparison.Ordinal);
        Assert.Contains(Db, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_accounts_store_is_foreign()
    {
        Write();
        foreach (
            var other in (AccountKey[])
                [
                    AccountKey.Of("simulated", "second", TradingMode.Paper),
                    AccountKey.Of("topstepx", "first", TradingMode.Paper),
                    AccountKey.Of("simulated", "first", TradingMode.Live),
                ]
        )
        {
            var found = Assert.Throws<StoreDamageException>(() => RiskStore.Open(Db, other));
            Assert.Equal(Finding.Foreign, found.Finding);
            Assert.Contains("simulated-first-paper", found.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(
        "not a database, but long enough to be looked at as one: the header of SQLite has a hundred bytes, and here are a few more "
            + "than that."
    )]
    public void What_is_no_store_is_not_taken_for_one(string text)
    {
        File.WriteAllText(Db, text);
        Assert.Equal(Finding.Damaged, Assert.Throws<StoreDamageException>(() => RiskStore.Open(Db, States.Key)).Finding);
    }

    private void Write()
    {
        using var store = RiskStore.Create(Db, States.Key, States.First(), [new HistoryEntry(0, default, "init", "one")]);
        store.Commit(States.At(2, 990), null, [new HistoryEntry(0, default, "note", "two"), new HistoryEntry(0, default, "note", "three")]);
    }

    private void Run(string sql)
    {
        using var connection = Connect(Db);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static List<Core.Trading.Intent> IntentsIn(string path)
    {
        using var connection = Connect(path);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM intent";
        using var reader = command.ExecuteReader();
        var intents = new List<Core.Trading.Intent>();
        while (reader.Read())
        {
            var bytes = new ByteReader((byte[])reader[0]);
            intents.Add(IntentCodec.Read(ref bytes));
        }

        return intents;
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
