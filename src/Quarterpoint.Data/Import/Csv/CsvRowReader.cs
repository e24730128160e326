using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Import.Csv;

/// <summary>Reads bars or trades from text, a line at a time, by the layout that <see cref="CsvInspection"/> has found.</summary>
internal sealed class CsvRowReader : IRowReader
{
    private readonly string _file;
    private readonly CsvLayout _layout;
    private readonly CsvLines _lines;
    private readonly CsvFields _fields;
    private readonly StampReader _stamps;
    private readonly SymbolNames _symbols = new();
    private readonly int _priceDecimals;
    private bool _headerRead;
    private long _number;

    private CsvRowReader(SourceFile source, CsvLayout layout, TimeZoneInfo? zone)
    {
        _file = source.Name;
        _layout = layout;
        _fields = new CsvFields(layout.Separator);
        _stamps = new StampReader(layout.Unit, zone);
        _priceDecimals = layout.RawPrices ? 0 : DecimalText.PriceDecimals;
        _headerRead = !layout.HasHeader;
        _lines = new CsvLines(source);
    }

    public SourceKind Kind => _layout.Kind;

    public int? BarSeconds => _layout.BarSeconds;

    public bool HasVolume => _layout.Volume != CsvLayout.None;

    public bool HasBidAskVolume => Kind == SourceKind.Trades ? _layout.Side != CsvLayout.None : _layout.BidVolume != CsvLayout.None;

    public long SkippedRows { get; private set; }

    public double Progress => _lines.Progress;

    public static CsvRowReader Open(SourceFile source, TimeZoneInfo? zone) => new(source, CsvInspection.Learn(source, zone), zone);

    /// <summary>Whether a time is undefined: Databento then writes nothing, or the largest number of 64 bits.</summary>
    public static bool IsUndefinedTime(ReadOnlySpan<byte> stamp) => stamp.IsEmpty || stamp.SequenceEqual("18446744073709551615"u8);

    public bool TryRead(ref SourceRow row)
    {
        while (_lines.TryRead(out var line, out var tooLong))
        {
            if (!_headerRead)
            {
                _headerRead = true;
                continue;
            }

            _number++;
            if (tooLong)
                throw Bad("", line, $"a line of at most {CsvLines.MaxBytes} bytes");
            if (_fields.Split(line, out var text) is { } expected)
                throw Bad("", line, expected);
            if (_fields.Count != _layout.Names.Length)
                throw Bad("", line, $"{_layout.Names.Length} fields, not {_fields.Count}");
            if (_layout.Action != CsvLayout.None && !_fields.Field(text, _layout.Action).SequenceEqual("T"u8))
            {
                SkippedRows++;
                continue;
            }

            Parse(text, ref row);
            return true;
        }

        return false;
    }

    public void Dispose() => _lines.Dispose();

    private void Parse(ReadOnlySpan<byte> text, ref SourceRow row)
    {
        row.Number = _number;
        if (_layout.RecordType != CsvLayout.None && !_fields.Field(text, _layout.RecordType).SequenceEqual(_layout.OnlyRecordType))
            throw Bad(_layout.RecordType, text, CsvText.Show(_layout.OnlyRecordType) + ", as in the first row");
        row.TimeNanos = ReadTime(text);
        row.CloseNanos = ReadPrice(text, _layout.Close);
        if (_layout.Kind == SourceKind.Trades)
        {
            row.OpenNanos = row.HighNanos = row.LowNanos = row.CloseNanos;
        }
        else
        {
            row.OpenNanos = ReadPrice(text, _layout.Open);
            row.HighNanos = ReadPrice(text, _layout.High);
            row.LowNanos = ReadPrice(text, _layout.Low);
        }

        row.Volume = ReadVolume(text, _layout.Volume);
        row.BidVolume = ReadVolume(text, _layout.BidVolume);
        row.AskVolume = ReadVolume(text, _layout.AskVolume);
        row.Aggressor = ReadSide(text);
        row.Symbol = ReadSymbol(text, _layout.Symbol) ?? ReadSymbol(text, _layout.InstrumentId);
    }

    private long ReadTime(ReadOnlySpan<byte> text)
    {
        var column = _layout.Stamp;
        var stamp = _fields.Field(text, column);
        if (_layout.SpareStamp != CsvLayout.None && IsUndefinedTime(stamp))
            stamp = _fields.Field(text, column = _layout.SpareStamp);
        if (_layout.TimeOfDay == CsvLayout.None)
            return _stamps.Read(stamp, out var nanos) is { } expected ? throw Bad(column, text, expected) : nanos;
        var time = _fields.Field(text, _layout.TimeOfDay);
        if (_stamps.Read(stamp, time, out var both) is not { } missing)
            return both;
        throw new BadInputException(_file, _number, _layout.Names[column], CsvText.Show(stamp) + " " + CsvText.Show(time), missing);
    }

    private long ReadPrice(ReadOnlySpan<byte> text, int column)
    {
        if (DecimalText.Read(_fields.Field(text, column), _priceDecimals, out var nanos) is { } expected)
            throw Bad(column, text, expected);
        return nanos == long.MaxValue ? throw Bad(column, text, "a price: this number stands for no price") : nanos;
    }

    private long ReadVolume(ReadOnlySpan<byte> text, int column)
    {
        if (column == CsvLayout.None)
            return SourceRow.Absent;
        var expected = DecimalText.Read(_fields.Field(text, column), 0, out var volume);
        return expected is null && volume >= 0 ? volume : throw Bad(column, text, expected ?? "a volume of 0 or more");
    }

    private Side ReadSide(ReadOnlySpan<byte> text)
    {
        if (_layout.Side == CsvLayout.None)
            return Side.None;
        var side = _fields.Field(text, _layout.Side);
        if (side.SequenceEqual("B"u8) || Ascii.EqualsIgnoreCase(side, "buy"u8))
            return Side.Buy;
        if (side.SequenceEqual("A"u8) || side.SequenceEqual("S"u8) || Ascii.EqualsIgnoreCase(side, "sell"u8))
            return Side.Sell;
        return side.IsEmpty || side.SequenceEqual("N"u8)
            ? Side.None
            : throw Bad(_layout.Side, text, "B or buy, A or S or sell, N or nothing");
    }

    private string? ReadSymbol(ReadOnlySpan<byte> text, int column)
    {
        if (column == CsvLayout.None)
            return null;
        return _symbols.Find(_fields.Field(text, column), out var name) is { } expected ? throw Bad(column, text, expected) : name;
    }

    private BadInputException Bad(int column, ReadOnlySpan<byte> text, string expected) =>
        Bad(_layout.Names[column], _fields.Field(text, column), expected);

    private BadInputException Bad(string field, ReadOnlySpan<byte> value, string expected) =>
        new(_file, _number, field, CsvText.Show(value), expected);
}
