using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Data.Import.Dbn;

namespace Quarterpoint.Data.Import.Csv;

/// <summary>
/// Finds out the layout of a text from its header and first rows, so that what is true of the whole file is decided once.
/// </summary>
internal sealed class CsvInspection
{
    private const int SampleRows = 100;
    private const long SmallestRawPrice = 1_000_000;

    private static readonly string[] ColumnsOfBars = ["open", "high", "low", "close", "volume"];

    private readonly string _file;
    private readonly CsvFields _fields;
    private readonly byte _separator;
    private readonly string[] _first;
    private readonly bool _hasHeader;
    private readonly List<byte[]> _samples = [];

    private CsvInspection(SourceFile source)
    {
        _file = source.Name;
        using var lines = new CsvLines(source);
        if (!lines.TryRead(out var first, out var tooLong))
            throw new BadInputException(_file, "no rows", "rows of data");
        if (tooLong)
            throw new BadInputException(_file, $"a first line of more than {CsvLines.MaxBytes} bytes", "lines of text");
        _separator = SeparatorOf(first);
        _fields = new CsvFields(_separator);
        if (_fields.Split(first, out var text) is { } expected)
            throw new BadInputException(_file, 1, "", CsvText.Show(first), expected);
        _first = new string[_fields.Count];
        for (var column = 0; column < _first.Length; column++)
            _first[column] = CsvText.Show(_fields.Field(text, column));
        _hasHeader = CsvHeader.Recognise(_first);
        if (!_hasHeader)
            _samples.Add(first.ToArray());
        while (_samples.Count < SampleRows && lines.TryRead(out var line, out tooLong))
            _samples.Add(tooLong ? [] : line.ToArray());
    }

    /// <exception cref="BadInputException">The columns cannot be understood, or times need a zone and none is given.</exception>
    public static CsvLayout Learn(SourceFile source, TimeZoneInfo? zone)
    {
        var inspection = new CsvInspection(source);
        var layout = inspection._hasHeader
            ? new CsvHeader(source.Name, inspection._first).ToLayout(inspection._separator)
            : inspection.FromShape();
        layout = inspection.WithUnit(layout, zone);
        if (layout.RecordType != CsvLayout.None)
            layout = inspection.WithRecordType(layout);
        if (!layout.HasHeader)
            inspection.RequireBars(layout);
        return layout;
    }

    /// <summary>The most frequent possible separator; blanks only where there is no other, because they also occur inside times.</summary>
    private static byte SeparatorOf(ReadOnlySpan<byte> line)
    {
        var (best, most) = ((byte)' ', 0);
        foreach (var mark in ";\t|,"u8)
        {
            var count = 0;
            var quoted = false;
            foreach (var letter in line)
            {
                if (letter == (byte)'"')
                    quoted = !quoted;
                else if (letter == mark && !quoted)
                    count++;
            }

            if (count > most)
                (best, most) = (mark, count);
        }

        return best;
    }

    /// <summary>The layout of columns without names, from their number and from what the first of them hold.</summary>
    private CsvLayout FromShape()
    {
        _fields.Split(_samples[0], out var text);
        var first = _fields.Field(text, 0);
        var unit = StampReader.UnitOf(first);
        var hasTimeOfDay = unit == StampUnit.Dates && _fields.Count > 1 && IsTimeOfDay(_fields.Field(text, 1));
        var prices = hasTimeOfDay ? 2 : 1;
        var isStamp = hasTimeOfDay || (unit != StampUnit.Dates && new StampReader(unit, TimeZoneInfo.Utc).Read(first, out _) is null);
        if (!isStamp || _fields.Count - prices is not (4 or 5))
        {
            throw new BadInputException(
                _file,
                1,
                "",
                string.Join(',', _first),
                "a header line, or the columns date,time,o,h,l,c[,v] or datetime,o,h,l,c[,v] or unix,o,h,l,c[,v]"
            );
        }

        return new CsvLayout
        {
            Separator = _separator,
            HasHeader = false,
            Names = [.. hasTimeOfDay ? ["date", "time"] : new[] { "time" }, .. ColumnsOfBars[..(_fields.Count - prices)]],
            Kind = SourceKind.Bars,
            Stamp = 0,
            TimeOfDay = hasTimeOfDay ? 1 : CsvLayout.None,
            Open = prices,
            High = prices + 1,
            Low = prices + 2,
            Close = prices + 3,
            Volume = _fields.Count - prices == 5 ? prices + 4 : CsvLayout.None,
        };
    }

