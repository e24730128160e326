using System.CommandLine;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.App.Verbs;

/// <summary>How many contracts an entry gets, by balance, confidence, and stop, and where it gets none.</summary>
internal static class RiskTableVerb
{
    private static readonly Option<string> Symbol = new("--instrument")
    {
        Description = "Whose ticks",
        HelpName = "SYMBOL",
        DefaultValueFactory = _ => RiskTableDocument.Standard,
    };
    private static readonly Option<decimal[]> Balance = new("--balance")
    {
        Description = "A balance in dollars; may be repeated",
        HelpName = "DOLLARS",
    };

    public static Command Create()
    {
        var command = new Verb(
            "table",
            "Sizes by balance, confidence, and stop, and where there are none.",
            "risk table",
            "risk table --balance 870 --balance 1200 --instrument MNQ --json"
        )
        {
            Symbol,
            Balance,
        };
        Runner.Bind(command, (call, _) => Run(call), isLogged: false);
        return command;
    }

    private static int Run(VerbCall call)
    {
        var config = call.Config();
        var instrument = config.Instruments[call.Parse.GetValue(Symbol)!];
        var balances = call.Parse.GetValue(Balance) ?? [];
        foreach (var balance in balances)
        {
            if (balance is < 0 or > 1_000_000 || decimal.Round(balance, 6) != balance)
                throw new UsageException($"--balance {balance}: expected dollars from 0 to 1,000,000 with at most six decimals.");
        }

        var table = RiskTableDocument.Of(config.Limits, instrument, balances.Length > 0 ? [.. balances.Select(Money.FromDollars)] : null);
        if (call.Terminal.IsJson)
            call.Terminal.Json(table, RiskTableJson.Default.RiskTableDocument);
        else
            table.Print(call.Terminal);
        return ExitCode.Done;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RiskTableDocument))]
internal sealed partial class RiskTableJson : JsonSerializerContext;
