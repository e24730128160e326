using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Research;
using Quarterpoint.App.Setup;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Data.Synthetic;
using Quarterpoint.Inference;

namespace Quarterpoint.App.Verbs;

/// <summary>The whole story on a made-up market: no key, no download, no server.</summary>
internal static class DemoVerb
{
    private const string SetName = "demo";
    private const string NoiseName = "demo-noise";
    private const int NoiseMonths = 2;
    private const string ModelName = "demo";
    private const string Symbol = "MES";
    private const ulong Seed = 1;
    private const double Edge = 0.30;

    /// <summary>
    /// The label and the bracket of the demo's model. At 30 s and 3 ticks even the best possible forecast of this market hardly ever
    /// reaches 60 %, and nothing would be traded; over a minute and 2 ticks it does now and then.
    /// </summary>
    private static readonly (string Path, string? Value)[] ModelSettings =
    [
        ("labels.horizonSeconds", "60"),
        ("labels.thresholdTicks", "2"),
        ("trading.stop.kind", "fixed"),
        ("trading.stop.ticks", "8"),
        ("trading.target.kind", "fixed"),
        ("trading.target.ticks", "16"),
    ];

    private static readonly Option<int> Months = new("--months")
    {
        Description = "Calendar months to make up, 1 to 12",
        HelpName = "N",
        DefaultValueFactory = _ => 6,
    };