    private static bool IsTimeOfDay(ReadOnlySpan<byte> text) =>
        StampText.TryTakeTime(ref text, out _) && (text.IsEmpty || StampText.TryTakeZone(ref text, out _));

    /// <summary>
    /// Adds the unit of the first stamp that can be read. Where none can, or a zone is missing, it throws now and not at every row.
    /// </summary>
    private CsvLayout WithUnit(CsvLayout layout, TimeZoneInfo? zone)
    {
        BadInputException? failure = null;
        for (var row = 0; row < _samples.Count; row++)
        {
            if (!TrySplit(layout, row, out var text))
                continue;
            var column = layout.Stamp;
            var stamp = _fields.Field(text, column);
            if (layout.SpareStamp != CsvLayout.None && CsvRowReader.IsUndefinedTime(stamp))
                stamp = _fields.Field(text, column = layout.SpareStamp);
            var unit = layout.TimeOfDay == CsvLayout.None ? StampReader.UnitOf(stamp) : StampUnit.Calendar;
            var stamps = new StampReader(unit, zone);
            var expected =
                layout.TimeOfDay == CsvLayout.None
                    ? stamps.Read(stamp, out _)
                    : stamps.Read(stamp, _fields.Field(text, layout.TimeOfDay), out _);
            if (expected is null)
                return layout with { Unit = unit };
            failure = new BadInputException(_file, row + 1, layout.Names[column], CsvText.Show(stamp), expected);
            if (expected == StampReader.NoZone)
                break;
        }

        return failure is null ? layout : throw failure;
    }

    /// <summary>
    /// Adds the type of record, which Databento writes in every row, and whether prices are whole billionths. A file has one type, and only
    /// some types are bars or trades.
    /// </summary>
    private CsvLayout WithRecordType(CsvLayout layout)
    {
        var (whole, raw) = (true, false);
        for (var row = 0; row < _samples.Count; row++)
        {
            if (!TrySplit(layout, row, out var text))
                continue;
            var type = _fields.Field(text, layout.RecordType);
            if (layout.OnlyRecordType.Length == 0)
            {
                if (
                    !byte.TryParse(type, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    || DbnRecordType.Find(number) is not { } known
                    || known.Kind != layout.Kind
                )
                {
                    throw new BadInputException(
                        _file,
                        row + 1,
                        layout.Names[layout.RecordType],
                        CsvText.Show(type),
                        DbnRecordType.Readable(layout.Kind)
                    );
                }

                layout = layout with { OnlyRecordType = type.ToArray(), BarSeconds = known.BarSeconds };
            }

            // A price that cannot be read (a damaged row) says nothing about the others.
            var price = _fields.Field(text, layout.Close);
            var isWhole = DecimalText.Read(price, 0, out var value) is null && !price.Contains((byte)'.');
            if (isWhole && value is <= -SmallestRawPrice or >= SmallestRawPrice)
                raw = true;
            else if (isWhole ? value != 0 : DecimalText.Read(price, DecimalText.PriceDecimals, out _) is null)
                whole = false;
        }

        return layout with
        {
            RawPrices = whole && raw,
        };
    }

    /// <summary>Checks that columns without names are in the assumed order, which only their numbers can show.</summary>
    private void RequireBars(CsvLayout layout)
    {
        var (bars, others) = (0, 0);
        for (var row = 0; row < _samples.Count; row++)
        {
            if (!TrySplit(layout, row, out var text))
                continue;
            if (
                DecimalText.Read(_fields.Field(text, layout.Open), DecimalText.PriceDecimals, out var open) is not null
                || DecimalText.Read(_fields.Field(text, layout.High), DecimalText.PriceDecimals, out var high) is not null
                || DecimalText.Read(_fields.Field(text, layout.Low), DecimalText.PriceDecimals, out var low) is not null
                || DecimalText.Read(_fields.Field(text, layout.Close), DecimalText.PriceDecimals, out var close) is not null
            )
                continue;
            if (low <= Math.Min(open, close) && high >= Math.Max(open, close))
                bars++;
            else
                others++;
        }

        if (others <= bars)
            return;
        throw new BadInputException(
            _file,
            1,
            "",
            string.Join(',', _first),
            "open, high, low, close in this order; in most of the first rows they are not, so the file needs a header"
        );
    }

    private bool TrySplit(CsvLayout layout, int row, out ReadOnlySpan<byte> text) =>
        _fields.Split(_samples[row], out text) is null && _fields.Count == layout.Names.Length;
}
