using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Orders;

public enum OrderType : byte
{
    None,
    Market,
    Limit,
    Stop,
}

public enum OrderRole : byte
{
    None,
    Entry,
    Stop,
    Target,
    Exit,

    /// <summary>Not ours: a person's, or another program's.</summary>
    Foreign,
}

/// <summary>An order's state as the venue words it.</summary>
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

/// <summary>How far an order has come.</summary>
public enum Lifecycle : byte
{
    None,

    /// <summary>Known to us, expected of the venue (a native bracket's child), not yet seen.</summary>
    Created,

    /// <summary>Durable, not yet sent.</summary>
    Committed,
    Sent,
    Working,
    Suspended,
    PartlyFilled,
    Filled,
    Cancelled,
    Expired,
    Rejected,
    NotSent,

    /// <summary>Absent from two complete snapshots. A fill for it would still be applied.</summary>
    PresumedDead,
}

public enum PendingChange : byte
{
    None,
    Modify,
    Cancel,
}

public enum Certainty : byte
{
    Known,

    /// <summary>Asked and not heard since <see cref="Order.UnknownSince"/>.</summary>
    Unknown,
}

/// <summary>How an order comes to be at the venue, and so what it shares with ours.</summary>
public enum OrderOrigin
{
    /// <summary>Placed as asked, under our tag.</summary>
    Placed,

    /// <summary>The close of a position: for as many as the account holds. Our size is only what we think that is.</summary>
    Close,

    /// <summary>The close of a position that the account holds and we do not count: its fills are not ours to book.</summary>
    CloseUnknown,

    /// <summary>Made by the venue itself when its entry fills: a native bracket's child, which bears no tag of ours.</summary>
    BornOfEntry,
}

/// <summary>One order as facets, because an order can be working, waiting for a cancel, and unknown at once.</summary>
public struct Order
{
    public long Tag;
    public long VenueOrderId;
    public long ParentTag;
    public long RequestId;

    /// <summary>Seq of the event that last sent or told something about it: a snapshot asked for before cannot speak of it.</summary>
    public long FactSeq;
    public Timestamp SentAt;
    public Timestamp UnknownSince;

    /// <summary>The venue's time of the newest report applied; older ones are ignored.</summary>
    public Timestamp ReportedAt;
    public Price Price;
    public Price PendingPrice;
    public int Size;
    public int Filled;

    /// <summary>How many the venue's reports say are filled: more than <see cref="Filled"/> while a fill has not been told.</summary>
    public int Told;
    public int PendingSize;
    public Ticks Stop;
    public Ticks Target;

    /// <summary>Complete answers in a row that did not name it.</summary>
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

    public readonly bool IsTerminal => Lifecycle is Lifecycle.None or >= Lifecycle.Filled;

    public readonly bool IsLive => !IsTerminal;

    public readonly bool IsConfirmed => Lifecycle is Lifecycle.Working or Lifecycle.PartlyFilled;

    public readonly int Remaining => Size - Filled;

    public readonly bool MissesFill => Told > Filled;

    /// <summary>Nothing about it is open: it has ended, and nobody doubts how.</summary>
    public readonly bool IsSettled => IsTerminal && Certainty == Certainty.Known;

    /// <summary>
    /// Whether its end is only our conclusion: it was not sent as far as we know, or is not named any more, or is a child that nobody saw.
    /// The venue's word that it works brings it back; an end that the venue itself told is final.
    /// </summary>
    public readonly bool IsEndPresumed =>
        IsTerminal && Remaining > 0 && (Lifecycle is Lifecycle.PresumedDead or Lifecycle.NotSent || ReportedAt == default);
}
