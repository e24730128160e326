using System.Text.Json;
using Quarterpoint.App.Invocation;
using Quarterpoint.Shell.Tests.Models;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>What is done with a model: looked at, checked, traded.</summary>
[Collection(TaughtMarket.Shared)]
public sealed class ModelVerbTests(TaughtMarket market) : IDisposable
{
    private const string KnowsTheseDays = "The model knows these days";

    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    [Fact]
    [Trait("Spec", "M8")]
    [Trait("Spec", "C3")]
    public async Task Models_are_listed_shown_and_found_sound()
    {
        Assert.Empty((await _qp.Json("models", "list")).GetProperty("models").EnumerateArray());
        Assert.Contains("No models yet", (await _qp.Run("models", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await _qp.Run("models", "show", "m")).Code);

        market.CopyTo(_qp, withModel: true);
        var listed = Assert.Single((await _qp.Json("models", "list")).GetProperty("models").EnumerateArray());
        Assert.Equal(
            ("m", "FeedForward", "x", "MES", true),
            (
                listed.GetProperty("name").GetString(),
                listed.GetProperty("kind").GetString(),
                listed.GetProperty("data").GetString(),
                listed.GetProperty("instrument").GetString(),
                listed.GetProperty("isSynthetic").GetBoolean()
            )
        );
        Assert.Contains("x (synthetic)", (await _qp.Run("models", "list")).Output, StringComparison.Ordinal);

        // What is shown is what training printed; only the list of files came to be when they were written.
        var shown = await _qp.Json("models", "show", "m");
        Assert.Equal(market.Card.GetProperty("evidence").ToString(), shown.GetProperty("evidence").ToString());
        var (_, text, _) = await _qp.Run("models", "show", "m");
        foreach (var row in (string[])["log-loss", "direction, given a move", "calibration error", "precision", "brackets to target"])
            Assert.Contains(row, text, StringComparison.Ordinal);

        Assert.Contains("ok     parity", (await _qp.Run("models", "check", "m")).Output, StringComparison.Ordinal);
        var (code, _, error) = await _qp.Run("models", "check", "other");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("Known: m", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.json")]
    [InlineData("model.onnx")]
    [InlineData("weights.bin")]
    [InlineData("golden.bin")]
    [Trait("Spec", "M8")]
    public async Task One_changed_byte_is_found_and_such_a_model_trades_nothing(string file)
    {
        market.CopyTo(_qp, withModel: true);
        var path = Path.Combine(_qp.Workspace, "models", "m", file);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        var (code, output, _) = await _qp.Run("models", "check", "m", "--json");
        Assert.Equal(ExitCode.Failed, code);
        var found = JsonDocument.Parse(output).RootElement;
        Assert.False(found.GetProperty("sound").GetBoolean());
        Assert.Contains(found.GetProperty("findings").EnumerateArray(), f => !f.GetProperty("passed").GetBoolean());
        Assert.Contains("FAILED", (await _qp.Run("models", "check", "m")).Output, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Failed, (await _qp.Run(["backtest", "--data", "x", "--model", "m", .. TaughtMarket.Settings])).Code);
        Assert.DoesNotContain(_qp.Tree(), path => path.StartsWith("runs" + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Spec", "N7")]
    [Trait("Spec", "N16")]
    [Trait("Spec", "V1")]
    public async Task On_its_own_data_a_model_trades_its_test_days_and_the_report_says_what_it_is()
    {
        market.CopyTo(_qp, withModel: true);
        var test = market.Card.GetProperty("split").GetProperty("test");
        var (code, output, error) = await _qp.Run([
            "backtest",
            "--data",
            "x",
            "--model",
            "m",
            .. TaughtMarket.Settings,
            .. Loose,
            "--json",
        ]);
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains("only its test part is traded", error, StringComparison.Ordinal);
        var run = JsonDocument.Parse(output).RootElement;

        // A trading day begins at 18:00 of the evening before, which is 23:00 in winter's UTC.
        var first = DateOnly.Parse(test.GetProperty("first").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        var opens = DateTimeOffset.Parse(run.GetProperty("first").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange((first.ToDateTime(TimeOnly.MinValue) - opens.UtcDateTime).TotalHours, 1, 1);
        Assert.True(run.GetProperty("trades").GetInt32() > 0, "with a gate this low it trades");
        Assert.DoesNotContain(KnowsTheseDays, Findings(run));
        Assert.Contains("The gate cannot cover its costs", Findings(run));
        Assert.Equal(
            ["pessimistic", "neutral", "optimistic"],
            run.GetProperty("envelope").EnumerateArray().Select(e => e.GetProperty("name").GetString())
        );

        // Neutral is the run itself; what is kinder cannot earn less for the same orders, so it is at least not the worst.
        var byName = run.GetProperty("envelope")
            .EnumerateArray()
            .ToDictionary(e => e.GetProperty("name").GetString()!, e => e.GetProperty("netPnl").GetDouble());
        Assert.Equal(run.GetProperty("netPnl").GetDouble(), byName["neutral"], 6);
        Assert.True(byName["pessimistic"] < byName["optimistic"], string.Join(", ", byName));

        var report = File.ReadAllText(
            Assert.Single(Directory.EnumerateFiles(Path.Combine(_qp.Workspace, "runs"), "report.html", SearchOption.AllDirectories))
        );
        foreach (
            var part in (string[])
                [
                    "<h3>The model</h3>",
                    "What confidence is worth to a bracket (stop 8, target 16, market entry)",
                    "On days it had not seen",
                    "Said, and came",
                    "let through by an explicit setting",
                    "under other fills",
                ]
        )
            Assert.Contains(part, report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("off", 0)]
    [InlineData("full", 64)]
    [Trait("Spec", "N7")]
    public async Task Guesses_about_fills_are_none_or_all_of_them(string envelope, int count)
    {
        market.CopyTo(_qp, withModel: true);
        var run = await _qp.Json([
            "backtest",
            "--data",
            "x",
            "--model",
            "m",
            "--from",
            "2024-01-31",
            "--to",
            "2024-01-31",
            "--envelope",
            envelope,
            .. TaughtMarket.Settings,
        ]);
        Assert.Equal(count, run.GetProperty("envelope").GetArrayLength());
        Assert.Equal(count, run.GetProperty("envelope").EnumerateArray().Select(e => e.GetProperty("name").GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData("2024-01-04", "2024-01-05", true)]
    [InlineData("2024-01-22", "2024-01-31", true)]
    [InlineData("2024-01-30", "2024-01-31", false)]
    [Trait("Spec", "N16")]
    public async Task Days_that_a_model_has_seen_are_no_evidence_and_the_run_says_so(string from, string to, bool hasSeen)
    {
        market.CopyTo(_qp, withModel: true);
        var run = await _qp.Json([
            "backtest",
            "--data",
            "x",
            "--model",
            "m",
            "--from",
            from,
            "--to",
            to,
            "--envelope",
            "off",
            .. TaughtMarket.Settings,
        ]);
        Assert.Equal(hasSeen, Findings(run).Contains(KnowsTheseDays));
    }

    [Fact]
    [Trait("Spec", "M4")]
    public async Task A_bracket_that_was_never_measured_and_a_gate_below_its_costs_are_refused()
    {
        market.CopyTo(_qp, withModel: true);
        async Task Refused(string says, params string[] settings)
        {
            var (code, _, error) = await _qp.Run(["backtest", "--data", "x", "--model", "m", .. TaughtMarket.Settings, .. settings]);
            Assert.True(code == ExitCode.Usage, $"{code}: {error}");
            Assert.Contains(says, error, StringComparison.Ordinal);
        }

        await Refused("calibrated for another bracket", [.. Qp.Set("trading.target.ticks=12")]);
        await Refused("calibrated for another bracket", [.. Qp.Set("trading.maxHoldingSeconds=60")]);

        // Stop 8 and target 16 with what the live venue charges, 2 x $0.61 = 0.976 ticks, and a tick of slippage a side: 10.976 are lost or
        // 14.024 won, so 10.976 / 25 = 0.439 must be won.
        await Refused("0.439", [.. Qp.Set("strategies.model.gate=0.43", "strategies.model.breakEven=off", "risk.rails=off")]);
        var (code, _, error) = await _qp.Run([
            "backtest",
            "--data",
            "x",
            "--model",
            "m",
            "--envelope",
            "off",
            .. TaughtMarket.Settings,
            .. Qp.Set("strategies.model.gate=0.44", "strategies.model.breakEven=off", "risk.rails=off"),
        ]);
        Assert.True(code == ExitCode.Done, error);

        var (unknown, _, message) = await _qp.Run("backtest", "--data", "x", "--model", "other");
        Assert.True(unknown == ExitCode.Usage && message.Contains("There is no model 'other'", StringComparison.Ordinal), message);
        Assert.Equal(ExitCode.Usage, (await _qp.Run("backtest", "--data", "x")).Code);
        Assert.Equal(ExitCode.Usage, (await _qp.Run("backtest", "--data", "x", "--model", "m", "--strategy", "trend")).Code);
    }

    private static string[] Loose =>
        [
            .. Qp.Set(
                "risk.rails=off",
                "strategies.model.confidence=calibrated",
                "strategies.model.gate=0.4",
                "strategies.model.breakEven=off",
                "strategies.model.allowGateBelowBreakEven=true"
            ),
        ];

    private static IEnumerable<string?> Findings(JsonElement run) =>
        run.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("title").GetString());
}
