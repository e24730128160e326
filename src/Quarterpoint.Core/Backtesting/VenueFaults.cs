using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>
/// What can go wrong at the simulated venue: what it answers, what it does all the same, how much it fills. Nothing goes wrong here; a test
/// overrides.
/// </summary>
public class VenueFaults
{
    public static readonly VenueFaults None = new();

    /// <summary>The answer to a request that is not a query.</summary>
    public virtual SendOutcome Answer(in Intent intent) => SendOutcome.Accepted;

    /// <summary>Whether an order that was accepted is then rejected by a report.</summary>
    public virtual bool RejectsAfterAccepting(in Intent intent) => false;

    /// <summary>Whether the venue did what was asked although its answer is Unknown.</summary>
    public virtual bool ActsUnheard(in Intent intent) => true;

    /// <summary>How many of the remaining contracts the next price fills, at least one of them.</summary>
    public virtual int FillSize(int remaining) => remaining;

    /// <summary>Whether this fact is lost on its way to us. A query still tells what it told.</summary>
    public virtual bool Loses(in EngineEvent fact) => false;
}
