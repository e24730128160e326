using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Console;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Sessions;
using Quarterpoint.App.Setup;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;

namespace Quarterpoint.App.Verbs;

/// <summary>Trades a tape as live trading would: with a venue in another process, a durable state, and a journal.</summary>
internal static class PaperVerb
{
    public static readonly Option<string> Tape = new("--tape")
    {
        Description = "The data set to play as a market",
        HelpName = "SET",
        Required = true,
    };
    public static readonly Option<string?> Strategy = new("--strategy") { Description = "What gives the signals" };
    public static readonly Option<string?> As = new("--as")
    {
        Description = "Trade another instrument on these prices: MES on ES data, MNQ on NQ data",
        HelpName = "SYMBOL",
    };
    public static readonly Option<string?> From = new("--from") { Description = "First trading day", HelpName = "DAY" };
    public static readonly Option<string?> To = new("--to") { Description = "Last trading day", HelpName = "DAY" };
    public static readonly Option<string> Speed = new("--speed")
    {
        Description = "How much faster than life: 1, 60, or max (default)",
        HelpName = "N",
        DefaultValueFactory = _ => "max",
    };
    private static readonly Option<string?> Model = new("--model")
    {
        Description = "A model that gives the signals, in place of a strategy",
        HelpName = "NAME",
    };
    private static readonly Option<string> Account = new("--account")
    {
        Description = "Whose risk state counts (see qp risk)",
        HelpName = "NAME",
        DefaultValueFactory = _ => RiskVerb.DefaultAccount,
    };
    private static readonly Option<string?> Socket = new("--socket")
    {
        Description = "Where the venue listens",
        HelpName = "FILE",
        Hidden = true,
    };

    public static Command Create()
    {
        Strategy.AcceptOnlyFromAmong("trend", "random", TradingSetup.ModelStrategy);
        var command = new Verb(
            "paper",
            "Trades a tape with a simulated venue in another process, a durable risk state, and a journal: the loop that will trade live.",
            "paper --tape demo --strategy trend --account first",
            "paper --tape demo --strategy trend --from 2024-03-04 --to 2024-03-08 --speed 60",
            "paper --tape demo --model demo --account second --json"
        )
        {
            Tape,
            Strategy,
            Model,
            Account,
            As,
            From,
            To,
            Speed,
            Socket,
        };
        Runner.Bind(command, Run);
        return command;
    }

    public static PaperRequest RequestOf(ParseResult parse)
    {
        var speed = parse.GetValue(Speed)!;
        var factor = 0.0;
        if (
            speed != "max"
            && (!double.TryParse(speed, NumberStyles.Float, CultureInfo.InvariantCulture, out factor) || !(factor is >= 0 and <= 1e6))
        )
            throw new UsageException($"--speed {speed}: expected a number such as 1 or 60, or max.");
        return new PaperRequest
        {
            Tape = parse.GetRequiredValue(Tape),
            Strategy = parse.GetValue(Strategy) ?? TradingSetup.ModelStrategy,
            TradedAs = parse.GetValue(As),
            From = Days.Parse(parse.GetValue(From), "--from"),
            To = Days.Parse(parse.GetValue(To), "--to"),
            Speed = factor,
        };
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var parse = call.Parse;
        var model = parse.GetValue(Model);
        if (parse.GetValue(Strategy) is null == model is null)
            throw new UsageException("Give either --strategy or --model.");
        var config = call.Config();
        if (!config.Limits.RailsOn)
            throw new UsageException("risk.rails is off: a session with an account keeps its limits. Only backtests may go without.");
        try
        {
            var outcome = PaperSession.Run(
                call,
                config,
                RequestOf(parse) with
                {
                    Model = model,
                },
                parse.GetValue(Account)!,
                parse.GetValue(Socket),
                stop
            );
            Tell(call.Terminal, outcome);
            return CodeOf(outcome.Session, stop);
        }
        catch (AccountBusyException e)
        {
            call.Terminal.Error(e.Message);
            return ExitCode.Busy;
        }
        catch (VenueLostException e)
        {
            throw new IOException($"{e.Message} Start the session again: it goes on where it was cut off.");
        }
        catch (SessionException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static int CodeOf(SessionOutcome outcome, CancellationToken stop)
    {
        if (!outcome.IsFlat)
            return ExitCode.NotFlat;
        if (outcome.State >= TradingState.ManualReview)
            return ExitCode.RiskHalt;
        if (!outcome.IsDurable)
            return ExitCode.Failed;
        return stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static void Tell(Terminal terminal, PaperOutcome outcome)
    {
        var (session, trades) = (outcome.Session, outcome.Trades);
        var net = trades.Aggregate(Money.Zero, (sum, trade) => sum + trade.Net);
        var gaps = outcome.Facts.Count(fact => fact.Kind == RiskFactKind.Gap);
        if (terminal.IsJson)
        {
            terminal.Json(
                new PaperDocument(
                    session.Why,
                    session.IsFlat,
                    RiskWords.Of(session.State),
                    session.Trades,
                    net.InDollars,
                    session.Risk.Balance.InDollars,
                    session.Risk.HighWater.InDollars,
                    gaps,
                    session.Events,
                    session.IsDurable,
                    [.. session.Risk.Latches.Select(RiskWords.LatchOf)],
                    outcome.Journal
                ),
                PaperJson.Default.PaperDocument
            );
            return;
        }

        terminal.Table(
            ("ended", session.Why),
            ("flat", session.IsFlat ? "proved: the venue holds nothing and nothing works" : "NOT PROVED: look at the account now"),
            ("account", RiskWords.InWords(session.State, session.Risk.Latches)),
            ("trades", session.Trades.ToString("N0", CultureInfo.InvariantCulture)),
            ("net P&L of this run", RiskWords.Dollars(net)),
            ("balance", $"{RiskWords.Dollars(session.Risk.Balance)}, highest equity {RiskWords.Dollars(session.Risk.HighWater)}"),
            ("limits passed by a gap", gaps == 0 ? "none" : gaps.ToString(CultureInfo.InvariantCulture)),
            ("events", session.Events.ToString("N0", CultureInfo.InvariantCulture)),
            ("journal", outcome.Journal)
        );
        if (!session.IsDurable)
            terminal.Error(
                "Not everything could be written to disk: nothing opens under this account until that is mended "
                    + "and the session begun again."
            );
    }
}

internal sealed record PaperDocument(
    string Ended,
    bool Flat,
    string State,
    int Trades,
    decimal NetPnl,
    decimal Balance,
    decimal HighWater,
    int Gaps,
    long Events,
    bool Durable,
    IReadOnlyList<LatchDocument> Latches,
    string Journal
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PaperDocument))]
internal sealed partial class PaperJson : JsonSerializerContext;
