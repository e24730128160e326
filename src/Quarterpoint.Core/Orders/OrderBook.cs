namespace Quarterpoint.Core.Orders;

/// <summary>
/// Our own orders: the live ones and the latest that have ended, because a late fill still applies to an order believed dead. It holds at
/// most <see cref="Capacity"/> at once; a scalper with one position needs four.
/// </summary>
internal sealed class OrderBook
{
    public const int Capacity = 16;

    private readonly Order[] _orders = new Order[Capacity];

    /// <summary>The slot last taken for each role, which is nearly always the one that is looked for.</summary>
    private readonly int[] _latest = new int[(int)OrderRole.Foreign + 1];
    private int _nextSlot;

    /// <summary>How many slots have ever been used; the later ones are empty.</summary>
    private int _used;

    public int LiveCount
    {
        get
        {
            var count = 0;
            for (var i = 0; i < _used; i++)
                count += _orders[i].IsLive ? 1 : 0;
            return count;
        }
    }

    public int SlotCount => _used;

    /// <summary>Whether every order has ended and its outcome is known. Only then may an entry be sent.</summary>
    public bool AreSettled
    {
        get
        {
            for (var i = 0; i < _used; i++)
            {
                if (!_orders[i].IsSettled)
                    return false;
            }

            return true;
        }
    }

    /// <summary>Whether the venue has reported a fill that has not arrived: our count of the position is then wrong.</summary>
    public bool AnyMissesFill
    {
        get
        {
            for (var i = 0; i < _used; i++)
            {
                if (_orders[i].MissesFill)
                    return true;
            }

            return false;
        }
    }

    public bool AnyUnknown
    {
        get
        {
            for (var i = 0; i < _used; i++)
            {
                if (_orders[i].Certainty == Certainty.Unknown)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Every slot ever used.</summary>
    public ReadOnlySpan<Order> All => _orders.AsSpan(0, _used);

    public ref Order this[int slot] => ref _orders[slot];

    /// <summary>Puts a new order into an empty slot, or into the one whose order ended longest ago.</summary>
    /// <exception cref="InvariantException">All slots hold live orders.</exception>
    public void Add(in Order order)
    {
        for (var tried = 0; tried < Capacity; tried++)
        {
            var slot = _nextSlot;
            _nextSlot = (_nextSlot + 1) % Capacity;
            if (_orders[slot].IsLive)
                continue;
            if (slot >= _used)
                _used = slot + 1;
            _orders[slot] = order;
            _latest[(int)order.Role] = slot;
            return;
        }

        throw new InvariantException($"more than {Capacity} orders are live at once");
    }

    /// <summary>Slot of the live order in that role, or -1.</summary>
    public int FindLive(OrderRole role)
    {
        var latest = _latest[(int)role];
        if (_orders[latest].Role == role && _orders[latest].IsLive)
            return latest;
        for (var i = 0; i < _used; i++)
        {
            if (_orders[i].Role == role && _orders[i].IsLive)
                return i;
        }

        return -1;
    }

    /// <summary>Slot of the order that the request was about, or -1.</summary>
    public int FindRequest(long requestId)
    {
        foreach (var slot in _latest)
        {
            if (_orders[slot].RequestId == requestId)
                return slot;
        }

        for (var i = 0; i < _used; i++)
        {
            if (_orders[i].RequestId == requestId)
                return i;
        }

        return -1;
    }

    /// <summary>Slot of the order with our tag, or -1.</summary>
    public int FindTag(long tag)
    {
        for (var i = 0; i < _used; i++)
        {
            if (_orders[i].Tag == tag)
                return i;
        }

        return -1;
    }

    /// <summary>
    /// Slot of the order that the venue speaks of, or -1 where it is not ours. It is found by the venue's id, else by our tag, else, for a
    /// native bracket's child that is reported for the first time, by its parent and type.
    /// </summary>
    public int Find(long venueOrderId, long tag, long parentVenueOrderId, OrderType type)
    {
        if (venueOrderId != 0)
        {
            foreach (var slot in _latest)
            {
                if (_orders[slot].VenueOrderId == venueOrderId)
                    return slot;
            }
        }

        for (var i = 0; i < _used; i++)
        {
            if (venueOrderId != 0 && _orders[i].VenueOrderId == venueOrderId)
                return i;
        }

        if (tag != 0 && FindTag(tag) is >= 0 and var tagged)
            return tagged;
        if (parentVenueOrderId == 0)
            return -1;
        var parent = Find(parentVenueOrderId, 0, 0, OrderType.None);
        if (parent < 0)
            return -1;
        var role = type == OrderType.Stop ? OrderRole.Stop : OrderRole.Target;
        for (var i = 0; i < _used; i++)
        {
            ref var child = ref _orders[i];
            var isExpected = child.Origin == OrderOrigin.BornOfEntry && (child.IsLive || child.IsEndPresumed);
            if (isExpected && child.VenueOrderId == 0 && child.ParentTag == _orders[parent].Tag && child.Role == role)
                return i;
        }

        return -1;
    }

    public void Archive(StateArchive archive)
    {
        archive.Value(ref _nextSlot);
        archive.Value(ref _used);
        archive.Values(_latest.AsSpan());
        archive.Values(_orders.AsSpan());
    }
}
