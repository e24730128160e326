using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Sessions;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Paper;
using Quarterpoint.Live.State;
using Quarterpoint.Live.Wire;
using Quarterpoint.Shell.Tests.App;

namespace Quarterpoint.Shell.Tests.Live.Verbs;

/// <summary>A paper session as somebody runs it: with its venue in a process of its own, its words, and its exit codes.</summary>
public sealed class PaperVerbTests : IAsyncLifetime
{
    private const string Note = "looked at the account, all is well";

    private readonly Qp _qp = new();

    private string Folder => Path.Combine(_qp.Workspace, "state", "simulated-first-paper");

    private string Journals => Path.Combine(Folder, "journal");

    public async ValueTask InitializeAsync()
    {
        await TinyMarket.Import(_qp);
        await _qp.Json("risk", "init", "--account", "first");
    }

    public ValueTask DisposeAsync()
    {
        _qp.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    [Trait("Spec", "T9")]
    [Trait("Spec", "N12")]
    public async Task A_session_trades_what_a_backtest_with_one_real_account_trades_and_its_journal_replays()
    {
        var backtest = await _qp.Json([
            "backtest",
            "--data",
            TinyMarket.Name,
            "--account",
            "real",
            "--envelope",
            "off",
            .. TinyMarket.Trading,
        ]);
        var (trades, net) = (backtest.GetProperty("trades").GetInt32(), backtest.GetProperty("netPnl").GetDecimal());
        Assert.True(trades > 5);
        var paper = await _qp.Json(Paper());
        Assert.Equal(
            (trades, net, true, true),
            (
                paper.GetProperty("trades").GetInt32(),
                paper.GetProperty("netPnl").GetDecimal(),
                paper.GetProperty("flat").GetBoolean(),
                paper.GetProperty("durable").GetBoolean()
            )
        );
        Assert.Equal(1_000 + net, paper.GetProperty("balance").GetDecimal());
        Assert.Equal(1_000 + net, (await _qp.Json("risk", "status", "--account", "first")).GetProperty("balance").GetDecimal());

        var replay = await _qp.Json("replay", paper.GetProperty("journal").GetString()!);
        Assert.Equal(
            (true, trades, paper.GetProperty("events").GetInt64(), true),
            (
                replay.GetProperty("equal").GetBoolean(),
                replay.GetProperty("trades").GetInt32(),
                replay.GetProperty("events").GetInt64(),
                replay.GetProperty("ended").GetBoolean()
            )
        );
        var (code, output, error) = await _qp.Run("replay", Journals);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("Equal, bit for bit", output, StringComparison.Ordinal);

        // One byte of it, and the file, the record, and the place are named.
        var journal = Directory.EnumerateFiles(Journals).Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(journal);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(journal, bytes);
        (code, _, error) = await _qp.Run("replay", Journals);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Matches("000001-0001\\.qpj, row [0-9]+, field record at byte [0-9]+", error);
        Assert.Equal(ExitCode.Failed, (await _qp.Run("replay", Path.Combine(_qp.Root, "nowhere"))).Code);

        // The account's time does not run back: of the same tape nothing is left to trade, however often it is asked for.
        (code, output, error) = await _qp.Run([.. Paper(), "--json"]);
        Assert.True(code == ExitCode.Done, $"{code}: {error}");
        Assert.Contains("time does not run back", error, StringComparison.Ordinal);
        var again = JsonDocument.Parse(output).RootElement;
        Assert.Equal((0, 1_000 + net), (again.GetProperty("trades").GetInt32(), again.GetProperty("balance").GetDecimal()));
    }

    /// <summary>
    /// A venue of its own each, and one account: the second counts what the first left, and its own fills are not taken for those of the
    /// first.
    /// </summary>
    [Fact]
    [Trait("Spec", "R21")]
    [Trait("Spec", "N3")]
    public async Task Two_days_in_two_sessions_are_one_account()
    {
        var first = await _qp.Json([.. Paper("--to", "2024-03-05")]);
        var second = await _qp.Json([.. Paper("--from", "2024-03-06")]);
        Assert.All([first, second], day => Assert.True(day.GetProperty("trades").GetInt32() > 3 && day.GetProperty("flat").GetBoolean()));
        Assert.Equal(1_000 + first.GetProperty("netPnl").GetDecimal(), first.GetProperty("balance").GetDecimal());
        Assert.Equal(
            first.GetProperty("balance").GetDecimal() + second.GetProperty("netPnl").GetDecimal(),
            second.GetProperty("balance").GetDecimal()
        );

        // The second trades as a backtest of its day does: what differs is only what the account brings along.
        var backtest = await _qp.Json([
            "backtest",
            "--data",
            TinyMarket.Name,
            "--account",
            "real",
            "--envelope",
            "off",
            "--from",
            "2024-03-06",
            .. TinyMarket.Trading,
        ]);
        Assert.Equal(backtest.GetProperty("trades").GetInt32(), second.GetProperty("trades").GetInt32());
    }

    /// <summary>R5, R6, and R9 are measured from what an account began with.</summary>
    [Theory]
    [InlineData("500")]
    [InlineData("2000")]
    [Trait("Spec", "R5")]
    [Trait("Spec", "N3")]
    public async Task Another_capital_in_the_configuration_moves_no_limit(string capital)
    {
        var before = await _qp.Json("risk", "status", "--account", "first");
        var (code, _, error) = await _qp.Run([.. Paper(), "--set", "risk.capital=" + capital]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("was begun with $1,000.00", error, StringComparison.Ordinal);
        Assert.Equal(before.ToString(), (await _qp.Json("risk", "status", "--account", "first")).ToString());

        // Its venue ended with it: the session that is right meets no venue that plays another one's settings.
        var (again, _, words) = await _qp.Run(Paper());
        Assert.True(again == 0, words);
    }

    [Fact]
    [Trait("Spec", "R21")]
    public async Task Over_a_damaged_store_nothing_opens_until_a_review_and_the_history_tells_all_of_it()
    {
        var db = Path.Combine(Folder, RiskStore.FileName);
        var bytes = File.ReadAllBytes(db);
        bytes.AsSpan(0, 16).Clear();
        File.WriteAllBytes(db, bytes);
        var (code, output, error) = await _qp.Run([.. Paper("--to", "2024-03-05"), "--json"]);
        Assert.True(code == ExitCode.RiskHalt, $"{code}: {error}");
        Assert.Contains("risk.db", error, StringComparison.Ordinal);
        Assert.Contains("state is lost", error, StringComparison.Ordinal);
        var paper = JsonDocument.Parse(output).RootElement;
        Assert.Equal(
            ("manualReview", 0, true),
            (paper.GetProperty("state").GetString(), paper.GetProperty("trades").GetInt32(), paper.GetProperty("flat").GetBoolean())
        );
        Assert.Equal(ExitCode.RiskHalt, (await _qp.Run("risk", "status", "--account", "first")).Code);
        Assert.True(File.Exists(db + ".lost-1"));

        Assert.Equal(ExitCode.Done, (await _qp.Run("risk", "review", "--account", "first", "--note", Note, "--balance", "990")).Code);
        var after = await _qp.Json(Paper("--from", "2024-03-06"));
        Assert.True(after.GetProperty("trades").GetInt32() > 0);
        var history = (await _qp.Json("risk", "history", "--account", "first", "--last", "0"))
            .EnumerateArray()
            .Select(line => line.GetProperty("kind").GetString() + " " + line.GetProperty("text").GetString())
            .ToList();
        Assert.Equal(
            ["lost", "start", "review", "start"],
            history.Select(line => line.Split(' ')[0]).Where(kind => kind is "lost" or "start" or "review")
        );
        Assert.Contains(history, line => line.StartsWith("held StateLost", StringComparison.Ordinal));
        Assert.Contains(history, line => line.Contains(Note, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Spec", "T3")]
    public async Task Ctrl_c_flattens_and_ends_with_130_and_the_next_session_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var (code, output, error) = await _qp.Run(new ImpatientReader(stop, "paper session on"), stop.Token, [.. Paper(), "--json"]);
        Assert.True(code == ExitCode.Interrupted, $"{code}: {error}");
        var paper = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("stopped by hand", true), (paper.GetProperty("ended").GetString(), paper.GetProperty("flat").GetBoolean()));
        Assert.Empty(paper.GetProperty("latches").EnumerateArray());
        Assert.Equal(ExitCode.Done, (await _qp.Run("risk", "status", "--account", "first")).Code);
    }

    [Fact]
    [Trait("Spec", "R23")]
    public async Task A_kill_from_another_terminal_reaches_the_session_and_ends_it_in_review()
    {
        JsonElement? kill = null;
        var screen = new Watcher("paper session on", () =>
            kill = Task.Run(() => _qp.Json("risk", "kill", "--account", "first", "--reason", "fat finger")).GetAwaiter().GetResult()
        );
        var (code, output, error) = await _qp.Run(screen, CancellationToken.None, [.. Paper(), "--json"]);
        Assert.True(code == ExitCode.RiskHalt, $"{code}: {error}");
        Assert.True(kill!.Value.GetProperty("sessionRuns").GetBoolean());
        Assert.Equal(
            "ManualKill",
            JsonDocument.Parse(output).RootElement.GetProperty("latches").EnumerateArray().Single().GetProperty("latch").GetString()
        );
        Assert.Contains("A kill was asked for", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await _qp.Run("risk", "review", "--account", "first", "--note", Note)).Code);
    }

    [Fact]
    [Trait("Spec", "R23")]
    public async Task Sigusr1_kills()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");

        // Slow enough that it still runs when the signal comes: seven seconds of it are left.
        var (code, output, error) = await _qp.Process(
            "",
            "paper session on",
            "USR1",
            TimeSpan.Zero,
            [.. Paper("--to", "2024-03-05", "--speed", "100"), "--json"]
        );
        Assert.True(code == ExitCode.RiskHalt, $"{code}: {error}");
        Assert.Equal("manualReview", JsonDocument.Parse(output).RootElement.GetProperty("state").GetString());
        Assert.Equal("SIGUSR1\n", File.ReadAllText(Path.Combine(Folder, AccountFolder.KillName)));
    }

    [Fact]
    public async Task Another_process_that_holds_the_account_is_waited_for_by_nobody()
    {
        using var held = AccountFolder.Take(
            Path.Combine(_qp.Workspace, "state"),
            AccountKey.Of("simulated", "first", TradingMode.Paper),
            _qp.Home
        );
        var (code, _, error) = await _qp.Run(Paper());
        Assert.Equal(ExitCode.Busy, code);
        Assert.Contains("is held by another process", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has no risk state yet", "--account", "nobody", "--strategy", "random")]
    [InlineData("--strategy or --model", "--account", "first")]
    [InlineData("--speed fast", "--account", "first", "--strategy", "random", "--speed", "fast")]
    [InlineData("risk.rails is off", "--account", "first", "--strategy", "random", "--set", "risk.rails=off")]
    public async Task What_cannot_be_begun_says_why(string why, params string[] more)
    {
        var (code, output, error) = await _qp.Run(["paper", "--tape", TinyMarket.Name, .. more]);
        Assert.True(code == ExitCode.Usage, $"{code}: {error}");
        Assert.Empty(output);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    /// <summary>A venue that hangs up in the midst of it, and one whose nonsense breaks the engine before it does.</summary>
    [Theory]
    [InlineData(false, ExitCode.Failed, "Start the session again")]
    [InlineData(true, ExitCode.NotFlat, "Look at the account now")]
    public async Task A_venue_that_is_lost_is_told_from_an_account_that_is_not_proved_flat(bool breaksTheEngine, int expected, string words)
    {
        var path = Path.Combine(_qp.Root, "v.sock");
        using var listener = PaperVenueProcess.Listen(path);
        var venue = Task.Run(() => HangUp(listener, breaksTheEngine), TestContext.Current.CancellationToken);
        var (code, _, error) = await _qp.Run(Paper("--socket", path));
        await venue;
        Assert.True(code == expected, $"{code}: {error}");
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    private static string[] Paper(params string[] more) =>
        ["paper", "--tape", TinyMarket.Name, "--account", "first", .. TinyMarket.Trading, .. more];

    private static void HangUp(Socket listener, bool breaksTheEngine)
    {
        using var stream = new PaperStream(listener.Accept());
        var now = Timestamp.FromUnixSeconds(1_709_650_800);
        while (true)
        {
            switch (stream.Receive(out var payload))
            {
                case PaperFrame.Hello:
                    stream.Send(PaperFrame.Welcome, to => to.Long(now.Nanoseconds).Byte(2));
                    break;
                case PaperFrame.Request:
                    payload.Long();
                    var asked = IntentCodec.Read(ref payload);
                    stream.Send(PaperFrame.Fact, to =>
                        EventCodec.Write(to, EngineEvent.Snapshot(now, new VenueSnapshot(asked.RequestId, 0, true, [], 0, [])))
                    );
                    break;
                case PaperFrame.Ready when breaksTheEngine:
                    // A bar at the end of time: no second comes behind it.
                    stream.Send(PaperFrame.Fact, to =>
                        EventCodec.Write(to, EngineEvent.BarClosed(now, new Bar(uint.MaxValue, default, default, default, default, 1)))
                    );
                    break;
                case PaperFrame.Ready or PaperFrame.Flatten:
                    return;
                default:
                    break;
            }
        }
    }

    /// <summary>A screen beside which something is done as soon as a line begins in a certain way.</summary>
    private sealed class Watcher(string at, Action act) : StringWriter(CultureInfo.InvariantCulture)
    {
        private bool _hasActed;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (_hasActed || value?.StartsWith(at, StringComparison.Ordinal) != true)
                return;
            _hasActed = true;
            act();
        }
    }
}
