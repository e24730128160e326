using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Backtesting;

/// <summary>
/// Stop and target that the venue itself places when an entry fills, at the distances that the entry named. They grow with each part that
/// fills, and one cancels the other.
/// </summary>
internal sealed class NativeBrackets(VenueOrders orders, VenueOutbox outbox)
{
    /// <param name="entry">A copy: the filled entry's own slot may be taken by its first child.</param>
    /// <param name="filledAt">The price, slippage included.</param>
    /// <param name="size">Of the part that filled.</param>
    /// <param name="time">When it filled; the children work from then on.</param>
    /// <param name="bornInPathOf">The bar inside whose path the children are born, or 0.</param>
    public void Grow(VenueOrder entry, Price filledAt, int size, Timestamp time, long bornInPathOf)
    {
        var sign = entry.Side.Sign();
        Grow(entry, OrderRole.Stop, OrderType.Stop, filledAt - (entry.Stop * sign), size, time, bornInPathOf);
        if (entry.Target.Count > 0)
            Grow(entry, OrderRole.Target, OrderType.Limit, filledAt + (entry.Target * sign), size, time, bornInPathOf);
    }

    /// <summary>One cancels the other, and one that fills in part shrinks the other.</summary>
    public void Shrink(in VenueOrder filled, int size, Timestamp time)
    {
        var (id, parentId) = (filled.Id, filled.ParentId);
        foreach (ref var sibling in orders.Slots)
        {
            if (!sibling.IsWorking || sibling.ParentId != parentId || sibling.Id == id)
                continue;
            if (sibling.Remaining <= size)
                orders.End(ref sibling, VenueOrderStatus.Cancelled);
            else
                sibling.Size -= size;
            outbox.Report(sibling, time);
        }
    }

    private void Grow(in VenueOrder entry, OrderRole role, OrderType type, Price level, int size, Timestamp time, long bornInPathOf)
    {
        foreach (ref var child in orders.Slots)
        {
            if (!child.IsWorking || child.ParentId != entry.Id || child.Role != role)
                continue;
            child.Size += size;
            outbox.Report(child, time);
            return;
        }

        ref var born = ref orders.Add(
            new VenueOrder
            {
                ParentId = entry.Id,
                Role = role,
                Type = type,
                Side = entry.Side.Opposite(),
                Price = level,
                Size = size,
                ActiveFrom = time,
                BornInPathOf = bornInPathOf,
            }
        );
        outbox.Report(born, time);
    }
}
