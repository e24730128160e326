using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Console;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Live.State;

namespace Quarterpoint.App.Verbs;

/// <summary>How an account stands, as of its last commit; works while a session runs.</summary>
internal static class RiskStatusVerb
{
    public static Command Create()
    {
        var command = new Verb(
            "status",
            "How an account stands: state, latches, balance, room to every limit.",
            "risk status --account first",
            "risk status --account first --json"
        )
        {
            RiskVerb.Account,
            RiskVerb.Venue,
            RiskVerb.Mode,
        };
        Runner.Bind(command, (call, _) => Run(call), isLogged: false);
        return command;
    }

    private static int Run(VerbCall call)
    {
        using var account = RiskVerb.Look(call);
        var opening = account.Open();
        if (opening.Finding == Finding.Unknown)
            throw new UsageException(
                $"The account {account.Key} is not known. Begin it with: qp risk init --account {account.Key.Account}"
            );
        var isSound = opening.Finding == Finding.Sound;
        var risk = opening.Known?.ToRisk();
        var state = isSound && risk is not null ? RiskWords.StateOf(risk) : TradingState.ManualReview;
        var limits = call.Config().Limits with { Capital = risk?.Capital ?? call.Config().Limits.Capital };
        var killed = File.Exists(account.KillFile);
        if (call.Terminal.IsJson)
            call.Terminal.Json(Document(account, opening, risk, state, limits, killed), RiskStatusJson.Default.RiskStatusDocument);
        else
            Tell(call.Terminal, account, opening, risk, state, limits, killed);
        return state >= TradingState.ManualReview ? ExitCode.RiskHalt : ExitCode.Done;
    }

    private static void Tell(
        Terminal terminal,
        AccountFolder account,
        Opening opening,
        RiskState? risk,
        TradingState state,
        RiskLimits limits,
        bool killed
    )
    {
        if (opening.Why.Length > 0)
            terminal.Warn(opening.Why);
        if (risk is null)
        {
            terminal.Line(
                $"{account.Key}: manual review. Nothing is known of it but that it was begun. See docs/runbook.md, 'state lost'."
            );
            return;
        }

        var stored = opening.Known!;
        terminal.Table(
            ("account", account.Key.ToString()),
            (
                "state",
                opening.Finding == Finding.Sound
                    ? RiskWords.InWords(state, risk.Latches)
                    : "manual review: its state is lost; what follows is the last that was known"
            ),
            ("balance", $"{RiskWords.Dollars(risk.Balance)} of {RiskWords.Dollars(risk.Capital)}"),
            ("highest equity", RiskWords.Dollars(risk.HighWater)),
            (
                "day",
                risk.Day.Day == default
                    ? "none yet"
                    : $"{risk.Day.Day}: began at {RiskWords.Dollars(risk.Day.Baseline)}, highest {RiskWords.Dollars(risk.Day.Peak)}, "
                        + $"now {RiskWords.Dollars(risk.Balance - risk.Day.Baseline)}"
            ),
            (
                "room left",
                string.Join(", ", RoomOf(risk, limits).Select(r => $"{RiskWords.Dollars(r.Left)} to {RiskWords.Spaced(r.Limit)}"))
            ),
            ("position", risk.Position == 0 ? "flat" : risk.Position.ToString("+0;-0", CultureInfo.InvariantCulture) + " contracts"),
            ("losses in a row", risk.LossStreak.ToString(CultureInfo.InvariantCulture)),
            ("entries today", risk.EntriesToday.ToString(CultureInfo.InvariantCulture)),
            ("kill file", killed ? $"is there: {account.KillFile}" : "none"),
            (
                "session",
                stored.IsSessionOpen
                    ? string.Create(CultureInfo.InvariantCulture, $"{stored.Epoch}, which has not come to its end")
                    : "none"
            ),
            (
                "as of",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"commit {stored.Commit}{(stored.At == default ? "" : ", " + RiskWords.InNewYork(stored.At))}"
                )
            )
        );
    }

    /// <summary>How much the flat account may lose until each limit fires.</summary>
    private static IEnumerable<(Rule Limit, Money Left)> RoomOf(RiskState risk, RiskLimits limits)
    {
        var day = risk.Day.Day == default ? new DayBook(default, risk.Balance, risk.Balance) : risk.Day;
        var levels = AccountLevels.Of(limits, day, risk.HighWater);
        return AccountLevels.Limits.Select(limit => (limit.Rule, risk.Balance - levels[limit.Rule]));
    }

    private static RiskStatusDocument Document(
        AccountFolder account,
        Opening opening,
        RiskState? risk,
        TradingState state,
        RiskLimits limits,
        bool killed
    ) =>
        new(
            account.Key.ToString(),
            RiskWords.Of(state),
            opening.Finding.ToString().ToLowerInvariant(),
            opening.Why.Length > 0 ? opening.Why : null,
            risk?.Balance.InDollars,
            risk?.Capital.InDollars,
            risk?.HighWater.InDollars,
            risk is null || risk.Day.Day == default ? null : risk.Day.Day.ToString(),
            risk?.Day.Baseline.InDollars,
            risk?.Day.Peak.InDollars,
            risk is null
                ? []
                :
                [
                    .. RoomOf(risk, limits)
                        .Select(r => new RoomDocument(
                            char.ToLowerInvariant(r.Limit.ToString()[0]) + r.Limit.ToString()[1..],
                            r.Left.InDollars
                        )),
                ],
            risk?.Position,
            risk?.LossStreak,
            risk?.EntriesToday,
            risk is null ? [] : [.. risk.Latches.Select(RiskWords.LatchOf)],
            killed,
            opening.Known?.IsSessionOpen,
            opening.Known?.Commit
        );
}

internal sealed record RoomDocument(string Limit, decimal Left);

internal sealed record RiskStatusDocument(
    string Account,
    string State,
    string Store,
    string? Why,
    decimal? Balance,
    decimal? Capital,
    decimal? HighWater,
    string? Day,
    decimal? DayBaseline,
    decimal? DayPeak,
    IReadOnlyList<RoomDocument> Room,
    int? Position,
    int? LossStreak,
    int? EntriesToday,
    IReadOnlyList<LatchDocument> Latches,
    bool KillFile,
    bool? SessionOpen,
    long? Commit
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RiskStatusDocument))]
internal sealed partial class RiskStatusJson : JsonSerializerContext;
