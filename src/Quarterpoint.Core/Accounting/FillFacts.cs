using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Accounting;

[Flags]
public enum FillFlags : byte
{
    None = 0,

    /// <summary>The venue took the trade back.</summary>
    Voided = 1,

    /// <summary>No bar printed: booked at the last close, against us (SPEC X5).</summary>
    Booked = 2,

    /// <summary>Filled after the flat-by deadline (SPEC X5).</summary>
    Late = 4,

    /// <summary>Stop and target both lay inside the bar; the stop was taken.</summary>
    Ambiguous = 8,

    /// <summary>The tape ended with the position open.</summary>
    EndOfData = 16,
}

/// <summary>
/// One trade of ours. <see cref="SlippageTicks"/> is how much worse <see cref="Price"/> is than the price the fill model began from;
/// a live venue states none.
/// </summary>
public readonly record struct FillFacts(
    long TradeId,
    long VenueOrderId,
    long Tag,
    Money Fees,
    Price Price,
    int Size,
    short SlippageTicks,
    Side Side,
    FillFlags Flags
)
{
    /// <summary>When the venue says that it happened: a trade told by a query bears its own time. The epoch where it is not told.</summary>
    public Timestamp At { get; init; }
}
