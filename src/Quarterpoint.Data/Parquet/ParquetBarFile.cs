using ParquetSharp;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Parquet;

/// <summary>
/// A Parquet file of bars, open for reading: a foreign one with any of the encodings of SPEC D1, or one of our store. It serves one thread;
/// several threads open the file several times.
/// </summary>
internal sealed class ParquetBarFile : IDisposable
{
    private readonly ParquetFileReader _reader;
    private readonly PriceGrid _grid;
    private readonly TimeZoneInfo? _zone;
    private readonly ColumnPlan?[] _columns;
    private readonly Dictionary<string, string> _symbols = new(StringComparer.Ordinal);

    private ParquetBarFile(string path, ParquetFileReader reader, PriceGrid grid, TimeZoneInfo? zone)
    {
        Path = path;
        _reader = reader;
        _grid = grid;
        _zone = zone;
        var metadata = reader.FileMetaData;
        Metadata = BarMetadata.Find(metadata.KeyValueMetadata, path);
        CheckInstrument();
        _columns = FindColumns(metadata.Schema);
        GroupStarts = new long[metadata.NumRowGroups + 1];
        for (var group = 0; group < metadata.NumRowGroups; group++)
        {
            using var part = reader.RowGroup(group);
            var rows = part.MetaData.NumRows;
            if (rows < 0 || rows > long.MaxValue - GroupStarts[group])
                throw Damaged($"a row group of {rows} rows");
            GroupStarts[group + 1] = GroupStarts[group] + rows;
        }

        if (GroupStarts[^1] != metadata.NumRows)
            throw Damaged($"{GroupStarts[^1]} rows in its groups and {metadata.NumRows} in all");
    }

    public string Path { get; }

    /// <summary>Null in a file that we did not write.</summary>
    public BarMetadata? Metadata { get; }

    /// <summary>The first row of each row group, and at the end the number of all rows.</summary>
    public long[] GroupStarts { get; }

    public long Rows => GroupStarts[^1];

    public int Groups => GroupStarts.Length - 1;

    public bool Has(BarField field) => _columns[(int)field] is not null;

    /// <param name="path">The file.</param>
    /// <param name="instrument">Whose ticks prices are turned into.</param>
    /// <param name="zone">The time zone of stamps that state none; null refuses such stamps.</param>
    /// <exception cref="BadInputException">The file is missing, not Parquet, cut off, or lacks a required column.</exception>
    public static ParquetBarFile Open(string path, Instrument instrument, TimeZoneInfo? zone)
    {
        ParquetFooter.Check(path);
        ParquetFileReader? reader = null;
        try
        {
            reader = Opened(path);
            return new ParquetBarFile(path, reader, new PriceGrid(instrument), zone);
        }
        catch (Exception e)
        {
            reader?.Dispose();
            if (ParquetFailure.Explains(e))
                throw ParquetFailure.In(path, e);
            throw;
        }
    }

    /// <summary>Opens a row group, to be read from start to end in steps of any length.</summary>
    public GroupCursor OpenGroup(int group)
    {
        RowGroupReader? part = null;
        try
        {
            part = _reader.RowGroup(group);
            return new GroupCursor(this, part, GroupStarts[group]);
        }
        catch (Exception e)
        {
            part?.Dispose();
            if (ParquetFailure.Explains(e))
                throw ParquetFailure.In(Path, e);
            throw;
        }
    }

    public void Dispose() => _reader.Dispose();

    internal ColumnCursor<uint> OpenTime(RowGroupReader group)
    {
        var plan = _columns[(int)BarField.Time]!;
        var reader = group.Column(plan.Index);
        return (plan.Encoding, reader) switch
        {
            (ColumnEncoding.Int96Time, ColumnReader<Int96> days) => Cursor<Int96, uint, Int96Time>(days, default, plan),
            (ColumnEncoding.LocalTime, ColumnReader<long> longs) => Cursor<long, uint, LocalTime>(
                longs,
                new LocalTime(plan.UnitsPerSecond, _zone!),
                plan
            ),
            (ColumnEncoding.UtcTime, ColumnReader<long> longs) => plan.UnitsPerSecond switch
            {
                1_000 => Cursor<long, uint, UtcTime<Milliseconds>>(longs, default, plan),
                1_000_000 => Cursor<long, uint, UtcTime<Microseconds>>(longs, default, plan),
                _ => Cursor<long, uint, UtcTime<Nanoseconds>>(longs, default, plan),
            },
            _ => throw Unexpected(reader, plan),
        };
    }

