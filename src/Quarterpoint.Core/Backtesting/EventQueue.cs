using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>A ring that grows and is then used again, so that a long run allocates nothing.</summary>
internal sealed class EventQueue
{
    private EngineEvent[] _items = new EngineEvent[64];
    private int _head;
    private int _count;

    public void Add(in EngineEvent item)
    {
        if (_count == _items.Length)
            Grow();
        _items[(_head + _count++) & (_items.Length - 1)] = item;
    }

    public bool TryTake(out EngineEvent item)
    {
        if (_count == 0)
        {
            item = default;
            return false;
        }

        item = _items[_head];
        _head = (_head + 1) & (_items.Length - 1);
        _count--;
        return true;
    }

    private void Grow()
    {
        var larger = new EngineEvent[_items.Length * 2];
        for (var i = 0; i < _count; i++)
            larger[i] = _items[(_head + i) & (_items.Length - 1)];
        (_items, _head) = (larger, 0);
    }
}
