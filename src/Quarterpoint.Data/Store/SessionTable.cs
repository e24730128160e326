using System.Globalization;
using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Store;

/// <summary>The table of all sessions of a set, a file beside its bars, so that rolls are decided without reading a bar.</summary>
internal static class SessionTable
{
    public const string FileName = "sessions.csv";

    private const string Header = "contract,delivery,trading_day,first_row,rows,volume,last_close_ticks,first_second,last_second";
    private const string DayFormat = "yyyy-MM-dd";
    private const int Fields = 9;

    public static byte[] Write(IEnumerable<(StoredContract Contract, IReadOnlyList<StoredSession> Sessions)> contracts)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var (contract, sessions) in contracts)
        {
            foreach (var s in sessions)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{contract.Symbol},{contract.Delivery},{s.Day},{s.FirstRow},{s.Rows},{s.Volume},"
                );
                text.Append(CultureInfo.InvariantCulture, $"{s.LastClose.InTicks},{s.First.UnixSeconds},{s.Last.UnixSeconds}\n");
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The sessions of each contract, in the order of <paramref name="contracts"/>.</summary>
    /// <exception cref="BadInputException">A line cannot be read, or names a contract that the set lacks.</exception>
    public static IReadOnlyList<IReadOnlyList<StoredSession>> Read(byte[] content, string path, IReadOnlyList<StoredContract> contracts)
    {
        var lines = Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0] != Header)
            throw new BadInputException(path, lines.Length == 0 ? "an empty file" : lines[0], Header);
        var places = contracts.Select((c, i) => (Key: (c.Symbol, c.Delivery ?? ""), i)).ToDictionary(c => c.Key, c => c.i);
        var sessions = contracts.Select(_ => new List<StoredSession>()).ToList();
        for (var row = 1; row < lines.Length; row++)
        {
            var fields = lines[row].Split(',');
            if (
                fields.Length != Fields
                || !places.TryGetValue((fields[0], fields[1]), out var contract)
                || !TryParse(fields, out var session)
            )
                throw new BadInputException(path, row, "", lines[row], $"{Header}, of a contract that the set has");
            if (sessions[contract].Count > 0 && sessions[contract][^1].Day >= session.Day)
                throw new BadInputException(path, row, "trading_day", fields[2], "days in order");
            sessions[contract].Add(session);
        }

        return sessions;
    }

    private static bool TryParse(string[] fields, out StoredSession session)
    {
        session = default;
        if (
            !DateOnly.TryParseExact(fields[2], DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            || !TryCount(fields[3], out var firstRow)
            || !TryCount(fields[4], out var rows)
            || !TryCount(fields[5], out var volume)
            || !int.TryParse(fields[6], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var close)
            || !TryCount(fields[7], out var first)
            || !TryCount(fields[8], out var last)
            || firstRow + rows > int.MaxValue
            || first > uint.MaxValue
            || last > uint.MaxValue
        )
            return false;
        session = new StoredSession(
            TradingDay.From(day),
            (int)firstRow,
            (int)rows,
            volume,
            new Price(close),
            Timestamp.FromUnixSeconds(first),
            Timestamp.FromUnixSeconds(last)
        );
        return true;
    }

    private static bool TryCount(string text, out long count) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count < long.MaxValue / 2;
}
