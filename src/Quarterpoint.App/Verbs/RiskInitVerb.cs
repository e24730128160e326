using System.CommandLine;
using System.Text.Json.Serialization;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Risk;
using Quarterpoint.Live.State;

namespace Quarterpoint.App.Verbs;

/// <summary>Begins the risk state of an account: once, by a person.</summary>
internal static class RiskInitVerb
{
    public static Command Create()
    {
        var command = new Verb(
            "init",
            "Begins an account's risk state. An account that is known is never begun a second time.",
            "risk init --account first",
            "risk init --account small --set risk.capital=500"
        )
        {
            RiskVerb.Account,
            RiskVerb.Venue,
            RiskVerb.Mode,
        };
        Runner.Bind(command, (call, _) => Run(call));
        return command;
    }

    private static int Run(VerbCall call)
    {
        var limits = call.Config().Limits;
        try
        {
            using var account = RiskVerb.Take(call);
            var opening = account.Open();
            if (opening.Finding != Finding.Unknown)
            {
                throw new IOException(
                    $"The account {account.Key} is known already, and its losses are not forgotten by beginning it again. "
                        + $"{opening.Why} See qp risk status; to trade another one, give it another --account."
                );
            }

            var now = RiskVerb.Now(call);
            var risk = RiskState.Fresh(limits.Capital);
            account.Begin(
                new StoredState(1, 0, false, [.. risk.ToBytes()], default),
                [new HistoryEntry(0, now, "init", $"capital {limits.Capital}")]
            );
            if (call.Terminal.IsJson)
                call.Terminal.Json(
                    new RiskInitDocument(account.Key.ToString(), limits.Capital.InDollars, account.StorePath),
                    RiskInitJson.Default.RiskInitDocument
                );
            else
            {
                call.Terminal.Line(
                    $"The account {account.Key} begins with {RiskWords.Dollars(limits.Capital)} at risk: {account.StorePath}"
                );
                call.Terminal.Line(
                    $"R5 ends it for good at {RiskWords.Dollars(limits.Capital - limits.KillLoss)}, wherever it has been in between."
                );
            }

            return ExitCode.Done;
        }
        catch (AccountBusyException e)
        {
            return RiskVerb.Busy(call, e);
        }
    }
}

internal sealed record RiskInitDocument(string Account, decimal Capital, string Store);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RiskInitDocument))]
internal sealed partial class RiskInitJson : JsonSerializerContext;
