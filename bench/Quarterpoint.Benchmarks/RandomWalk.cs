using Quarterpoint.Core;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Benchmarks;

/// <summary>A random walk without drift: a bar in every second of every session, with a standard deviation of about one tick.</summary>
internal static class RandomWalk
{
    public static BarColumns Make(int bars, ulong seed)
    {
        var random = new SplitMix64(seed);
        var columns = new BarColumns
        {
            BarSeconds = 1,
            Count = bars,
            Time = new uint[bars],
            Open = new int[bars],
            High = new int[bars],
            Low = new int[bars],
            Close = new int[bars],
            Volume = new uint[bars],
            Segments = [new ContractSegment(0, bars, "MESH4", default)],
            Sessions = Sessions(bars),
        };
        var price = 20_000;
        foreach (var session in columns.Sessions)
        {
            var open = (uint)session.Session.Open.UnixSeconds;
            for (var row = session.FirstRow; row < session.EndRow; row++)
            {
                // Two half-steps a bar: -1, 0, 0, +1 each, so a bar's variance is one tick squared.
                var draw = random.Next();
                var first = price + (int)(draw & 1) - (int)((draw >> 1) & 1);
                var last = first + (int)((draw >> 2) & 1) - (int)((draw >> 3) & 1);
                columns.Time[row] = open + (uint)(row - session.FirstRow);
                columns.Open[row] = price;
                columns.High[row] = Math.Max(price, Math.Max(first, last));
                columns.Low[row] = Math.Min(price, Math.Min(first, last));
                columns.Close[row] = last;
                columns.Volume![row] = 1 + (uint)(draw >> 60);
                price = last;
            }
        }

        return columns;
    }

    private static List<SessionRows> Sessions(int bars)
    {
        var sessions = new List<SessionRows>();
        var row = 0;
        var index = SessionCalendar.CmeEquityIndex.IndexOf(TradingDay.On(2022, 1, 3));
        while (row < bars)
        {
            var session = SessionCalendar.CmeEquityIndex.Sessions[index++];
            var count = Math.Min(bars - row, (int)(session.Close - session.Open).TotalSeconds);
            sessions.Add(new SessionRows(row, count, session, 0));
            row += count;
        }

        return sessions;
    }
}
