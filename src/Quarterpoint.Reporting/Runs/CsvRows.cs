using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Sylvan.Data.Csv;

namespace Quarterpoint.Reporting.Runs;

/// <summary>Reads a CSV file of ours field by field, by name; what does not parse throws with its file, row, field, and value.</summary>
internal sealed class CsvRows : IDisposable
{
    private readonly string _path;
    private readonly IReadOnlyList<string> _columns;
    private readonly CsvDataReader _reader;
    private long _row;

    public CsvRows(string path, IReadOnlyList<string> columns)
    {
        _path = path;
        _columns = columns;
        var options = new CsvDataReaderOptions
        {
            Delimiter = ',',
            BufferSize = 1 << 16,
            MaxBufferSize = 1 << 20,
            ResultSetMode = ResultSetMode.SingleResult,
        };
        var file = new StreamReader(path);
        try
        {
            _reader = CsvDataReader.Create(file, options);
        }
        catch (Exception error) when (error is CsvMissingHeadersException or CsvRecordTooLargeException)
        {
            file.Dispose();
            throw new BadInputException(path, "a header line of " + string.Join(',', columns), error);
        }

        var header = string.Join(',', Enumerable.Range(0, _reader.FieldCount).Select(_reader.GetName));
        if (header == string.Join(',', columns))
            return;
        _reader.Dispose();
        throw new BadInputException(path, header, "the columns " + string.Join(',', columns));
    }

    public delegate bool Parser<T>(string text, out T value);

    public void Dispose() => _reader.Dispose();

    public bool Next()
    {
        try
        {
            if (!_reader.Read())
                return false;
        }
        catch (Exception error) when (error is FormatException or CsvRecordTooLargeException)
        {
            throw new BadInputException(
                _path,
                string.Create(CultureInfo.InvariantCulture, $"comma-separated fields in row {_row + 1}"),
                error
            );
        }

        _row++;
        if (_reader.RowFieldCount != _columns.Count)
        {
            var found = string.Create(CultureInfo.InvariantCulture, $"{_reader.RowFieldCount} fields");
            throw new BadInputException(_path, _row, "", found, string.Create(CultureInfo.InvariantCulture, $"{_columns.Count} fields"));
        }

        return true;
    }

    public string Text(string column) => _reader.GetString(_reader.GetOrdinal(column));

    public T Read<T>(string column, string expected, Parser<T> parser) =>
        parser(Text(column), out var value) ? value : throw Bad(column, expected);

    public Timestamp Time(string column) =>
        Read(column, "an instant in UTC such as 2024-03-04T14:45:00Z", (string text, out Timestamp time) =>
            IsoTime.TryParse(text, out time)
        );

    public TradingDay Day(string column) => Read(column, "a day such as 2024-03-04", (string text, out TradingDay day) =>
        {
            var isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
            day = TradingDay.From(date);
            return isDay;
        });

    public int Integer(string column, int least, int most) =>
        Read(column, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"), (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= least && value <= most
        );

    public Money Money(string column) => Read(column, "dollars with at most six decimals", (string text, out Money amount) =>
        {
            amount = default;
            if (!TryDecimal(text, out var dollars) || Math.Abs(dollars) > 9_000_000_000m || decimal.Round(dollars, 6) != dollars)
                return false;
            amount = Core.Instruments.Money.FromDollars(dollars);
            return true;
        });

    /// <summary>A probability in whole millionths.</summary>
    public int Millionths(string column) => Read(column, "a probability with at most six decimals", (string text, out int value) =>
        {
            value = 0;
            if (!TryDecimal(text, out var share) || share is < 0 or > 1 || decimal.Round(share, 6) != share)
                return false;
            value = (int)(share * 1_000_000);
            return true;
        });

    public long Price(string column, int contracts, Instrument instrument) =>
        Read(
            column,
            string.Create(CultureInfo.InvariantCulture, $"an average over {contracts} contract(s) on the grid of {instrument.TickSize}"),
            (string text, out long ticks) =>
            {
                ticks = 0;
                return TryDecimal(text, out var price) && AveragePrice.TryToTicks(price, contracts, instrument, out ticks);
            }
        );

    /// <summary>A price on the grid.</summary>
    public int Ticks(string column, Instrument instrument) =>
        Price(column, 1, instrument) is >= int.MinValue and <= int.MaxValue and var ticks
            ? (int)ticks
            : throw Bad(column, "a price that an instrument can have");

    public BadInputException Bad(string column, string expected) => new(_path, _row, column, Text(column), expected);

    private static bool TryDecimal(string text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
