using System.CommandLine;
using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Inference;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.App.Verbs;

/// <summary>Tries a strategy on a data set with MES costs and the end-of-day rule, and keeps the run with its report.</summary>
internal static class BacktestVerb
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Name of a data set",
        HelpName = "SET",
        Required = true,
    };
    private static readonly Option<string?> Strategy = new("--strategy") { Description = "What gives the signals" };
    private static readonly Option<string?> Model = new("--model")
    {
        Description = "A model that gives the signals, in place of a strategy",
        HelpName = "NAME",
    };
    private static readonly Option<string> Guesses = new("--envelope")
    {
        Description = "The same decisions under other fills: off, three (pessimistic, neutral, optimistic; default), or full (64)",
        DefaultValueFactory = _ => "three",
    };
    private static readonly Option<string?> As = new("--as")
    {
        Description = "Trade another instrument on these prices: MES on ES data, MNQ on NQ data",
        HelpName = "SYMBOL",
    };
    private static readonly Option<string?> Fills = new("--fills") { Description = "How kind the simulated market is (default realistic)" };
    private static readonly Option<string?> Account = new("--account")
    {
        Description = "lives: a fresh account after each limit hit (default); real: one account, over for good",
    };
    private static readonly Option<string?> Rails = new("--rails")
    {
        Description = "off: no limit of money or pace. To validate the backtester only; never evidence",
    };
    private static readonly Option<string?> From = new("--from") { Description = "First trading day", HelpName = "DAY" };
    private static readonly Option<string?> To = new("--to") { Description = "Last trading day", HelpName = "DAY" };
    private static readonly Option<int?> Seed = new("--seed") { Description = "Seed of the random strategy", HelpName = "N" };
    private static readonly Option<string?> Profile = new("--profile")
    {
        Description = "Costs and end-of-day times: plan (default) or topstepx",
    };
    private static readonly Option<string?> Session = new("--session")
    {
        Description = "rth: entries from 09:30 (default); eth: from 18:00 too",
    };

    public static Command Create()
    {
        Strategy.AcceptOnlyFromAmong("trend", "random");
        Guesses.AcceptOnlyFromAmong("off", "three", "full");
        Fills.AcceptOnlyFromAmong("realistic", "conservative", "optimistic");
        Account.AcceptOnlyFromAmong("lives", "real");
        Rails.AcceptOnlyFromAmong("on", "off");
        Profile.AcceptOnlyFromAmong("plan", "topstepx");
        Session.AcceptOnlyFromAmong("rth", "eth");
        var command = new Verb(
            "backtest",
            "Runs a strategy over a data set and writes runs/<id>/ with report, trades, metrics, and configuration.",
            "backtest --data demo --strategy trend",
            "backtest --data nq --strategy trend --as MNQ --from 2019-01-01 --to 2023-12-31",
            "backtest --data noise --strategy random --rails off --seed 3 --json",
            "backtest --data demo --strategy trend --set trading.stop.kind=fixed --set trading.stop.ticks=8"
        )
        {
            Data,
            Strategy,
            Model,
            As,
            Fills,
            Account,
            Rails,
            From,
            To,
            Seed,
            Profile,
            Session,
            Guesses,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(Invocation invocation, CancellationToken stop)
    {
        var parse = invocation.Parse;
        var model = parse.GetValue(Model);
        if (parse.GetValue(Strategy) is null == model is null)
            throw new UsageException("Give either --strategy or --model.");
        var strategy = parse.GetValue(Strategy) ?? BacktestRun.ModelStrategy;
        if (model is not null && !ModelFolder.List(invocation.Workspace.Models).Contains(model))
            throw new UsageException($"There is no model '{model}'. See qp models list.");
        var config = invocation.Config(
            ("fills.mode", parse.GetValue(Fills)),
            ("risk.rails", parse.GetValue(Rails)),
            ("profile", parse.GetValue(Profile)),
            ("session", parse.GetValue(Session)),
            ("strategies.random.seed", parse.GetValue(Seed)?.ToString(CultureInfo.InvariantCulture))
        );
        var request = new BacktestRequest
        {
            Data = parse.GetRequiredValue(Data),
            Strategy = strategy,
            Model = model,
            Envelope = parse.GetValue(Guesses) switch
            {
                "off" => [],
                "full" => EnvelopeCase.Grid,
                _ => EnvelopeCase.Three,
            },
            TradedAs = parse.GetValue(As),
            Account = parse.GetValue(Account) == "real" ? AccountMode.Real : AccountMode.Lives,
            From = Days.Parse(parse.GetValue(From), "--from"),
            To = Days.Parse(parse.GetValue(To), "--to"),
        };
        var (run, folder) = BacktestRun.Execute(invocation.Workspace, config, request, invocation.Terminal, stop);
        if (invocation.Terminal.IsJson)
            invocation.Terminal.JsonText(RunJson.Of(run, folder).TrimEnd());
        else
            Print(invocation.Terminal, run, folder);
        return ExitCode.Done;
    }

    public static void Print(Terminal terminal, Run run, string folder)
    {
        var p = run.Performance;
        static string Ratio(double? value) => value is { } v ? v.ToString("0.00", CultureInfo.InvariantCulture) : "undefined";
        static string Share(double? value) => value is { } v ? v.ToString("0.0 %", CultureInfo.InvariantCulture) : "undefined";
        static string Dollars(double? value) => value is { } v ? v.ToString("$#,0.00;-$#,0.00", CultureInfo.InvariantCulture) : "undefined";
        static string Amount(Money value) => Dollars((double)value.InDollars);
        if (!run.Identity.RailsOn)
            terminal.Line("RAILS OFF: no limit of money or pace acted. This run validates the backtester and is evidence of nothing else.");
        if (run.Identity.Data.IsSynthetic)
            terminal.Line("Synthetic market: nothing here says anything about a real one.");
        var interval = p.ExpectancyGrossIntervalByDay is { } i
            ? string.Create(CultureInfo.InvariantCulture, $" (95 % by day {i.Low:0.00} to {i.High:0.00})")
            : "";
        terminal.Table([
            (
                "strategy",
                $"{run.Identity.Strategy}; {run.Identity.Instrument.Symbol}, {run.Identity.Fills.ToString().ToLowerInvariant()} fills"
            ),
            (
                "span",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{p.First.ToUtc():yyyy-MM-dd} to {p.Last.ToUtc():yyyy-MM-dd}, {p.Days} days, {p.Bars:N0} bars"
                )
            ),
            ("trades", p.Trades.ToString("N0", CultureInfo.InvariantCulture) + (p.Trades < 100 ? "   under 100: not significant" : "")),
            ("net P&L", Amount(p.NetPnl)),
            ("gross P&L", Amount(p.GrossPnl)),
            ("commission and fees", Amount(p.Commission)),
            ("slippage", Amount(p.Slippage)),
            ("per trade, net", Dollars(p.Expectancy)),
            ("per trade, before costs", Dollars(p.ExpectancyGross) + interval),
            ("win rate", Share(p.WinRate)),
            ("profit factor", Ratio(p.ProfitFactor)),
            ("Sharpe, daily", Ratio(p.Sharpe)),
            ("largest drawdown", Amount(p.MaxDrawdown)),
            (
                "accounts used up",
                p.Lives == 0
                    ? "none"
                    : $"{p.Lives}: " + string.Join(", ", p.LifeEnds.GroupBy(l => l.Limit).Select(g => $"{g.Count()} {Words(g.Key)}"))
            ),
            ("violations", p.Violations.ToString(CultureInfo.InvariantCulture)),
            (
                "why no trade",
                p.Refusals.Count == 0
                    ? "none"
                    : string.Join(
                        ", ",
                        p.Refusals.OrderByDescending(r => r.Value)
                            .Select(r => string.Create(CultureInfo.InvariantCulture, $"{Words(r.Key)} {r.Value:N0}"))
                    )
            ),
            .. RiskRows.Of(run),
        ]);
        if (run.Identity.Envelope.Count is > 0 and <= 3)
            terminal.Line(
                "other fills: "
                    + string.Join(
                        "; ",
                        run.Identity.Envelope.Select(e =>
                            $"{e.Name} {Dollars(e.NetPnl)} in {e.Trades.ToString("N0", CultureInfo.InvariantCulture)} trades"
                        )
                    )
            );
        foreach (var finding in run.Identity.Findings)
            terminal.Line($"{finding.Severity.ToString().ToLowerInvariant()}: {finding.Title}. {finding.Meaning} {finding.Advice}");
        terminal.Line("report: " + Path.Combine(folder, RunFolder.ReportFile));
    }

    /// <summary>StopUnavailable as "stop unavailable".</summary>
    private static string Words(Rule rule) =>
        string.Concat(rule.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));
}
