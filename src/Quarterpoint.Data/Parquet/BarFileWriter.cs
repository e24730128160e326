using ParquetSharp;
using ParquetSharp.IO;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Parquet;

/// <summary>
/// Writes one file of our store: stamps as UTC nanoseconds, prices as dictionary-coded doubles, zstd, and a checksum on every page, so that
/// any tool can read it and damage is found before decoding. Rows are given one row group at a time.
/// </summary>
internal sealed class BarFileWriter : IDisposable
{
    /// <summary>Rows in a group: enough to compress well, few enough for two threads to share a month of seconds evenly.</summary>
    public const int GroupRows = 122_880;

    // Level 1 decodes as fast as any, and higher levels save next to nothing on dictionary pages.
    private const int ZstdLevel = 1;

    private readonly PriceGrid _grid;
    private readonly bool _hasVolume;
    private readonly bool _hasSides;
    private readonly ManagedOutputStream _output;
    private readonly ParquetFileWriter _writer;
    private readonly long[] _stamps = new long[GroupRows];
    private readonly double[] _prices = new double[GroupRows];

    /// <param name="stream">Stays open; the caller closes it.</param>
    public BarFileWriter(Stream stream, Instrument instrument, BarMetadata metadata, bool hasVolume, bool hasBidAskVolume)
    {
        _grid = new PriceGrid(instrument);
        _hasVolume = hasVolume;
        _hasSides = hasBidAskVolume;
        using var builder = new WriterPropertiesBuilder();
        using var properties = builder
            .Compression(Compression.Zstd)
            .CompressionLevel(ZstdLevel)
            .MaxRowGroupLength(GroupRows)
            .EnablePageChecksum()
            .DisableDictionary(NameOf(BarField.Time))
            .Encoding(NameOf(BarField.Time), Encoding.DeltaBinaryPacked)
            .Build();
        _output = new ManagedOutputStream(stream, leaveOpen: true);
        _writer = new ParquetFileWriter(_output, Columns(), properties, metadata.ToPairs());
    }

    public void WriteGroup(in BarSpans rows)
    {
        using var group = _writer.AppendRowGroup();
        for (var row = 0; row < rows.Rows; row++)
            _stamps[row] = rows.Time[row] * Core.Time.Timestamp.NanosPerSecond;
        Write<long>(group, _stamps.AsSpan(0, rows.Rows));
        WritePrices(group, rows.Open);
        WritePrices(group, rows.High);
        WritePrices(group, rows.Low);
        WritePrices(group, rows.Close);
        if (_hasVolume)
            Write<int>(group, System.Runtime.InteropServices.MemoryMarshal.Cast<uint, int>(rows.Volume));
        if (!_hasSides)
            return;
        Write<int>(group, System.Runtime.InteropServices.MemoryMarshal.Cast<uint, int>(rows.BidVolume));
        Write<int>(group, System.Runtime.InteropServices.MemoryMarshal.Cast<uint, int>(rows.AskVolume));
    }

    /// <summary>Writes the footer, without which the file is not Parquet.</summary>
    public void Close() => _writer.Close();

    public void Dispose()
    {
        _writer.Dispose();
        _output.Dispose();
    }

    private static string NameOf(BarField field) => BarFields.NamesOf(field)[0];

    private Column[] Columns()
    {
        var columns = new List<Column> { new Column<DateTimeNanos>(NameOf(BarField.Time), LogicalType.Timestamp(true, TimeUnit.Nanos)) };
        for (var price = BarField.Open; price <= BarField.Close; price++)
            columns.Add(new Column<double>(NameOf(price)));
        if (_hasVolume)
            columns.Add(new Column<uint>(NameOf(BarField.Volume)));
        if (_hasSides)
            columns.AddRange([new Column<uint>(NameOf(BarField.BidVolume)), new Column<uint>(NameOf(BarField.AskVolume))]);
        return [.. columns];
    }

    private void WritePrices(RowGroupWriter group, ReadOnlySpan<int> ticks)
    {
        _grid.ToDoubles(ticks, _prices);
        Write<double>(group, _prices.AsSpan(0, ticks.Length));
    }

    private static void Write<T>(RowGroupWriter group, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        using var column = (ColumnWriter<T>)group.NextColumn();
        column.WriteBatch(values);
    }
}
