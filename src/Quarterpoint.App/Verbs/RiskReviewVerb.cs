using System.CommandLine;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Live.State;

namespace Quarterpoint.App.Verbs;

/// <summary>A person has looked at a halted account and says so (SPEC R17). What R5 ended stays ended.</summary>
internal static class RiskReviewVerb
{
    private const int LeastNote = 10;

    private static readonly Option<string> Note = new("--note")
    {
        Description = "What you looked at and why trading may go on: it stays in the history",
        HelpName = "TEXT",
        Required = true,
    };
    private static readonly Option<decimal?> Balance = new("--balance")
    {
        Description = "What the account is worth now, in dollars: needed where its state is lost, allowed elsewhere",
        HelpName = "DOLLARS",
    };

    public static Command Create()
    {
        var command = new Verb(
            "review",
            "Releases an account from manual review: the highest equity becomes the equity now. Needs a note; nothing releases R5.",
            "risk review --account first --note \"looked at all trades of Tuesday, the feed was late\"",
            "risk review --account first --balance 873.40 --note \"disk died; balance as TopstepX shows it\""
        )
        {
            RiskVerb.Account,
            RiskVerb.Venue,
            RiskVerb.Mode,
            Note,
            Balance,
        };
        Runner.Bind(command, (call, _) => Run(call));
        return command;
    }

    private static int Run(VerbCall call)
    {
        var note = call.Parse.GetRequiredValue(Note).Trim();
        if (note.Length < LeastNote)
            throw new UsageException($"--note \"{note}\": expected a sentence of at least {LeastNote} letters about what you looked at.");
        var stated = call.Parse.GetValue(Balance);
        if (stated is { } amount && (amount is < 0 or > 1_000_000 || decimal.Round(amount, 6) != amount))
            throw new UsageException($"--balance {amount}: expected dollars from 0 to 1,000,000 with at most six decimals.");
        try
        {
            using var account = RiskVerb.Take(call);
            var opening = account.Open();
            if (opening.Finding == Finding.Unknown)
                throw new UsageException(
                    $"The account {account.Key} is not known. Begin it with: qp risk init --account {account.Key.Account}"
                );
            var reviewed = Review(call, account, opening, stated, note, out var before);
            File.Delete(account.KillFile);
            if (call.Terminal.IsJson)
            {
                call.Terminal.Json(
                    new RiskReviewDocument(
                        account.Key.ToString(),
                        RiskWords.Of(RiskWords.StateOf(reviewed)),
                        reviewed.Balance.InDollars,
                        before?.InDollars,
                        reviewed.HighWater.InDollars,
                        [.. reviewed.Latches.Select(RiskWords.LatchOf)]
                    ),
                    RiskReviewJson.Default.RiskReviewDocument
                );
            }
            else
            {
                call.Terminal.Line(
                    $"{account.Key} is reviewed: {RiskWords.InWords(RiskWords.StateOf(reviewed), reviewed.Latches)}. "
                        + $"The highest equity is {RiskWords.Dollars(reviewed.HighWater)} now"
                        + (before is { } was ? $"; it was {RiskWords.Dollars(was)}." : ".")
                );
            }

            return ExitCode.Done;
        }
        catch (AccountBusyException e)
        {
            call.Terminal.Note("Stop the session first (Ctrl+C): it flattens and ends, and then the account can be reviewed.");
            return RiskVerb.Busy(call, e);
        }
    }

    private static RiskState Review(VerbCall call, AccountFolder account, Opening opening, decimal? stated, string note, out Money? before)
    {
        var known = opening.Known;
        var risk = known?.ToRisk();
        before = risk?.HighWater;
        if (risk is { IsKilled: true })
            throw new IOException("R5 has ended this account: the loss from its start reached the limit. No review brings it back.");
        if (opening.Finding == Finding.Sound)
        {
            if (known!.IsSessionOpen || (risk!.Position != 0 && stated is null))
                throw new IOException(
                    "The last session did not come to its end, so nobody knows whether the account is flat. "
                        + "Begin it once more (qp paper ...): it closes what is held, and ends. Then review."
                );
            if (stated is null && risk!.Latches.Any(held => held.Latch == Latch.StateLost))
                throw new IOException(
                    "The account's state was lost, and what it counts since is not proved, "
                        + "so a review has to state its balance: look at the account, and give --balance."
                );
        }
        else if (stated is null)
        {
            throw new IOException(
                $"{opening.Why} Its balance is not known, so a review has to state it: look at the account, and give --balance."
            );
        }

        var start = risk ?? RiskState.Fresh(call.Config().Limits.Capital);
        if (stated is { } balance)
            start = start with { CarriedOver = Money.FromDollars(balance) - start.Capital, Position = 0 };
        var reviewed = start.Reviewed();

        // How much the day has lost is not known any more, so its limit counts as reached; the next start knows which day that is.
        if (opening.Finding != Finding.Sound)
            reviewed = reviewed.With(new HeldLatch(Latch.DayUnknown, RiskVerb.Now(call), Timestamp.Never));
        var state = new StoredState((known?.Commit ?? 0) + 1, known?.Epoch ?? 0, false, [.. reviewed.ToBytes()], known?.At ?? default);
        var now = RiskVerb.Now(call);
        HistoryEntry[] history =
        [
            new(
                0,
                now,
                "review",
                $"{note} (the high-water mark was {before?.ToString() ?? "not known"}, "
                    + $"the balance is {(stated is null ? "" : "stated as ")}{reviewed.Balance})"
            ),
        ];
        if (account.Store is { } store)
        {
            store.Commit(state, null, history);
            account.WriteMirrors(state, reviewed, sync: true);
        }
        else
        {
            account.Begin(state, [new HistoryEntry(0, now, "lost", opening.Why), .. history]);
        }

        return reviewed;
    }
}

internal sealed record RiskReviewDocument(
    string Account,
    string State,
    decimal Balance,
    decimal? HighWaterBefore,
    decimal HighWater,
    IReadOnlyList<LatchDocument> Latches
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RiskReviewDocument))]
internal sealed partial class RiskReviewJson : JsonSerializerContext;
