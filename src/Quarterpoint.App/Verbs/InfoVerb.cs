using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Quality;
using Quarterpoint.Data.Store;

namespace Quarterpoint.App.Verbs;

/// <summary>What a set holds, as was noted when it was written.</summary>
internal static class InfoVerb
{
    public static readonly Argument<string> Set = new("SET") { Description = "Name of a data set" };

    public static Command Create()
    {
        var command = new Verb("info", "Shows what a set holds and where it came from.", "data info demo", "data info demo --json") { Set };
        Runner.Bind(command, Run, isLogged: false);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var info = DataSet.Open(call.Workspace.Root, call.Parse.GetRequiredValue(Set)).Info;
        if (call.Terminal.IsJson)
        {
            call.Terminal.Json(info, InfoJson.Default.DataSetInfo);
            return ExitCode.Done;
        }

        var terminal = call.Terminal;
        terminal.Table(
            ("set", info.Name),
            (
                "instrument",
                string.Create(CultureInfo.InvariantCulture, $"{info.Instrument}, tick {(decimal)info.TickSizeNanos / 1_000_000_000}")
            ),
            ("bars", string.Create(CultureInfo.InvariantCulture, $"{info.Rows:N0} of {info.BarSeconds} s")),
            (
                "span",
                string.Create(CultureInfo.InvariantCulture, $"{info.First:yyyy-MM-dd HH:mm:ss} to {info.Last:yyyy-MM-dd HH:mm:ss} UTC")
            ),
            (
                "volume",
                info.HasBidAskVolume ? "yes, with bid and ask"
                : info.HasVolume ? "yes"
                : "no"
            ),
            ("prices", info.IsAdjusted ? "adjusted elsewhere: cannot give fills" : "as traded"),
            ("origin", info.Origin.Text),
            ("fingerprint", info.Fingerprint)
        );
        terminal.Table(
            ["contract", "month", "rows", "first", "last"],
            info.Contracts.Select(c =>
                (IReadOnlyList<string>)
                    [
                        c.Symbol,
                        c.Delivery ?? "",
                        c.Files.Sum(f => f.Rows).ToString("N0", CultureInfo.InvariantCulture),
                        c.Files[0].First.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        c.Files[^1].Last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    ]
            )
        );
        return ExitCode.Done;
    }
}

/// <summary>The sets of the workspace.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var command = new Verb("list", "Lists the sets of the workspace.", "data list");
        Runner.Bind(command, Run, isLogged: false);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var root = call.Workspace.Root;
        var sets = DataSet.Names(root).Select(name => DataSet.Open(root, name).Info).ToList();
        if (call.Terminal.IsJson)
        {
            call.Terminal.Json(
                [.. sets.Select(s => new SetLine(s.Name, s.Instrument, s.Rows, s.BarSeconds, s.First, s.Last))],
                InfoJson.Default.SetLineArray
            );
            return ExitCode.Done;
        }

        if (sets.Count == 0)
            call.Terminal.Line($"No data sets in {root}. Make one: qp data generate --name noise --months 1");
        else
        {
            call.Terminal.Table(
                ["set", "instrument", "bars", "seconds", "first", "last"],
                sets.Select(s =>
                    (IReadOnlyList<string>)
                        [
                            s.Name,
                            s.Instrument,
                            s.Rows.ToString("N0", CultureInfo.InvariantCulture),
                            s.BarSeconds.ToString(CultureInfo.InvariantCulture),
                            s.First.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                            s.Last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        ]
                )
            );
        }

        return ExitCode.Done;
    }
}

/// <summary>Reads a set from end to end and says what is wrong with it (SPEC D7).</summary>
internal static class CheckVerb
{
    private static readonly Option<bool> Hashes = new("--hashes") { Description = "Also compare every file with its hash" };

    public static Command Create()
    {
        var command = new Verb(
            "check",
            "Checks a set: gaps, rolls, outliers, days missing, rows outside sessions.",
            "data check nq",
            "data check nq --json"
        )
        {
            InfoVerb.Set,
            Hashes,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var config = call.Config();
        var set = DataSet.Open(call.Workspace.Root, call.Parse.GetRequiredValue(InfoVerb.Set));
        if (call.Parse.GetValue(Hashes))
            set.Verify(call.Terminal.Progress("comparing hashes"), stop);
        var calendar = SessionCalendar.Build(config.Calendar, config.Instruments[set.Info.Instrument].Hours);
        var report = QualityCheck.Run(set, calendar, config.RollRule, call.Terminal.Progress("checking"), stop);
        if (call.Terminal.IsJson)
            call.Terminal.JsonText(report.ToJson());
        else
            call.Terminal.Line(report.InWords());
        return ExitCode.Done;
    }
}

internal sealed record SetLine(string Name, string Instrument, long Bars, int BarSeconds, DateTime First, DateTime Last);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DataSetInfo))]
[JsonSerializable(typeof(SetLine[]))]
internal sealed partial class InfoJson : JsonSerializerContext;
