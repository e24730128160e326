using System.Text.Json;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Live.State;
using Quarterpoint.Shell.Tests.App;

namespace Quarterpoint.Shell.Tests.Live.Verbs;

/// <summary>What a person does with an account from the command line: begin it, look at it, kill it, review it.</summary>
[Trait("Spec", "R21")]
public sealed class RiskVerbTests : IDisposable
{
    private const string Note = "looked at every trade of the day";

    private static readonly AccountKey Key = AccountKey.Of("simulated", "first", TradingMode.Paper);

    private readonly Qp _qp = new();

    private string States => Path.Combine(_qp.Workspace, "state");

    private string Folder => Path.Combine(States, Key.ToString());

    private string Db => Path.Combine(Folder, RiskStore.FileName);

    private string KillFile => Path.Combine(Folder, AccountFolder.KillName);

    public void Dispose() => _qp.Dispose();

    [Fact]
    public async Task An_account_is_begun_once_and_its_losses_are_not_forgotten_by_beginning_it_again()
    {
        var (code, output, _) = await Risk("init");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("begins with $1,000.00 at risk", output, StringComparison.Ordinal);
        Assert.Contains("R5 ends it for good at $700.00", output, StringComparison.Ordinal);
        (code, _, var error) = await Risk("init");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("is known already", error, StringComparison.Ordinal);

        // Nor by deleting it first.
        File.Delete(Db);
        (code, _, error) = await Risk("init");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("its state is gone", error, StringComparison.Ordinal);

        var small = await _qp.Json("risk", "init", "--account", "small", "--set", "risk.capital=500");
        Assert.Equal(("simulated-small-paper", 500), (small.GetProperty("account").GetString(), small.GetProperty("capital").GetInt32()));
        Assert.True(File.Exists(small.GetProperty("store").GetString()));
        Assert.Equal("unknown", Text(await Status("nobody"), "store") ?? "unknown");
    }

    [Theory]
    [InlineData("status")]
    [InlineData("history")]
    [InlineData("kill")]
    [InlineData("review", "--note", Note)]
    public async Task An_unknown_account_is_named_and_nothing_is_done(params string[] verb)
    {
        var (code, output, error) = await Risk(verb);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.Contains("simulated-first-paper is not known", error, StringComparison.Ordinal);
        Assert.False(File.Exists(KillFile));
    }

    [Fact]
    public async Task How_an_account_stands_is_told_with_the_room_to_every_limit()
    {
        await Risk("init");
        var (code, output, _) = await Risk("status");
        Assert.Equal(ExitCode.Done, code);
        foreach (
            var words in (string[])
                [
                    "simulated-first-paper",
                    "active",
                    "$1,000.00 of $1,000.00",
                    "$50.00 to daily loss",
                    "$75.00 to daily drawdown",
                    "$200.00 to account drawdown",
                    "$300.00 to kill switch",
                    "flat",
                    "none yet",
                ]
        )
            Assert.Contains(words, Flat(output), StringComparison.Ordinal);
        var status = await _qp.Json("risk", "status", "--account", "first");
        Assert.Equal(
            ("active", "sound", 1_000m, false, 1),
            (
                Text(status, "state"),
                Text(status, "store"),
                status.GetProperty("balance").GetDecimal(),
                status.GetProperty("killFile").GetBoolean(),
                status.GetProperty("commit").GetInt32()
            )
        );
        Assert.Equal(
            ["dailyLoss 50", "dailyDrawdown 75", "accountDrawdown 200", "killSwitch 300"],
            status
                .GetProperty("room")
                .EnumerateArray()
                .Select(room => $"{Text(room, "limit")} {room.GetProperty("left").GetDecimal():0.##}")
        );
    }

