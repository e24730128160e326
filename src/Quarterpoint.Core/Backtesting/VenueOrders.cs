using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>One order as the simulated venue keeps it.</summary>
internal struct VenueOrder
{
    public long Id;

    /// <summary>What we called it; 0 for what the venue placed by itself.</summary>
    public long Tag;

    /// <summary>The entry whose bracket it belongs to; 0 for every other order.</summary>
    public long ParentId;

    /// <summary>The first bar whose open a market order can meet, counted as the venue counts bars.</summary>
    public long EligibleBar;

    /// <summary>The bar inside which it was born, where only a part of that bar can have reached it; else 0.</summary>
    public long BornInPathOf;

    /// <summary>When it takes effect: our request was under way until then.</summary>
    public Timestamp ActiveFrom;

    public Price Price;
    public int Size;
    public int Filled;

    /// <summary>Distances of the bracket from the fill of a native entry.</summary>
    public Ticks Stop;

    public Ticks Target;
    public OrderRole Role;
    public OrderType Type;
    public Side Side;
    public VenueOrderStatus Status;

    /// <summary>Closes whatever is held when it fills, at most its own size.</summary>
    public bool ClosesPosition;

    public readonly bool IsWorking => Status == VenueOrderStatus.Working;

    public readonly int Remaining => Size - Filled;

    public readonly OrderReportFacts ToReport() => new(Id, Tag, ParentId, 0, Price, Size, Filled, Status, Type, Side);
}

/// <summary>
/// The orders that work at the simulated venue, and the band of prices inside which a bar reaches none of them. Slots are used again: a
/// reference to an order that has ended is good only until the next one is added.
/// </summary>
internal sealed class VenueOrders
{
    private const int Capacity = 32;

    private readonly VenueOrder[] _slots = new VenueOrder[Capacity];
    private int _used;
    private long _lastId = 1_000_000;

    /// <summary>A bar that stays strictly between the nearest resting orders fills none of them.</summary>
    private Price _bandLow = new(int.MinValue);

    private Price _bandHigh = new(int.MaxValue);

    /// <summary>How many orders work, of every type.</summary>
    public int Working { get; private set; }

    /// <summary>How many market orders wait for a bar's open.</summary>
    public int WaitingMarket { get; private set; }

    /// <summary>
    /// The slots up to the last order that works; orders that have ended lie among them. Mostly two or three: this is gone through at every
    /// fill, and whenever a stop trails.
    /// </summary>
    public Span<VenueOrder> Slots => _slots.AsSpan(0, _used);

    /// <summary>Whether that bar could fill anything.</summary>
    public bool CanFillIn(in Bar bar) => WaitingMarket > 0 || bar.Low <= _bandLow || bar.High >= _bandHigh;

    /// <summary>Adds an order that works from now on, and numbers it.</summary>
    public ref VenueOrder Add(in VenueOrder order)
    {
        for (var i = 0; i < Capacity; i++)
        {
            ref var slot = ref _slots[i];
            if (slot.IsWorking)
                continue;
            slot = order;
            slot.Id = ++_lastId;
            slot.Status = VenueOrderStatus.Working;
            _used = Math.Max(_used, i + 1);
            Working++;
            if (slot.Type == OrderType.Market)
                WaitingMarket++;
            else
                DrawBand();
            return ref slot;
        }

        throw new InvariantException($"more than {Capacity} orders work at the simulated venue");
    }

    /// <summary>Changes a working order's price and size.</summary>
    public void Modify(ref VenueOrder order, Price price, int size)
    {
        (order.Price, order.Size) = (price, size);
        DrawBand();
    }

    /// <summary>Ends a working order.</summary>
    public void End(ref VenueOrder order, VenueOrderStatus status)
    {
        order.Status = status;
        while (_used > 0 && !_slots[_used - 1].IsWorking)
            _used--;
        Working--;
        if (order.Type == OrderType.Market)
            WaitingMarket--;
        else
            DrawBand();
    }

    /// <summary>
    /// The slot of the working order that a request means, by the venue's id where it names one, else by our tag; -1 where none works.
    /// </summary>
    public int Find(in Intent intent)
    {
        for (var i = 0; i < _used; i++)
        {
            ref var order = ref _slots[i];
            if (!order.IsWorking)
                continue;
            if (intent.VenueOrderId != 0 ? order.Id == intent.VenueOrderId : order.Tag != 0 && order.Tag == intent.Tag)
                return i;
        }

        return -1;
    }

    private void DrawBand()
    {
        (_bandLow, _bandHigh) = (new Price(int.MinValue), new Price(int.MaxValue));
        foreach (ref var order in Slots)
        {
            if (!order.IsWorking || order.Type == OrderType.Market)
                continue;
            var isBelow = (order.Type == OrderType.Stop) == (order.Side == Side.Sell);
            if (isBelow)
                _bandLow = Price.Max(_bandLow, order.Price);
            else
                _bandHigh = Price.Min(_bandHigh, order.Price);
        }
    }
}
