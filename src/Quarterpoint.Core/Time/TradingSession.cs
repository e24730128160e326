namespace Quarterpoint.Core.Time;

/// <summary>Which part of a trading day an instant lies in (SPEC K4).</summary>
public enum SessionPhase : byte
{
    Closed,

    /// <summary>From the open to 09:30.</summary>
    Eth,

    /// <summary>09:30 to 16:00, or to an earlier close.</summary>
    Rth,

    /// <summary>16:00 to the close.</summary>
    Post,

    /// <summary>The scheduled halt of 16:15 to 16:30, on trading days before 2021-06-28.</summary>
    Halt,
}

/// <summary>One trading day's instants. A day whose close comes before 09:30 has no RTH: then RthOpen equals RthClose.</summary>
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
