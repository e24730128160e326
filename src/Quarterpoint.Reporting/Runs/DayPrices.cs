using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Reporting.Runs;

/// <summary>A price of the market and when it was known: at a bar's close.</summary>
public readonly record struct PricePoint(Timestamp Time, Price Price);

/// <summary>
/// The prices of one trading day around its trades, few enough to travel with a report: near a trade bar by bar, elsewhere the highest and
/// the lowest of each stretch.
/// </summary>
public sealed record DayPrices(TradingDay Day, IReadOnlyList<PricePoint> Points)
{
    /// <summary>Days that are kept at most.</summary>
    public const int MostDays = 20;

    /// <summary>Points that a day has at most: half of them for the whole of it, half for what lies near its trades.</summary>
    public const int MostPoints = 1_200;

    /// <summary>How far before an entry and after an exit is near.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(90);

    /// <summary>
    /// The days whose prices are kept: all with a trade where they are few enough, else the first, the last, the best, the worst, and the
    /// one with the most trades, and of the others as many as there is room for, evenly spread.
    /// </summary>
    public static IReadOnlyList<TradingDay> Choose(IReadOnlyList<TradeRecord> trades)
    {
        var days = trades
            .GroupBy(trade => trade.Day)
            .OrderBy(day => day.Key)
            .Select(day => (Day: day.Key, Net: day.Sum(trade => trade.Trip.Net.MicroDollars), Trades: day.Count()))
            .ToList();
        if (days.Count <= MostDays)
            return [.. days.Select(day => day.Day)];
        var chosen = new SortedSet<TradingDay>
        {
            days[0].Day,
            days[^1].Day,
            days.MaxBy(day => day.Net).Day,
            days.MinBy(day => day.Net).Day,
            days.MaxBy(day => day.Trades).Day,
        };
        var others = days.Select(day => day.Day).Where(day => !chosen.Contains(day)).ToList();
        var places = MostDays - chosen.Count;
        for (var i = 0; i < places; i++)
            chosen.Add(others[(int)((long)others.Count * i / places)]);
        return [.. chosen];
    }

    /// <summary>Those days with their prices, as far as there are any.</summary>
    /// <param name="barsOf">The bars that the run took on a day, as it took them.</param>
    public static IReadOnlyList<DayPrices> Collect(IReadOnlyList<TradeRecord> trades, Func<TradingDay, IEnumerable<BarColumns>> barsOf)
    {
        var kept = new List<DayPrices>();
        foreach (var day in Choose(trades))
        {
            var ofDay = trades.Where(trade => trade.Day == day).ToList();
            foreach (var columns in barsOf(day))
            {
                foreach (var session in columns.Sessions)
                {
                    if (session.Session.Day == day && session.RowCount > 0)
                        kept.Add(Of(columns, session, ofDay));
                }
            }
        }

        return kept;
    }

    private static DayPrices Of(BarColumns columns, in SessionRows rows, List<TradeRecord> trades)
    {
        var (first, last) = Around(rows.Session, trades);
        var (all, near) = (new List<PricePoint>(), new List<PricePoint>());
        var next = 0;
        var order = trades.OrderBy(trade => trade.Trip.EntryTime).ToList();
        for (var row = rows.FirstRow; row < rows.EndRow; row++)
        {
            var bar = columns[row];
            var closes = bar.Opens.AddSeconds(columns.BarSeconds);
            if (closes < first || closes > last)
                continue;
            all.Add(new PricePoint(closes, bar.Close));
            while (next < order.Count && order[next].Trip.ExitTime + Near < closes)
                next++;
            if (next < order.Count && order[next].Trip.EntryTime - Near <= closes)
                near.Add(all[^1]);
        }

        var points = Thinned(all).Concat(Thinned(near)).Distinct().OrderBy(point => point.Time);
        return new DayPrices(rows.Session.Day, [.. points]);
    }

    private static IReadOnlyList<PricePoint> Thinned(List<PricePoint> points) =>
        Thinning.KeepExtremes(points, point => point.Price.InTicks, (MostPoints / 4) - 1);

    /// <summary>Regular hours, and what trades reach beyond them.</summary>
    private static (Timestamp First, Timestamp Last) Around(in TradingSession session, List<TradeRecord> trades)
    {
        var first = trades.Min(trade => trade.Trip.EntryTime) - Near;
        var last = trades.Max(trade => trade.Trip.ExitTime) + Near;
        return session.HasRth ? (Timestamp.Min(first, session.RthOpen), Timestamp.Max(last, session.RthClose)) : (first, last);
    }
}
