using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Data.Import;

/// <summary>The bars of one contract on their way into the store, with what is needed to judge the next row by.</summary>
internal sealed class ImportSeries(string? contract, DataSetWriter writer, bool hasSides)
{
    private const int Batch = 1_024;

    private readonly Bar[] _bars = new Bar[Batch];
    private readonly uint[] _bid = new uint[hasSides ? Batch : 0];
    private readonly uint[] _ask = new uint[hasSides ? Batch : 0];
    private int _count;

    /// <summary>Null for a series whose source names no contract.</summary>
    public string? Contract => contract;

    /// <summary>Opening second of the last bar; -1 before the first.</summary>
    public long LastSecond { get; private set; } = -1;

    /// <summary>Where rows are trades.</summary>
    public BarBuilder? Builder { get; init; }

    /// <summary>Time of the latest trade, which is the clock that closes bars.</summary>
    public Timestamp Clock { get; set; }

    public long Bars { get; private set; }

    /// <summary>Session and close of the bar before, to measure a jump by.</summary>
    public FilingDay Day { get; set; }

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
