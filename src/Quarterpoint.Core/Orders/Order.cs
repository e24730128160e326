using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Orders;

/// <summary>How an order is priced.</summary>
public enum OrderType : byte
{
    None,
    Market,
    Limit,
    Stop,
}

/// <summary>What an order is for.</summary>
public enum OrderRole : byte
{
    None,
    Entry,
    Stop,
    Target,
    Exit,

    /// <summary>Not ours: placed by a person or by another program.</summary>
    Foreign,
}

/// <summary>An order's state as the venue reports it.</summary>
public enum VenueOrderStatus : byte
{
    None,
    Pending,
    Working,
    Suspended,
    PendingCancellation,
    Filled,
    Cancelled,
    Expired,
    Rejected,
}

/// <summary>How far an order has come. Saved states hold the numbers, so a number never changes its meaning.</summary>
public enum Lifecycle : byte
{
    None,

    /// <summary>A native bracket's child that the venue is expected to create and has not reported yet.</summary>
    Created,
    Sent = 3,
    Working,
    Suspended,
    PartlyFilled,
    Filled,
    Cancelled,
    Expired,
    Rejected,
    NotSent,

    /// <summary>Missing from two complete snapshots. A fill for it is still applied.</summary>
    PresumedDead,
}

/// <summary>The change that was sent for an order and is not confirmed yet.</summary>
public enum PendingChange : byte
{
    None,
    Modify,
    Cancel,
}

/// <summary>Whether the state of an order is known.</summary>
public enum Certainty : byte
{
    Known,

    /// <summary>A request was sent at <see cref="Order.UnknownSince"/>, and its outcome is not known.</summary>
    Unknown,
}

/// <summary>How an order came to exist at the venue, and so how much of it we know.</summary>
public enum OrderOrigin
{
    /// <summary>We placed it, under our tag.</summary>
    Placed,

    /// <summary>Closes the whole position at the venue, whatever its size; our size is only what we believe it to be.</summary>
    Close,

    /// <summary>Closes a position that the account holds and we did not open; its fills are not booked.</summary>
    CloseUnknown,

    /// <summary>Created by the venue when the entry fills: the child of a native bracket, without a tag of ours.</summary>
    BornOfEntry,
}

/// <summary>
/// One order. Its state has several independent parts (lifecycle, pending change, certainty), because an order can be working, waiting for
/// a cancel, and unknown at once.
/// </summary>
public struct Order
{
    /// <summary>Our own number for the order. The venue knows it only for an order that we placed.</summary>
    public long Tag;
    public long VenueOrderId;

    /// <summary>For a protective order: the tag of its entry.</summary>
    public long ParentTag;

    /// <summary>The latest request about it that has not been answered; 0: none.</summary>
    public long RequestId;

    /// <summary>
    /// Number of the event that last sent or reported something about it. A snapshot requested before that event says nothing about the
    /// order.
    /// </summary>
    public long FactSeq;
    public Timestamp SentAt;
    public Timestamp UnknownSince;

    /// <summary>The venue's time of the newest report; older reports are ignored. <c>default</c>: none has come.</summary>
    public Timestamp ReportedAt;
    public Price Price;
    public Price PendingPrice;
    public int Size;
    public int Filled;

    /// <summary>
    /// Contracts filled according to the venue's reports: more than <see cref="Filled"/> while a fill itself has not arrived.
    /// </summary>
    public int Told;
    public int PendingSize;

    /// <summary>For an entry: the distance of its stop from the fill.</summary>
    public Ticks Stop;

    /// <summary>For an entry: the distance of its target from the fill.</summary>
    public Ticks Target;

    /// <summary>Complete snapshots in a row that did not contain it.</summary>
    public int Absences;
    public OrderOrigin Origin;
    public OrderRole Role;
    public OrderType Type;
    public Side Side;
    public Lifecycle Lifecycle;
    public PendingChange Pending;
    public Certainty Certainty;
    public Rule Rule;
    public byte Contract;

    /// <summary>Whether it has ended, in whatever way.</summary>
    public readonly bool IsTerminal => Lifecycle is Lifecycle.None or >= Lifecycle.Filled;

    public readonly bool IsLive => !IsTerminal;

    /// <summary>Whether the venue has reported that it works.</summary>
    public readonly bool IsConfirmed => Lifecycle is Lifecycle.Working or Lifecycle.PartlyFilled;

    /// <summary>Contracts not filled yet.</summary>
    public readonly int Remaining => Size - Filled;

    /// <summary>Whether the venue reports more filled contracts than fills have arrived for.</summary>
    public readonly bool MissesFill => Told > Filled;

    /// <summary>Whether it has ended and its outcome is known.</summary>
    public readonly bool IsSettled => IsTerminal && Certainty == Certainty.Known;

    /// <summary>
    /// Whether we only conclude that it has ended: as far as we know it was not sent, or snapshots no longer contain it, or it is a child
    /// that the venue never reported. A report that it works revives it; an end that the venue reported is final.
    /// </summary>
    public readonly bool IsEndPresumed =>
        IsTerminal && Remaining > 0 && (Lifecycle is Lifecycle.PresumedDead or Lifecycle.NotSent || ReportedAt == default);
}
