using System.Collections.Immutable;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Trading;

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

/// <summary>The answer to one request. <see cref="Error"/> is the venue's own code, 0 for none.</summary>
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

/// <summary>
/// The venue's word on the position. Its average price may lie off the tick grid: billionths of a point, never a Price (SPEC K2).
/// </summary>
public readonly record struct PositionReportFacts(long RequestId, long AveragePriceNanos, int SignedSize);

/// <summary>The venue's word on the account: its own balance, and whether it may trade.</summary>
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

/// <summary>What was found of an account's risk state at a start.</summary>
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
    /// <summary>
    /// What <see cref="MarketBreakers.Remember"/> gave at the end of an earlier run: what is normal for each minute. Empty where nothing is
    /// remembered.
    /// </summary>
    public ImmutableArray<byte> MarketMemory { get; init; } = [];
}

/// <summary>Who gave an order by hand, and why.</summary>
public sealed record OperatorNote(long CommandId, string Who, string Note);
