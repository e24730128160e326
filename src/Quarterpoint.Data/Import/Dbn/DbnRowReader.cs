using System.Buffers.Binary;
using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Import.Dbn;

/// <summary>
/// Reads bars or trades from a DBN file. A bar's time is the start of its interval. A trade's time is when Databento received it (ts_recv),
/// or the exchange's time where that is undefined: Databento builds its bars by the time of receipt, and so do we. In a file of book or
/// order events only trades (action T) are rows; a fill (F) is the same trade as seen by the resting order.
/// </summary>
internal sealed class DbnRowReader : IRowReader
{
    private const long UndefinedPrice = long.MaxValue;
    private const ulong UndefinedTime = ulong.MaxValue;
    private const uint UndefinedSize = uint.MaxValue;

    private readonly string _file;
    private readonly DbnRecords _records;
    private readonly DbnSchema _schema;
    private readonly DbnSymbols _symbols;
    private long _number;

    private DbnRowReader(string file, DbnRecords records)
    {
        _file = file;
        _records = records;
        _symbols = records.Metadata?.Symbols ?? new DbnSymbols();
        _schema = records.Metadata is { } metadata
            ? DbnSchema.Require(file, metadata.Schema)
            : DbnSchema.OfFragment(file, records.PeekType());
    }

    public SourceKind Kind => _schema.Kind;

    public int? BarSeconds => _schema.BarSeconds;

    public bool HasVolume => true;

    public bool HasBidAskVolume => Kind == SourceKind.Trades;

    public long SkippedRows { get; private set; }

    public double Progress => _records.Progress;

    public static DbnRowReader Open(SourceFile source)
    {
        var records = new DbnRecords(source);
        try
        {
            return new DbnRowReader(source.Name, records);
        }
        catch
        {
            records.Dispose();
            throw;
        }
    }

    public bool TryRead(ref SourceRow row)
    {
        while (_records.TryRead(out var record))
        {
            _number++;
            var type = record[1];
            if (!_schema.RecordTypes.Contains(type))
            {
                SkippedRows++;
                continue;
            }

            if (DbnRecordType.Find(type) is { } known && record.Length < known.Bytes)
                throw _records.Damaged($"a record of type {type} with {record.Length} bytes", $"at least {known.Bytes}");
            row.Number = _number;
            row.BidVolume = SourceRow.Absent;
            row.AskVolume = SourceRow.Absent;
            if (Kind == SourceKind.Bars)
                ReadBar(record, ref row);
            else if (!TryReadTrade(record, type == DbnRecordType.Mbo, ref row))
                continue;
            var id = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
            row.Symbol = _symbols.Find(id, row.TimeNanos)
                ?? throw Bad(
                    "instrument_id",
                    id.ToString(CultureInfo.InvariantCulture),
                    $"at most {DbnSymbols.MaxUnnamed} instruments without a name"
                );
            return true;
        }

        return false;
    }

    public void Dispose() => _records.Dispose();

    private void ReadBar(ReadOnlySpan<byte> record, ref SourceRow row)
    {
        row.TimeNanos = Time("ts_event", BinaryPrimitives.ReadUInt64LittleEndian(record[8..]));
        row.OpenNanos = Price("open", record[16..]);
        row.HighNanos = Price("high", record[24..]);
        row.LowNanos = Price("low", record[32..]);
        row.CloseNanos = Price("close", record[40..]);
        var volume = BinaryPrimitives.ReadUInt64LittleEndian(record[48..]);
        row.Volume =
            volume <= long.MaxValue
                ? (long)volume
                : throw Bad("volume", volume.ToString(CultureInfo.InvariantCulture), "a volume of at most 63 bits");
        row.Aggressor = Side.None;
    }

    private bool TryReadTrade(ReadOnlySpan<byte> record, bool isOrderEvent, ref SourceRow row)
    {
        var (price, size, action, received) = isOrderEvent ? (24, 32, 38, 40) : (16, 24, 28, 32);
        if (record[action] != (byte)'T')
        {
            SkippedRows++;
            return false;
        }

        var receivedTime = BinaryPrimitives.ReadUInt64LittleEndian(record[received..]);
        row.TimeNanos =
            receivedTime == UndefinedTime
                ? Time("ts_event", BinaryPrimitives.ReadUInt64LittleEndian(record[8..]))
                : Time("ts_recv", receivedTime);
        row.CloseNanos = Price("price", record[price..]);
        row.OpenNanos = row.HighNanos = row.LowNanos = row.CloseNanos;
        var volume = BinaryPrimitives.ReadUInt32LittleEndian(record[size..]);
        row.Volume = volume != UndefinedSize ? volume : throw Bad("size", "none", "the size of the trade");
        row.Aggressor = record[action + 1] switch
        {
            (byte)'A' => Side.Sell,
            (byte)'B' => Side.Buy,
            (byte)'N' => Side.None,
            var other => throw Bad("side", other.ToString(CultureInfo.InvariantCulture), "A, B, or N"),
        };
        return true;
    }

    private long Time(string field, ulong nanos) =>
        nanos < long.MaxValue ? (long)nanos : throw Bad(field, nanos.ToString(CultureInfo.InvariantCulture), "nanoseconds since 1970");

    private long Price(string field, ReadOnlySpan<byte> bytes)
    {
        var price = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return price != UndefinedPrice ? price : throw Bad(field, "none", "a price");
    }

    private BadInputException Bad(string field, string value, string expected) => new(_file, _number, field, value, expected);
}
