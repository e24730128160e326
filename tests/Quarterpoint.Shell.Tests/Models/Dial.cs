using Quarterpoint.Shell.Tests.App;

namespace Quarterpoint.Shell.Tests.Models;

/// <summary>
/// The more a market lets know, the more is earned on it, and where it lets know too little nothing is traded. Two months and a small
/// network; six months with the usual one are in docs/studies/dial.md.
/// </summary>
public sealed class Dial(ITestOutputHelper output) : IDisposable
{
    /// <summary>With the rails on nothing below 60 % opens (R10); to see what lies below, they are off.</summary>
    private static readonly string[] LooseGate =
    [
        .. Qp.Set(
            "risk.rails=off",
            "strategies.model.confidence=calibrated",
            "strategies.model.gate=0.5",
            "strategies.model.breakEven=off",
            "strategies.model.allowGateBelowBreakEven=true"
        ),
    ];

    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    [Fact]
    [Trait("Spec", "M4")]
    [Trait("Spec", "D8")]
    [Trait("Spec", "N16")]
    public async Task What_is_earned_rises_with_what_can_be_known()
    {
        var (usual, loose) = (new List<(int Trades, double Net, double Gross)>(), new List<(int Trades, double Net, double Gross)>());
        foreach (var edge in (string[])["0", "0.05", "0.15", "0.3"])
        {
            await _qp.Json("data", "generate", "--name", "x", "--months", "2", "--edge", edge, "--replace");
            await _qp.Json([
                "train",
                "--data",
                "x",
                "--model",
                "feedforward",
                "--name",
                "m",
                "--hidden",
                "64",
                "--epochs",
                "10",
                "--split",
                "50/20/30",
                "--device",
                "cpu",
                "--replace",
                .. TaughtMarket.Settings,
            ]);
            usual.Add(await Traded(edge, []));
            loose.Add(await Traded(edge, LooseGate));
        }

        // With the gates as they are: nothing where the edge does not pay, and a gain where it does.
        Assert.All(usual[..2], r => Assert.True(r.Net < 0 || r.Trades == 0, $"{r}"));
        Assert.True(usual[0].Net <= usual[3].Net && usual[1].Net <= usual[2].Net && usual[2].Net < usual[3].Net, string.Join(", ", usual));
        Assert.True(usual[3].Net > 0 && usual[3].Trades >= 30, $"{usual[3]}");

        // With a gate that lets more through: what is there before costs rises at each step at which anything is traded.
        Assert.All(loose[..2], r => Assert.True(r.Net < 0 || r.Trades == 0, $"{r}"));
        Assert.True(loose[1].Trades < loose[2].Trades && loose[2].Trades < loose[3].Trades, string.Join(", ", loose));
        Assert.True(loose[1].Gross < loose[2].Gross && loose[2].Gross < loose[3].Gross, string.Join(", ", loose));
        Assert.True(loose[2].Net < loose[3].Net, string.Join(", ", loose));
    }

    private async Task<(int Trades, double Net, double Gross)> Traded(string edge, string[] more)
    {
        var run = await _qp.Json(["backtest", "--data", "x", "--model", "m", "--envelope", "off", .. TaughtMarket.Settings, .. more]);
        (int Trades, double Net, double Gross) result = (
            run.GetProperty("trades").GetInt32(),
            run.GetProperty("netPnl").GetDouble(),
            run.GetProperty("grossPnl").GetDouble()
        );
        var findings = run.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("title").GetString()!).ToList();
        output.WriteLine(
            $"edge {edge}{(more.Length > 0 ? ", gate 0.5" : "")}: {result.Trades} trades, net {result.Net}, gross {result.Gross}: "
                + $"{string.Join("; ", findings)}"
        );

        // It says so.
        Assert.Equal(result.Trades == 0, findings.Contains("Nothing was traded"));
        if (result.Trades == 0)
            Assert.NotEmpty(run.GetProperty("refusals").EnumerateObject());
        else if (result.Gross <= 0)
            Assert.Contains("No edge before costs", findings);
        return result;
    }
}
