using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Metrics;

public sealed partial record Performance
{
    /// <summary>Computes every metric of a finished backtest.</summary>
    public static Performance Of(BacktestResult result)
    {
        var trades = result.Trades;
        var net = Dollars(trades, trade => trade.Net);
        var gross = Dollars(trades, trade => trade.Gross);
        var (netByDay, grossByDay, countByDay) = ByDay(trades, net, gross);
        var returns = DailyReturns(result);
        var (wins, losses) = (new Outcomes(), new Outcomes());
        foreach (var trade in trades)
            (trade.Trip.Net > Money.Zero ? wins : losses).Add(trade.Trip.Net);
        var worst = result.MaxDrawdown;
        var total = Sum(trades, trade => trade.Net);
        var risked = Sum(trades, trade => trade.Risked);
        var daysTraded = result.Days.Where(day => day.Trades > 0).ToList();

        return new Performance
        {
            First = result.First,
            Last = result.Last,
            Capital = result.Capital,
            Bars = result.Bars,
            Days = result.Days.Count,
            DaysTraded = daysTraded.Count,
            Trades = trades.Count,
            Wins = wins.Count,
            Losses = losses.Count,
            NetPnl = total,
            GrossPnl = Sum(trades, trade => trade.Gross),
            Commission = Sum(trades, trade => trade.Commission),
            Slippage = Sum(trades, trade => trade.Slippage),
            ReturnOnCapital = Share(Dollars(total), Dollars(result.Capital)),
            Sharpe = Ratios.Sharpe(returns),
            Sortino = Ratios.Sortino(returns),
            Calmar = returns.Length < 2 ? null : Ratios.Calmar(Ratios.Mean(returns) * Ratios.TradingDaysPerYear, DeepestDailyFall(returns)),
            MaxDrawdown = worst.Depth,
            MaxDrawdownHours = worst.Depth > Money.Zero ? ((worst.Recovered ?? result.Last) - worst.Peak).TotalHours : 0,
            MaxDrawdownBars = worst.Bars,
            MaxDrawdownDays = worst.Days,
            MaxDrawdownPeak = worst.Depth > Money.Zero ? worst.Peak : null,
            MaxDrawdownTrough = worst.Depth > Money.Zero ? worst.Trough : null,
            MaxDrawdownRecovered = worst.Recovered,
            Drawdowns = result.DeepestDrawdowns,
            LongestDrawdownHours = result.LongestDrawdown.TotalHours,
            LongestDrawdownBars = result.LongestDrawdownBars,
            LongestDrawdownDays = result.LongestDrawdownDays,
            WinRate = Share(wins.Count, trades.Count),
            WinRateInterval = Interval.Wilson(wins.Count, trades.Count),
            Expectancy = Share(Dollars(total), trades.Count),
            ExpectancyInterval = Interval.OfMean(net),
            ExpectancyIntervalByDay = Interval.OfMeanByBlock(netByDay, countByDay),
            ExpectancyGross = Share(Dollars(Sum(trades, trade => trade.Gross)), trades.Count),
            ExpectancyGrossInterval = Interval.OfMean(gross),
            ExpectancyGrossIntervalByDay = Interval.OfMeanByBlock(grossByDay, countByDay),
            ProfitFactor = Share(Dollars(wins.Sum), -Dollars(losses.Sum)),
            Payoff = wins.Average / -losses.Average,
            AverageWin = wins.Average,
            AverageLoss = losses.Average,
            LargestWin = wins.Largest,
            LargestLoss = losses.Largest,
            WinDays = Share(daysTraded.Count(day => day.Net > Money.Zero), daysTraded.Count),
            BestDay = daysTraded.Count == 0 ? null : daysTraded.Max(day => day.Net),
            WorstDay = daysTraded.Count == 0 ? null : daysTraded.Min(day => day.Net),
            LongestWinStreak = LongestStreak(trades, sign: 1),
            LongestLossStreak = LongestStreak(trades, sign: -1),
            TradesPerDay = Share(trades.Count, result.Days.Count),
            TradesPerHour = Share(trades.Count, result.TradableTime.TotalHours),
            TimeInPosition = Share(result.BarsInPosition, result.Bars),
            Risked = risked,
            ReturnPerDollarRisked = Share(Dollars(total), Dollars(risked)),
            NetPerTrade = Distribution.Of((double[])net.Clone()),
            HoldingSeconds = Distribution.Of(Each(trades, trade => (trade.ExitTime - trade.EntryTime).TotalSeconds)),
            AdverseTicks = Distribution.Of(Each(trades, trade => trade.AdverseExcursion.Count)),
            FavourableTicks = Distribution.Of(Each(trades, trade => trade.FavourableExcursion.Count)),
            AmbiguousShare = Share(CountFlagged(trades, FillFlags.Ambiguous), trades.Count),
            BookedTrades = CountFlagged(trades, FillFlags.Booked),
            LateTrades = CountFlagged(trades, FillFlags.Late),
            Lives = result.Lives.Count,
            LifeEnds = result.Lives,
            Violations = result.Violations.Count,
            ViolationList = result.Violations,
            Refusals = result.Refusals,
            PnlByHour = [.. PnlSlices.By(trades, trade => NewYork.Local(trade.Trip.EntryTime).Hour).OrderBy(slice => slice.Key)],
            ExitReasons = [.. PnlSlices.By(trades, trade => trade.Trip.Reason).OrderBy(slice => slice.Key)],
            Sides = [.. PnlSlices.By(trades, trade => trade.Trip.Side).OrderByDescending(slice => slice.Key)],
            Contracts = PnlSlices.By(trades, trade => trade.Contract),
            Daily = result.Days,
        };
    }

