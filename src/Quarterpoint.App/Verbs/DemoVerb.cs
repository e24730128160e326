using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Synthetic;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.App.Verbs;

/// <summary>The whole story on a made-up market: no key, no download, no server.</summary>
internal static class DemoVerb
{
    private const string SetName = "demo";
    private const ulong Seed = 1;

    private static readonly Option<int> Months = new("--months") { Description = "Calendar months to make up, 1 to 12", HelpName = "N", DefaultValueFactory = _ => 3 };

    public static Command Create()
    {
        var command = new Verb("demo", "Shows everything on a made-up market: market, features, backtests, report.", "demo", "demo --months 1 --workspace /tmp/qp-demo") { Months };
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(Invocation invocation, CancellationToken stop)
    {
        var terminal = invocation.Terminal;
        var config = invocation.Config();
        var months = invocation.Parse.GetValue(Months);
        if (months is < 1 or > 12) throw new UsageException($"--months {months}: expected 1 to 12.");
        terminal.Line("Quarterpoint demo. Nothing here is real: the market is made up, and so is every dollar.");
        terminal.Line();
        terminal.Line($"1. A market: {months} {(months == 1 ? "month" : "months")} of 1-second MES bars without any edge, seed {Seed}, stored as Parquet.");
        var settings = SyntheticSettings.Months(new DateOnly(2024, 1, 1), months) with { Seed = Seed, Calendar = SessionCalendar.Build(config.Calendar, config.Instruments["MES"].Hours) };
        var info = SyntheticDataSet.Write(invocation.Workspace.Root, SetName, config.Instruments["MES"], settings, replace: true, terminal.Progress("market"), stop);
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"   {info.Rows:N0} bars, contracts {string.Join(", ", info.Contracts.Select(c => c.Symbol))}"));
        terminal.Line();

        terminal.Line("2. Features and labels: what a model would learn from, computed bar by bar as in live trading.");
        var features = FeaturesVerb.Scan(invocation, SetName, null, null, null, stop);
        FeaturesVerb.Print(terminal, features, briefly: true);
        terminal.Line();

        terminal.Line("3. A coin is tossed: random entries and exits, limits off. Before costs it should earn nothing, after them it should lose the costs.");
        var coin = Backtest(invocation, "random", rails: "off", stop);
        terminal.Line();
        terminal.Line("4. A trend follower on the same market, with every limit of this version: accounts of $1,000 that end when a limit says so.");
        var trend = Backtest(invocation, "trend", rails: null, stop);
        terminal.Line();
        terminal.Line("What this shows: without an edge every strategy pays its costs and nothing else, however it is dressed up.");
        terminal.Line("Open the reports in a browser. Next: qp data generate --help, qp data import --help, qp backtest --help.");
        if (terminal.IsJson)
        {
            terminal.Json(new DemoDocument(info.Name, info.Rows, features.LabelledRows, [Summary(coin), Summary(trend)]), DemoJson.Default.DemoDocument);
        }

        return ExitCode.Done;
    }

    private static DemoRun Summary((Run Run, string Folder) outcome)
    {
        var p = outcome.Run.Performance;
        return new DemoRun(outcome.Run.Identity.Strategy, p.Trades, p.NetPnl.InDollars, p.GrossPnl.InDollars, p.Lives, outcome.Folder);
    }

    private static (Run Run, string Folder) Backtest(Invocation invocation, string strategy, string? rails, CancellationToken stop)
    {
        var config = invocation.Config(("risk.rails", rails));
        var outcome = BacktestRun.Execute(invocation.Workspace, config, new BacktestRequest { Data = SetName, Strategy = strategy }, invocation.Terminal, stop);
        BacktestVerb.Print(invocation.Terminal, outcome.Run, outcome.Folder);
        return outcome;
    }
}

internal sealed record DemoRun(string Strategy, int Trades, decimal NetPnl, decimal GrossPnl, int Lives, string Folder);

internal sealed record DemoDocument(string Set, long Bars, long LabelledBars, IReadOnlyList<DemoRun> Runs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DemoDocument))]
internal sealed partial class DemoJson : JsonSerializerContext;
