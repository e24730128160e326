using System.Globalization;
using System.Text.Json;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Verbs;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>Each verb as somebody uses it, with its text and its document.</summary>
public sealed class VerbTests : IDisposable
{
    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    [Fact]
    [Trait("Spec", "C3")]
    public async Task The_demo_tells_the_whole_story_and_counts_what_it_cost()
    {
        var (code, output, error) = await _qp.Run("demo", "--months", "1");
        Assert.True(code == ExitCode.Done, error);
        foreach (
            var step in (string[])
                ["Nothing here is real", "1 month of", "2. Features", "3. A coin", "RAILS OFF", "4. A network is trained", "SYNTHETIC"]
        )
            Assert.Contains(step, output, StringComparison.Ordinal);
        Assert.Contains("market: 100%", error, StringComparison.Ordinal);
        var reports = output
            .Split('\n')
            .Where(l => l.StartsWith("report: ", StringComparison.Ordinal))
            .Select(l => l["report: ".Length..].Trim())
            .ToList();
        Assert.Equal(2, reports.Count);
        Assert.All(reports, report => Assert.True(File.Exists(report), report));

        var document = await _qp.Json("demo", "--months", "1");
        Assert.Equal("demo", document.GetProperty("set").GetString());
        Assert.Equal(2, document.GetProperty("runs").GetArrayLength());
        foreach (var run in document.GetProperty("runs").EnumerateArray())
            Assert.True(run.GetProperty("netPnl").GetDecimal() <= run.GetProperty("grossPnl").GetDecimal());
        Assert.True(
            document.GetProperty("model").GetProperty("logLoss").GetDouble()
                < document.GetProperty("model").GetProperty("priorLogLoss").GetDouble(),
            "the planted edge is found"
        );
        Assert.Equal(ExitCode.Usage, (await _qp.Run("demo", "--months", "13")).Code);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task What_a_set_is_like_can_be_read_on_a_screen()
    {
        var (code, output, _) = await _qp.Run("data", "list");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("No data sets", output, StringComparison.Ordinal);
        (code, output, _) = await _qp.Run(
            "data",
            "generate",
            "--name",
            "noise",
            "--months",
            "1",
            "--seed",
            "3",
            "--edge",
            "0.15",
            "--start",
            "2024-03"
        );
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("log-loss, best possible", output, StringComparison.Ordinal);
        Assert.Contains("MESH4, MESM4", output, StringComparison.Ordinal);
        var rows = (await _qp.Json("data", "info", "noise")).GetProperty("rows").GetInt64().ToString("N0", CultureInfo.InvariantCulture);
        foreach (
            var command in (string[][])
                [
                    ["data", "list"],
                    ["data", "info", "noise"],
                    ["data", "check", "noise", "--hashes"],
                ]
        )
        {
            (code, output, _) = await _qp.Run(command);
            Assert.Equal(ExitCode.Done, code);
            Assert.Contains(rows, output, StringComparison.Ordinal);
        }

        (code, output, _) = await _qp.Run("features", "--data", "noise", "--from", "2024-03-05", "--to", "2024-03-06");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("return_1s", output, StringComparison.Ordinal);
        Assert.Contains("labelled (RTH)", output, StringComparison.Ordinal);
    }

    /// <summary>
    /// With a table days are gone over in order, without one on all cores, and sums of floating point depend on their order.
    /// </summary>
    [Fact]
    [Trait("Spec", "C3")]
    public async Task Figures_of_features_are_the_same_to_the_last_bit_whichever_core_comes_first()
    {
        await _qp.Json("data", "generate", "--name", "noise", "--months", "1");
        string[] days = ["--from", "2024-01-02", "--to", "2024-01-12", "--json"];
        var (_, onAllCores, _) = await _qp.Run(["features", "--data", "noise", .. days]);
        var (_, inOrder, _) = await _qp.Run(["features", "--data", "noise", "--out", Path.Combine(_qp.Root, "f.parquet"), .. days]);
        Assert.Contains("deviation", inOrder, StringComparison.Ordinal);
        Assert.Equal(inOrder, onAllCores);
    }

    [Fact]
    [Trait("Spec", "D7")]
    public async Task A_set_whose_file_was_changed_is_found_by_its_hash()
    {
        await _qp.Json("data", "generate", "--name", "noise", "--months", "1");
        var file = Directory.EnumerateFiles(_qp.Workspace, "*.parquet", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        var (code, _, error) = await _qp.Run("data", "check", "noise", "--hashes");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("2024-01.parquet", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task Every_option_of_a_backtest_changes_what_it_says()
    {
        await _qp.Json("data", "generate", "--name", "noise", "--months", "1", "--seed", "5");
        string[] coin =
        [
            "backtest",
            "--data",
            "noise",
            "--strategy",
            "random",
            "--rails",
            "off",
            "--from",
            "2024-01-08",
            "--to",
            "2024-01-12",
        ];
        var plain = await _qp.Json(coin);
        Assert.Equal(5, plain.GetProperty("days").GetInt32());
        var trades = plain.GetProperty("trades").GetInt32();
        Assert.NotEqual(plain.ToString(), (await _qp.Json([.. coin, "--seed", "9"])).ToString());

        // $0.84 a round trip under the plan, $1.22 under the profile of the venue.
        Assert.Equal(0.84m * trades, plain.GetProperty("commission").GetDecimal());
        var venue = await _qp.Json([.. coin, "--profile", "topstepx"]);
        Assert.Equal(1.22m * venue.GetProperty("trades").GetInt32(), venue.GetProperty("commission").GetDecimal());

        // The kinder the market, the less is lost on the way: a kind one lets only stops slip.
        static decimal Slippage(JsonElement run) => run.GetProperty("slippage").GetDecimal() / run.GetProperty("trades").GetInt32();
        var kind = Slippage(await _qp.Json([.. coin, "--fills", "optimistic"]));
        var harsh = Slippage(await _qp.Json([.. coin, "--fills", "conservative"]));
        Assert.True(kind < Slippage(plain) && Slippage(plain) < harsh, $"{kind} {Slippage(plain)} {harsh}");

        // From 18:00 there is more time to enter in than from 09:30.
        Assert.True((await _qp.Json([.. coin, "--session", "eth"])).GetProperty("trades").GetInt32() > trades);

        var (code, output, _) = await _qp.Run(
            "backtest",
            "--data",
            "noise",
            "--strategy",
            "trend",
            "--account",
            "real",
            "--as",
            "ES",
            "--set",
            "risk.capital=10000"
        );
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("ES", output, StringComparison.Ordinal);
        Assert.Contains("Synthetic market", output, StringComparison.Ordinal);
        Assert.DoesNotContain("RAILS OFF", output, StringComparison.Ordinal);

        (code, _, var error) = await _qp.Run("backtest", "--data", "noise", "--strategy", "trend", "--from", "2025-01-01");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("no bars between 2025-01-01", error, StringComparison.Ordinal);
        var table = Path.Combine(_qp.Root, "f.csv");
        (code, output, error) = await _qp.Run("features", "--data", "noise", "--to", "2020-01-01", "--out", table);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.Contains("no bars between its start and 2020-01-01", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_qp.Root));
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task A_run_is_found_by_the_beginning_of_its_name_where_that_is_enough()
    {
        await _qp.Json("data", "generate", "--name", "noise", "--months", "1");
        string[] days = ["--from", "2024-01-08", "--to", "2024-01-09"];
        await _qp.Json(["backtest", "--data", "noise", "--strategy", "random", .. days]);
        await _qp.Json(["backtest", "--data", "noise", "--strategy", "random", "--seed", "2", .. days]);
        var (code, _, error) = await _qp.Run("report", "noise");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("begins several runs", error, StringComparison.Ordinal);
        var folder = Directory.EnumerateDirectories(Path.Combine(_qp.Workspace, "runs")).Order(StringComparer.Ordinal).First();
        foreach (var name in (string[])[folder, Path.GetFileName(folder)])
        {
            File.Delete(Path.Combine(folder, "report.html"));
            (code, var output, _) = await _qp.Run("report", name);
            Assert.Equal(ExitCode.Done, code);
            Assert.Contains("net P&L", output, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder, "report.html")));
        }

        // A run whose configuration was changed afterwards is no evidence.
        File.AppendAllText(Path.Combine(folder, "config.yaml"), "# changed\n");
        (code, _, error) = await _qp.Run("report", folder);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("config.yaml", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "V1")]
    [Trait("Spec", "R19")]
    public async Task A_backtest_tells_what_its_limits_did_and_a_run_from_before_that_says_so()
    {
        await _qp.Json("data", "generate", "--name", "noise", "--months", "1");
        var run = await _qp.Json("backtest", "--data", "noise", "--strategy", "trend", "--envelope", "off");
        var folder = run.GetProperty("folder").GetString()!;
        var file = Path.Combine(folder, "risk.json");
        Assert.NotEmpty(run.GetProperty("risk").GetProperty("latches").EnumerateArray());
        Assert.Equal(
            50,
            JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "run.json"))).RootElement.GetProperty("dailyLossLimit").GetDecimal()
        );
        var (code, output, _) = await _qp.Run("report", folder);
        Assert.Equal(ExitCode.Done, code);
        foreach (
            var row in (string[])
                [
                    "held back  .* entry hours",
                    "closest to a limit  .*R1 .* on 2024-01-",
                    "limits passed by gaps  ",
                    "inactive breakers  .*spread",
                    "a fresh account  ",
                ]
        )
            Assert.Matches(row, output);

