using System.Text.Json;
using Quarterpoint.Shell.Tests.App;

namespace Quarterpoint.Shell.Tests.Models;

/// <summary>
/// A network that was trained where nothing can be known: it guesses sides like a coin, earns nothing before costs, and loses the costs. A
/// position ends by the clock, without a target: a target is paid only where the price trades a tick through it, which is no fair bet
/// (docs/cli.md, the random strategy).
/// </summary>
public sealed class ModelOnNoise(ITestOutputHelper output) : IDisposable
{
    /// <summary>Any move within 15 s counts, so that three months hold enough of them.</summary>
    private static readonly string[] Settings =
    [
        .. Qp.Set(
            "labels.horizonSeconds=15",
            "labels.thresholdTicks=0.5",
            "trading.stop.kind=fixed",
            "trading.stop.ticks=40",
            "trading.target.kind=none",
            "trading.maxHoldingSeconds=30"
        ),
    ];

    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    [Fact]
    [Trait("Spec", "X11")]
    [Trait("Spec", "M4")]
    public async Task A_model_of_noise_knows_no_side_and_loses_exactly_its_costs()
    {
        await _qp.Json("data", "generate", "--name", "noise", "--months", "3", "--edge", "0");
        KnowsNoSide((await Train()).GetProperty("evidence").GetProperty("score"));
        var run = await Trade();
        LosesItsCosts(run);
        Assert.Contains(
            "The gate cannot cover its costs",
            run.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("title").GetString())
        );
    }

    /// <summary>Most days are kept to be judged on.</summary>
    private Task<JsonElement> Train() =>
        _qp.Json([
            "train",
            "--data",
            "noise",
            "--model",
            "feedforward",
            "--name",
            "m",
            "--hidden",
            "64",
            "--epochs",
            "3",
            "--split",
            "15/10/75",
            "--device",
            "cpu",
            .. Settings,
        ]);

    private Task<JsonElement> Trade() =>
        _qp.Json([
            "backtest",
            "--data",
            "noise",
            "--model",
            "m",
            "--rails",
            "off",
            "--envelope",
            "off",
            .. Settings,
            .. Qp.Set(
                "risk.rails=off",
                "strategies.model.confidence=calibrated",
                "strategies.model.gate=0",
                "strategies.model.breakEven=off",
                "strategies.model.allowGateBelowBreakEven=true"
            ),
        ]);

    private void KnowsNoSide(JsonElement score)
    {
        var (moves, right) = (score.GetProperty("moves").GetInt32(), score.GetProperty("directionsRight").GetInt32());
        output.WriteLine($"{moves} moves, {right} sides right, 95 % {score.GetProperty("directionAccuracy")}");
        Assert.InRange(moves, 50_000, int.MaxValue);
        AssertHolds(0.5, score.GetProperty("directionAccuracy"));
    }

    private void LosesItsCosts(JsonElement run)
    {
        var trades = run.GetProperty("trades").GetInt32();
        var costs = Number(run, "commission") + Number(run, "slippage");
        var gross = run.GetProperty("expectancyGrossInterval");
        output.WriteLine(
            $"{trades} trades, net {Number(run, "netPnl")}, costs {costs}, "
                + $"gross a trade {Number(run, "expectancyGross")} in {gross}; by day {run.GetProperty("expectancyGrossIntervalByDay")}"
        );
        Assert.InRange(trades, 2_000, int.MaxValue);
        AssertHolds(0, gross);
        AssertHolds(-costs / trades, run.GetProperty("expectancyInterval"));
        Assert.Equal(Number(run, "grossPnl") - costs, Number(run, "netPnl"), 2);
        Assert.True(Number(run, "expectancyInterval", "high") < 0, "costs are more than luck");
    }

    private static double Number(JsonElement of, params string[] path) =>
        path.Aggregate(of, (at, name) => at.GetProperty(name)).GetDouble();

    private static void AssertHolds(double value, JsonElement interval) =>
        Assert.InRange(value, interval.GetProperty("low").GetDouble(), interval.GetProperty("high").GetDouble());
}
