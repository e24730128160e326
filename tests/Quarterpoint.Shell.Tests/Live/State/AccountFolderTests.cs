using Quarterpoint.Core.Risk;
using Quarterpoint.Live.State;

namespace Quarterpoint.Shell.Tests.Live.State;

/// <summary>Everything of one account on disk: one process at a time, and an account that is known stays known.</summary>
[Trait("Spec", "R21")]
public sealed class AccountFolderTests : IDisposable
{
    private readonly QuickFolder _folder = new();

    private string Root => _folder.At("state");

    private string Home => _folder.At("home");

    private string Folder => Path.Combine(Root, States.Key.ToString());

    private string Db => Path.Combine(Folder, RiskStore.FileName);

    private string LocalMirror => Path.Combine(Folder, AccountFolder.MirrorName);

    private string HomeMirror => Directory.EnumerateFiles(Path.Combine(Home, "accounts")).Single();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_process_at_a_time_holds_an_account()
    {
        using (Take())
        {
            var busy = Assert.Throws<AccountBusyException>(Take);
            Assert.Contains("simulated-first-paper", busy.Message, StringComparison.Ordinal);

            // Another account is another matter.
            using var other = AccountFolder.Take(Root, AccountKey.Of("simulated", "second", TradingMode.Paper), Home);
        }

        using var again = Take();
    }

    [Fact]
    public void Who_only_looks_need_not_wait()
    {
        Begin(3);
        using var held = Take();
        Assert.Equal(Finding.Sound, held.Open().Finding);
        held.Store!.Commit(States.At(4, 900), null, []);
        using var look = AccountFolder.Look(Root, States.Key, Home);
        Assert.True(States.AreSame(States.At(4, 900), look.Open().Known));
    }

    [Fact]
    public void Nobody_knows_an_account_that_was_never_begun()
    {
        using var account = Take();
        Assert.Equal(new Opening(Finding.Unknown, "", null), account.Open());
    }

    [Theory]
    [InlineData("local, home, journal", true)]
    [InlineData("local", true)]
    [InlineData("home", true)]
    [InlineData("journal", false)]
    public void A_known_account_whose_state_is_gone_is_missing_and_never_unknown(string left, bool isTold)
    {
        Begin(5);
        var (local, home) = (LocalMirror, HomeMirror);
        File.Delete(Db);
        if (!left.Contains("local", StringComparison.Ordinal))
            File.Delete(local);
        if (!left.Contains("home", StringComparison.Ordinal))
            File.Delete(home);
        if (left.Contains("journal", StringComparison.Ordinal))
            Directory.CreateDirectory(Path.Combine(Folder, "journal"));
        using var account = Take();
        var opening = account.Open();
        Assert.Equal(Finding.Missing, opening.Finding);
        Assert.Contains("its state is gone", opening.Why, StringComparison.Ordinal);
        Assert.True(States.AreSame(isTold ? States.At(5, 995) : null, opening.Known));
        Assert.Null(account.Store);
    }

    [Fact]
    public void The_newest_mirror_that_can_be_believed_tells_what_was_known()
    {
        Begin(5);
        var older = File.ReadAllBytes(LocalMirror);
        using (var account = Take())
        {
            account.Open();
            account.WriteMirrors(States.At(6, 600), States.At(6, 600).ToRisk());
        }

        File.WriteAllBytes(LocalMirror, older);
        File.Delete(Db);
        Assert.True(States.AreSame(States.At(6, 600), Look().Known));

        // One that was edited is not believed; that it is there is.
        File.WriteAllText(HomeMirror, File.ReadAllText(HomeMirror).Replace("\"commit\": 6", "\"commit\": 7", StringComparison.Ordinal));
        Assert.True(States.AreSame(States.At(5, 995), Look().Known));
        File.WriteAllText(LocalMirror, "{}");
        Assert.Equal((Finding.Missing, (StoredState?)null), (Look().Finding, Look().Known));
    }

