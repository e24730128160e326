namespace Quarterpoint.Core;

/// <summary>The rule behind an intent, a refusal, or an exit. The numbers stand in journals: none is ever given to another meaning.</summary>
public enum Rule : byte
{
    None,
    Signal,
    Reversal,
    Protection,

    // 4 and 13 stand for nothing.
    Trailing = 5,
    HoldingTime,
    EndOfDayReduce,
    EndOfDayCutoff,
    EndOfDayExit,
    FlatByDeadline,
    OrderTimeout,
    UnknownOutcome,
    Unprotected = 14,
    ForeignActivity,
    MarketHalted,
    ContractChanged,
    Operator,
    EndOfData,

    // limits of the account, and what else a latch is held for
    DailyLoss,
    DailyDrawdown,
    AccountDrawdown,
    KillSwitch,
    DayUnknown,
    DayExhausted,
    Starved,
    LossPause,
    LongLossPause,
    Volatility,
    Spread,
    Volume,
    FeedLost,
    ConnectionLost,
    ClockSuspect,
    StoreFailed,
    AccountBlocked,
    OperatorPause,
    Halted,
    StateLost,

    // refusals only
    NoSession,
    OutsideEntryWindow,
    Cooldown,
    News,
    StopUnavailable,
    TradeRisk,

    /// <summary>R8: the balance's share does not pay for one contract's stop.</summary>
    SizeZero,

    /// <summary>R8: nothing is left of the size after it was halved.</summary>
    SizeReduced,
    SurvivalCheck,
    BalanceFloor,
    OrderPending,

    /// <summary>The venue quotes, and the last quote is too old or one-sided.</summary>
    MarkUnknown,

    // the conduct guard
    EntrySpacing,
    EntriesThisHour,
    EntriesToday,

    /// <summary>A signal would end a trade that has hardly begun.</summary>
    MinimumHold,

    // a model's
    ModelSilent,

    /// <summary>The model's likeliest class is FLAT, which never opens (SPEC M4).</summary>
    FlatPredicted,

    /// <summary>The likeliest side stays below the gate of 60 %.</summary>
    LowConfidence,

    /// <summary>The bracket's target is not likely enough to come before its stop to pay for the trade.</summary>
    BelowBreakEven,

    /// <summary>A position is open; there is no adding.</summary>
    PositionHeld,
}
