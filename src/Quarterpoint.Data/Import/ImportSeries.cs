using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Data.Import;

/// <summary>The bars of one contract on their way to the store, and what the next row is checked against.</summary>
internal sealed class ImportSeries(string? contract, DataSetWriter writer, bool hasSides)
{
    private const int Batch = 1_024;

    private readonly Bar[] _bars = new Bar[Batch];
    private readonly uint[] _bid = new uint[hasSides ? Batch : 0];
    private readonly uint[] _ask = new uint[hasSides ? Batch : 0];
    private int _count;

    /// <summary>The contract's symbol; null where the source names no contracts.</summary>
    public string? Contract => contract;

    /// <summary>Opening second of the last bar; -1 before the first.</summary>
    public long LastSecond { get; private set; } = -1;

    /// <summary>Builds bars where rows are trades; otherwise null.</summary>
    public BarBuilder? Builder { get; init; }

    /// <summary>The latest time of a trade, which closes bars.</summary>
    public Timestamp Clock { get; set; }

    public long Bars { get; private set; }

    /// <summary>The trading day of the last bar.</summary>
    public FilingDay Day { get; set; }

    /// <summary>The close of the last bar; null at the start of a trading day.</summary>
    public Price? PreviousClose { get; set; }

    public void Add(in Bar bar, uint bidVolume, uint askVolume)
    {
        _bars[_count] = bar;
        if (hasSides)
            (_bid[_count], _ask[_count]) = (bidVolume, askVolume);
        LastSecond = bar.OpenTime;
        Bars++;
        if (++_count == Batch)
            Flush();
    }

    public void Flush()
    {
        var sides = hasSides ? _count : 0;
        writer.Append(contract, _bars.AsSpan(0, _count), _bid.AsSpan(0, sides), _ask.AsSpan(0, sides));
        _count = 0;
    }
}
