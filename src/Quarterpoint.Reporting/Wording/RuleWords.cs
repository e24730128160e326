using Quarterpoint.Core;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Reporting.Wording;

/// <summary>Rules, and what they make of an account, as a trader would put them, each with its row of SPEC.md.</summary>
internal static class RuleWords
{
    public static string Of(Rule rule) =>
        rule switch
        {
            Rule.DailyLoss => "Loss of the day (R1)",
            Rule.DailyDrawdown => "Fall from the day's highest equity (R2)",
            Rule.AccountDrawdown => "Account drawdown (R4)",
            Rule.KillSwitch => "Kill switch (R5)",
            Rule.DayUnknown => "How the day began is not known (R1)",
            Rule.DayExhausted => "The day's limits hold no further trade (R7)",
            Rule.Starved => "Starved: no permitted trade was left (R25)",
            Rule.LossPause => "Pause after losses in a row (R14)",
            Rule.LongLossPause => "Long pause after losses in a row (R15)",
            Rule.Volatility => "Volatility far above normal (R18)",
            Rule.Spread => "Spread too wide (R19)",
            Rule.Volume => "Volume far below normal (R20)",
            Rule.EndOfDayReduce => "Sizes halved before the end of the day (R13)",
            Rule.FeedLost => "The feed was stale or lost",
            Rule.MarketHalted => "The market was halted",
            Rule.TradeRisk => "One trade would have risked too much (R3)",
            Rule.BalanceFloor => "Balance below the floor (R6)",
            Rule.SurvivalCheck => "Would not have survived the worst case (R7)",
            Rule.SizeZero => "The balance does not pay for one contract (R8)",
            Rule.SizeReduced => "Nothing left of the size after it was halved (R8, R13)",
            Rule.StopUnavailable => "No stop could be set (R11)",
            Rule.EndOfDayCutoff => "After the day's last entry time (R13)",
            Rule.OutsideEntryWindow => "Outside the hours of entry (R13)",
            Rule.NoSession => "No session (R13)",
            Rule.Cooldown => "Cooldown after an exit (R24)",
            Rule.EntrySpacing => "Too soon after the last entry (N17)",
            Rule.EntriesThisHour => "Enough entries within an hour (N17)",
            Rule.EntriesToday => "Enough entries today (N17)",
            Rule.MinimumHold => "A signal would have ended a trade that had hardly begun (N17)",
            Rule.MarkUnknown => "No fresh quote",
            Rule.News => "Near scheduled news (K7)",
            Rule.OrderPending => "An order was still under way",
            Rule.ModelSilent => "The model said nothing: outside its hours, not warm, or late",
            Rule.FlatPredicted => "The model expected no move (M4)",
            Rule.LowConfidence => "A side was likeliest, but below the gate (R10)",
            Rule.BelowBreakEven => "The bracket was not likely enough to pay for itself (M4)",
            Rule.PositionHeld => "A position was open",
            _ => Say.Words(rule),
        };

    public static string Of(TradingState state) =>
        state switch
        {
            TradingState.Reducing => "sizes halved",
            TradingState.Paused => "paused",
            TradingState.StoppedForDay => "stopped for the day",
            TradingState.ManualReview => "halted until a person reviews",
            TradingState.Killed => "ended for good",
            _ => Say.Words(state).ToLowerInvariant(),
        };
}
