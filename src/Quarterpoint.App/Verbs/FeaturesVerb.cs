using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Export;
using Quarterpoint.Data.Store;

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

    public static FeatureReport Scan(
        Invocation invocation,
        string name,
        string? path,
        TradingDay? from,
        TradingDay? to,
        CancellationToken stop
    )
    {
        var config = invocation.Config();
        var set = DataSet.Open(invocation.Workspace.Root, name);
        var calendar = SessionCalendar.Build(config.Calendar, config.Instruments[set.Info.Instrument].Hours);
        var windows = FeatureWindows.For(set.Info.BarSeconds);
        var scan = new FeatureScan(
            windows,
            set.Info.HasVolume,
            set.Info.HasBidAskVolume,
            config.Horizon(set.Info.BarSeconds),
            config.EndOfDay
        );
        using var table = path is null ? null : FeatureTable.Create(path, scan.Set.Columns);
        var progress = invocation.Terminal.Progress("features");
        var rows = 0L;
        foreach (var columns in set.ReadContinuous(calendar, config.RollRule, from, to, stop))
        {
            scan.Add(columns, table, stop);
            rows += columns.Count;
            progress.Report(Math.Min(0.999, (double)rows / set.Info.Rows));
        }

        if (rows == 0)
            throw Days.NoBars(name, from, to);
        table?.Complete();
        progress.Report(1);
        return scan.Report(name);
    }

    private static int Run(Invocation invocation, CancellationToken stop)
    {
        var parse = invocation.Parse;
        var report = Scan(
            invocation,
            parse.GetRequiredValue(Data),
            parse.GetValue(Out),
            Days.Parse(parse.GetValue(From), "--from"),
            Days.Parse(parse.GetValue(To), "--to"),
            stop
        );
        if (invocation.Terminal.IsJson)
            invocation.Terminal.Json(report, FeaturesJson.Default.FeatureReport);
        else
            Print(invocation.Terminal, report);
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
                    $"{report.HorizonSeconds} s, more than {report.ThresholdTicks} ticks: down {Share(balance.ShareOf(balance.Down))}, flat {Share(balance.ShareOf(balance.Flat))}, up {Share(balance.ShareOf(balance.Up))}"
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

/// <summary>Trading days as a person types them.</summary>
internal static class Days
{
    public static TradingDay? Parse(string? text, string option)
    {
        if (text is null)
            return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? TradingDay.From(date)
            : throw new UsageException($"{option} {text}: expected a day such as 2024-03-05.");
    }

    public static UsageException NoBars(string set, TradingDay? from, TradingDay? to) =>
        new(
            $"'{set}' has no bars between {from?.ToString() ?? "its start"} and {to?.ToString() ?? "its end"}: 'qp data info {set}' shows what it has."
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FeatureReport))]
internal sealed partial class FeaturesJson : JsonSerializerContext;
