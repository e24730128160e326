using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Synthetic;
using Quarterpoint.Inference;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.App.Verbs;

/// <summary>The whole story on a made-up market: no key, no download, no server.</summary>
internal static class DemoVerb
{
    private const string SetName = "demo";
    private const string NoiseName = "demo-noise";
    private const int NoiseMonths = 2;
    private const string ModelName = "demo";
    private const ulong Seed = 1;
    private const double Edge = 0.30;

    /// <summary>
    /// The label and the bracket of the demo's model. At 30 s and 3 ticks nobody honest says 60 % often enough to show anything; over a minute
    /// and 2 ticks this market's secret can be said aloud now and then.
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

    private static async Task<int> Run(Invocation invocation, CancellationToken stop)
    {
        var terminal = invocation.Terminal;
        var config = invocation.Config();
        var months = invocation.Parse.GetValue(Months);
        if (months is < 1 or > 12)
            throw new UsageException($"--months {months}: expected 1 to 12.");
        terminal.Line("Quarterpoint demo. Nothing here is real: the market is made up, and so is every dollar.");
        terminal.Line();
        terminal.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"1. A market: {months} {(months == 1 ? "month" : "months")} of 1-second MES bars, seed {Seed}, with a planted edge of {Edge:0.00} (the information coefficient at 30 s). Of bars of a real market expect 0.00 to 0.05."
            )
        );
        var settings = SyntheticSettings.Months(new DateOnly(2024, 1, 1), months) with
        {
            Seed = Seed,
            Edge = Edge,
            Calendar = SessionCalendar.Build(config.Calendar, config.Instruments["MES"].Hours),
        };
        var info = SyntheticDataSet.Write(
            invocation.Workspace.Root,
            SetName,
            config.Instruments["MES"],
            settings,
            replace: true,
            terminal.Progress("market"),
            stop
        );
        terminal.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"   {info.Rows:N0} bars, contracts {string.Join(", ", info.Contracts.Select(c => c.Symbol))}"
            )
        );
        terminal.Line();

        terminal.Line("2. Features and labels: what a model learns from, computed bar by bar as in live trading.");
        var features = FeaturesVerb.Scan(invocation, SetName, null, null, null, stop);
        FeaturesVerb.Print(terminal, features, briefly: true);
        terminal.Line();

        terminal.Line(
            "3. A coin is tossed on another market, one without any edge: random entries and exits, limits off. Before costs it should earn nothing, after them it should lose the costs."
        );
        var without = SyntheticSettings.Months(new DateOnly(2024, 1, 1), Math.Min(months, NoiseMonths)) with
        {
            Seed = Seed,
            Calendar = settings.Calendar,
        };
        SyntheticDataSet.Write(
            invocation.Workspace.Root,
            NoiseName,
            config.Instruments["MES"],
            without,
            replace: true,
            terminal.Progress("market without edge"),
            stop
        );
        var coin = Backtest(
            invocation,
            invocation.Config(("risk.rails", "off")),
            new BacktestRequest
            {
                Data = NoiseName,
                Strategy = "random",
                Envelope = [],
            },
            stop
        );
        terminal.Line();
        terminal.Line(
            "4. A network is trained on the first days, stopped and calibrated on the next, and judged on the last, which it never saw."
        );
        await Train(invocation, stop);
        terminal.Line();
        terminal.Line("5. It trades those last days, with every limit of this version, through the same engine that will trade live.");
        var model = Backtest(
            invocation,
            invocation.Config(ModelSettings),
            new BacktestRequest
            {
                Data = SetName,
                Strategy = BacktestRun.ModelStrategy,
                Model = ModelName,
            },
            stop
        );
        terminal.Line();
        terminal.Line(
            "What this shows: an edge that is there is found, and what is earned is counted after costs. This market is SYNTHETIC and its edge was planted;"
        );
        terminal.Line("on one without (qp data generate --edge 0) the same commands find nothing and trade nothing.");
        terminal.Line("Open the reports in a browser. Next: qp data import --help, qp train --help, qp backtest --help.");
        if (terminal.IsJson)
        {
            var evidence = ModelFolder.ReadCard(invocation.Workspace.Models, ModelName).Evidence!;
            terminal.Json(
                new DemoDocument(
                    info.Name,
                    info.Rows,
                    features.LabelledRows,
                    new DemoModel(ModelName, evidence.Score.LogLoss, evidence.Score.PriorLogLoss),
                    [Summary(coin), Summary(model)]
                ),
                DemoJson.Default.DemoDocument
            );
        }

        return ExitCode.Done;
    }

    /// <summary>In a process of its own: what trades, or tries to, never loads the library that trains.</summary>
    private static async Task Train(Invocation invocation, CancellationToken stop)
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
            invocation.Workspace.Root,
            .. ModelSettings.SelectMany(s => (string[])["--set", $"{s.Path}={s.Value}"]),
        ];
        foreach (var setting in invocation.Parse.GetValue(CommonOptions.Set) ?? [])
            arguments.AddRange(["--set", setting]);
        if (CommonOptions.FileNamed(invocation.Parse, invocation.Machine) is { } file)
            arguments.AddRange(["--config", Path.GetFullPath(file)]);
        var code = await ProcessRunner.Run(
            invocation.Machine.Dotnet,
            arguments,
            Environment.CurrentDirectory,
            invocation.Terminal.Line,
            stop
        );
        if (code != ExitCode.Done)
            throw new IOException($"The training ended with code {code}: see above.");
    }

    private static DemoRun Summary((Run Run, string Folder) outcome)
    {
        var p = outcome.Run.Performance;
        return new DemoRun(outcome.Run.Identity.Strategy, p.Trades, p.NetPnl.InDollars, p.GrossPnl.InDollars, p.Lives, outcome.Folder);
    }

    private static (Run Run, string Folder) Backtest(
        Invocation invocation,
        Configuration.QuarterpointConfig config,
        BacktestRequest request,
        CancellationToken stop
    )
    {
        var outcome = BacktestRun.Execute(invocation.Workspace, config, request, invocation.Terminal, stop);
        BacktestVerb.Print(invocation.Terminal, outcome.Run, outcome.Folder);
        return outcome;
    }
}

internal sealed record DemoRun(string Strategy, int Trades, decimal NetPnl, decimal GrossPnl, int Lives, string Folder);

internal sealed record DemoModel(string Name, double LogLoss, double PriorLogLoss);

internal sealed record DemoDocument(string Set, long Bars, long LabelledBars, DemoModel Model, IReadOnlyList<DemoRun> Runs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DemoDocument))]
internal sealed partial class DemoJson : JsonSerializerContext;
