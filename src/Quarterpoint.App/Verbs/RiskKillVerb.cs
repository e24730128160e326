using System.CommandLine;
using System.Text.Json.Serialization;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Live.State;

namespace Quarterpoint.App.Verbs;

/// <summary>Stops an account by hand (SPEC R23): a running session flattens, and nothing opens until a person has reviewed. It asks nothing and waits for nothing.</summary>
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
        Runner.Bind(command, (invocation, _) => Run(invocation));
        return command;
    }

    private static int Run(Invocation invocation)
    {
        var reason = invocation.Parse.GetValue(Reason)!;

        // The file first, and by itself enough: everything after it may fail.
        using (var look = RiskVerb.Look(invocation))
        {
            if (!Directory.Exists(look.Folder))
                throw new UsageException($"The account {look.Key} is not known.");
            look.RequestKill(reason);
        }

        var isRunning = false;
        try
        {
            using var account = RiskVerb.Take(invocation);
            Record(invocation, account, reason);
        }
        catch (AccountBusyException)
        {
            // A session holds it and has seen the file by now.
            isRunning = true;
        }

        var key = RiskVerb.KeyOf(invocation.Parse).ToString();
        if (invocation.Terminal.IsJson)
            invocation.Terminal.Json(new RiskKillDocument(key, isRunning, reason), RiskKillJson.Default.RiskKillDocument);
        else
        {
            invocation.Terminal.Line(
                isRunning
                    ? $"{key}: the running session flattens now and opens nothing until a review."
                    : $"{key}: no session runs. Nothing opens until a review. If the venue still holds a position, close it there, now."
            );
        }

        return ExitCode.Done;
    }

    private static void Record(Invocation invocation, AccountFolder account, string reason)
    {
        var opening = account.Open();
        if (opening.Finding != Finding.Sound || account.Store is not { } store)
            return;
        var now = RiskVerb.Now(invocation);
        var risk = store.State.ToRisk();
        if (risk.Latches.Any(held => held.Latch == Latch.ManualKill))
            return;
        risk = risk.With(new HeldLatch(Latch.ManualKill, now, Timestamp.Never));
        if (store.State.IsSessionOpen)
        {
            // Its journal does not know of this; the file says it again when the session goes on.
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
