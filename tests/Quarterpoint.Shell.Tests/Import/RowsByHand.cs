using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Data.Import;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>A source written by hand: rows in points, and rows that cannot be parsed.</summary>
internal sealed class RowsByHand
{
    private readonly List<(SourceRow Row, BadInputException? Bad)> _rows = [];

    public SourceKind Kind { get; init; } = SourceKind.Bars;

    public int? BarSeconds { get; init; }

    public bool HasVolume { get; init; } = true;

    public bool HasBidAskVolume { get; init; }

    public long Skipped { get; init; }

    /// <summary>What a reader does after each row, such as pressing Ctrl+C.</summary>
    public Action<long> AfterRow { get; init; } = _ => { };

    public RowsByHand Bar(
        string utc,
        decimal open,
        decimal high,
        decimal low,
        decimal close,
        long volume = 10,
        string? symbol = "MESH4",
        long bid = SourceRow.Absent,
        long ask = SourceRow.Absent
    )
    {
        _rows.Add(
            (
                new SourceRow
                {
                    Number = _rows.Count + 1,
                    TimeNanos = Nanos(utc),
                    OpenNanos = (long)(open * Instrument.NanosPerPoint),
                    HighNanos = (long)(high * Instrument.NanosPerPoint),
                    LowNanos = (long)(low * Instrument.NanosPerPoint),
                    CloseNanos = (long)(close * Instrument.NanosPerPoint),
                    Volume = volume,
                    BidVolume = bid,
                    AskVolume = ask,
                    Symbol = symbol,
                },
                null
            )
        );
        return this;
    }

    public RowsByHand Flat(string utc, decimal price, string? symbol = "MESH4", long volume = 10) =>
        Bar(utc, price, price, price, price, volume, symbol);

    public RowsByHand Trade(string utc, decimal price, long size, Side aggressor = Side.None, string? symbol = "MESH4")
    {
        Bar(utc, 0, 0, 0, price, size, symbol);
        var (row, _) = _rows[^1];
        row.Aggressor = aggressor;
        _rows[^1] = (row, null);
        return this;
    }

    public RowsByHand Unreadable(string value)
    {
        _rows.Add((default, new BadInputException("by hand", _rows.Count + 1, "open", value, "a price")));
        return this;
    }

    /// <summary>The file itself ends in the middle of a row.</summary>
    public RowsByHand CutOff()
    {
        _rows.Add((default, new BadInputException("by hand", "a file that ends inside a row", "a whole row")));
        return this;
    }

    public IRowReader Open() => new Reader(this);

    private static long Nanos(string utc) =>
        (
            DateTime.Parse(
                utc,
                System.Globalization.CultureInfo.InvariantCulture,
                System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal
            ) - DateTime.UnixEpoch
        ).Ticks * 100;

    private sealed class Reader(RowsByHand source) : IRowReader
    {
        private int _next;

        public SourceKind Kind => source.Kind;

        public int? BarSeconds => source.BarSeconds;

        public bool HasVolume => source.HasVolume;

        public bool HasBidAskVolume => source.HasBidAskVolume;

        public long SkippedRows => source.Skipped;

        public double Progress => (double)_next / Math.Max(1, source._rows.Count);

        public bool TryRead(ref SourceRow row)
        {
            if (_next == source._rows.Count)
                return false;
            var (next, bad) = source._rows[_next++];
            source.AfterRow(_next);
            if (bad is not null)
                throw bad;
            row = next;
            return true;
        }

        public void Dispose() { }
    }
}