        var text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace("quarterpoint.risk/1", "quarterpoint.risk/9", StringComparison.Ordinal));
        (code, _, var error) = await _qp.Run("report", folder);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(
            "risk.json, field schema: found 'quarterpoint.risk/9'; expected quarterpoint.risk/1",
            error,
            StringComparison.Ordinal
        );

        File.Delete(file);
        (code, output, _) = await _qp.Run("report", folder);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("not kept with this run", output, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await _qp.Json("report", folder)).GetProperty("risk").ValueKind);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task The_configuration_tells_where_each_value_came_from_and_leaves_no_trace()
    {
        var config = _qp.Write("quarterpoint.yaml", "trading: {contracts: 2}\n");
        var (code, output, _) = await _qp.Run("config", "--config", config, "--set", "profile=topstepx");
        Assert.Equal(ExitCode.Done, code);
        var lines = output.Split('\n');
        Assert.Matches(
            @"trading\.contracts\s+2\s+file",
            Assert.Single(lines, l => l.Contains("trading.contracts", StringComparison.Ordinal))
        );
        Assert.Matches(@"profile\s+topstepx\s+command line", Assert.Single(lines, l => l.Contains(" profile ", StringComparison.Ordinal)));
        var settings = (await _qp.Json("config", "--config", config)).GetProperty("settings").EnumerateArray().ToList();
        Assert.Equal(
            "file",
            settings.Single(s => s.GetProperty("path").GetString() == "trading.contracts").GetProperty("origin").GetString()
        );
        Assert.False(Directory.Exists(_qp.Workspace), "who only looks leaves nothing behind");
    }

    [Theory]
    [InlineData("'backtst' is not known; did you mean 'backtest'?", "backtst")]
    [InlineData("'--stategy' is not known; did you mean '--strategy'?", "backtest", "--data", "x", "--stategy", "trend")]
    [InlineData("'--jsn' is not known; did you mean '--json'?", "data", "list", "--jsn")]
    [InlineData("'generat' is not known; did you mean 'generate'?", "data", "generat", "--name", "x")]
    [InlineData("'xyzzy' is not known", "xyzzy")]
    [InlineData("Required command was not provided. Expected one of generate, import, check, info, list.", "data")]
    [InlineData(
        "Cannot parse argument 'two' for option '--months': expected a whole number.",
        "data",
        "generate",
        "--name",
        "x",
        "--months",
        "two"
    )]
    [InlineData(
        "Cannot parse argument 'much' for option '--edge': expected a number.",
        "data",
        "generate",
        "--name",
        "x",
        "--edge",
        "much"
    )]
    [InlineData("Argument 'magic' not recognized. Must be one of: 'trend', 'random'", "backtest", "--data", "x", "--strategy", "magic")]
    [Trait("Spec", "C3")]
    public async Task What_was_mistyped_is_answered_by_what_would_be_right(string expected, params string[] typed)
    {
        var (code, output, error) = await _qp.Run(typed);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.Contains("error: " + expected, error, StringComparison.Ordinal);
        Assert.Contains("--help'", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_qp.Workspace));
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task Alone_the_program_shows_its_verbs_and_its_version_on_request()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(ExitCode.Usage, await Runner.Run(AllVerbs.Create(), [], output, error, _qp.Machine, CancellationToken.None));
        foreach (var verb in AllVerbs.Create().Subcommands.Where(verb => !verb.Hidden))
            Assert.Contains(verb.Name, output.ToString(), StringComparison.Ordinal);
        using var version = new StringWriter();
        Assert.Equal(
            ExitCode.Done,
            await Runner.Run(AllVerbs.Create(), ["--version"], version, error, _qp.Machine, CancellationToken.None)
        );
        Assert.Equal(CodeVersion.Current, version.ToString().Trim());
    }

    /// <summary>The SDK's part is played by a script, so that the suite does not run inside itself.</summary>
    [Fact]
    [Trait("Spec", "Q1")]
    public async Task The_test_verb_counts_names_skips_and_failures_and_prints_coverage()
    {
        var (document, _, code) = await Tests(
            core: (9, 10),
            data: (8, 10),
            "passed A (1ms)",
            "skipped Some.Tests.B",
            "  needs ../shared/real"
        );
        Assert.Equal(ExitCode.Done, code);
        Assert.True(document.GetProperty("ok").GetBoolean());
        Assert.Equal(
            (1, 0, 1),
            (
                document.GetProperty("passed").GetInt32(),
                document.GetProperty("failed").GetInt32(),
                document.GetProperty("skipped").GetInt32()
            )
        );
        Assert.Equal("Some.Tests.B", document.GetProperty("skippedTests")[0].GetString());
        Assert.Equal([0.9, 0.8], document.GetProperty("coverage").EnumerateArray().Select(a => a.GetProperty("needed").GetDouble()));
        Assert.Equal([0.9, 0.8], document.GetProperty("coverage").EnumerateArray().Select(a => a.GetProperty("share").GetDouble()));

        (document, _, code) = await Tests(
            core: (9, 10),
            data: (8, 10),
            "passed A (1ms)",
            "failed C (1m 2s 3ms)",
            "  because of this",
            "passed D (1ms)"
        );
        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal("C", document.GetProperty("failedTests")[0].GetString());
    }

    [Theory]
    [InlineData(899, 1000, 10, 10)]
    [InlineData(10, 10, 799, 1000)]
    [Trait("Spec", "Q1")]
    public async Task Coverage_one_line_below_its_floor_fails_the_suite(int core, int ofCore, int data, int ofData)
    {
        var (document, error, code) = await Tests((core, ofCore), (data, ofData), "passed A (1ms)");
        Assert.Equal(ExitCode.Failed, code);
        Assert.False(document.GetProperty("ok").GetBoolean());
        Assert.Contains("1 passed, 0 failed", await Screen((core, ofCore), (data, ofData)), StringComparison.Ordinal);
        Assert.Contains("building and running", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task Where_no_test_ran_the_reason_is_shown()
    {
        _qp.Machine = _qp.Machine with
        {
            SourceRoot = _qp.Root,
            Dotnet = _qp.Script("dotnet", "echo 'x.cs(1,1): error CS0103: no such name'; exit 1"),
        };
        var (code, output, error) = await _qp.Run("test");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("CS0103", output, StringComparison.Ordinal);
        Assert.Contains("No test ran", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test")]
    [InlineData("bench")]
    [Trait("Spec", "C3")]
    public async Task What_needs_the_sources_says_so_where_there_are_none(string verb)
    {
        var (code, _, error) = await _qp.Run(verb);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"./qp {verb}", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task The_bench_verb_builds_runs_and_passes_its_document_and_its_verdict_on()
    {
        const string Body =
            "if [ \"$1\" = build ]; then exit 0; fi\necho '# measuring'\necho '{\"withinFloors\": false, \"asked\": \"'\"$*\"'\"}'\nexit 1";
        _qp.Machine = _qp.Machine with { SourceRoot = _qp.Root, Dotnet = _qp.Script("dotnet", Body) };
        var (code, output, error) = await _qp.Run("bench", "--rows", "1000", "--json");
        Assert.Equal(ExitCode.Failed, code);
        var document = JsonDocument.Parse(output).RootElement;
        Assert.False(document.GetProperty("withinFloors").GetBoolean());
        Assert.Contains("--rows 1000", document.GetProperty("asked").GetString(), StringComparison.Ordinal);
        Assert.Contains("measuring", error, StringComparison.Ordinal);

        _qp.Machine = _qp.Machine with { Dotnet = _qp.Script("dotnet", "echo 'bench.cs: error CS1002'; exit 1") };
        (code, output, _) = await _qp.Run("bench");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("CS1002", output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task Ctrl_c_ends_the_programs_that_were_started_too()
    {
        _qp.Machine = _qp.Machine with
        {
            SourceRoot = _qp.Root,
            Dotnet = _qp.Script("dotnet", "echo 'passed A (1ms)'\necho $$ >\"$(dirname \"$0\")/pid\"\necho '[seed] here'\nexec sleep 600"),
        };
        using var stop = new CancellationTokenSource();
        var (code, _, error) = await _qp.Run(new ImpatientReader(stop, "[seed]"), stop.Token, "test", "--json");
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains("interrupted", error, StringComparison.Ordinal);
        var pid = int.Parse(File.ReadAllText(Path.Combine(_qp.Root, "pid")), CultureInfo.InvariantCulture);
        await Gone(pid);
    }

    /// <summary>The system takes a moment to clear a killed process away.</summary>
    private static async Task Gone(int pid)
    {
        while (true)
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(pid);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
            catch (ArgumentException)
            {
                return;
            }
        }
    }

    private async Task<(JsonElement Document, string Error, int Code)> Tests(
        (int Covered, int Lines) core,
        (int Covered, int Lines) data,
        params string[] lines
    )
    {
        Sdk(core, data, lines);
        var (code, output, error) = await _qp.Run("test", "--coverage", "--filter", "*X*", "--json");
        return (JsonDocument.Parse(output).RootElement, error, code);
    }

    private async Task<string> Screen((int Covered, int Lines) core, (int Covered, int Lines) data)
    {
        Sdk(core, data, ["passed A (1ms)"]);
        var (_, output, error) = await _qp.Run("test", "--coverage");
        Assert.Contains("coverage is below", error, StringComparison.Ordinal);
        Assert.Contains("Quarterpoint.Core", output, StringComparison.Ordinal);
        return output;
    }

    /// <summary>An SDK whose tests print these lines and cover so many of so many lines of two assemblies.</summary>
    private void Sdk((int Covered, int Lines) core, (int Covered, int Lines) data, string[] lines)
    {
        static string Class(string file, (int Covered, int Lines) of)
        {
            var numbers = Enumerable.Range(1, of.Lines).Select(i => $"<line number=\"{i}\" hits=\"{(i <= of.Covered ? 1 : 0)}\"/>");
            return $"<class filename=\"{file}\"><lines>{string.Concat(numbers)}</lines></class>";
        }

        string Source(string assembly) => Path.Combine(_qp.Root, "src", assembly, "A.cs");
        var report = _qp.Write(
            "a.cobertura.xml",
            $"<coverage>{Class(Source("Quarterpoint.Core"), core)}{Class(Source("Quarterpoint.Data"), data)}</coverage>"
        );
        var results = Path.Combine(_qp.Root, "artifacts", "test-results");
        var body = $"mkdir -p '{results}'\ncp '{report}' '{results}/'\n" + string.Join('\n', lines.Select(l => $"echo '{l}'"));
        _qp.Machine = _qp.Machine with { SourceRoot = _qp.Root, Dotnet = _qp.Script("dotnet", body) };
    }
}
