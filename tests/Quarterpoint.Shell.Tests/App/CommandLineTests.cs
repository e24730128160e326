using System.Globalization;
using System.Text.Json;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Verbs;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>The program as a user meets it: what is typed, what comes out on which stream, and the exit code.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _workspace = Directory.CreateTempSubdirectory("qp-cli-").FullName;

    public void Dispose() => Directory.Delete(_workspace, recursive: true);

    [Fact]
    [Trait("Spec", "C3")]
    [Trait("Spec", "Q2")]
    public async Task From_a_made_up_market_to_a_report()
    {
        var made = await Json("data", "generate", "--name", "noise", "--months", "1", "--seed", "5");
        Assert.True(made.GetProperty("rows").GetInt64() > 800_000);
        Assert.Equal(0, made.GetProperty("synthetic").GetProperty("edge").GetDouble());

        var info = await Json("data", "info", "noise");
        Assert.Equal(made.GetProperty("fingerprint").GetString(), info.GetProperty("fingerprint").GetString());
        var check = await Json("data", "check", "noise");
        Assert.Equal(made.GetProperty("rows").GetInt64(), check.GetProperty("rows").GetInt64());
        var list = await Json("data", "list");
        Assert.Equal("noise", list[0].GetProperty("name").GetString());

        var features = await Json("features", "--data", "noise", "--from", "2024-01-16", "--to", "2024-01-18");
        Assert.Equal(44, features.GetProperty("features").GetArrayLength());
        foreach (var feature in features.GetProperty("features").EnumerateArray())
        {
            Assert.InRange(feature.GetProperty("least").GetDouble(), -1, 1);
            Assert.InRange(feature.GetProperty("greatest").GetDouble(), -1, 1);
            Assert.Equal(0, feature.GetProperty("notFinite").GetInt64());
        }

        var metrics = await Json("backtest", "--data", "noise", "--strategy", "random", "--rails", "off", "--seed", "5");
        Assert.True(metrics.GetProperty("trades").GetInt32() >= 100, "an end-to-end run makes at least a hundred trades");
        var gross = metrics.GetProperty("grossPnl").GetDecimal();
        var costs = metrics.GetProperty("commission").GetDecimal() + metrics.GetProperty("slippage").GetDecimal();
        Assert.Equal(metrics.GetProperty("netPnl").GetDecimal(), gross - costs);

        // The same again gives the same bytes in the same folder, and the report can be rendered from it alone.
        var run = Assert.Single(Directory.GetDirectories(Path.Combine(_workspace, "runs")));
        var before = Directory.GetFiles(run).ToDictionary(f => f, File.ReadAllBytes);
        await Json("backtest", "--data", "noise", "--strategy", "random", "--rails", "off", "--seed", "5");
        Assert.Equal(run, Assert.Single(Directory.GetDirectories(Path.Combine(_workspace, "runs"))));
        foreach (var (file, bytes) in before)
            Assert.Equal(bytes, File.ReadAllBytes(file));
        var again = await Json("report", "noise-random");
        Assert.Equal(metrics.ToString(), again.ToString());
        Assert.Contains("rails", File.ReadAllText(Path.Combine(run, "report.html")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task Features_can_be_taken_away_as_csv_and_as_parquet()
    {
        await Json("data", "generate", "--name", "noise", "--months", "1", "--seed", "5");
        var (csv, parquet) = (Path.Combine(_workspace, "f.csv"), Path.Combine(_workspace, "f.parquet"));
        var report = await Json("features", "--data", "noise", "--from", "2024-01-16", "--to", "2024-01-16", "--out", csv);
        await Json("features", "--data", "noise", "--from", "2024-01-16", "--to", "2024-01-16", "--out", parquet);
        var lines = File.ReadAllLines(csv);
        Assert.StartsWith("time,day,waits,label,return_1s,", lines[0], StringComparison.Ordinal);
        Assert.Equal(report.GetProperty("labelledRows").GetInt64(), lines.Length - 1);
        using var reader = new ParquetSharp.ParquetFileReader(parquet);
        Assert.Equal(lines.Length - 1, reader.FileMetaData.NumRows);
        Assert.Equal(48, reader.FileMetaData.NumColumns);
        using var group = reader.RowGroup(0);
        using var column = group.Column(4).LogicalReader<float>();
        Assert.Equal(column.ReadAll(1)[0], float.Parse(lines[1].Split(',')[4], CultureInfo.InvariantCulture));

        var (code, _, error) = await Run("features", "--data", "noise", "--out", csv);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("not overwritten", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task An_import_tells_what_became_of_every_row()
    {
        var file = Write(
            "es.csv",
            "time,open,high,low,close,volume\n"
                + "2024-03-05T15:00:00Z,5000,5000.5,4999.75,5000.25,10\n"
                + "2024-03-05T15:00:01Z,5000.25,5000.25,5000,5000,3\n"
        );
        var summary = await Json("data", "import", file, "--instrument", "ES", "--name", "es");
        Assert.Equal(2, summary.GetProperty("rowsRead").GetInt64());
        Assert.Equal(2, summary.GetProperty("rowsStored").GetInt64());
        Assert.Equal(0, summary.GetProperty("rowsDropped").GetInt64());
        Assert.Equal(0, summary.GetProperty("rowsRejected").GetInt64());
        Assert.Equal("continuous", summary.GetProperty("contracts")[0].GetString());
        Assert.StartsWith("2024-03-05T15:00:00", summary.GetProperty("first").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("2024-03-05T15:00:01", summary.GetProperty("last").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "time,open,high,low,close,volume\n"
            + "2024-03-05T14:59:58Z,5000,5000,5000,5000,1\n"
            + "2024-03-05T14:59:59Z,5000,5000,5000,5000,1\n"
            + "2024-03-05T15:00:00Z,5000.10,5000.5,4999.75,5000.25,10\n",
        "row 3, field open: found '5000.1'"
    )]
    [InlineData("time,open,high,low,close,volume\n2024-03-05T15:00:00Z,NaN,5000.5,4999.75,5000.25,10\n", "row 1, field open: found 'NaN'")]
    [InlineData(
        "time,open,high,low,close,volume\n2024-03-05T15:00:00Z,5000,5000.5,4999.75,5000.25,-1\n",
        "row 1, field volume: found '-1'"
    )]
    [InlineData("time,open,high,low,close,volume\n2024-03-05 15:00:00,5000,5000.5,4999.75,5000.25,1\n", "--time-zone")]
    [InlineData(
        "time,open,high,low,close,volume\n"
            + "2024-03-05T15:00:01Z,5000,5000,5000,5000,1\n"
            + "2024-03-05T15:00:02Z,5000,5000,5000,5000,1\n"
            + "2024-03-05T15:00:01Z,5000,5000,5000,5000,1\n",
        "row 3"
    )]
    [InlineData(
        "time,open,high,low,close,volume\n"
            + "2024-03-05T14:59:58Z,5000,5000,5000,5000,1\n"
            + "2024-03-05T14:59:59Z,5000,5000,5000,5000,1\n"
            + "2024-03-05T14:59:59Z,5000,5000,5000,5000,1\n",
        "row 3"
    )]
    [InlineData("time,open,high,low,volume\n2024-03-05T15:00:01Z,5000,5000,5000,1\n", "close")]
    [InlineData("", "empty")]
    [Trait("Spec", "D7")]
    [Trait("Spec", "K2")]
    public async Task Bad_input_is_named_and_nothing_is_stored(string text, string expected)
    {
        var file = Write("bad.csv", text);
        var (code, output, error) = await Run("data", "import", file, "--instrument", "ES", "--name", "bad");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Empty(output);
        Assert.Contains("bad.csv", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_workspace, "data", "bad")));
        Assert.True(
            !Directory.Exists(Path.Combine(_workspace, "data"))
                || Directory.GetFileSystemEntries(Path.Combine(_workspace, "data")).Length == 0,
            "nothing half-written is left"
        );
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task A_folder_without_data_a_missing_file_and_a_missing_set_are_failures()
    {
        Directory.CreateDirectory(Path.Combine(_workspace, "empty"));
        Assert.Equal(
            ExitCode.Failed,
            (await Run("data", "import", Path.Combine(_workspace, "empty"), "--instrument", "ES", "--name", "x")).Code
        );
        var (code, _, error) = await Run("data", "import", Path.Combine(_workspace, "nowhere.csv"), "--instrument", "ES", "--name", "x");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("nowhere.csv", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await Run("data", "info", "nothing")).Code);
        Assert.Equal(ExitCode.Failed, (await Run("backtest", "--data", "nothing", "--strategy", "trend")).Code);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("backtest", "--strategy", "trend")]
    [InlineData("backtest", "--data", "x", "--strategy", "magic")]
    [InlineData("backtest", "--data", "x", "--strategy", "trend", "--from", "yesterday")]
    [InlineData("backtest", "--data", "x", "--strategy", "trend", "--set", "trading.contracts")]
    [InlineData("backtest", "--data", "x", "--strategy", "trend", "--set", "trading.contracts=-1")]
    [InlineData("backtest", "--data", "x", "--strategy", "trend", "--set", "risk.tradeRisk=26")]
    [InlineData("data", "generate", "--name", "x", "--months", "0")]
    [InlineData("data", "generate", "--name", "x", "--edge", "2")]
    [InlineData("data", "generate", "--name", "x", "--start", "2031-01")]
    [InlineData("data", "import", "x.csv", "--instrument", "NOPE", "--name", "x")]
    [InlineData("data", "import", "x.csv", "--instrument", "ES", "--name", "x", "--time-zone", "Mars/Base")]
    [InlineData("report", "no-such-run")]
    [InlineData("config", "--config", "no-such-file.yaml")]
    [Trait("Spec", "C3")]
    public async Task Wrong_usage_and_wrong_configuration_end_with_2_and_one_clear_line(params string[] arguments)
    {
        var (code, output, error) = await Run(arguments);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.Contains("error: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task With_json_even_an_error_is_one_document()
    {
        var (code, output, _) = await Run("report", "no-such-run", "--json");
        Assert.Equal(ExitCode.Usage, code);
        using var document = JsonDocument.Parse(output);
        Assert.Equal(2, document.RootElement.GetProperty("exitCode").GetInt32());
        Assert.Contains("no-such-run", document.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task Ctrl_c_ends_with_130_and_leaves_nothing_half_done()
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        await using var error = new ImpatientReader(stop, "generating: 1");
        var code = await Runner.Run(
            AllVerbs.Create(),
            ["data", "generate", "--name", "x", "--months", "6", "--workspace", _workspace],
            output,
            error,
            Machine.Here,
            stop.Token
        );
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Empty(output.ToString());
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_workspace, "*", SearchOption.AllDirectories), path =>
            File.Exists(path) && Path.GetFileName(Path.GetDirectoryName(path)) != "logs"
        );
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task Every_verb_explains_itself_with_examples()
    {
        foreach (
            var verb in (string[][])
                [
                    ["demo"],
                    ["data", "generate"],
                    ["data", "import"],
                    ["data", "check"],
                    ["data", "info"],
                    ["data", "list"],
                    ["features"],
                    ["backtest"],
                    ["report"],
                    ["doctor"],
                    ["config"],
                    ["test"],
                    ["bench"],
                    ["risk", "init"],
                    ["risk", "status"],
                    ["risk", "review"],
                    ["risk", "kill"],
                    ["risk", "history"],
                    ["risk", "table"],
                    ["paper"],
                    ["replay"],
                ]
        )
        {
            var (code, output, _) = await Run([.. verb, "--help"]);
            Assert.Equal(ExitCode.Done, code);
            Assert.Contains("Examples:\n  qp " + string.Join(' ', verb), output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.Contains("--json", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task The_documentation_of_the_commands_names_every_verb_and_every_option()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Quarterpoint.slnx")))
            folder = folder.Parent;
        var documented = File.ReadAllText(Path.Combine(folder!.FullName, "docs", "cli.md"));
        foreach (var command in Commands(AllVerbs.Create(), ""))
        {
            Assert.Contains("qp" + command.Path, documented, StringComparison.Ordinal);
            foreach (var option in command.Command.Options.Where(o => !o.Hidden && o is not System.CommandLine.Help.HelpOption))
                Assert.Contains(option.Name, documented, StringComparison.Ordinal);
        }

        await Task.CompletedTask;
    }

    [Fact]
    [Trait("Spec", "C3")]
    [Trait("Spec", "R8")]
    [Trait("Spec", "R25")]
    public async Task The_doctor_says_what_it_looked_at()
    {
        var report = await Json("doctor");
        Assert.True(report.GetProperty("able").GetBoolean());
        var names = report.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ToList();
        Assert.Equal(
            ["runtime", "sdk", "time zones", "calendar", "native libraries", "workspace", "free disk", "memory", "configuration"],
            names
        );
        var cells = report.GetProperty("sizes").GetProperty("sizes").EnumerateArray().ToList();
        Assert.Contains(cells, cell => cell.GetProperty("contracts").GetInt32() == 0);
        Assert.Contains(cells, cell => cell.GetProperty("contracts").GetInt32() > 0);
        Assert.Contains(report.GetProperty("sizes").GetProperty("warnings").EnumerateArray(), warning =>
            warning.GetString()!.Contains("at 60 to 70 % a stop of 8 ticks gets no contract below $1,000.00", StringComparison.Ordinal)
        );
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task Data_that_cannot_give_fills_or_lies_on_another_grid_is_refused()
    {
        var file = Write(
            "es.csv",
            "time,open,high,low,close,volume\n"
                + "2024-03-05T15:00:00Z,5000,5000.5,4999.75,5000.25,10\n"
                + "2024-03-05T15:00:01Z,5000.25,5000.25,5000,5000,3\n"
        );
        await Json("data", "import", file, "--instrument", "ES", "--name", "adjusted", "--adjusted");
        var (code, _, error) = await Run("backtest", "--data", "adjusted", "--strategy", "trend");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("no fills", error, StringComparison.Ordinal);

        await Json("data", "import", file, "--instrument", "ES", "--name", "es");
        var config = Write("quarterpoint.yaml", "instruments:\n  MYM: {tickSize: 1, tickValue: 0.5}\n");
        (code, _, error) = await Run("backtest", "--data", "es", "--strategy", "trend", "--as", "MYM", "--config", config);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("grid", error, StringComparison.Ordinal);
    }

    private static IEnumerable<(System.CommandLine.Command Command, string Path)> Commands(System.CommandLine.Command command, string path)
    {
        if (command.Subcommands.Count == 0)
            yield return (command, path);
        foreach (var child in command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Commands(c, $"{path} {c.Name}")))
            yield return child;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_workspace, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<JsonElement> Json(params string[] arguments)
    {
        var (code, output, error) = await Run([.. arguments, "--json"]);
        Assert.True(code == ExitCode.Done, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Runner.Run(
            AllVerbs.Create(),
            [.. arguments, "--workspace", _workspace],
            output,
            error,
            Machine.Here,
            CancellationToken.None
        );
        return (code, output.ToString(), error.ToString());
    }
}
