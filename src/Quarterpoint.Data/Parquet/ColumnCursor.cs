using System.Buffers;
using ParquetSharp;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Parquet;

/// <summary>Turns stored values of one physical type into what the column means.</summary>
internal interface IColumnConverter<TPhysical, TMeaning>
    where TPhysical : unmanaged
{
    /// <summary>Converts up to the first bad value and returns its index; the length where all are good.</summary>
    int Convert(ReadOnlySpan<TPhysical> values, Span<TMeaning> meanings);

    /// <summary>What a bad value is, and what was expected. The caller fills in row and column.</summary>
    BadCell Describe(TPhysical value);
}

/// <summary>Reads one column of one row group from its start to its end.</summary>
internal abstract class ColumnCursor<TMeaning> : IDisposable
{
    /// <summary>Fills the span with the next rows.</summary>
    /// <param name="firstRow">Number of the first of these rows within the file, counted from 1, for messages.</param>
    /// <param name="bad">Receives the bad cells; null: the first one throws.</param>
    public abstract void Read(Span<TMeaning> meanings, long firstRow, List<BadCell>? bad);

    public abstract void Skip(long rows);

    public abstract void Dispose();
}

internal sealed class ColumnCursor<TPhysical, TMeaning, TConverter>(
    ColumnReader<TPhysical> reader,
    TConverter converter,
    string file,
    string column,
    BarField field
) : ColumnCursor<TMeaning>
    where TPhysical : unmanaged
    where TConverter : IColumnConverter<TPhysical, TMeaning>
{
    // 64 KB of doubles, which are still in the second-level cache when they are converted.
    private const int BlockRows = 8_192;

    private readonly bool _nullable = reader.ColumnDescriptor.MaxDefinitionLevel > 0;
    private readonly TPhysical[] _values = ArrayPool<TPhysical>.Shared.Rent(BlockRows);
    private readonly short[] _definitions = ArrayPool<short>.Shared.Rent(BlockRows);

    // Not readonly: the converter keeps a cache in its fields.
    private TConverter _converter = converter;

    public override void Read(Span<TMeaning> meanings, long firstRow, List<BadCell>? bad)
    {
        var done = 0;
        while (done < meanings.Length)
        {
            var rows = ReadBlock(Math.Min(BlockRows, meanings.Length - done), out var present);
            if (present < rows)
                SpreadOut(rows, present);
            Convert(meanings.Slice(done, rows), firstRow + done, present < rows, bad);
            done += rows;
        }
    }

    public override void Skip(long rows)
    {
        while (rows > 0)
        {
            var skipped = reader.Skip(rows);
            if (skipped <= 0)
                throw EndsEarly();
            rows -= skipped;
        }
    }

    public override void Dispose()
    {
        ArrayPool<TPhysical>.Shared.Return(_values);
        ArrayPool<short>.Shared.Return(_definitions);
        reader.Dispose();
    }

    /// <summary>Reads a batch. It ends where a page of the file ends, so it may have fewer rows than asked for.</summary>
    private int ReadBlock(int rows, out int present)
    {
        long read,
            values;
        if (_nullable)
        {
            read = reader.ReadBatch(rows, _definitions, [], _values, out values);
        }
        else
        {
            read = reader.ReadBatch(rows, _values.AsSpan(0, rows), out values);
            read = Math.Min(read, values);
        }

        if (read <= 0 || read > rows || values > read)
            throw EndsEarly();
        present = (int)values;
        return (int)read;
    }

    /// <summary>The reader leaves out nulls and packs the values; this moves each value to its own row.</summary>
    private void SpreadOut(int rows, int present)
    {
        for (var row = rows - 1; row >= 0; row--)
            _values[row] = _definitions[row] > 0 && present > 0 ? _values[--present] : default;
    }

    private void Convert(Span<TMeaning> meanings, long firstRow, bool hasNulls, List<BadCell>? bad)
    {
        var row = 0;
        while (row < meanings.Length)
        {
            var next = hasNulls ? NextNull(row, meanings.Length) : meanings.Length;
            var good = _converter.Convert(_values.AsSpan(row, next - row), meanings[row..next]);
            row += good;
            if (row == next && next == meanings.Length)
                return;
            var cell =
                row < next
                    ? _converter.Describe(_values[row]) with
                    {
                        Row = firstRow + row,
                        Field = field,
                    }
                    : new BadCell(firstRow + row, field, "null", "a value in every row");
            if (bad is null)
                throw cell.ToException(file, column);
            bad.Add(cell);
            meanings[row] = default!;
            row++;
        }
    }

    private int NextNull(int from, int end)
    {
        var row = from;
        while (row < end && _definitions[row] > 0)
            row++;
        return row;
    }

    private BadInputException EndsEarly() =>
        new(file, $"a column {column} that ends early", "a value for each row that the file says it has");
}
