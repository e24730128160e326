using Quarterpoint.Core;

namespace Quarterpoint.Data.Import.Csv;

/// <summary>
/// The column names of a file, matched with the names that vendors use. Only letters and digits count, and case does not.
/// </summary>
internal sealed class CsvHeader(string file, string[] names)
{
    // Where a file has several of these columns, the name listed first is used.
    private static readonly string[] Stamp = ["tsevent", "timestamp", "datetime", "unix", "unixtime"];
    private static readonly string[] Received = ["tsrecv"];
    private static readonly string[] Date = ["date"];
    private static readonly string[] Time = ["time"];
    private static readonly string[] Open = ["open", "o"];
    private static readonly string[] High = ["high", "h"];
    private static readonly string[] Low = ["low", "l"];
    private static readonly string[] Close = ["close", "c", "last"];
    private static readonly string[] Volume = ["volume", "vol", "v"];
    private static readonly string[] BidVolume = ["bidvolume", "volbid", "sellvolume"];
    private static readonly string[] AskVolume = ["askvolume", "volask", "buyvolume"];
    private static readonly string[] Price = ["price"];
    private static readonly string[] Size = ["size", "qty", "quantity", "volume", "vol", "v"];
    private static readonly string[] Aggressor = ["side", "aggressor"];
    private static readonly string[] Symbol = ["symbol", "rawsymbol", "contract", "ticker", "instrument"];
    private static readonly string[] InstrumentId = ["instrumentid"];
    private static readonly string[] Action = ["action"];
    private static readonly string[] RecordType = ["rtype"];

    private static readonly HashSet<string> Known =
    [
        .. Stamp,
        .. Received,
        .. Date,
        .. Time,
        .. Open,
        .. High,
        .. Low,
        .. Close,
        .. Volume,
        .. BidVolume,
        .. AskVolume,
        .. Price,
        .. Size,
        .. Aggressor,
        .. Symbol,
        .. InstrumentId,
        .. Action,
        .. RecordType,
    ];

    private readonly string[] _plain = [.. names.Select(Plain)];

    /// <summary>Whether the fields are names and not values: one of them is a known name, or all begin like words.</summary>
    public static bool Recognise(string[] fields)
    {
        var plain = fields.Select(Plain).ToArray();
        return plain.Any(Known.Contains) || plain.All(name => name.Length > 0 && !char.IsAsciiDigit(name[0]));
    }

    /// <exception cref="BadInputException">A required column is missing, or a column appears twice.</exception>
    public CsvLayout ToLayout(byte separator)
    {
        int[] prices = [Find(Open), Find(High), Find(Low), Find(Close)];
        var price = Find(Price);
        var isTrades = price != CsvLayout.None && prices.All(column => column == CsvLayout.None);
        var received = Find(Received);
        var layout = new CsvLayout
        {
            Separator = separator,
            HasHeader = true,
            Names = names,
            Kind = isTrades ? SourceKind.Trades : SourceKind.Bars,
            Stamp = Find(Stamp),
            Close = isTrades ? price : prices[3],
            Volume = Find(isTrades ? Size : Volume),
            Symbol = Find(Symbol),
            InstrumentId = Find(InstrumentId),
            RecordType = received != CsvLayout.None || Find(["tsevent"]) != CsvLayout.None ? Find(RecordType) : CsvLayout.None,
        };
        layout = isTrades
            ? layout with
            {
                Side = Find(Aggressor),
                Action = Find(Action),
            }
            : layout with
            {
                Open = prices[0],
                High = prices[1],
                Low = prices[2],
            };
        if (!isTrades && Find(BidVolume) is var bid && Find(AskVolume) is var ask && bid != CsvLayout.None && ask != CsvLayout.None)
            layout = layout with { BidVolume = bid, AskVolume = ask };

        // Databento builds bars from the times at which trades were received; so do we.
        if (isTrades && received != CsvLayout.None)
            layout = layout with { Stamp = received, SpareStamp = layout.Stamp };
        if (layout.Stamp == CsvLayout.None)
        {
            var (date, time) = (Find(Date), Find(Time));
            layout = layout with
            {
                Stamp = date == CsvLayout.None ? time : date,
                TimeOfDay = date == CsvLayout.None ? CsvLayout.None : time,
            };
        }

        RequireColumns(layout);
        return layout;
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private int Find(string[] aliases)
    {
        foreach (var alias in aliases)
        {
            var column = Array.IndexOf(_plain, alias);
            if (column < 0)
                continue;
            if (Array.IndexOf(_plain, alias, column + 1) >= 0)
                throw new BadInputException(file, 0, names[column], string.Join(',', names), "that column once");
            return column;
        }

        return CsvLayout.None;
    }

    private void RequireColumns(CsvLayout layout)
    {
        (string Name, int Column)[] needed =
            layout.Kind == SourceKind.Trades
                ? [("timestamp", layout.Stamp), ("size", layout.Volume)]
                : [("timestamp", layout.Stamp), ("open", layout.Open), ("high", layout.High), ("low", layout.Low), ("close", layout.Close)];
        var missing = needed.Where(column => column.Column == CsvLayout.None).Select(column => column.Name).ToArray();
        if (missing.Length == 0)
            return;
        throw new BadInputException(
            file,
            0,
            string.Join(", ", missing),
            string.Join(',', names),
            "columns timestamp (or ts_event, datetime, time, date and time), open, high, low, close for bars; "
                + "timestamp, price, size for trades"
        );
    }
}