    internal ColumnCursor<int> OpenPrice(RowGroupReader group, BarField field)
    {
        var plan = _columns[(int)field]!;
        var reader = group.Column(plan.Index);
        return (plan.Encoding, reader) switch
        {
            (ColumnEncoding.Double, ColumnReader<double> doubles) => Cursor<double, int, DoublePrice>(
                doubles,
                new DoublePrice(_grid),
                plan
            ),
            (ColumnEncoding.Float, ColumnReader<float> floats) => Cursor<float, int, FloatPrice>(floats, new FloatPrice(_grid), plan),
            (ColumnEncoding.Nanos, ColumnReader<long> longs) => Cursor<long, int, NanosPrice>(longs, new NanosPrice(_grid), plan),
            (ColumnEncoding.Ticks, ColumnReader<int> ints) => Cursor<int, int, TicksPrice>(ints, new TicksPrice(_grid), plan),
            (ColumnEncoding.Ticks, ColumnReader<long> longs) => Cursor<long, int, LongTicksPrice>(longs, new LongTicksPrice(_grid), plan),
            (ColumnEncoding.Decimal, ColumnReader<int> ints) => Cursor<int, int, Decimal32Price>(
                ints,
                new Decimal32Price(_grid, plan.Scale),
                plan
            ),
            (ColumnEncoding.Decimal, ColumnReader<long> longs) => Cursor<long, int, Decimal64Price>(
                longs,
                new Decimal64Price(_grid, plan.Scale),
                plan
            ),
            (ColumnEncoding.Decimal, ColumnReader<FixedLenByteArray> bytes) => Cursor<FixedLenByteArray, int, FixedBytesPrice>(
                bytes,
                new FixedBytesPrice(_grid, plan.Scale, plan.ByteLength),
                plan
            ),
            (ColumnEncoding.Decimal, ColumnReader<ByteArray> bytes) => Cursor<ByteArray, int, BytesPrice>(
                bytes,
                new BytesPrice(_grid, plan.Scale),
                plan
            ),
            _ => throw Unexpected(reader, plan),
        };
    }

    internal ColumnCursor<uint>? OpenVolume(RowGroupReader group, BarField field)
    {
        if (_columns[(int)field] is not { } plan)
            return null;
        var reader = group.Column(plan.Index);
        return reader switch
        {
            ColumnReader<int> ints => Cursor<int, uint, IntVolume>(ints, new IntVolume(plan.Encoding != ColumnEncoding.Unsigned), plan),
            ColumnReader<long> longs => Cursor<long, uint, LongVolume>(longs, default, plan),
            ColumnReader<double> doubles => Cursor<double, uint, DoubleVolume>(doubles, default, plan),
            ColumnReader<float> floats => Cursor<float, uint, FloatVolume>(floats, default, plan),
            _ => throw Unexpected(reader, plan),
        };
    }

    internal ColumnCursor<string?>? OpenSymbol(RowGroupReader group)
    {
        if (_columns[(int)BarField.Symbol] is not { } plan)
            return null;
        var reader = group.Column(plan.Index);
        return reader switch
        {
            ColumnReader<ByteArray> bytes => Cursor<ByteArray, string?, SymbolName>(bytes, new SymbolName(_symbols, 0), plan),
            ColumnReader<FixedLenByteArray> bytes => Cursor<FixedLenByteArray, string?, SymbolName>(
                bytes,
                new SymbolName(_symbols, plan.ByteLength),
                plan
            ),
            _ => throw Unexpected(reader, plan),
        };
    }

    internal string ColumnName(BarField field) => _columns[(int)field]?.Name ?? BarFields.NamesOf(field)[0];

    private static ParquetFileReader Opened(string path)
    {
        using var properties = ReaderProperties.GetDefaultReaderProperties();

        // Our own pages have checksums, as do those of some other writers; damage is then found before decoding.
        properties.EnablePageChecksumVerification();

        // Reads one page at a time. Otherwise the whole column of a row group is in memory, and some writers make one group of a file.
        properties.EnableBufferedStream();
        return new ParquetFileReader(path, properties);
    }

    private ColumnCursor<TPhysical, TMeaning, TConverter> Cursor<TPhysical, TMeaning, TConverter>(
        ColumnReader<TPhysical> reader,
        TConverter converter,
        ColumnPlan plan
    )
        where TPhysical : unmanaged
        where TConverter : IColumnConverter<TPhysical, TMeaning> => new(reader, converter, Path, plan.Name, plan.Field);

    private BadInputException Unexpected(ColumnReader reader, ColumnPlan plan)
    {
        var type = reader.Type;
        reader.Dispose();
        return Damaged($"column {plan.Name} as {type} in a row group");
    }

    private BadInputException Damaged(string found) => new(Path, found, "a Parquet file whose parts agree with each other");

    private void CheckInstrument()
    {
        if (Metadata is null)
            return;
        var instrument = _grid.Instrument;
        if (Metadata.TickSizeNanos != instrument.TickSizeNanos)
        {
            throw new BadInputException(
                Path,
                0,
                "tick size",
                $"{Metadata.TickSizeNanos} billionths ({Metadata.Instrument})",
                $"{instrument.TickSizeNanos} billionths, that of {instrument.Symbol}"
            );
        }
    }

    private ColumnPlan?[] FindColumns(SchemaDescriptor schema)
    {
        var columns = new ColumnPlan?[Enum.GetValues<BarField>().Length];
        var names = new List<string>();
        for (var index = 0; index < schema.NumColumns; index++)
            names.Add(schema.Column(index).Path.ToDotString());
        foreach (var field in Enum.GetValues<BarField>())
        {
            var wanted = BarFields.NamesOf(field);
            var index = wanted
                .Select(w => names.FindIndex(n => n.Equals(w, StringComparison.OrdinalIgnoreCase)))
                .FirstOrDefault(i => i >= 0, -1);
            if (index >= 0)
                columns[(int)field] = ColumnPlan.For(field, index, schema.Column(index), Metadata, _zone, Path);
            else if (field <= BarField.Close)
                throw new BadInputException(
                    Path,
                    0,
                    wanted[0],
                    $"columns {string.Join(", ", names)}",
                    $"a column called {string.Join(" or ", wanted)}"
                );
        }

        if (columns[(int)BarField.BidVolume] is null || columns[(int)BarField.AskVolume] is null)
            (columns[(int)BarField.BidVolume], columns[(int)BarField.AskVolume]) = (null, null);
        return columns;
    }
}
