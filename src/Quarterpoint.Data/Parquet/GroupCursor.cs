using ParquetSharp;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Parquet;

/// <summary>Reads the columns of one row group together, in steps of any length, so that memory does not grow with the group.</summary>
internal sealed class GroupCursor : IDisposable
{
    private readonly ParquetBarFile _file;
    private readonly RowGroupReader _group;
    private readonly List<IDisposable> _open = [];
    private readonly ColumnCursor<uint> _time;
    private readonly ColumnCursor<int> _openPrice;
    private readonly ColumnCursor<int> _high;
    private readonly ColumnCursor<int> _low;
    private readonly ColumnCursor<int> _close;
    private readonly ColumnCursor<uint>? _volume;
    private readonly ColumnCursor<uint>? _bid;
    private readonly ColumnCursor<uint>? _ask;
    private readonly ColumnCursor<string?>? _symbol;
    private long _row;

    internal GroupCursor(ParquetBarFile file, RowGroupReader group, long firstRow)
    {
        _file = file;
        _group = group;
        _row = firstRow;
        try
        {
            _time = Opened(file.OpenTime(group));
            _openPrice = Opened(file.OpenPrice(group, BarField.Open));
            _high = Opened(file.OpenPrice(group, BarField.High));
            _low = Opened(file.OpenPrice(group, BarField.Low));
            _close = Opened(file.OpenPrice(group, BarField.Close));
            _volume = Opened(file.OpenVolume(group, BarField.Volume));
            _bid = Opened(file.OpenVolume(group, BarField.BidVolume));
            _ask = Opened(file.OpenVolume(group, BarField.AskVolume));
            _symbol = Opened(file.OpenSymbol(group));
        }
        catch
        {
            CloseColumns();
            throw;
        }
    }

    /// <summary>Fills <paramref name="rows"/> with the next rows. Columns that the file lacks are left as they are.</summary>
    /// <exception cref="BadInputException">The file is damaged, or, where <paramref name="bad"/> is null, a cell is bad.</exception>
    public void Read(BarSpans rows, List<BadCell>? bad = null)
    {
        try
        {
            var first = _row + 1;
            _time.Read(rows.Time, first, bad);
            _openPrice.Read(rows.Open, first, bad);
            _high.Read(rows.High, first, bad);
            _low.Read(rows.Low, first, bad);
            _close.Read(rows.Close, first, bad);
            _volume?.Read(rows.Volume, first, bad);
            _bid?.Read(rows.BidVolume, first, bad);
            _ask?.Read(rows.AskVolume, first, bad);
            _symbol?.Read(rows.Symbol, first, bad);
            _row += rows.Rows;
        }
        catch (Exception e) when (ParquetFailure.Explains(e))
        {
            throw ParquetFailure.In(_file.Path, e);
        }
    }

    public void Skip(long rows)
    {
        if (rows == 0)
            return;
        try
        {
            _time.Skip(rows);
            foreach (var price in (ReadOnlySpan<ColumnCursor<int>>)[_openPrice, _high, _low, _close])
                price.Skip(rows);
            _volume?.Skip(rows);
            _bid?.Skip(rows);
            _ask?.Skip(rows);
            _symbol?.Skip(rows);
            _row += rows;
        }
        catch (Exception e) when (ParquetFailure.Explains(e))
        {
            throw ParquetFailure.In(_file.Path, e);
        }
    }

    public void Dispose()
    {
        CloseColumns();
        _group.Dispose();
    }

    private void CloseColumns()
    {
        foreach (var column in _open)
            column.Dispose();
    }

    private T Opened<T>(T column)
        where T : IDisposable?
    {
        if (column is not null)
            _open.Add(column);
        return column;
    }
}