    /// <summary>Net profit of each trading day over the fixed capital, with days that had no trade.</summary>
    private static double[] DailyReturns(BacktestResult result)
    {
        var returns = new double[result.Days.Count];
        for (var i = 0; i < returns.Length; i++)
            returns[i] = (double)result.Days[i].Net.MicroDollars / result.Capital.MicroDollars;
        return returns;
    }

    private static double DeepestDailyFall(ReadOnlySpan<double> returns)
    {
        var levels = new double[returns.Length + 1];
        levels[0] = 1;
        for (var i = 0; i < returns.Length; i++)
            levels[i + 1] = levels[i] + returns[i];
        return Ratios.DeepestFall(levels);
    }

    private static (double[] Net, double[] Gross, int[] Count) ByDay(IReadOnlyList<TradeRecord> trades, double[] net, double[] gross)
    {
        var places = new OrderedDictionary<TradingDay, int>();
        foreach (var trade in trades)
            places.TryAdd(trade.Day, places.Count);
        var (netByDay, grossByDay, count) = (new double[places.Count], new double[places.Count], new int[places.Count]);
        for (var i = 0; i < trades.Count; i++)
        {
            var place = places[trades[i].Day];
            netByDay[place] += net[i];
            grossByDay[place] += gross[i];
            count[place]++;
        }

        return (netByDay, grossByDay, count);
    }

    private static int LongestStreak(IReadOnlyList<TradeRecord> trades, int sign)
    {
        var (longest, current) = (0, 0);
        foreach (var trade in trades)
        {
            var outcome = Math.Sign(trade.Trip.Net.MicroDollars);
            if (outcome == 0)
                continue;
            current = outcome == sign ? current + 1 : 0;
            longest = Math.Max(longest, current);
        }

        return longest;
    }

    private static int CountFlagged(IReadOnlyList<TradeRecord> trades, FillFlags flag) =>
        trades.Count(trade => (trade.Trip.Flags & flag) != 0);

    private static Money Sum(IReadOnlyList<TradeRecord> trades, Func<Accounting.RoundTrip, Money> amount)
    {
        var micros = 0L;
        foreach (var trade in trades)
            micros += amount(trade.Trip).MicroDollars;
        return new Money(micros);
    }

    private static double[] Each(IReadOnlyList<TradeRecord> trades, Func<Accounting.RoundTrip, double> number)
    {
        var values = new double[trades.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = number(trades[i].Trip);
        return values;
    }

    private static double[] Dollars(IReadOnlyList<TradeRecord> trades, Func<Accounting.RoundTrip, Money> amount) =>
        Each(trades, trade => Dollars(amount(trade)));

    private static double Dollars(Money amount) => (double)amount.MicroDollars / Money.MicrosPerDollar;

    /// <summary>Null where there is nothing to divide by.</summary>
    private static double? Share(double part, double whole) => whole == 0 ? null : part / whole;

    /// <summary>All wins, or all losses; a trade of exactly zero is neither.</summary>
    private sealed class Outcomes
    {
        public int Count { get; private set; }

        public Money Sum { get; private set; }

        public Money? Largest { get; private set; }

        public double? Average => Share(Dollars(Sum), Count);

        public void Add(Money net)
        {
            if (net == Money.Zero)
                return;
            Count++;
            Sum += net;
            if (Largest is not { } largest || Math.Abs(net.MicroDollars) > Math.Abs(largest.MicroDollars))
                Largest = net;
        }
    }
}
