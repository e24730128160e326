namespace Quarterpoint.Core;

/// <summary>
/// The rule behind an intent, a refusal, or an exit. Journals and saved states hold the numbers, so a number never changes its meaning.
/// </summary>
public enum Rule : byte
{
    None,
    Signal,
    Reversal,
    Protection,

    // Nothing has the numbers 4 and 13.
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

    // limits of the account, and the other reasons for a latch
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

    /// <summary>R8: the share of the balance that may be risked does not cover one contract's stop.</summary>
    SizeZero,

    /// <summary>R8: halving the size left less than one contract.</summary>
    SizeReduced,
    SurvivalCheck,
    BalanceFloor,
    OrderPending,

    /// <summary>The venue sends quotes, but the last one is too old or has only one side.</summary>
    MarkUnknown,

    // limits on the pace of entries
    EntrySpacing,
    EntriesThisHour,
    EntriesToday,

    /// <summary>A signal would end a trade before its minimum holding time.</summary>
    MinimumHold,

    // from the model
    ModelSilent,

    /// <summary>The model's likeliest class is FLAT, which never opens a position (SPEC M4).</summary>
    FlatPredicted,

    /// <summary>The likeliest side is less likely than the gate asks, 60 % by default.</summary>
    LowConfidence,

    /// <summary>The target is not likely enough to be reached before the stop to pay the costs.</summary>
    BelowBreakEven,

    /// <summary>A position is open, and positions are never added to.</summary>
    PositionHeld,
}
