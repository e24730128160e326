namespace Quarterpoint.Data.Parquet;

/// <summary>Room for some rows of every column; the span of an unwanted column is empty.</summary>
internal readonly ref struct BarSpans
{
    public required Span<uint> Time { get; init; }

    public required Span<int> Open { get; init; }

    public required Span<int> High { get; init; }

    public required Span<int> Low { get; init; }

    public required Span<int> Close { get; init; }

    public Span<uint> Volume { get; init; }

    public Span<uint> BidVolume { get; init; }

    public Span<uint> AskVolume { get; init; }

    public Span<string?> Symbol { get; init; }

    public int Rows => Time.Length;
}
