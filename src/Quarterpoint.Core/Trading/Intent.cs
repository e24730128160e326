using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// What the engine wants done. There is no intent to flatten: flattening is a state of the engine, which emits these until the venue
/// proves that nothing is left.
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

/// <summary>What a query asks the venue.</summary>
public enum QueryKind : byte
{
    None,
    Order,
    OpenOrders,
    Position,
    Trades,
    Account,
}

/// <summary>Where an intent comes from: every intent carries it.</summary>
/// <param name="Rule">The rule by which the engine decided.</param>
/// <param name="Contract">The contract that it is about, as events number them.</param>
/// <param name="RequestId">The engine's own number of this request; the venue's answer names it.</param>
/// <param name="Seq">Sequence number of the event that caused it.</param>
public readonly record struct IntentCause(Rule Rule, byte Contract, long RequestId, long Seq);

/// <summary>
/// One request, flat like the events that cause it. Order intents carry the engine's own <see cref="Tag"/>; stop and target of an Enter
/// are distances from its fill. Prices are levels of PlaceProtection, Modify, and limit entries. There is one way to make each kind, and
/// nothing about an intent can be changed afterwards: an Enter exists only where a <see cref="RiskGate"/> has approved the entry, and only
/// at the size that it approved. <c>default</c> asks for nothing.
/// </summary>
public readonly record struct Intent
{
    public IntentKind Kind { get; private init; }

    public byte Contract { get; private init; }

    public OrderRole Role { get; private init; }

    public OrderType Type { get; private init; }

    public Side Side { get; private init; }

    public QueryKind Query { get; private init; }

    public Rule Rule { get; private init; }

    /// <summary>Whether it can only make the position larger. The host drops these, and only these, when its store fails.</summary>
    public bool RaisesRisk => Kind == IntentKind.Enter;

    /// <summary>In contracts.</summary>
    public int Size { get; private init; }

    public Price Price { get; private init; }

    /// <summary>For an Enter, how far beyond its fill the stop lies.</summary>
    public Ticks Stop { get; private init; }

    /// <summary>For an Enter, how far beyond its fill the target lies; 0 for none.</summary>
    public Ticks Target { get; private init; }

    /// <summary>The engine's own number of this request; the venue's answer names it.</summary>
    public long RequestId { get; private init; }

    /// <summary>Sequence number of the event that caused it.</summary>
    public long Cause { get; private init; }

    /// <summary>The engine's own name of the order; 0 where the intent is about none.</summary>
    public long Tag { get; private init; }

    /// <summary>The venue's id of the order to modify, cancel, or query; 0 while it is not known.</summary>
    public long VenueOrderId { get; private init; }

    /// <summary>Tag of the entry that a protective order belongs to; orders with one parent cancel each other.</summary>
    public long ParentTag { get; private init; }

    /// <summary>Opens a position. A <c>default</c> entry was approved by nobody and is a broken invariant.</summary>
    /// <param name="cause">Where it comes from.</param>
    /// <param name="entry">What the gate approved: side, size, stop, and target are taken from here and from nowhere else.</param>
    /// <param name="type">Market or limit.</param>
    /// <param name="price">The limit; not read for a market order.</param>
    /// <param name="tag">The new order's name.</param>
    public static Intent Enter(in IntentCause cause, in ApprovedEntry entry, OrderType type, Price price, long tag)
    {
        Require.That(entry.Size > 0, "an entry leaves only where the risk gate approved it");
        return From(IntentKind.Enter, cause) with
        {
            Role = OrderRole.Entry,
            Type = type,
            Side = entry.Side,
            Size = entry.Size,
            Stop = entry.Stop,
            Target = entry.Target,
            Price = price,
            Tag = tag,
        };
    }

    /// <summary>Places the stop or the target of an entry that has filled.</summary>
    public static Intent PlaceProtection(in IntentCause cause, OrderRole role, Side side, int size, Price level, long tag, long parentTag)
    {
        Require.That(role is OrderRole.Stop or OrderRole.Target, "protection is a stop or a target");
        return From(IntentKind.PlaceProtection, cause) with
        {
            Role = role,
            Type = role == OrderRole.Stop ? OrderType.Stop : OrderType.Limit,
            Side = side,
            Size = size,
            Price = level,
            Tag = tag,
            ParentTag = parentTag,
        };
    }

    /// <summary>Leaves at the market with an order of our own.</summary>
    public static Intent PlaceExit(in IntentCause cause, Side side, int size, long tag) =>
        Leave(IntentKind.PlaceExit, cause, side, size, tag);

    /// <summary>Asks the venue to close what it holds of this contract.</summary>
    public static Intent ClosePosition(in IntentCause cause, Side side, int size, long tag) =>
        Leave(IntentKind.ClosePosition, cause, side, size, tag);

    /// <summary>Gives a working order another price and size.</summary>
    public static Intent Modify(in IntentCause cause, in Order order, Price price, int size) =>
        About(IntentKind.Modify, cause, order) with
        {
            Price = price,
            Size = size,
        };

    public static Intent Cancel(in IntentCause cause, in Order order) => About(IntentKind.Cancel, cause, order);

    /// <summary>Cancels an order of which only the venue's id is known.</summary>
    public static Intent Cancel(in IntentCause cause, long venueOrderId) =>
        From(IntentKind.Cancel, cause) with
        {
            VenueOrderId = venueOrderId,
        };

    /// <summary>Asks the venue what it knows.</summary>
    /// <param name="cause">Where it comes from.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="tag">Our name of the order that is asked about; 0 for all.</param>
    /// <param name="venueOrderId">The venue's id of it; 0 where it is not known.</param>
    public static Intent Ask(in IntentCause cause, QueryKind query, long tag = 0, long venueOrderId = 0) =>
        From(IntentKind.Query, cause) with
        {
            Query = query,
            Tag = tag,
            VenueOrderId = venueOrderId,
        };

    /// <summary>Calls a person.</summary>
    public static Intent Alarm(in IntentCause cause) => From(IntentKind.Alarm, cause);

    /// <summary>
    /// Reads an intent back that an engine once made and a journal holds: to compare it with what the engine makes again, or to send it
    /// where it was committed and never sent. This is the one way to an Enter that does not pass the gate, because it passed it when it was
    /// made; it is for the journal's codec alone, and a convention test says so.
    /// </summary>
    /// <exception cref="InvalidDataException">What is written of its risk contradicts its kind.</exception>
    public static Intent FromJournal(in JournalledIntent written)
    {
        var intent = new Intent
        {
            Kind = written.Kind,
            Contract = written.Contract,
            Role = written.Role,
            Type = written.Type,
            Side = written.Side,
            Query = written.Query,
            Rule = written.Rule,
            Size = written.Size,
            Price = written.Price,
            Stop = written.Stop,
            Target = written.Target,
            RequestId = written.RequestId,
            Cause = written.Cause,
            Tag = written.Tag,
            VenueOrderId = written.VenueOrderId,
            ParentTag = written.ParentTag,
        };
        return intent.RaisesRisk == written.RaisesRisk
            ? intent
            : throw new InvalidDataException(
                $"An intent of kind {intent.Kind} is written with RaisesRisk {written.RaisesRisk}; {intent.RaisesRisk} was expected."
            );
    }

    /// <summary>As a journal holds it.</summary>
    public JournalledIntent ToJournal() =>
        new()
        {
            Kind = Kind,
            Contract = Contract,
            Role = Role,
            Type = Type,
            Side = Side,
            Query = Query,
            Rule = Rule,
            RaisesRisk = RaisesRisk,
            Size = Size,
            Price = Price,
            Stop = Stop,
            Target = Target,
            RequestId = RequestId,
            Cause = Cause,
            Tag = Tag,
            VenueOrderId = VenueOrderId,
            ParentTag = ParentTag,
        };

    private static Intent From(IntentKind kind, in IntentCause cause) =>
        new()
        {
            Kind = kind,
            Rule = cause.Rule,
            Contract = cause.Contract,
            RequestId = cause.RequestId,
            Cause = cause.Seq,
        };

    private static Intent Leave(IntentKind kind, in IntentCause cause, Side side, int size, long tag) =>
        From(kind, cause) with
        {
            Role = OrderRole.Exit,
            Type = OrderType.Market,
            Side = side,
            Size = size,
            Tag = tag,
        };

    private static Intent About(IntentKind kind, in IntentCause cause, in Order order) =>
        From(kind, cause) with
        {
            Role = order.Role,
            Type = order.Type,
            Side = order.Side,
            Tag = order.Tag,
            VenueOrderId = order.VenueOrderId,
        };
}

/// <summary>The intents of one event, in order. Its host empties it before each event; it grows when it must and is then reused.</summary>
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
