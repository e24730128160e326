using System.Collections.Immutable;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// A model's probabilities for the bar stamped <see cref="BarOpenTime"/>, in whole millionths: as floats 0.7f >= 0.7 would be false.
/// Move and volatility are in thousandths of a tick.
/// </summary>
public readonly record struct ForecastFacts(uint BarOpenTime, int Down, int Flat, int Up, int MoveMilliTicks, int VolatilityMilliTicks)
{
    /// <summary>
    /// The lower bound of the probability that the likelier side comes true, as the validation part showed it, in millionths; never above that
    /// probability, and 0 where nothing was shown. Gate and size use it by default (SPEC R10).
    /// </summary>
    public int LowerBound { get; init; }
}

/// <summary>What came back from one request.</summary>
public enum SendOutcome : byte
{
    /// <summary>The venue took the request. For an order this is not yet a fill, nor a promise of one.</summary>
    Accepted,

    /// <summary>The venue answered no: the request changed nothing.</summary>
    Refused,

    /// <summary>The bytes never left this machine.</summary>
    NotSent,

    /// <summary>Asked and not heard: the venue may have acted. Only evidence ends this (SPEC N4).</summary>
    Unknown,
}

public readonly record struct SendResultFacts(long RequestId, SendOutcome Outcome, long VenueOrderId, int Error);

/// <summary>An order as the venue shows it, from its stream or from a query. <see cref="Tag"/> is 0 where the venue gives none.</summary>
public readonly record struct OrderReportFacts(
    long VenueOrderId,
    long Tag,
    long ParentVenueOrderId,
    long LinkedVenueOrderId,
    Price Price,
    int Size,
    int Filled,
    VenueOrderStatus Status,
    OrderType Type,
    Side Side
);

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

/// <summary>The venue's word on the position. Its average price may lie off the tick grid: billionths of a point, never a Price (SPEC K2).</summary>
public readonly record struct PositionReportFacts(long RequestId, long AveragePriceNanos, int SignedSize);

public readonly record struct AccountReportFacts(Money Balance, bool CanTrade);

/// <summary>
/// What the venue holds, as one answer. It says nothing about what happened after it was asked for, and an incomplete one proves no
/// absence.
/// </summary>
public sealed record VenueSnapshot(
    long RequestId,
    long RequestedAtSeq,
    bool IsComplete,
    ImmutableArray<OrderReportFacts> WorkingOrders,
    int SignedPosition,
    ImmutableArray<FillFacts> Trades
);

public enum RiskRecord : byte
{
    /// <summary>A first start, or a fresh life of a backtest.</summary>
    Fresh,

    Restored,

    /// <summary>A known account whose state is gone.</summary>
    Missing,

    Damaged,
}

/// <summary>What the data and the venue can do; what is not declared is reported as inactive, never assumed.</summary>
[Flags]
public enum Capabilities : byte
{
    None = 0,
    Quotes = 1,
    Volume = 2,
    NativeBrackets = 4,
}

/// <summary>The first event of every run. <see cref="Epoch"/> grows with every start, so that no tag is used twice.</summary>
public sealed record StartFacts(RiskRecord Record, RiskState? Risk, int Epoch, Capabilities Capabilities)
{
    /// <summary>What <see cref="MarketBreakers.Remember"/> gave at the end of an earlier run: what is normal for each minute. Empty where nothing is remembered.</summary>
    public ImmutableArray<byte> MarketMemory { get; init; } = [];
}

/// <summary>Who gave an order by hand, and why.</summary>
public sealed record OperatorNote(long CommandId, string Who, string Note);