    [Fact]
    [Trait("Spec", "R23")]
    [Trait("Spec", "R17")]
    public async Task A_kill_lasts_until_a_review_and_the_history_tells_of_both()
    {
        await Risk("init");
        var kill = await _qp.Json("risk", "kill", "--account", "first", "--reason", "news at ten");
        Assert.Equal(("news at ten", false), (Text(kill, "reason"), kill.GetProperty("sessionRuns").GetBoolean()));
        Assert.True(File.Exists(KillFile));

        // Pressed twice it is still one kill.
        Assert.Equal(ExitCode.Done, (await Risk("kill", "--reason", "again")).Code);
        var (code, output, _) = await Risk("status");
        Assert.Equal(ExitCode.RiskHalt, code);
        Assert.Contains("manual review: manual kill", Flat(output), StringComparison.Ordinal);
        var status = JsonDocument.Parse((await Risk("status", "--json")).Output).RootElement;
        Assert.Equal(("manualReview", true), (Text(status, "state"), status.GetProperty("killFile").GetBoolean()));
        Assert.Equal("ManualKill", Text(Assert.Single(status.GetProperty("latches").EnumerateArray()), "latch"));

        foreach (
            var (arguments, why) in ((string[], string)[])
                [([], "--note"), (["--note", "ok"], "at least 10 letters"), (["--note", Note, "--balance", "-1"], "--balance -1")]
        )
        {
            (code, _, var error) = await Risk(["review", .. arguments]);
            Assert.Equal(ExitCode.Usage, code);
            Assert.Contains(why, error, StringComparison.Ordinal);
            Assert.True(File.Exists(KillFile));
        }

        (code, output, _) = await Risk("review", "--note", Note);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("is reviewed: active. The highest equity is $1,000.00 now; it was $1,000.00", output, StringComparison.Ordinal);
        Assert.False(File.Exists(KillFile));
        Assert.Equal(ExitCode.Done, (await Risk("status")).Code);
        var history = await History();
        Assert.Equal(["init", "kill", "review"], history.Select(line => Text(line, "kind")));
        Assert.Equal("news at ten", Text(history[1], "text"));
        Assert.StartsWith(Note, Text(history[2], "text"), StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], history.Select(line => line.GetProperty("line").GetInt32()));
        (_, output, _) = await Risk("history", "--last", "1");
        Assert.Contains("the last 1 of 3; --last 0 shows all", output, StringComparison.Ordinal);
        Assert.DoesNotContain("news at ten", output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await Risk("history", "--last", "-1")).Code);
    }

    [Fact]
    [Trait("Spec", "R23")]
    public async Task While_a_session_holds_the_account_it_can_be_looked_at_and_killed_and_nothing_else()
    {
        await Risk("init");
        using (var session = AccountFolder.Take(States, Key, _qp.Home))
        {
            session.Open();
            foreach (
                var verb in (string[][])
                    [
                        ["init"],
                        ["review", "--note", Note],
                    ]
            )
            {
                var (code, _, error) = await Risk(verb);
                Assert.Equal(ExitCode.Busy, code);
                Assert.Contains("is held by another process", error, StringComparison.Ordinal);
            }

            Assert.Equal(ExitCode.Done, (await Risk("status")).Code);
            Assert.Equal(ExitCode.Done, (await Risk("history")).Code);
            var kill = await Risk("kill", "--reason", "now");
            Assert.Equal(ExitCode.Done, kill.Code);
            Assert.Contains("the running session flattens now", kill.Output, StringComparison.Ordinal);
            Assert.Equal("now\n", File.ReadAllText(KillFile));
        }

        Assert.Equal(["init"], (await History()).Select(line => Text(line, "kind")));
    }

    [Fact]
    public async Task A_lost_state_needs_the_balance_from_somebody_who_has_looked()
    {
        await Risk("init");
        File.Delete(Db);
        var (code, output, error) = await Risk("status");
        Assert.Equal(ExitCode.RiskHalt, code);
        Assert.Contains("its state is gone", error, StringComparison.Ordinal);
        Assert.Contains("its state is lost", Flat(output), StringComparison.Ordinal);
        (code, _, error) = await Risk("history");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("its state is gone", error, StringComparison.Ordinal);
        (code, _, error) = await Risk("review", "--note", Note);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("--balance", error, StringComparison.Ordinal);

        var review = await _qp.Json("risk", "review", "--account", "first", "--note", Note, "--balance", "873.40");
        Assert.Equal(
            ("stoppedForDay", 873.40m, 873.40m, 1_000m),
            (
                Text(review, "state"),
                review.GetProperty("balance").GetDecimal(),
                review.GetProperty("highWater").GetDecimal(),
                review.GetProperty("highWaterBefore").GetDecimal()
            )
        );
        Assert.Equal(["lost", "review"], (await History()).Select(line => Text(line, "kind")));

        // The start from which R5 measures has not moved.
        var status = JsonDocument.Parse((await Risk("status", "--json")).Output).RootElement;
        Assert.Equal(1_000m, status.GetProperty("capital").GetDecimal());
        Assert.Equal(
            173.40m,
            status.GetProperty("room").EnumerateArray().Single(room => Text(room, "limit") == "killSwitch").GetProperty("left").GetDecimal()
        );
    }

    /// <summary>
    /// A session that found the state lost has put a new store in its place: that is sound, and what it says of the balance is still
    /// nobody's word.
    /// </summary>
    [Fact]
    public async Task A_state_that_a_session_found_lost_needs_the_balance_too()
    {
        await Risk("init");
        Commit(risk => risk.With(new HeldLatch(Latch.StateLost, default, Timestamp.Never)));
        var (code, _, error) = await Risk("review", "--note", Note);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("--balance", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await Risk("review", "--note", Note, "--balance", "950")).Code);
        Assert.Equal(ExitCode.Done, (await Risk("status")).Code);
    }

    [Fact]
    [Trait("Spec", "R17")]
    public async Task What_R5_ended_no_review_brings_back()
    {
        await Risk("init");
        Commit(risk => risk.With(new HeldLatch(Latch.Killed, default, Timestamp.Never)));
        foreach (
            var more in (string[][])
                [
                    [],
                    ["--balance", "1000"],
                ]
        )
        {
            var (code, _, error) = await Risk(["review", "--note", Note, .. more]);
            Assert.Equal(ExitCode.Failed, code);
            Assert.Contains("R5 has ended this account", error, StringComparison.Ordinal);
        }

        var (status, output, _) = await Risk("status");
        Assert.Equal(ExitCode.RiskHalt, status);
        Assert.Contains("killed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_has_not_come_to_its_end_is_ended_first()
    {
        await Risk("init");
        Commit(risk => risk, open: true);
        var (code, _, error) = await Risk("review", "--note", Note);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("did not come to its end", error, StringComparison.Ordinal);
        Assert.Contains("has not come to its end", Flat((await Risk("status")).Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_refuses_is_no_fault_of_the_program()
    {
        Directory.CreateDirectory(Db);
        var (code, _, error) = await Risk("init");
        Assert.Equal(ExitCode.Failed, code);
        Assert.DoesNotContain("fault of the program", error, StringComparison.Ordinal);
        Assert.Contains("unable to open", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "R8")]
    public async Task The_table_of_sizes_says_where_there_are_none()
    {
        var (code, output, _) = await _qp.Run("risk", "table", "--balance", "870", "--balance", "1200");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("$870.00", output, StringComparison.Ordinal);

        // One contract with a stop of 18 ticks risks (18 + 1) x $1.25 + $1.22 = $24.97; with one of 19, $26.22 (R3).
        Assert.Contains("a stop wider than 18 ticks never gets a contract", Flat(output), StringComparison.Ordinal);
        var table = await _qp.Json("risk", "table", "--balance", "870", "--instrument", "MNQ");
        Assert.NotEmpty(table.ToString());
        Assert.Equal(ExitCode.Usage, (await _qp.Run("risk", "table", "--balance", "-1")).Code);
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("a b")]
    public async Task A_name_that_is_no_folder_is_refused(string name)
    {
        var (code, _, error) = await _qp.Run("risk", "init", "--account", name);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"'{name}'", error, StringComparison.Ordinal);
        Assert.Empty(_qp.Tree());
    }

    private Task<(int Code, string Output, string Error)> Risk(params string[] verb) =>
        _qp.Run(["risk", verb[0], "--account", "first", .. verb[1..]]);

    private async Task<JsonElement> Status(string account) =>
        JsonDocument.Parse((await _qp.Run("risk", "status", "--account", account, "--json")).Output).RootElement;

    private async Task<List<JsonElement>> History() =>
        [.. (await _qp.Json("risk", "history", "--account", "first", "--last", "0")).EnumerateArray()];

    private void Commit(Func<RiskState, RiskState> change, bool open = false)
    {
        using var account = AccountFolder.Take(States, Key, _qp.Home);
        Assert.Equal(Finding.Sound, account.Open().Finding);
        var state = account.Store!.State;
        account.Store.Commit(
            state with
            {
                Commit = state.Commit + 1,
                IsSessionOpen = open,
                Risk = [.. change(state.ToRisk()).ToBytes()],
            },
            null,
            []
        );
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>A table's words, however its lines were broken.</summary>
    private static string Flat(string output) =>
        string.Join(' ', output.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
}
