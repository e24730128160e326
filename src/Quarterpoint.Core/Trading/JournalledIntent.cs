using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// An intent as it stands written in a journal: plain values that permit nothing and are sent nowhere. Only
/// <see cref="Intent.FromJournal"/> makes an <see cref="Intent"/> of it.
/// </summary>
public readonly record struct JournalledIntent
{
    public required IntentKind Kind { get; init; }

    public byte Contract { get; init; }

    public OrderRole Role { get; init; }

    public OrderType Type { get; init; }

    public Side Side { get; init; }

    public QueryKind Query { get; init; }

    public Rule Rule { get; init; }

    /// <summary>As written; it follows from the kind, and anything else is damage.</summary>
    public required bool RaisesRisk { get; init; }

    public int Size { get; init; }

    public Price Price { get; init; }

    public Ticks Stop { get; init; }

    public Ticks Target { get; init; }

    public long RequestId { get; init; }

    public long Cause { get; init; }

    public long Tag { get; init; }

    public long VenueOrderId { get; init; }

    public long ParentTag { get; init; }
}
