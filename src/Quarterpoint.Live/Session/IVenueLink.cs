using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>What the venue says when a session connects.</summary>
/// <param name="Now">Its time; what was asked for at that very time is still timely.</param>
/// <param name="Capabilities">What data and venue can do.</param>
public sealed record VenueWelcome(Timestamp Now, Capabilities Capabilities);

/// <summary>
/// The way to a venue. Whatever comes from it is put into the session's mailbox, and nothing else is done about it. Sending may be asked for by two threads: the
/// loop, and the kill switch while the loop is stuck.
/// </summary>
public interface IVenueLink : IDisposable
{
    /// <summary>Connects, and says up to when this session knows the market; the epoch where it knows nothing yet.</summary>
    /// <exception cref="VenueLostException">There is no venue, or it is another one than the session needs.</exception>
    VenueWelcome Connect(Timestamp knownUpTo);

    /// <summary>Sends one request. The answer comes as an event.</summary>
    /// <exception cref="VenueLostException">The way to the venue is broken: whether the request arrived is not known.</exception>
    void Send(in Intent intent, long seq);

    /// <summary>
    /// The mailbox is empty: waits until something has come, at most so long. A link with threads of its own waits for the mailbox; one without reads here.
    /// </summary>
    void Wait(TimeSpan atMost);

    /// <summary>The session knows all that was and is ready for what comes.</summary>
    void Ready();

    /// <summary>The loop has answered everything it was told and waits; a venue that makes its own time goes on to the next thing that happens.</summary>
    /// <param name="nextDeadline">When the engine wants to be woken.</param>
    void EndTurn(Timestamp nextDeadline);

    /// <summary>Without the engine: cancels every order and closes whatever is held, now. For a kill while the loop is stuck, and for an engine that broke.</summary>
    void FlattenNow(string reason);
}
