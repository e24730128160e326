using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>What the venue says when a session connects.</summary>
/// <param name="Now">The venue's clock. A session on real time only compares it with its own; one on a tape goes by it.</param>
/// <param name="Capabilities">What data and venue can do.</param>
public sealed record VenueWelcome(Timestamp Now, Capabilities Capabilities);

/// <summary>
/// The way to a venue that lives in real time: the port that a gateway implements. What the link hears it puts into the
/// <see cref="IVenueMail"/> that it was made with, and does nothing else about it. The session goes by a clock of its own, so a link that
/// says nothing holds nothing up. One thread, the session's, calls every member, except <see cref="FlattenNow"/>; no call waits for another
/// one.
/// </summary>
public interface IVenueLink : IDisposable
{
    /// <summary>
    /// Connects, at the start of a session; it is called again only where it failed. It may take as long as the link allows itself, and
    /// until <see cref="Ready"/> the link posts nothing but answers to queries and changes of its connections. Every connection counts as
    /// up when it returns.
    /// </summary>
    /// <param name="knownUpTo">Up to when this session knows the market; the epoch where it knows nothing yet.</param>
    /// <exception cref="VenueLostException">There is no venue, or it is another one than the session needs.</exception>
    VenueWelcome Connect(Timestamp knownUpTo);

    /// <summary>
    /// Hands over one request and returns at once, without waiting for the venue. The answer comes by mail: to a query a snapshot or a
    /// report with its request id, of one order however it ended; to anything about an order a SendResult. Where the way is broken that is
    /// NotSent if no byte has left this machine, and Unknown if that is not certain; a query then has no answer, and is asked again.
    /// </summary>
    /// <param name="intent">What is asked for. It is never sent a second time by the link.</param>
    /// <param name="seq">
    /// The session's place in its journal, which the answer to a query gives back: what was heard later is newer than that answer.
    /// </param>
    /// <exception cref="VenueLostException">
    /// Instead of a SendResult, where the link finds out at once; the session takes it for one.
    /// </exception>
    void Send(in Intent intent, long seq);

    /// <summary>
    /// The session knows all that was and is ready for what comes: from here on the link posts everything it hears, and first of all the
    /// contract traded and how feed, market, and account stand.
    /// </summary>
    void Ready();

    /// <summary>
    /// Asks for one attempt to bring a connection back, and returns at once. How it ends comes by mail as ConnectionChanged, up or down.
    /// The session asks again, less and less often, as long as the connection is down; an attempt that is still under way when it is asked
    /// again simply goes on.
    /// </summary>
    void Reconnect(Connection which);

    /// <summary>
    /// Without the engine: cancels every order and closes whatever is held, now. For a kill while the session is stuck, and for an engine
    /// that broke. Any thread may call it, at any time, also while another call is under way; it must need no lock that one of those holds
    /// while it waits.
    /// </summary>
    /// <exception cref="VenueLostException">The venue could not be told.</exception>
    void FlattenNow(string reason);
}
