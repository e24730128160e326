using System.Globalization;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Import;
using ZstdSharp;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>
/// A minimal CSV reader for the real files, independent of the product's own reader, so that counts on which both agree are right.
/// </summary>
internal sealed class RealCsv : IRowReader
{
    private readonly StreamReader _text;
    private readonly string[] _names;
    private readonly Dictionary<string, string> _symbols = [];
    private readonly bool _isNewYork;
    private long _rows;

    public RealCsv(string path, bool isNewYork = false)
    {
        _text = new StreamReader(new DecompressionStream(File.OpenRead(path)), bufferSize: 1 << 16);
        _isNewYork = isNewYork;
        var header = _text.ReadLine()!;
        if (header[0] == '#')
            header = _text.ReadLine()!;
        _names = header.Split(',');
        Kind = Place("price") >= 0 ? SourceKind.Trades : SourceKind.Bars;
    }

    public SourceKind Kind { get; }

    public int? BarSeconds => null;

    public bool HasVolume => Place("volume") >= 0 || Kind == SourceKind.Trades;

    public bool HasBidAskVolume => Place("vol_bid") >= 0;

    public long SkippedRows => 0;

    public double Progress => 0;

    public bool TryRead(ref SourceRow row)
    {
        if (_text.ReadLine() is not { } line)
            return false;
        row = default;
        row.Number = ++_rows;
        (row.Volume, row.BidVolume, row.AskVolume) = (SourceRow.Absent, SourceRow.Absent, SourceRow.Absent);
        var rest = line.AsSpan();
        foreach (var name in _names)
        {
            var comma = rest.IndexOf(',');
            var field = comma < 0 ? rest : rest[..comma];
            rest = comma < 0 ? [] : rest[(comma + 1)..];
            switch (name)
            {
                case "ts_event" or "timestamp" or "time":
                    row.TimeNanos = Time(field);
                    break;
                case "open":
                    row.OpenNanos = Nanos(field);
                    break;
                case "high":
                    row.HighNanos = Nanos(field);
                    break;
                case "low":
                    row.LowNanos = Nanos(field);
                    break;
                case "close" or "price":
                    row.CloseNanos = Nanos(field);
                    break;
                case "volume" or "size":
                    row.Volume = long.Parse(field, CultureInfo.InvariantCulture);
                    break;
                case "vol_bid":
                    row.BidVolume = long.Parse(field, CultureInfo.InvariantCulture);
                    break;
                case "vol_ask":
                    row.AskVolume = long.Parse(field, CultureInfo.InvariantCulture);
                    break;
                case "symbol":
                    row.Symbol = Name(field);
                    break;
                default:
                    break;
            }
        }

        return true;
    }

    public void Dispose() => _text.Dispose();

    private int Place(string name) => Array.IndexOf(_names, name);

    private long Time(ReadOnlySpan<char> text)
    {
        if (!text.Contains('-'))
            return long.Parse(text, CultureInfo.InvariantCulture) * 1_000_000_000;
        static int Two(ReadOnlySpan<char> digits) => ((digits[0] - '0') * 10) + digits[1] - '0';
        var date = new DateOnly((Two(text) * 100) + Two(text[2..]), Two(text[5..]), Two(text[8..]));
        if (_isNewYork)
            return NewYork.At(date, new TimeOnly(Two(text[11..]), Two(text[14..]), Two(text[17..]))).Nanoseconds;
        var seconds = ((date.DayNumber - 719_162L) * 86_400) + (Two(text[11..]) * 3_600) + (Two(text[14..]) * 60) + Two(text[17..]);
        var fraction = text.Length > 20 ? long.Parse(text[20..^1].ToString().PadRight(9, '0'), CultureInfo.InvariantCulture) : 0;
        return (seconds * 1_000_000_000) + fraction;
    }

    private static long Nanos(ReadOnlySpan<char> text)
    {
        var (value, scale, isNegative) = (0L, Instrument.NanosPerPoint, text[0] == '-');
        var hasPoint = false;
        foreach (var character in text)
        {
            if (character == '.')
                hasPoint = true;
            if (character is < '0' or > '9')
                continue;
            value = (value * 10) + character - '0';
            if (hasPoint)
                scale /= 10;
        }

        return (isNegative ? -value : value) * scale;
    }

    private string Name(ReadOnlySpan<char> text)
    {
        var known = _symbols.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text, out var name))
            return name;
        name = text.ToString();
        _symbols.Add(name, name);
        return name;
    }
}
