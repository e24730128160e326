using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Parquet;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Data.Import.Parquet;

/// <summary>
/// Reads a Parquet file of bars row by row, for the importer. A price off the instrument's grid is passed on as it is: the importer decides
/// whether the row belongs to an outright contract, and is therefore bad.
/// </summary>
internal sealed class ParquetRowReader : IRowReader
{
    private const int BlockRows = 8_192;

    private readonly ParquetBarFile _file;
    private readonly long _tickSize;
    private readonly bool _hasSymbols;

    // Our own files name their contract once, in their metadata.
    private readonly string? _contract;
    private readonly uint[] _times = new uint[BlockRows];
    private readonly int[][] _prices = [new int[BlockRows], new int[BlockRows], new int[BlockRows], new int[BlockRows]];
    private readonly uint[][] _volumes = [new uint[BlockRows], new uint[BlockRows], new uint[BlockRows]];
    private readonly string?[] _symbols = new string?[BlockRows];
    private readonly List<BadCell> _bad = [];
    private GroupCursor? _cursor;
    private int _nextGroup;
    private long _leftInGroup;
    private long _rowsBefore;
    private int _rows;
    private int _row;
    private int _badCell;

    private ParquetRowReader(ParquetBarFile file, Instrument instrument)
    {
        _file = file;
        _tickSize = instrument.TickSizeNanos;
        _hasSymbols = file.Has(BarField.Symbol);
        _contract = file.Metadata is { Contract: not (StoredContract.Continuous or "") } own ? own.Contract : null;
    }

    public SourceKind Kind => SourceKind.Bars;

    public int? BarSeconds => _file.Metadata?.BarSeconds;

    public bool HasVolume => _file.Has(BarField.Volume);

    public bool HasBidAskVolume => _file.Has(BarField.BidVolume);

    public long SkippedRows => 0;

    public double Progress => _file.Rows == 0 ? 1 : (double)(_rowsBefore + _row) / _file.Rows;

    /// <exception cref="BadInputException">The file is missing, not Parquet, cut off, or lacks a required column.</exception>
    public static ParquetRowReader Open(string path, Instrument instrument, TimeZoneInfo? zone) =>
        new(ParquetBarFile.Open(path, instrument, zone), instrument);

    public bool TryRead(ref SourceRow row)
    {
        if (_row == _rows && !ReadBlock())
            return false;
        var index = _row++;
        row.Number = _rowsBefore + index + 1;
        row.TimeNanos = _times[index] * Timestamp.NanosPerSecond;
        row.OpenNanos = _prices[0][index] * _tickSize;
        row.HighNanos = _prices[1][index] * _tickSize;
        row.LowNanos = _prices[2][index] * _tickSize;
        row.CloseNanos = _prices[3][index] * _tickSize;
        row.Volume = HasVolume ? _volumes[0][index] : SourceRow.Absent;
        row.BidVolume = HasBidAskVolume ? _volumes[1][index] : SourceRow.Absent;
        row.AskVolume = HasBidAskVolume ? _volumes[2][index] : SourceRow.Absent;
        row.Aggressor = Side.None;
        row.Symbol = _hasSymbols ? _symbols[index] : _contract;
        if (_badCell < _bad.Count && _bad[_badCell].Row == row.Number)
            TakeOffGridPrices(ref row);
        return true;
    }

    public void Dispose()
    {
        _cursor?.Dispose();
        _file.Dispose();
    }

    private bool ReadBlock()
    {
        _rowsBefore += _rows;
        (_row, _rows) = (0, 0);
        while (_leftInGroup == 0)
        {
            _cursor?.Dispose();
            _cursor = null;
            if (_nextGroup == _file.Groups)
                return false;
            _leftInGroup = _file.GroupStarts[_nextGroup + 1] - _file.GroupStarts[_nextGroup];
            if (_leftInGroup > 0)
                _cursor = _file.OpenGroup(_nextGroup);
            _nextGroup++;
        }

        var rows = (int)Math.Min(BlockRows, _leftInGroup);
        _bad.Clear();
        _badCell = 0;
        _cursor!.Read(
            new BarSpans
            {
                Time = _times.AsSpan(0, rows),
                Open = _prices[0].AsSpan(0, rows),
                High = _prices[1].AsSpan(0, rows),
                Low = _prices[2].AsSpan(0, rows),
                Close = _prices[3].AsSpan(0, rows),
                Volume = _volumes[0].AsSpan(0, rows),
                BidVolume = _volumes[1].AsSpan(0, rows),
                AskVolume = _volumes[2].AsSpan(0, rows),
                Symbol = _symbols.AsSpan(0, rows),
            },
            _bad
        );
        _bad.Sort((a, b) => a.Row != b.Row ? a.Row.CompareTo(b.Row) : a.Field.CompareTo(b.Field));
        _leftInGroup -= rows;
        _rows = rows;
        return true;
    }

    private void TakeOffGridPrices(ref SourceRow row)
    {
        BadInputException? refusal = null;
        for (; _badCell < _bad.Count && _bad[_badCell].Row == row.Number; _badCell++)
        {
            var cell = _bad[_badCell];
            switch (cell.Field)
            {
                case BarField.Open when cell.Nanos is { } nanos:
                    row.OpenNanos = nanos;
                    break;
                case BarField.High when cell.Nanos is { } nanos:
                    row.HighNanos = nanos;
                    break;
                case BarField.Low when cell.Nanos is { } nanos:
                    row.LowNanos = nanos;
                    break;
                case BarField.Close when cell.Nanos is { } nanos:
                    row.CloseNanos = nanos;
                    break;
                default:
                    refusal ??= cell.ToException(_file.Path, _file.ColumnName(cell.Field));
                    break;
            }
        }

        if (refusal is not null)
            throw refusal;
    }
}
