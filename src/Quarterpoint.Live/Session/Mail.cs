using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>What is in one piece of mail.</summary>
public enum MailKind : byte
{
    None,

    /// <summary>An event for the engine.</summary>
    Event,

    /// <summary>What the venue's clock showed.</summary>
    VenueClock,

    /// <summary>A tape only: the venue has told all there is at this time and waits for the session.</summary>
    TurnEnd,

    /// <summary>A tape only: there will be no more, it has come to its end.</summary>
    Over,

    /// <summary>A tape only: the way to the venue is broken.</summary>
    Lost,
}

/// <summary>One thing that a link, a timer, or a person puts into the mailbox.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Event">The event, where it is one.</param>
/// <param name="Now">What the sender's clock showed: the event's time, the venue's clock, the tape's time.</param>
/// <param name="Text">Why the way broke.</param>
public readonly record struct Mail(MailKind Kind, EngineEvent Event, Timestamp Now, string Text)
{
    /// <summary>When the mailbox took it, as a timestamp of the mailbox's clock.</summary>
    public long PostedAt { get; init; }

    public static Mail Of(in EngineEvent e) => new(MailKind.Event, e, e.Time, "");

    public static Mail VenueClock(Timestamp now) => new(MailKind.VenueClock, default, now, "");

    public static Mail TurnEnd(Timestamp now) => new(MailKind.TurnEnd, default, now, "");

    public static Mail Over(Timestamp now) => new(MailKind.Over, default, now, "");

    public static Mail Lost(string why) => new(MailKind.Lost, default, default, why);
}
