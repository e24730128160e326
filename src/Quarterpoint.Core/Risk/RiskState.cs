using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>
/// What must survive a restart, in whole numbers only: balances, the high-water mark, and the latches. Balance B = capital + gross
/// realised P&amp;L - charged costs; equity E = B + open P&amp;L - the cost of closing.
/// </summary>
public sealed record RiskState
{
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required Money Capital { get; init; }

    /// <summary>Realised P&amp;L of earlier runs of this account, at fill prices, less what they were charged.</summary>
    public Money CarriedOver { get; init; }

    /// <summary>The highest equity so far; R4 measures from it.</summary>
    public required Money HighWater { get; init; }

    public LatchSet Latches { get; init; }

    /// <summary>Sessions so far in which money alone stood in the way: a restart every morning must not begin the count anew.</summary>
    public StarvationWatch Starvation { get; init; }

    public static RiskState Fresh(Money capital) => new() { Capital = capital, HighWater = capital };
}

/// <summary>Independent reasons not to trade, each with its own release. The state shown is the strictest of those set.</summary>
[Flags]
public enum Latch : ushort
{
    None = 0,

    /// <summary>The feed is stale or lost, until it heals.</summary>
    Feed = 1,

    /// <summary>The venue says halted or closed, until it opens.</summary>
    Market = 2,

    /// <summary>A hub or REST is down, until it is up.</summary>
    Connection = 4,

    /// <summary>The clock is not to be trusted, until it is.</summary>
    Clock = 8,

    /// <summary>What we decide cannot be made durable: until a restart.</summary>
    Store = 16,

    /// <summary>A person paused entries, until a person resumes.</summary>
    Paused = 32,

    /// <summary>The venue's account may not trade, until it may.</summary>
    AccountBlocked = 64,

    /// <summary>R25: no permitted trade exists; a person reviews.</summary>
    Starved = 128,

    /// <summary>R4, a manual kill, or a known account's state lost: a person reviews.</summary>
    ManualReview = 256,

    /// <summary>R5: for good.</summary>
    Killed = 512,
}

/// <summary>Which latches are set, and since when each.</summary>
public readonly record struct LatchSet(Latch Set, Timestamp Since)
{
    public const Latch Final = Latch.Starved | Latch.ManualReview | Latch.Killed;

    public bool Any => Set != Latch.None;

    public bool IsFinal => (Set & Final) != 0;

    public bool Has(Latch latch) => (Set & latch) != 0;

    public LatchSet With(Latch latch, Timestamp now) => Has(latch) ? this : new LatchSet(Set | latch, Any ? Since : now);

    public LatchSet Without(Latch latch) => new(Set & ~latch, (Set & ~latch) == 0 ? default : Since);
}
