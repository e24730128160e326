using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Console;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Research;

namespace Quarterpoint.App.Verbs;

/// <summary>Features and labels of a set: ranges, warm-up, class balance; as a table for other programs on request.</summary>
internal static class FeaturesVerb
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Name of a data set",
        HelpName = "SET",
        Required = true,
    };
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Also write every labelled row to this .csv or .parquet",
        HelpName = "FILE",
    };
    private static readonly Option<string?> From = new("--from") { Description = "First trading day", HelpName = "DAY" };
    private static readonly Option<string?> To = new("--to") { Description = "Last trading day", HelpName = "DAY" };

    public static Command Create()
    {
        var command = new Verb(
            "features",
            "Computes every feature and label of a set and says what they are like.",
            "features --data demo",
            "features --data demo --from 2024-01-02 --to 2024-01-05 --out features.parquet"
        )
        {
            Data,
            Out,
            From,
            To,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var parse = call.Parse;
        var report = FeatureScan.Run(
            call.Workspace,
            call.Config(),
            parse.GetRequiredValue(Data),
            parse.GetValue(Out),
            Days.Parse(parse.GetValue(From), "--from"),
            Days.Parse(parse.GetValue(To), "--to"),
            new ResearchScreen(call.Terminal),
            stop
        );
        if (call.Terminal.IsJson)
            call.Terminal.Json(report, FeaturesJson.Default.FeatureReport);
        else
            Print(call.Terminal, report);
        return ExitCode.Done;
    }

    public static void Print(Terminal terminal, FeatureReport report, bool briefly = false)
    {
        static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        static string Share(double value) => value.ToString("0.0 %", CultureInfo.InvariantCulture);
        var balance = report.Balance;
        terminal.Table(
            (
                "feature set",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.FeatureSet}, {report.Features.Count} columns; volume delta {report.VolumeDelta}"
                )
            ),
            ("rows", report.Rows.ToString("N0", CultureInfo.InvariantCulture)),
            ("labelled (RTH)", report.LabelledRows.ToString("N0", CultureInfo.InvariantCulture)),
            ("of them warm", Share(report.LabelledRows == 0 ? 0 : (double)report.WarmRows / report.LabelledRows)),
            (
                "labels",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.HorizonSeconds} s, more than {report.ThresholdTicks} ticks: "
                        + $"down {Share(balance.ShareOf(balance.Down))}, flat {Share(balance.ShareOf(balance.Flat))}, "
                        + $"up {Share(balance.ShareOf(balance.Up))}"
                )
            )
        );
        if (briefly)
            return;
        terminal.Table(
            ["feature", "least", "greatest", "mean", "deviation", "cold", "not finite"],
            report.Features.Select(f =>
                (IReadOnlyList<string>)
                    [
                        f.Name,
                        Number(f.Least),
                        Number(f.Greatest),
                        Number(f.Mean),
                        Number(f.Deviation),
                        Share(f.ColdShare),
                        f.NotFinite.ToString(CultureInfo.InvariantCulture),
                    ]
            )
        );
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FeatureReport))]
internal sealed partial class FeaturesJson : JsonSerializerContext;
