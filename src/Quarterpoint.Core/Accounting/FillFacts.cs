using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Accounting;

/// <summary>What is unusual about a fill.</summary>
[Flags]
public enum FillFlags : byte
{
    None = 0,

    /// <summary>The venue cancelled the trade afterwards.</summary>
    Voided = 1,

    /// <summary>No bar came to fill it, so it was entered at the last close, against us (SPEC X5).</summary>
    Booked = 2,

    /// <summary>Filled after the flat-by time (SPEC X5).</summary>
    Late = 4,

    /// <summary>Stop and target both lay inside the bar; the stop was assumed.</summary>
    Ambiguous = 8,

    /// <summary>The data ended while the position was open.</summary>
    EndOfData = 16,
}

/// <summary>
/// One trade of ours. <see cref="SlippageTicks"/> is how much worse <see cref="Price"/> is than the price that the fill model started from;
/// 0 at a live venue, which does not tell.
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
    /// <summary>When it happened, by the venue's clock; <c>default</c> where the venue does not tell.</summary>
    public Timestamp At { get; init; }
}
