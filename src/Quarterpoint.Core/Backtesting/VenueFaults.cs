using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>Fault points of the simulated venue: what it answers, what it does all the same, how much it fills. This one has no faults.</summary>
public class VenueFaults
{
    public static readonly VenueFaults None = new();

    public virtual SendOutcome Answer(in Intent intent) => SendOutcome.Accepted;

    /// <summary>Whether an order is accepted and then, by a report, rejected.</summary>
    public virtual bool RejectsAfterAccepting(in Intent intent) => false;

    /// <summary>For an answer of Unknown: whether the venue acted.</summary>
    public virtual bool ActsUnheard(in Intent intent) => true;

    /// <summary>How many of the remaining contracts the next price fills; at least one.</summary>
    public virtual int FillSize(int remaining) => remaining;

    /// <summary>Whether this fact never reaches us by the stream; queries still tell it.</summary>
    public virtual bool Loses(in EngineEvent fact) => false;
}
