using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>Where a link puts what it hears. Any thread may call it; it never waits and never fails.</summary>
public interface IVenueMail
{
    /// <summary>
    /// One fact: of the market, an order, the account, or a connection (ConnectionChanged). On real time it counts as heard at the moment
    /// of this call, whatever time it bears; what it bears as the venue's time stays beside it. Facts are taken in the order in which they
    /// were posted; of quotes only the latest, and prints beyond a bound are dropped.
    /// </summary>
    void Post(in EngineEvent fact);

    /// <summary>
    /// What the venue's clock showed just now, by the best that the link knows. It turns no clock of the session; where the two differ too
    /// long, nothing opens.
    /// </summary>
    void NoteVenueClock(Timestamp now);
}
