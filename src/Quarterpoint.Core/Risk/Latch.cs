namespace Quarterpoint.Core.Risk;

/// <summary>
/// What the account may do, from the least to the most strict. The state shown is the strictest that any held latch asks for.
/// </summary>
public enum TradingState : byte
{
    Active,

    /// <summary>New entries are smaller: each latch of this kind halves them.</summary>
    Reducing,

    /// <summary>Nothing opens or enlarges for now; a position keeps its stop and target.</summary>
    Paused,

    /// <summary>Nothing opens until another trading day.</summary>
    StoppedForDay,

    /// <summary>Nothing opens until a person has looked and said so.</summary>
    ManualReview,

    /// <summary>Nothing opens ever again.</summary>
    Killed,
}

/// <summary>
/// Independent reasons not to trade, or to trade less, each with its own release. <see cref="LatchTable"/> says what each does. The numbers
/// are stored: none is ever given to another meaning.
/// </summary>
[Flags]
public enum Latch : uint
{
    None = 0,

    /// <summary>R13: from the reduce time to the close.</summary>
    EndOfDay = 1 << 0,

    /// <summary>The feed is stale or lost.</summary>
    Feed = 1 << 1,

    /// <summary>The venue says halted or closed.</summary>
    Market = 1 << 2,

    /// <summary>A hub or REST is down.</summary>
    Connection = 1 << 3,

    /// <summary>The clock is not to be trusted.</summary>
    Clock = 1 << 4,

    /// <summary>What we decide cannot be made durable.</summary>
    Store = 1 << 5,

    /// <summary>The venue's account may not trade.</summary>
    AccountBlocked = 1 << 6,

    /// <summary>R18: ATR far above what is normal for the minute, or not known while a normal is.</summary>
    Volatility = 1 << 7,

    /// <summary>R19: the spread is wide.</summary>
    Spread = 1 << 8,

    /// <summary>R20: volume far below what is normal for the minute.</summary>
    Volume = 1 << 9,

    /// <summary>A person paused entries.</summary>
    OperatorPause = 1 << 10,

    /// <summary>R14: three losses in a row.</summary>
    LossPause = 1 << 11,

    /// <summary>R15: five losses in a row, and each further one.</summary>
    LongLossPause = 1 << 12,

    /// <summary>R1: the day's loss.</summary>
    DailyLoss = 1 << 13,

    /// <summary>R2: the fall from the day's highest equity.</summary>
    DailyDrawdown = 1 << 14,

    /// <summary>How the day began is not known, so its limit counts as used.</summary>
    DayUnknown = 1 << 15,

    /// <summary>
    /// R7 leaves no room under R1 and R2 for one contract at the smallest stop: the day is over, and says so (decision 0012).
    /// </summary>
    DayExhausted = 1 << 16,

    /// <summary>R4: the fall from the highest equity.</summary>
    AccountDrawdown = 1 << 17,

    /// <summary>R23: stopped by hand.</summary>
    ManualKill = 1 << 18,

    /// <summary>R24: something unforeseen happened, so nothing that the program believes is certain any more.</summary>
    Halted = 1 << 19,

    /// <summary>R21: a known account's state is lost, damaged, or another account's.</summary>
    StateLost = 1 << 20,

    /// <summary>R25: no permitted trade exists.</summary>
    Starved = 1 << 21,

    /// <summary>Somebody else trades this account.</summary>
    ForeignActivity = 1 << 22,

    /// <summary>R5: the loss from the start.</summary>
    Killed = 1 << 23,
}
