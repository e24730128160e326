using System.CommandLine;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Live.State;

namespace Quarterpoint.App.Verbs;

/// <summary>
/// Stops an account by hand (SPEC R23): a running session flattens, and nothing opens until a person has reviewed. It asks nothing and
/// waits for nothing.
/// </summary>
internal static class RiskKillVerb
{
    private static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why: it stays in the history",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "by hand",
    };

    public static Command Create()
    {
        var command = new Verb(
            "kill",
            "Flattens at once and halts until a review. Also: make the file KILL in the account's folder, or send the session SIGUSR1.",
            "risk kill --account first --reason \"news\"",
            "risk kill --account first"
        )
        {
            RiskVerb.Account,
            RiskVerb.Venue,
            RiskVerb.Mode,
            Reason,
        };
        Runner.Bind(command, (call, _) => Run(call));
        return command;
    }

    private static int Run(VerbCall call)
    {
        var reason = call.Parse.GetValue(Reason)!;

        // The file comes first and is enough by itself: everything after it may fail.
        using (var look = RiskVerb.Look(call))
        {
            if (!Directory.Exists(look.Folder))
                throw new UsageException($"The account {look.Key} is not known.");
            look.RequestKill(reason);
        }

        var isRunning = false;
        try
        {
            using var account = RiskVerb.Take(call);
            Record(call, account, reason);
        }
        catch (AccountBusyException)
        {
            // A session holds the account and has seen the file by now.
            isRunning = true;
        }

        var key = RiskVerb.KeyOf(call.Parse).ToString();
        if (call.Terminal.IsJson)
            call.Terminal.Json(new RiskKillDocument(key, isRunning, reason), RiskKillJson.Default.RiskKillDocument);
        else
        {
            call.Terminal.Line(
                isRunning
                    ? $"{key}: the running session flattens now and opens nothing until a review."
                    : $"{key}: no session runs. Nothing opens until a review. If the venue still holds a position, close it there, now."
            );
        }

        return ExitCode.Done;
    }

    private static void Record(VerbCall call, AccountFolder account, string reason)
    {
        var opening = account.Open();
        if (opening.Finding != Finding.Sound || account.Store is not { } store)
            return;
        var now = RiskVerb.Now(call);
        var risk = store.State.ToRisk();
        if (risk.Latches.Any(held => held.Latch == Latch.ManualKill))
            return;
        risk = risk.With(new HeldLatch(Latch.ManualKill, now, Timestamp.Never));
        if (store.State.IsSessionOpen)
        {
            // The open session's journal does not know of this; the file tells the session when it goes on.
            return;
        }

        var state = store.State with { Commit = store.State.Commit + 1, Risk = [.. risk.ToBytes()] };
        store.Commit(state, null, [new HistoryEntry(0, now, "kill", reason)]);
        account.WriteMirrors(state, risk, sync: true);
    }
}

internal sealed record RiskKillDocument(string Account, bool SessionRuns, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RiskKillDocument))]
internal sealed partial class RiskKillJson : JsonSerializerContext;
