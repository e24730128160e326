using System.Globalization;
using Quarterpoint.App.Console;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.App.Verbs;

/// <summary>One size as JSON tells it.</summary>
internal sealed record SizeLine(decimal Balance, string Confidence, int StopTicks, int Contracts, string? RefusedBy);

/// <summary>The table of sizes, and where there are none, in the words of a screen and of JSON.</summary>
internal sealed record RiskTableDocument(string Instrument, IReadOnlyList<SizeLine> Sizes, IReadOnlyList<string> Warnings)
{
    /// <summary>The instrument whose sizes are shown where none is named.</summary>
    public const string Standard = "MES";

    public static RiskTableDocument Of(RiskLimits limits, Instrument instrument, IReadOnlyList<Money>? balances = null) =>
        new(
            instrument.Symbol,
            [
                .. SizeTable
                    .Of(limits, instrument.TickValue, balances)
                    .Select(cell => new SizeLine(
                        cell.Balance.InDollars,
                        cell.Band.Name,
                        cell.Stop.Count,
                        cell.Contracts,
                        cell.RefusedBy is { } rule ? RiskWords.Spaced(rule) : null
                    )),
            ],
            [.. Sentences(limits, SizeTable.Examine(limits, instrument.TickValue))]
        );

    public void Print(Terminal terminal)
    {
        foreach (var band in Sizes.GroupBy(cell => cell.Confidence))
        {
            terminal.Line($"{Instrument}, confidence {band.Key}: contracts by balance and stop in ticks (. is none)");
            terminal.Table(
                ["balance", .. SizeTable.Stops.Select(stop => stop.Count.ToString(CultureInfo.InvariantCulture))],
                band.GroupBy(cell => cell.Balance)
                    .Select(row =>
                        (IReadOnlyList<string>)
                            [
                                row.Key.ToString("$#,0.00", CultureInfo.InvariantCulture),
                                .. row.Select(cell => cell.Contracts == 0 ? "." : cell.Contracts.ToString(CultureInfo.InvariantCulture)),
                            ]
                    )
            );
        }

        foreach (var warning in Warnings)
            terminal.Line("warning: " + warning);
    }

    /// <summary>Where nothing opens, in sentences.</summary>
    private static IEnumerable<string> Sentences(RiskLimits limits, SizeFindings findings)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"a stop wider than {findings.WidestStop.Count} ticks never gets a contract: one would risk more than {limits.TradeRisk} (R3)."
        );
        foreach (var (band, stop, balance) in findings.LeastBalances)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"at {band.Name} a stop of {stop.Count} ticks gets no contract below {balance.InDollars:$#,0.00}."
            );
        }

        if (findings.StarvedAt is { } starved)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"from {limits.Capital} down, the account is starved at {starved.InDollars:$#,0.00} with stops of "
                    + $"{StopSettings.LeastTicks} ticks (R25), before R4 fires at {limits.Capital - limits.AccountDrawdown}."
            );
        }
    }
}
