using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.Live.State;

namespace Quarterpoint.App.Verbs;

/// <summary>Everything that ever happened to an account's risk: starts, latches, gaps, kills, reviews.</summary>
internal static class RiskHistoryVerb
{
    private static readonly Option<int> Last = new("--last")
    {
        Description = "Only so many lines, the newest; 0 for all",
        HelpName = "N",
        DefaultValueFactory = _ => 40,
    };

    public static Command Create()
    {
        var command = new Verb(
            "history",
            "What happened to an account's risk, line by line; the lines are chained, so none can be changed unseen.",
            "risk history --account first",
            "risk history --account first --last 0 --json"
        )
        {
            RiskVerb.Account,
            RiskVerb.Venue,
            RiskVerb.Mode,
            Last,
        };
        Runner.Bind(command, (call, _) => Run(call), isLogged: false);
        return command;
    }

    private static int Run(VerbCall call)
    {
        var last = call.Parse.GetValue(Last);
        if (last < 0)
            throw new UsageException($"--last {last}: expected 0 or more.");
        using var account = RiskVerb.Look(call);
        var opening = account.Open();
        if (opening.Finding == Finding.Unknown)
            throw new UsageException(
                $"The account {account.Key} is not known. Begin it with: qp risk init --account {account.Key.Account}"
            );
        if (account.Store is not { } store)
            throw new IOException(opening.Why);
        var all = store.History();
        var shown = last == 0 ? all : [.. all.Skip(Math.Max(0, all.Count - last))];
        if (call.Terminal.IsJson)
        {
            call.Terminal.Json(
                [.. shown.Select(h => new HistoryLine(h.Number, h.At.ToUtc(), h.Kind, h.Text))],
                RiskHistoryJson.Default.HistoryLineArray
            );
            return ExitCode.Done;
        }

        call.Terminal.Table(
            ["line", "when", "what", "how"],
            shown.Select(h =>
                (IReadOnlyList<string>)[h.Number.ToString(CultureInfo.InvariantCulture), RiskWords.InNewYork(h.At), h.Kind, h.Text]
            )
        );
        if (shown.Count < all.Count)
            call.Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"the last {shown.Count} of {all.Count}; --last 0 shows all"));
        return ExitCode.Done;
    }
}

internal sealed record HistoryLine(long Line, DateTime At, string Kind, string Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(HistoryLine[]))]
internal sealed partial class RiskHistoryJson : JsonSerializerContext;