    [Fact]
    public void A_mirror_of_another_account_says_nothing_of_this_one()
    {
        Begin(5);
        using (var other = AccountFolder.Take(Root, AccountKey.Of("simulated", "second", TradingMode.Paper), Home))
            other.Begin(States.At(9, 2_000), []);
        File.Copy(Path.Combine(Root, "simulated-second-paper", AccountFolder.MirrorName), LocalMirror, overwrite: true);
        Assert.Equal(Finding.Sound, Look().Finding);
        File.Delete(Db);
        Assert.True(States.AreSame(States.At(5, 995), Look().Known));
    }

    [Fact]
    public void An_older_state_put_in_the_place_of_the_newest_is_found()
    {
        Begin(3);
        File.Copy(Db, _folder.At("older.db"));
        Continue(4, 8);
        File.Copy(_folder.At("older.db"), Db, overwrite: true);
        var opening = Look();
        Assert.Equal(Finding.Damaged, opening.Finding);
        Assert.Contains("it ends with commit 3, and commit 8 is known", opening.Why, StringComparison.Ordinal);
        Assert.True(States.AreSame(States.At(8, 992), opening.Known));
        Assert.Null(Take1().Store);

        // The user's own copy alone is enough, where somebody has set back the whole folder.
        File.Delete(LocalMirror);
        Assert.Equal(Finding.Damaged, Look().Finding);
    }

    [Fact]
    public void A_write_ahead_log_that_was_taken_away_is_found()
    {
        Begin(3);
        using (var account = Take())
        {
            account.Open();
            for (var commit = 4; commit <= 6; commit++)
                Commit(account, commit);

            // As a crash leaves it: what was committed last is in the log only.
            File.Copy(Db, _folder.At("copy.db"));
            Assert.True(new FileInfo(Db + "-wal").Length > 0);
        }

        File.Copy(_folder.At("copy.db"), Db, overwrite: true);
        Assert.False(File.Exists(Db + "-wal"));
        Assert.Equal(Finding.Damaged, Look().Finding);
    }

    [Fact]
    public void A_new_store_leaves_the_lost_ones_beside_it_with_their_logs()
    {
        Begin(1);
        for (var loss = 1; loss <= 3; loss++)
        {
            File.WriteAllText(Db, $"lost {loss}");
            if (loss != 2)
                File.WriteAllText(Db + "-wal", $"log {loss}");
            using var account = Take();
            Assert.Equal(Finding.Damaged, account.Open().Finding);
            if (loss != 2)
                File.WriteAllText(Db + "-wal", $"log {loss}");
            account.Begin(States.At(loss + 1, 900), []);
            Assert.True(States.AreSame(States.At(loss + 1, 900), account.Store!.State));
        }

        for (var loss = 1; loss <= 3; loss++)
        {
            Assert.Equal($"lost {loss}", File.ReadAllText($"{Db}.lost-{loss}"));
            Assert.Equal(loss != 2, File.Exists($"{Db}-wal.lost-{loss}"));
            if (loss != 2)
                Assert.Equal($"log {loss}", File.ReadAllText($"{Db}-wal.lost-{loss}"));
        }

        Assert.True(States.AreSame(States.At(4, 900), Look().Known));
    }

    [Fact]
    public void A_live_account_is_known_wherever_it_is_traded_from_and_a_simulated_one_belongs_to_its_workspace()
    {
        var (live, paper) = (AccountKey.Of("topstepx", "50K-1", TradingMode.Live), States.Key);
        foreach (var key in (AccountKey[])[live, paper])
        {
            using var account = AccountFolder.Take(Root, key, Home);
            account.Begin(States.First(), []);
        }

        using var elsewhere = AccountFolder.Look(_folder.At("another", "state"), live, Home);
        Assert.Equal(Finding.Missing, elsewhere.Open().Finding);
        using var fresh = AccountFolder.Look(_folder.At("another", "state"), paper, Home);
        Assert.Equal(Finding.Unknown, fresh.Open().Finding);
    }

