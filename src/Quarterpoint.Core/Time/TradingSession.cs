namespace Quarterpoint.Core.Time;

/// <summary>The parts of a trading day (SPEC K4).</summary>
public enum SessionPhase : byte
{
    Closed,

    /// <summary>Overnight: from the open to 09:30 New York.</summary>
    Eth,

    /// <summary>Regular hours: 09:30 to 16:00 New York, or to an earlier close.</summary>
    Rth,

    /// <summary>After regular hours: 16:00 to the close.</summary>
    Post,

    /// <summary>The scheduled halt from 16:15 to 16:30, on trading days before 2021-06-28.</summary>
    Halt,
}

/// <summary>
/// The times of one trading day. Each span includes its start and not its end. A day that closes before 09:30 has no regular hours:
/// <see cref="RthOpen"/> then equals <see cref="RthClose"/>.
/// </summary>
public readonly record struct TradingSession(
    TradingDay Day,
    Timestamp Open,
    Timestamp Close,
    Timestamp RthOpen,
    Timestamp RthClose,
    Timestamp HaltStart,
    Timestamp HaltEnd,
    bool IsEarlyClose
)
{
    public bool HasRth => RthClose > RthOpen;

    public bool HasHalt => HaltEnd > HaltStart;

    /// <summary>Whether the instant lies between open and close, a halt included.</summary>
    public bool Contains(Timestamp time) => time >= Open && time < Close;

    public SessionPhase PhaseAt(Timestamp time)
    {
        if (!Contains(time))
            return SessionPhase.Closed;
        if (HasHalt && time >= HaltStart && time < HaltEnd)
            return SessionPhase.Halt;
        if (time < RthOpen)
            return SessionPhase.Eth;
        return time < RthClose ? SessionPhase.Rth : SessionPhase.Post;
    }
}
