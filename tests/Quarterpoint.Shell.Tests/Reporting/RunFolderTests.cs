using System.Text.Json.Nodes;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Reporting.Html;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

public sealed class RunFolderTests : IDisposable
{
    private readonly ScratchFolder _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    [Trait("Spec", "C1")]
    public void A_run_keeps_its_configuration_beside_its_results()
    {
        var folder = Write("first", Runs.Backtest);

        Assert.Equal(
            ["config.yaml", "equity.csv", "metrics.json", "report.html", "risk.json", "run.json", "trades.csv", "trades.parquet"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(Runs.Configuration, File.ReadAllText(Path.Combine(folder, "config.yaml")));

        // printf 'instrument: MES\nstop:\n  kind: fixed\n  ticks: 8\n' | sha256sum
        Assert.Contains(
            "1d873e1051cb6b5946ea829013be83dd7cd121a31b86e13302a725830e02dc70",
            File.ReadAllText(Path.Combine(folder, "run.json")),
            StringComparison.Ordinal
        );
        Assert.Equal([folder], Directory.GetFileSystemEntries(_runs.Path));
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void The_same_run_gives_the_same_bytes()
    {
        var (one, two) = (Write("one", Runs.Backtest), Write("two", Runs.Backtest));

        Assert.All(Directory.GetFiles(one), file =>
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(two, Path.GetFileName(file))))
        );
    }

    [Fact]
    public void An_opened_run_is_the_run_that_was_written()
    {
        var run = Runs.Backtest;
        var opened = RunFolder.Open(Write("first", run));

        Assert.Equal(run.Trades, opened.Trades);
        Assert.Equal(run.Equity, opened.Equity);
        Assert.Equal(run.Configuration, opened.Configuration);
        Assert.Equal(RunJson.Of(run.Identity), RunJson.Of(opened.Identity));
        Assert.Equal(RunJson.Of(run.Performance), RunJson.Of(opened.Performance));
        Assert.Equal(RunJson.Of(run.Risk!), RunJson.Of(opened.Risk!));
    }

    [Fact]
    public void A_run_from_before_risk_was_kept_is_read_without()
    {
        var folder = Write("first", Runs.Backtest);
        File.Delete(Path.Combine(folder, "risk.json"));

        Assert.Null(RunFolder.Open(folder).Risk);
        Assert.Contains(
            "This run was kept before its risk " + "was",
            File.ReadAllText(RunFolder.ReplaceReport(folder, HtmlReport.Render(RunFolder.Open(folder)))),
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(Path.Combine(Write("again", RunFolder.Open(folder)), "risk.json")));
    }

    [Fact]
    public void Rendering_again_gives_the_same_page()
    {
        var folder = Write("first", Runs.Backtest);
        var first = File.ReadAllText(Path.Combine(folder, "report.html"));
        File.Delete(Path.Combine(folder, "report.html"));

        Assert.Equal(first, File.ReadAllText(RunFolder.ReplaceReport(folder, HtmlReport.Render(RunFolder.Open(folder)))));
        Assert.Equal(first, HtmlReport.Render(Runs.Backtest));
    }

    [Fact]
    public void The_same_run_written_again_takes_the_place_of_the_first()
    {
        var folder = Write("first", Runs.Backtest);
        File.WriteAllText(Path.Combine(folder, "report.html"), "edited by hand");
        Write("first", Runs.Backtest);

        Assert.Equal(HtmlReport.Render(Runs.Backtest), File.ReadAllText(Path.Combine(folder, "report.html")));
        Assert.Equal([folder], Directory.GetFileSystemEntries(_runs.Path));
    }

    [Fact]
    public void A_run_from_before_drawdowns_were_listed_is_read_without()
    {
        var folder = Write("first", Runs.Backtest);
        var path = Path.Combine(folder, "metrics.json");
        var metrics = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        metrics["schema"] = "quarterpoint.metrics/1";
        metrics.Remove("drawdowns");
        File.WriteAllText(path, metrics.ToJsonString());

        var run = RunFolder.Open(folder);
        Assert.Null(run.Performance.Drawdowns);
        Assert.Contains("This run was kept before they were", HtmlReport.Render(run), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../elsewhere")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    public void An_id_is_a_plain_name(string id) =>
        Assert.Contains("field id", Assert.Throws<BadInputException>(() => Write(id, Runs.Backtest)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_cancelled_run_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => RunFolder.Write(_runs.Path, "first", Runs.Backtest, "a page", cancellation.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_runs.Path));
    }

    [Fact]
    public void What_a_crash_left_is_cleared_away()
    {
        Directory.CreateDirectory(_runs.At(".first.partial/trades"));
        Write("first", Runs.Backtest);

        Assert.Equal([_runs.At("first")], Directory.GetFileSystemEntries(_runs.Path));
    }

    [Theory]
    [Trait("Spec", "C1")]
    [InlineData("config.yaml", "ticks: 8", "ticks: 80", "SHA-256")]
    [InlineData("trades.csv", "\n2024", "\nx2024", "field entry_time")]
    [InlineData("run.json", "\"tickSize\": 0.25", "\"tickSize\": 0", "instrument.tickSize")]
    [InlineData("metrics.json", "\"trades\": ", "\"trades\": 9", "as metrics.json says")]
    [InlineData("equity.csv", "net_pnl", "gross", "the columns time,net_pnl")]
    [InlineData(
        "risk.json",
        "quarterpoint.risk/1",
        "quarterpoint.risk/9",
        "risk.json, field schema: found 'quarterpoint.risk/9'; expected quarterpoint.risk/1"
    )]
    [InlineData("risk.json", "\"latch\": \"", "\"latch\": \"x", "a latch such as lossPause")]
    [InlineData("risk.json", "\"entryHours\": ", "\"hours\": ", "entryHours")]
    public void A_file_that_was_changed_is_refused(string file, string from, string to, string says)
    {
        var folder = Write("first", Runs.Backtest);
        var path = Path.Combine(folder, file);
        var text = File.ReadAllText(path);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + to + text[(at + from.Length)..]);

        Assert.Contains(says, Assert.Throws<BadInputException>(() => RunFolder.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.yaml")]
    [InlineData("run.json")]
    [InlineData("metrics.json")]
    [InlineData("trades.csv")]
    [InlineData("equity.csv")]
    public void A_file_that_is_missing_is_named(string file)
    {
        var folder = Write("first", Runs.Backtest);
        File.Delete(Path.Combine(folder, file));

        Assert.Contains(file, Assert.Throws<BadInputException>(() => RunFolder.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "X8")]
    public void The_equity_file_holds_net_gross_and_drawdown_after_every_trade()
    {
        // Net 9.16, then -10.84; each trade cost 3.34.
        var folder = Write("two", Runs.Of(new SampleRun().Day(2024, 3, 4).Trade("09:45:00", 12.50m).Trade("10:30:00", -7.50m)));

        Assert.Equal(
            """
            time,net_pnl,gross_pnl,drawdown
            2024-03-04T14:30:00Z,0.00,0.00,0.00
            2024-03-04T14:46:00Z,9.16,12.50,0.00
            2024-03-04T15:31:00Z,-1.68,5.00,-10.84

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(Path.Combine(folder, "equity.csv"))
        );
    }

    [Fact]
    public void A_run_without_a_trade_has_a_whole_folder()
    {
        var run = Runs.Of(new SampleRun().Day(2024, 3, 4));
        var opened = RunFolder.Open(Write("none", run));

        Assert.Empty(opened.Trades);
        Assert.Equal(Money.Zero, opened.Performance.NetPnl);
    }

    /// <summary>The run with its report, as a backtest keeps it.</summary>
    private string Write(string id, Run run) => RunFolder.Write(_runs.Path, id, run, HtmlReport.Render(run));
}
