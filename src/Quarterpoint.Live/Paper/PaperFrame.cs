namespace Quarterpoint.Live.Paper;

/// <summary>What goes between a session and the simulated venue's process.</summary>
internal enum PaperFrame : byte
{
    None,

    // from the session
    Hello,
    Request,
    Ready,
    EndTurn,
    Flatten,
    Goodbye,

    // from the venue
    Welcome,
    Refused,
    Fact,
    TurnEnd,
    Over,
}
