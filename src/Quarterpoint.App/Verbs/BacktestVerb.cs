using System.CommandLine;
using System.Globalization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Research;
using Quarterpoint.App.Setup;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Inference;

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

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var parse = call.Parse;
        var model = parse.GetValue(Model);
        if (parse.GetValue(Strategy) is null == model is null)
            throw new UsageException("Give either --strategy or --model.");
        var strategy = parse.GetValue(Strategy) ?? TradingSetup.ModelStrategy;
        if (model is not null && !ModelFolder.List(call.Workspace.Models).Contains(model))
            throw new UsageException($"There is no model '{model}'. See qp models list.");
        var config = call.Config(
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
        RunScreen.Show(call.Terminal, BacktestRun.Execute(call.Workspace, config, request, new ResearchScreen(call.Terminal), stop));
        return ExitCode.Done;
    }
}
