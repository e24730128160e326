using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>
/// A result written by hand, trade by trade, on MES, so that the expected value of a metric can be calculated on paper. Times are New York
/// wall-clock times. Commission is $0.84 a contract, and 6.75 hours of each day are tradable (09:30 to 16:15).
/// </summary>
public sealed class SampleRun
{
    private readonly List<TradeRecord> _trades = [];
    private readonly List<TradingDay> _days = [];
    private readonly Money _commission = Money.FromDollars(0.84m);

    public SampleRun Day(int year, int month, int day)
    {
        _days.Add(TradingDay.On(year, month, day));
        return this;
    }

    /// <param name="time">Time of the entry, on the day last named.</param>
    /// <param name="gross">Dollars before slippage and commission, a multiple of the tick value.</param>
    /// <param name="slippageTicks">Slippage of entry and exit together, in ticks a contract.</param>
    public SampleRun Trade(
        string time,
        decimal gross,
        int slippageTicks = 2,
        Side side = Side.Buy,
        int contracts = 1,
        int seconds = 60,
        ExitReason reason = ExitReason.Target,
        int stopTicks = 8,
        FillFlags flags = FillFlags.None,
        string contract = "MESH4",
        int life = 1,
        int adverse = -3,
        int favourable = 5,
        int confidence = 0,
        sbyte predicted = -1
    )
    {
        var day = _days[^1];
        var entry = NewYork.At(day.Date, TimeOnly.Parse(time, CultureInfo.InvariantCulture));
        var slippage = Micro.Mes.TickValue * slippageTicks * contracts;
        var moved = (Money.FromDollars(gross) - slippage).MicroDollars / Micro.Mes.TickValue.MicroDollars * side.Sign();
        var entered = 20_000L * contracts;
        _trades.Add(
            new TradeRecord(
                new RoundTrip
                {
                    EntryTime = entry,
                    ExitTime = entry.AddSeconds(seconds),
                    Side = side,
                    Contracts = contracts,
                    Quantity = contracts,
                    EntryTicks = entered,
                    ExitTicks = entered + moved,
                    Gross = Money.FromDollars(gross),
                    Commission = _commission * contracts,
                    Slippage = slippage,
                    Risked = Micro.Mes.TickValue * stopTicks * contracts,
                    Reason = reason,
                    Confidence = confidence,
                    PredictedClass = predicted,
                    Flags = flags,
                    AdverseExcursion = new Ticks(adverse),
                    FavourableExcursion = new Ticks(favourable),
                },
                contract,
                day,
                life
            )
        );
        return this;
    }

    /// <summary>The result so far; equity is known at the trades' ends.</summary>
    public BacktestResult Result()
    {
        var drawdown = new DrawdownTracker();
        var first = _days.Count == 0 ? default : NewYork.At(_days[0].Date, new TimeOnly(9, 30));
        var equity = new List<EquityPoint> { new(first, Money.Zero) };
        drawdown.Next(first, Money.Zero, 0);
        var (total, bars) = (Money.Zero, 0L);
        var days = new List<DayResult>();
        foreach (var day in _days)
        {
            var ofDay = _trades.Where(trade => trade.Day == day).ToList();
            var net = Money.Zero;
            foreach (var trade in ofDay)
            {
                net += trade.Trip.Net;
                total += trade.Trip.Net;
                equity.Add(new EquityPoint(trade.Trip.ExitTime, total));
                drawdown.Next(trade.Trip.ExitTime, total, ++bars);
            }

            days.Add(new DayResult(day, net, ofDay.Count));
            drawdown.EndDay(NewYork.At(day.Date, new TimeOnly(17, 0)), bars);
        }

        return new BacktestResult
        {
            Trades = _trades,
            Days = days,
            Equity = equity,
            MaxDrawdown = drawdown.Deepest,
            DeepestDrawdowns = drawdown.DeepestFirst,
            LongestDrawdown = drawdown.Longest,
            LongestDrawdownBars = drawdown.LongestBars,
            LongestDrawdownDays = drawdown.LongestDays,
            Lives = [],
            Violations = [],
            Refusals = new Dictionary<Rule, long>(),
            Capital = Money.FromDollars(1000),
            Bars = _days.Count * 24_300L,
            BarsInPosition = _trades.Sum(trade => (trade.Trip.ExitTime - trade.Trip.EntryTime).Ticks / TimeSpan.TicksPerSecond),
            TickValue = Micro.Mes.TickValue,
            EntryHours =
            [
                .. _days.Select(day => new EntryHours(
                    NewYork.At(day.Date, new TimeOnly(9, 30)),
                    NewYork.At(day.Date, new TimeOnly(16, 15))
                )),
            ],
            First = first,
            Last = _days.Count == 0 ? default : NewYork.At(_days[^1].Date, new TimeOnly(17, 0)),
        };
    }
}
