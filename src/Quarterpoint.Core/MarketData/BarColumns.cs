using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>Consecutive rows of one contract. Adjusted price = raw price + <see cref="Adjustment"/> (SPEC D6).</summary>
public readonly record struct ContractSegment(int FirstRow, int RowCount, string Contract, Ticks Adjustment)
{
    /// <summary>The row after the last.</summary>
    public int EndRow => FirstRow + RowCount;
}

/// <summary>
/// Consecutive rows of one session; <paramref name="Segment"/> is the place of their contract in <see cref="BarColumns.Segments"/>. A
/// session never spans two chunks or two contracts.
/// </summary>
public readonly record struct SessionRows(int FirstRow, int RowCount, TradingSession Session, int Segment)
{
    /// <summary>The row after the last.</summary>
    public int EndRow => FirstRow + RowCount;
}

/// <summary>
/// Bars in columns, one array for each: times in Unix seconds of each bar's open, prices in raw (unadjusted) ticks. A column that the
/// source lacks is null, never zeros. Arrays may be longer than <see cref="Count"/>.
/// </summary>
public sealed class BarColumns
{
    public required int BarSeconds { get; init; }

    /// <summary>Rows.</summary>
    public required int Count { get; init; }

    /// <summary>When each bar opens, in Unix seconds, ascending.</summary>
    public required uint[] Time { get; init; }

    public required int[] Open { get; init; }

    public required int[] High { get; init; }

    public required int[] Low { get; init; }

    public required int[] Close { get; init; }

    public uint[]? Volume { get; init; }

    /// <summary>Volume that sellers initiated, traded at the bid; null where the source does not tell.</summary>
    public uint[]? BidVolume { get; init; }

    /// <summary>Volume that buyers initiated, traded at the ask; null where the source does not tell.</summary>
    public uint[]? AskVolume { get; init; }

    public IReadOnlyList<ContractSegment> Segments { get; init; } = [];

    /// <summary>In order of time. Rows outside every session are in none of them.</summary>
    public IReadOnlyList<SessionRows> Sessions { get; init; } = [];

    public Bar this[int row] =>
        new(
            Time[row],
            new Price(Open[row]),
            new Price(High[row]),
            new Price(Low[row]),
            new Price(Close[row]),
            Volume is null ? 0 : Volume[row]
        );

    /// <summary>Fills <paramref name="bars"/> with the rows from <paramref name="firstRow"/> on.</summary>
    public void CopyBars(int firstRow, Span<Bar> bars)
    {
        var time = Time.AsSpan(firstRow, bars.Length);
        var open = Open.AsSpan(firstRow, bars.Length);
        var high = High.AsSpan(firstRow, bars.Length);
        var low = Low.AsSpan(firstRow, bars.Length);
        var close = Close.AsSpan(firstRow, bars.Length);
        var volume = Volume is null ? [] : Volume.AsSpan(firstRow, bars.Length);
        for (var i = 0; i < bars.Length; i++)
        {
            bars[i] = new Bar(
                time[i],
                new Price(open[i]),
                new Price(high[i]),
                new Price(low[i]),
                new Price(close[i]),
                i < volume.Length ? volume[i] : 0
            );
        }
    }
}