    public static Command Create()
    {
        var command = new Verb(
            "demo",
            "Shows everything on a made-up market: market, features, training, calibration, backtests, report.",
            "demo",
            "demo --months 1 --workspace /tmp/qp-demo"
        )
        {
            Months,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static async Task<int> Run(VerbCall call, CancellationToken stop)
    {
        // A configuration that is wrong is said before anything is shown.
        call.Config();
        var months = call.Parse.GetValue(Months);
        if (months is < 1 or > 12)
            throw new UsageException($"--months {months}: expected 1 to 12.");
        var terminal = call.Terminal;
        terminal.Line("Quarterpoint demo. Nothing here is real: the market is made up, and so is every dollar.");
        terminal.Line();
        var info = MakeMarket(call, months, stop);
        terminal.Line();
        var features = ShowFeatures(call, stop);
        terminal.Line();
        var coin = TossCoin(call, months, stop);
        terminal.Line();
        terminal.Line(
            "4. A network is trained on the first days, stopped and calibrated on the next, and judged on the last, which it never saw."
        );
        await Train(call, stop);
        terminal.Line();
        var model = TradeModel(call, stop);
        terminal.Line();
        terminal.Line(
            "What this shows: an edge that is there is found, and what is earned is counted after costs. This market is SYNTHETIC and its "
                + "edge was planted;"
        );
        terminal.Line("on one without (qp data generate --edge 0) the same commands find nothing and trade nothing.");
        terminal.Line("Open the reports in a browser. Next: qp data import --help, qp train --help, qp backtest --help.");
        if (terminal.IsJson)
            terminal.Json(DocumentOf(call, info, features, coin, model), DemoJson.Default.DemoDocument);
        return ExitCode.Done;
    }

    private static DataSetInfo MakeMarket(VerbCall call, int months, CancellationToken stop)
    {
        call.Terminal.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"1. A market: {months} {(months == 1 ? "month" : "months")} of 1-second MES bars, seed {Seed}, with a planted edge of "
                    + $"{Edge:0.00} (the information coefficient at 30 s). Of bars of a real market expect 0.00 to 0.05."
            )
        );
        var info = Write(call, SetName, Settings(call, months) with { Edge = Edge }, "market", stop);
        call.Terminal.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"   {info.Rows:N0} bars, contracts {string.Join(", ", info.Contracts.Select(c => c.Symbol))}"
            )
        );
        return info;
    }

    private static FeatureReport ShowFeatures(VerbCall call, CancellationToken stop)
    {
        call.Terminal.Line("2. Features and labels: what a model learns from, computed bar by bar as in live trading.");
        var screen = new ResearchScreen(call.Terminal);
        var features = FeatureScan.Run(call.Workspace, call.Config(), SetName, path: null, from: null, to: null, screen, stop);
        FeaturesVerb.Print(call.Terminal, features, briefly: true);
        return features;
    }

    private static KeptRun TossCoin(VerbCall call, int months, CancellationToken stop)
    {
        call.Terminal.Line(
            "3. A coin is tossed on another market, one without any edge: random entries and exits, limits off. "
                + "Before costs it should earn nothing, after them it should lose the costs."
        );
        Write(call, NoiseName, Settings(call, Math.Min(months, NoiseMonths)), "market without edge", stop);
        var request = new BacktestRequest
        {
            Data = NoiseName,
            Strategy = TradingSetup.RandomStrategy,
            Envelope = [],
        };
        return Backtest(call, call.Config(("risk.rails", "off")), request, stop);
    }

    private static KeptRun TradeModel(VerbCall call, CancellationToken stop)
    {
        call.Terminal.Line("5. It trades those last days, with every limit of this version, through the same engine that will trade live.");
        var request = new BacktestRequest
        {
            Data = SetName,
            Strategy = TradingSetup.ModelStrategy,
            Model = ModelName,
        };
        return Backtest(call, call.Config(ModelSettings), request, stop);
    }

    private static SyntheticSettings Settings(VerbCall call, int months)
    {
        var config = call.Config();
        return SyntheticSettings.Months(new DateOnly(2024, 1, 1), months) with
        {
            Seed = Seed,
            Calendar = SessionCalendar.Build(config.Calendar, config.Instruments[Symbol].Hours),
        };
    }

    private static DataSetInfo Write(VerbCall call, string name, SyntheticSettings settings, string step, CancellationToken stop) =>
        SyntheticDataSet.Write(
            call.Workspace.Root,
            name,
            call.Config().Instruments[Symbol],
            settings,
            replace: true,
            call.Terminal.Progress(step),
            stop
        );

    /// <summary>Trains in a process of its own, since a process that trades never loads the library that trains.</summary>
    private static async Task Train(VerbCall call, CancellationToken stop)
    {
        List<string> arguments =
        [
            typeof(DemoVerb).Assembly.Location,
            "train",
            "--data",
            SetName,
            "--model",
            "feedforward",
            "--name",
            ModelName,
            "--replace",
            "--workspace",
            call.Workspace.Root,
            .. ModelSettings.SelectMany(s => (string[])["--set", $"{s.Path}={s.Value}"]),
            .. call.SettingsAsTyped(),
        ];
        var code = await ProcessRunner.Run(call.Machine.Dotnet, arguments, Environment.CurrentDirectory, call.Terminal.Line, stop);
        if (code != ExitCode.Done)
            throw new IOException($"The training ended with code {code}: see above.");
    }

    private static KeptRun Backtest(VerbCall call, QuarterpointConfig config, BacktestRequest request, CancellationToken stop)
    {
        var kept = BacktestRun.Execute(call.Workspace, config, request, new ResearchScreen(call.Terminal), stop);
        RunScreen.Print(call.Terminal, kept);
        return kept;
    }

    private static DemoDocument DocumentOf(VerbCall call, DataSetInfo info, FeatureReport features, KeptRun coin, KeptRun model)
    {
        var score = ModelFolder.ReadCard(call.Workspace.Models, ModelName).Evidence!.Score;
        return new DemoDocument(
            info.Name,
            info.Rows,
            features.LabelledRows,
            new DemoModel(ModelName, score.LogLoss, score.PriorLogLoss),
            [Summary(coin), Summary(model)]
        );
    }

    private static DemoRun Summary(KeptRun kept)
    {
        var p = kept.Run.Performance;
        return new DemoRun(kept.Run.Identity.Strategy, p.Trades, p.NetPnl.InDollars, p.GrossPnl.InDollars, p.Lives, kept.Folder);
    }
}

internal sealed record DemoRun(string Strategy, int Trades, decimal NetPnl, decimal GrossPnl, int Lives, string Folder);

internal sealed record DemoModel(string Name, double LogLoss, double PriorLogLoss);

internal sealed record DemoDocument(string Set, long Bars, long LabelledBars, DemoModel Model, IReadOnlyList<DemoRun> Runs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DemoDocument))]
internal sealed partial class DemoJson : JsonSerializerContext;
