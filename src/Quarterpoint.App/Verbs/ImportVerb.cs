using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Import;

namespace Quarterpoint.App.Verbs;

/// <summary>Imports files of bars or trades into the store; every row is judged and counted.</summary>
internal static class ImportVerb
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "Parquet, CSV, text, or DBN; plain, gz, or zst; files or folders",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string> Instrument = new("--instrument")
    {
        Description = "What the bars are of",
        HelpName = "SYMBOL",
        Required = true,
    };
    private static readonly Option<string> Name = new("--name")
    {
        Description = "The set's name",
        HelpName = "SET",
        Required = true,
    };
    private static readonly Option<string?> Zone = new("--time-zone")
    {
        Description = "Clock of stamps that name no zone, such as America/New_York",
        HelpName = "ZONE",
    };
    private static readonly Option<string> Stamp = new("--stamp")
    {
        Description = "Which end of a bar its stamp is",
        DefaultValueFactory = _ => "start",
    };
    private static readonly Option<string?> Format = new("--format") { Description = "The files' format, where it is not to be detected" };
    private static readonly Option<int?> Bar = new("--bar")
    {
        Description = "Length of a bar (else as the file states it, or its smallest step; trades: 1)",
        HelpName = "SECONDS",
    };
    private static readonly Option<bool> Adjusted = new("--adjusted")
    {
        Description = "Prices were adjusted elsewhere: such a set cannot give fills",
    };
    private static readonly Option<string> OnBadRow = new("--on-bad-row")
    {
        Description = "What a row that is wrong does",
        DefaultValueFactory = _ => "fail",
    };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace a set of that name" };

    public static Command Create()
    {
        Stamp.AcceptOnlyFromAmong("start", "end");
        Format.AcceptOnlyFromAmong("csv", "dbn", "parquet");
        OnBadRow.AcceptOnlyFromAmong("fail", "drop");
        var command = new Verb(
            "import",
            "Imports bars or trades. Contracts of one file are kept apart and stitched when they are read; spreads are dropped.",
            "data import NQ.FUT_*.csv.zst --instrument NQ --name nq",
            "data import es.txt --instrument ES --name es --time-zone America/New_York --stamp end",
            "data import trades.dbn.zst --instrument ES --name es1s"
        )
        {
            Files,
            Instrument,
            Name,
            Zone,
            Stamp,
            Format,
            Bar,
            Adjusted,
            OnBadRow,
            Replace,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var parse = call.Parse;
        var config = call.Config();
        var instrument = config.Instruments[parse.GetRequiredValue(Instrument)];
        SourceFormat? format = null;
        if (parse.GetValue(Format) is { } named && SourceFormats.TryParse(named, out var known))
            format = known;
        var request = new ImportRequest
        {
            Workspace = call.Workspace.Root,
            SetName = parse.GetRequiredValue(Name),
            Instrument = instrument,
            Paths = parse.GetRequiredValue(Files),
            Calendar = SessionCalendar.Build(config.Calendar, instrument.Hours),
            TimeZone = ZoneNamed(parse.GetValue(Zone)),
            Stamps = parse.GetValue(Stamp) == "end" ? StampedAt.End : StampedAt.Start,
            BarSeconds = parse.GetValue(Bar),
            IsAdjusted = parse.GetValue(Adjusted),
            BadRows = parse.GetValue(OnBadRow) == "drop" ? BadRowPolicy.Drop : BadRowPolicy.Fail,
            Replace = parse.GetValue(Replace),
        };
        var importer = new Importer((path, r) => RowReaders.Open(path, new RowReaderOptions { Format = format, TimeZone = r.TimeZone }));
        var bar = call.Terminal.Progress("importing");
        var summary = importer.Import(request, new ProgressOf(bar), stop);
        bar.Report(1);

        if (call.Terminal.IsJson)
        {
            call.Terminal.Json(summary, ImportJson.Default.ImportSummary);
            return ExitCode.Done;
        }

        call.Terminal.Table(
            ("set", summary.SetName),
            ("rows read", Count(summary.RowsRead)),
            ("rows stored", Count(summary.RowsStored)),
            ("rows dropped", Count(summary.RowsDropped) + Reasons(summary.Dropped)),
            ("rows rejected", Count(summary.RowsRejected) + Reasons(summary.Rejected)),
            ("bars", string.Create(CultureInfo.InvariantCulture, $"{summary.Bars:N0} of {summary.BarSeconds} s")),
            ("contracts", string.Join(", ", summary.Contracts)),
            (
                "span",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{summary.First:yyyy-MM-dd HH:mm:ss} to {summary.Last:yyyy-MM-dd HH:mm:ss} UTC"
                )
            )
        );
        foreach (var warning in summary.Warnings)
            call.Terminal.Warn(warning);
        call.Terminal.Line($"Next: qp data check {summary.SetName}");
        return ExitCode.Done;
    }

    private static TimeZoneInfo? ZoneNamed(string? name)
    {
        if (name is null)
            return null;
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new UsageException(
                $"--time-zone {name}: there is no such zone. Expected a name such as America/New_York, America/Chicago, or UTC."
            );
        }
    }

    private static string Count(long rows) => rows.ToString("N0", CultureInfo.InvariantCulture);

    private static string Reasons(IReadOnlyDictionary<string, long> reasons) =>
        reasons.Count == 0
            ? ""
            : "   ("
                + string.Join(
                    ", ",
                    reasons
                        .OrderByDescending(r => r.Value)
                        .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key}: {r.Value:N0}"))
                )
                + ")";

    private sealed class ProgressOf(IProgress<double> bar) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => bar.Report(Math.Min(value.Fraction, 0.999));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ImportSummary))]
internal sealed partial class ImportJson : JsonSerializerContext;
