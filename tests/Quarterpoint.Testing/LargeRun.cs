using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>
/// A made-up result with very many trades, as the worst that a report must carry: every column of a trade says something, lives end, the
/// curve is
/// as long as it can be. The same numbers give the same result.
/// </summary>
public static class LargeRun
{
    private const int TradesPerDay = 200;
    private const int TradesPerLife = 700;

    public static BacktestResult Of(int count)
    {
        var random = new SplitMix64(20_240_304);
        var days = Days(1 + ((count - 1) / TradesPerDay));
        var trades = new List<TradeRecord>(count);
        var (curve, drawdown, total) = (new EquityCurve(), new DrawdownTracker(), Money.Zero);
        var open = NewYork.At(days[0].Date, new TimeOnly(9, 30));
        curve.Add(open, total);
        drawdown.Next(open, total, 0);
        for (var i = 0; i < count; i++)
        {
            var day = days[i / TradesPerDay];
            var entry = NewYork.At(day.Date, new TimeOnly(9, 30)).AddSeconds(30 + (i % TradesPerDay * 115) + random.NextBelow(10));
            trades.Add(Trade(ref random, day, entry, life: 1 + (i / TradesPerLife)));
            total += trades[^1].Trip.Net;
            curve.Add(trades[^1].Trip.ExitTime, total);
            drawdown.Next(trades[^1].Trip.ExitTime, total, i);
            if ((i + 1) % TradesPerDay == 0)
                drawdown.EndDay(At(day, 17, 0), i);
        }

        var rooms = new List<DayRoom>();
        foreach (var day in days)
            rooms.Add(new DayRoom(day, Money.FromDollars(1_000), RoomOf(ref random)));
        var results = days.Select(
            (day, i) => DayOf(day, trades.GetRange(i * TradesPerDay, Math.Min(TradesPerDay, count - (i * TradesPerDay))))
        );
        return new BacktestResult
        {
            Trades = trades,
            Days = [.. results],
            Equity = curve.Points.ToArray(),
            MaxDrawdown = drawdown.Deepest,
            DeepestDrawdowns = drawdown.DeepestFirst,
            LongestDrawdown = drawdown.Longest,
            LongestDrawdownBars = drawdown.LongestBars,
            LongestDrawdownDays = drawdown.LongestDays,
            Lives = [.. Enumerable.Range(1, (count - 1) / TradesPerLife).Select(life => EndOf(trades[(life * TradesPerLife) - 1]))],
            Violations = [],
            Refusals = new Dictionary<Rule, long> { [Rule.Cooldown] = count },
            Rooms = rooms,
            TickValue = Micro.Mes.TickValue,
            Capital = Money.FromDollars(1_000),
            Bars = days.Count * 23_400L,
            BarsInPosition = count * 45L,
            EntryHours = [.. days.Select(day => new EntryHours(At(day, 9, 30), At(day, 16, 15)))],
            First = open,
            Last = At(days[^1], 17, 0),
        };
    }

    /// <summary>A second-by-second walk of one of its days.</summary>
    public static BarColumns Bars(TradingDay day) =>
        new Tape().On(day.Date.Year, day.Date.Month, day.Date.Day).Walk("09:30:00", "16:00:00", 20_000, (ulong)day.Number).Columns();

    private static TradeRecord Trade(ref SplitMix64 random, TradingDay day, Timestamp entry, int life)
    {
        var won = random.NextBelow(100) < 45;
        var ticks = won ? 4 + random.NextBelow(20) : -4 - random.NextBelow(14);
        var side = random.NextBelow(2) == 0 ? Side.Buy : Side.Sell;
        var contracts = 1 + random.NextBelow(3);
        var entered = 20_000L + random.NextBelow(400);
        var trip = new RoundTrip
        {
            EntryTime = entry,
            ExitTime = entry.AddSeconds(5 + random.NextBelow(90)),
            Side = side,
            Contracts = contracts,
            Quantity = contracts,
            EntryTicks = entered * contracts,
            ExitTicks = (entered + (ticks * side.Sign())) * contracts,
            Gross = Micro.Mes.TickValue * ticks * contracts,
            Commission = Money.FromDollars(0.84m) * contracts,
            Slippage = Micro.Mes.TickValue * contracts,
            Risked = Micro.Mes.TickValue * 8 * contracts,
            Reason = won ? ExitReason.Target : ExitReason.Stop,
            Confidence = 500_000 + random.NextBelow(400_000),
            PredictedClass = (sbyte)(side == Side.Buy ? 2 : 0),
            Flags = random.NextBelow(50) == 0 ? FillFlags.Ambiguous : FillFlags.None,
            AdverseExcursion = new Ticks(-random.NextBelow(30)),
            FavourableExcursion = new Ticks(random.NextBelow(40)),
        };
        return new TradeRecord(trip, $"MES{"HMUZ"[day.Date.Month / 4]}{day.Date.Year % 10}", day, life);
    }

    private static DayResult DayOf(TradingDay day, List<TradeRecord> trades) =>
        new(day, new Money(trades.Sum(trade => trade.Trip.Net.MicroDollars)), trades.Count);

    private static LifeEnd EndOf(TradeRecord last) => new(last.Trip.ExitTime, Rule.AccountDrawdown, Money.FromDollars(800));

    private static LimitRoom RoomOf(ref SplitMix64 random) =>
        new()
        {
            Equity = Money.FromDollars(960 + random.NextBelow(40)).MicroDollars,
            BelowDayPeak = Money.FromDollars(-random.NextBelow(40)).MicroDollars,
            BelowHighWater = Money.FromDollars(-random.NextBelow(90)).MicroDollars,
        };

    /// <summary>Weekdays from 2022 on; that some are holidays does no harm here.</summary>
    private static List<TradingDay> Days(int count) =>
        [
            .. Enumerable
                .Range(0, 2 * count + 7)
                .Select(i => new DateOnly(2022, 1, 3).AddDays(i))
                .Where(date => date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                .Take(count)
                .Select(TradingDay.From),
        ];

    private static Timestamp At(TradingDay day, int hour, int minute) => NewYork.At(day.Date, new TimeOnly(hour, minute));
}
