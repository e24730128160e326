using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// The way to a venue that makes its own time, as a tape does: its time is the session's, and goes on only when the session has ended its
/// turn. The session's thread waits here and not for its mail, so that a link can do without a thread.
/// </summary>
public interface ITapeLink : IVenueLink
{
    /// <summary>The mailbox is empty: reads what the venue says and posts it, until something has come, at most so long.</summary>
    void Wait(TimeSpan atMost);

    /// <summary>The session has answered everything it was told and waits: the venue goes on to the next thing that happens.</summary>
    /// <param name="nextDeadline">When the engine wants to be woken.</param>
    /// <exception cref="VenueLostException">
    /// The way to the venue is broken, and with it this session: only a new one finds out what stands there.
    /// </exception>
    void EndTurn(Timestamp nextDeadline);

    /// <summary>Nothing: the way to a tape, once broken, ends the session.</summary>
    void IVenueLink.Reconnect(Connection which) { }
}
