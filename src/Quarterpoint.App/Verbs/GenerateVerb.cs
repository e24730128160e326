using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Console;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Data.Synthetic;

namespace Quarterpoint.App.Verbs;

/// <summary>Makes a market up: seeded, with an edge of known size or none.</summary>
internal static class GenerateVerb
{
    private const string Symbol = "MES";

    private static readonly Option<string> Name = new("--name")
    {
        Description = "The set's name",
        HelpName = "SET",
        Required = true,
    };
    private static readonly Option<int> Months = new("--months")
    {
        Description = "Calendar months of 1-second bars, 1 to 60",
        HelpName = "N",
        DefaultValueFactory = _ => 3,
    };
    private static readonly Option<double> Edge = new("--edge")
    {
        Description = "Planted information coefficient at 30 s: 0 (none), 0.05, 0.15, 0.30, or any up to 0.5",
        HelpName = "IC",
    };
    private static readonly Option<double> Trend = new("--trend")
    {
        Description = "Drift that lasts for about half an hour, in deviations of a second (0 to 0.5): only to validate trend followers",
    };
    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Same seed, same market",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<string> Start = new("--start")
    {
        Description = "First month",
        HelpName = "YYYY-MM",
        DefaultValueFactory = _ => "2024-01",
    };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace a set of that name" };

    public static Command Create()
    {
        var command = new Verb(
            "generate",
            "Generates a synthetic MES market: clustered volatility, sessions, gaps, rolls; "
                + "it knows what the best possible forecaster would score.",
            "data generate --name noise --months 2 --edge 0 --seed 1",
            "data generate --name learnable --months 12 --edge 0.15 --seed 7"
        )
        {
            Name,
            Months,
            Edge,
            Trend,
            Seed,
            Start,
            Replace,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var parse = call.Parse;
        var config = call.Config();
        var instrument = config.Instruments[Symbol];
        var settings = SettingsOf(parse, SessionCalendar.Build(config.Calendar, instrument.Hours));
        var info = SyntheticDataSet.Write(
            call.Workspace.Root,
            parse.GetRequiredValue(Name),
            instrument,
            settings,
            parse.GetValue(Replace),
            call.Terminal.Progress("generating"),
            stop
        );
        if (call.Terminal.IsJson)
            call.Terminal.Json(DocumentOf(info), GenerateJson.Default.GenerateDocument);
        else
            Print(call.Terminal, info);
        return ExitCode.Done;
    }

    private static SyntheticSettings SettingsOf(ParseResult parse, SessionCalendar calendar)
    {
        var (months, edge, trend) = (parse.GetValue(Months), parse.GetValue(Edge), parse.GetValue(Trend));
        if (months is < 1 or > 60)
            throw new UsageException($"--months {months}: expected 1 to 60.");
        if (!(edge is >= 0 and <= 0.5))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--edge {edge}: expected 0 to 0.5."));
        if (!(trend is >= 0 and <= 0.5))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--trend {trend}: expected 0 to 0.5."));
        var typed = parse.GetValue(Start);
        if (!DateOnly.TryParseExact(typed + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start))
            throw new UsageException($"--start {typed}: expected a month such as 2024-01.");
        var settings = SyntheticSettings.Months(start, months) with
        {
            Seed = parse.GetValue(Seed),
            Edge = edge,
            Trend = trend,
            Calendar = calendar,
        };
        if (settings.FirstDay < calendar.FirstDay.Date || settings.LastDay > calendar.LastDay.Date)
            throw new UsageException($"--start {typed} --months {months}: the calendar covers {calendar.FirstDay} to {calendar.LastDay}.");
        return settings;
    }

    private static GenerateDocument DocumentOf(DataSetInfo info) =>
        new(
            info.Name,
            info.Rows,
            info.First,
            info.Last,
            [.. info.Contracts.Select(c => c.Symbol)],
            info.Fingerprint,
            info.Origin.Synthetic!
        );

    private static void Print(Terminal terminal, DataSetInfo info)
    {
        var facts = info.Origin.Synthetic!;
        terminal.Table(
            ("set", info.Name),
            ("rows", info.Rows.ToString("N0", CultureInfo.InvariantCulture)),
            (
                "span",
                string.Create(CultureInfo.InvariantCulture, $"{info.First:yyyy-MM-dd HH:mm:ss} to {info.Last:yyyy-MM-dd HH:mm:ss} UTC")
            ),
            ("contracts", string.Join(", ", info.Contracts.Select(c => c.Symbol))),
            ("log-loss, best possible", facts.BayesLogLoss.ToString("0.0000", CultureInfo.InvariantCulture)),
            ("log-loss, volatility only", facts.VolatilityLogLoss.ToString("0.0000", CultureInfo.InvariantCulture)),
            ("log-loss, class frequencies", facts.PriorLogLoss.ToString("0.0000", CultureInfo.InvariantCulture)),
            ("information coefficient", facts.InformationCoefficient.ToString("0.000", CultureInfo.InvariantCulture))
        );
    }
}

internal sealed record GenerateDocument(
    string Name,
    long Rows,
    DateTime First,
    DateTime Last,
    IReadOnlyList<string> Contracts,
    string Fingerprint,
    SyntheticFacts Synthetic
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(GenerateDocument))]
internal sealed partial class GenerateJson : JsonSerializerContext;
