using System.Globalization;
using Quarterpoint.App.Console;
using Quarterpoint.App.Research;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.App.Verbs;

/// <summary>A kept run on a screen: its figures, what its limits did, its findings, and where its report is.</summary>
internal static class RunScreen
{
    private const int FewestTrades = BacktestDoctor.LeastTrades;

    /// <summary>As a document where one is asked for, else in rows.</summary>
    public static void Show(Terminal terminal, KeptRun kept)
    {
        if (terminal.IsJson)
            terminal.JsonText(RunJson.Of(kept.Run, kept.Folder).TrimEnd());
        else
            Print(terminal, kept);
    }

    public static void Print(Terminal terminal, KeptRun kept)
    {
        var identity = kept.Run.Identity;
        if (!identity.RailsOn)
            terminal.Line("RAILS OFF: no limit of money or pace acted. This run validates the backtester and is evidence of nothing else.");
        if (identity.Data.IsSynthetic)
            terminal.Line("Synthetic market: nothing here says anything about a real one.");
        terminal.Table([.. WhatRan(kept.Run), .. Figures(kept.Run.Performance), .. Stops(kept.Run.Performance), .. RiskRows.Of(kept.Run)]);
        if (identity.Envelope.Count is > 0 and <= 3)
            terminal.Line("other fills: " + string.Join("; ", identity.Envelope.Select(InWords)));
        foreach (var finding in identity.Findings)
            terminal.Line($"{finding.Severity.ToString().ToLowerInvariant()}: {finding.Title}. {finding.Meaning} {finding.Advice}");
        terminal.Line("report: " + Path.Combine(kept.Folder, RunFolder.ReportFile));
    }

    private static IEnumerable<(string Name, string Value)> WhatRan(Run run)
    {
        var p = run.Performance;
        var fills = run.Identity.Fills.ToString().ToLowerInvariant();
        yield return ("strategy", $"{run.Identity.Strategy}; {run.Identity.Instrument.Symbol}, {fills} fills");
        yield return ("span", Say($"{p.First.ToUtc():yyyy-MM-dd} to {p.Last.ToUtc():yyyy-MM-dd}, {p.Days} days, {p.Bars:N0} bars"));
        yield return ("trades", Say($"{p.Trades:N0}") + (p.Trades < FewestTrades ? $"   under {FewestTrades}: not significant" : ""));
    }

    private static IEnumerable<(string Name, string Value)> Figures(Performance p)
    {
        var interval = p.ExpectancyGrossIntervalByDay is { } i ? Say($" (95 % by day {i.Low:0.00} to {i.High:0.00})") : "";
        yield return ("net P&L", Dollars(p.NetPnl));
        yield return ("gross P&L", Dollars(p.GrossPnl));
        yield return ("commission and fees", Dollars(p.Commission));
        yield return ("slippage", Dollars(p.Slippage));
        yield return ("per trade, net", Dollars(p.Expectancy));
        yield return ("per trade, before costs", Dollars(p.ExpectancyGross) + interval);
        yield return ("win rate", p.WinRate is { } share ? Say($"{share:0.0 %}") : "undefined");
        yield return ("profit factor", Ratio(p.ProfitFactor));
        yield return ("Sharpe, daily", Ratio(p.Sharpe));
        yield return ("largest drawdown", Dollars(p.MaxDrawdown));
    }

    /// <summary>What ended accounts and what kept entries from being made.</summary>
    private static IEnumerable<(string Name, string Value)> Stops(Performance p)
    {
        var ends = p.LifeEnds.GroupBy(end => end.Limit).Select(group => $"{group.Count()} {RiskWords.Spaced(group.Key)}");
        var refusals = p.Refusals.OrderByDescending(refusal => refusal.Value).Select(r => Say($"{RiskWords.Spaced(r.Key)} {r.Value:N0}"));
        yield return ("accounts used up", p.Lives == 0 ? "none" : $"{p.Lives}: {string.Join(", ", ends)}");
        yield return ("violations", Say($"{p.Violations}"));
        yield return ("why no trade", p.Refusals.Count == 0 ? "none" : string.Join(", ", refusals));
    }

    private static string InWords(EnvelopeOutcome outcome) =>
        $"{outcome.Name} {Dollars(outcome.NetPnl)} in {Say($"{outcome.Trades:N0}")} trades";

    private static string Ratio(double? value) => value is { } v ? Say($"{v:0.00}") : "undefined";

    private static string Dollars(double? value) => value is { } v ? Say($"{v:$#,0.00;-$#,0.00}") : "undefined";

    private static string Dollars(Money value) => Dollars((double)value.InDollars);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
