using System.CommandLine;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Sessions;
using Quarterpoint.Core.Time;
using Quarterpoint.Live.State;

namespace Quarterpoint.App.Verbs;

/// <summary>The risk state of an account: begin it, look at it, kill it, review it.</summary>
internal static class RiskVerb
{
    public const string DefaultAccount = "paper";

    public static readonly Option<string> Account = new("--account")
    {
        Description = "Name of the account",
        HelpName = "NAME",
        DefaultValueFactory = _ => DefaultAccount,
    };
    public static readonly Option<string> Venue = new("--venue")
    {
        Description = "Where it is traded",
        HelpName = "NAME",
        DefaultValueFactory = _ => PaperSession.VenueName,
    };
    public static readonly Option<string> Mode = new("--mode") { Description = "paper or live", DefaultValueFactory = _ => "paper" };

    public static Command Create()
    {
        Mode.AcceptOnlyFromAmong("paper", "live");
        return new Command("risk", "The risk state of an account: init, status, review, kill, history, table.")
        {
            RiskInitVerb.Create(),
            RiskStatusVerb.Create(),
            RiskReviewVerb.Create(),
            RiskKillVerb.Create(),
            RiskHistoryVerb.Create(),
            RiskTableVerb.Create(),
        };
    }

    public static AccountKey KeyOf(ParseResult parse)
    {
        try
        {
            return AccountKey.Of(
                parse.GetValue(Venue)!,
                parse.GetValue(Account)!,
                parse.GetValue(Mode) == "live" ? TradingMode.Live : TradingMode.Paper
            );
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>Takes the account; fails where a session holds it.</summary>
    public static AccountFolder Take(VerbCall call) =>
        AccountFolder.Take(call.Workspace.State, KeyOf(call.Parse), AccountFolder.HomeOf(call.Machine.Variables));

    public static AccountFolder Look(VerbCall call) =>
        AccountFolder.Look(call.Workspace.State, KeyOf(call.Parse), AccountFolder.HomeOf(call.Machine.Variables));

    /// <summary>The time of the clock on the wall: a person acts at that time, whatever time a tape has.</summary>
    public static Timestamp Now(VerbCall call) => Timestamp.FromUtc(call.Machine.Clock.GetUtcNow().UtcDateTime);

    public static int Busy(VerbCall call, AccountBusyException e)
    {
        call.Terminal.Error(e.Message);
        return ExitCode.Busy;
    }
}
