using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// What the engine wants done. Flattening is no intent: it is a state of the engine that emits these until the venue proves it.
/// </summary>
public enum IntentKind : byte
{
    None,
    Enter,
    PlaceProtection,
    PlaceExit,
    Modify,
    Cancel,
    ClosePosition,
    Query,
    RequestBars,
    Alarm,
}

public enum QueryKind : byte
{
    None,
    Order,
    OpenOrders,
    Position,
    Trades,
    Account,
}

/// <summary>
/// One request, flat like the events that cause it. Order intents carry the engine's own <see cref="Tag"/>; stop and target of an Enter
/// are distances from its fill. Prices are levels of PlaceProtection, Modify, and limit entries.
/// </summary>
public readonly record struct Intent
{
    public IntentKind Kind { get; init; }

    public byte Contract { get; init; }

    public OrderRole Role { get; init; }

    public OrderType Type { get; init; }

    public Side Side { get; init; }

    public QueryKind Query { get; init; }

    public Rule Rule { get; init; }

    /// <summary>Whether it can only make the position larger. The host drops these, and only these, when its store fails.</summary>
    public bool RaisesRisk { get; init; }

    public int Size { get; init; }

    public Price Price { get; init; }

    public Ticks Stop { get; init; }

    public Ticks Target { get; init; }

    public long RequestId { get; init; }

    /// <summary>Seq of the event that caused it.</summary>
    public long Cause { get; init; }

    public long Tag { get; init; }

    /// <summary>The venue's id of the order to modify, cancel, or query; 0 while it is not known.</summary>
    public long VenueOrderId { get; init; }

    /// <summary>Tag of the entry that a protective order belongs to; orders with one parent cancel each other.</summary>
    public long ParentTag { get; init; }
}

/// <summary>The intents of one event, in order. The host empties it; it grows once and is then reused.</summary>
public sealed class IntentBuffer
{
    private Intent[] _items = new Intent[16];

    public int Count { get; private set; }

    public ref readonly Intent this[int index] => ref _items[index];

    public void Add(in Intent intent)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, Count * 2);
        _items[Count++] = intent;
    }

    public void Clear() => Count = 0;
}