    [Fact]
    public void A_mirror_that_cannot_be_written_stops_nothing()
    {
        Begin(1);
        File.Delete(LocalMirror);
        Directory.CreateDirectory(LocalMirror);
        using var account = Take();
        Assert.Equal(Finding.Sound, account.Open().Finding);
        Commit(account, 2);
        Assert.False(account.WriteMirrors(States.At(2, 998), States.At(2, 998).ToRisk()));
        account.Dispose();
        Assert.True(States.AreSame(States.At(2, 998), Look().Known));
        File.Delete(Db);
        Assert.True(States.AreSame(States.At(2, 998), Look().Known));
    }

    [Fact]
    public void A_store_that_cannot_be_opened_is_no_proof()
    {
        Begin(2);
        File.Delete(Db);
        Directory.CreateDirectory(Db);
        var opening = Look();
        Assert.NotEqual(Finding.Unknown, opening.Finding);
        Assert.NotEqual(Finding.Sound, opening.Finding);
        Assert.True(States.AreSame(States.At(2, 998), opening.Known));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("../other")]
    [InlineData("a b")]
    [InlineData("größe")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890")]
    public void A_name_that_could_leave_its_folder_is_none(string name)
    {
        Assert.False(AccountKey.IsName(name));
        Assert.Throws<ArgumentException>(() => AccountKey.Of("simulated", name, TradingMode.Paper));
        Assert.Throws<ArgumentException>(() => AccountKey.Of(name, "first", TradingMode.Paper));
    }

    [Fact]
    public void A_mirror_is_for_people_too()
    {
        Begin(1);
        using var account = Take();
        account.Open();
        var held = States.At(2, 998).ToRisk().With(new HeldLatch(Latch.ManualKill, default, Core.Time.Timestamp.Never));
        account.WriteMirrors(States.At(2, 998) with { Risk = [.. held.ToBytes()] }, held);
        var text = File.ReadAllText(LocalMirror);
        foreach (var word in (string[])["simulated-first-paper", "\"balance\": 998", "ManualKill", "2024-03-05"])
            Assert.Contains(word, text, StringComparison.Ordinal);
    }

    private AccountFolder Take() => AccountFolder.Take(Root, States.Key, Home);

    private AccountFolder Take1()
    {
        using var account = Take();
        account.Open();
        return account;
    }

    private Opening Look()
    {
        using var account = AccountFolder.Look(Root, States.Key, Home);
        return account.Open();
    }

    /// <summary>A new account that has come to that commit.</summary>
    private void Begin(int commits)
    {
        using (var account = Take())
            account.Begin(States.At(1, 999), [new HistoryEntry(0, default, "init", "")]);
        Continue(2, commits);
    }

    private void Continue(int first, int last)
    {
        using var account = Take();
        Assert.Equal(Finding.Sound, account.Open().Finding);
        for (var commit = first; commit <= last; commit++)
            Commit(account, commit);
    }

    private static void Commit(AccountFolder account, int commit)
    {
        var state = States.At(commit, 1_000 - commit);
        account.Store!.Commit(state, null, []);
        account.WriteMirrors(state, state.ToRisk());
    }

    /// <summary>A disk that takes no file must not keep a signal from being heard: the process knows all the same.</summary>
    [Fact]
    [Trait("Spec", "R23")]
    public void A_kill_is_heard_though_its_file_cannot_be_written()
    {
        using var folder = new QuickFolder();
        using var account = AccountFolder.Take(
            folder.At("state"),
            AccountKey.Of("simulated", "first", TradingMode.Paper),
            folder.At("home")
        );
        Directory.CreateDirectory(account.KillFile);
        Assert.False(account.IsKillAsked);
        Assert.ThrowsAny<Exception>(() => account.RequestKill("SIGUSR1"));
        Assert.True(account.IsKillAsked);
    }
}
