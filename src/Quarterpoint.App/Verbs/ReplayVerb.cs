using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Sessions;
using Quarterpoint.Live.Session;

namespace Quarterpoint.App.Verbs;

/// <summary>Feeds a journal to the engine and compares every intent, refusal, and risk state with what is written, bit for bit.</summary>
internal static class ReplayVerb
{
    private static readonly Argument<string> Journal = new("JOURNAL")
    {
        Description = "A journal's folder (its newest session), or one file of it",
        HelpName = "JOURNAL",
    };

    public static Command Create()
    {
        var command = new Verb(
            "replay",
            "Replays a session's journal and compares every decision, bit for bit.",
            "replay workspace/state/simulated-first-paper/journal",
            "replay workspace/state/simulated-first-paper/journal/000001-0001.qpj --json"
        )
        {
            Journal,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var progress = call.Terminal.Progress("replay");
        var report = JournalReplay.Run(call.Parse.GetRequiredValue(Journal), SessionSetup.MakeEngine, stop, progress.Report);
        if (call.Terminal.IsJson)
        {
            call.Terminal.Json(
                new ReplayDocument(
                    true,
                    report.Files,
                    report.Events,
                    report.Commits,
                    report.Intents,
                    report.Refusals,
                    report.Trades,
                    report.HasEnded,
                    report.IsTorn
                ),
                ReplayJson.Default.ReplayDocument
            );
            return ExitCode.Done;
        }

        call.Terminal.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Equal, bit for bit: {report.Events:N0} events in {report.Files} files, "
                    + $"{report.Commits:N0} commits with {report.Intents:N0} intents, {report.Refusals:N0} refusals, "
                    + $"{report.Trades:N0} trades."
            )
        );
        if (!report.HasEnded)
            call.Terminal.Line(
                report.IsTorn
                    ? "The session was cut off within a record; what is whole replays."
                    : "The session has not come to its end: it was cut off, or runs."
            );
        return ExitCode.Done;
    }
}

internal sealed record ReplayDocument(
    bool Equal,
    int Files,
    long Events,
    long Commits,
    long Intents,
    long Refusals,
    long Trades,
    bool Ended,
    bool Torn
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ReplayDocument))]
internal sealed partial class ReplayJson : JsonSerializerContext;
