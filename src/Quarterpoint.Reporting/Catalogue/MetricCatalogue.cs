using Quarterpoint.Core.Metrics;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Catalogue;

/// <summary>
/// A member of metrics.json: what it means, its unit, and when it is null ("" for never). <see cref="Show"/> prints it for the report's
/// table; null for lists, which have charts and tables of their own.
/// </summary>
public sealed record Metric(
    string Group,
    string Name,
    string Label,
    string Unit,
    string Meaning,
    string NullWhen,
    Func<Performance, string>? Show
);

/// <summary>Every metric in the order of metrics.json. docs/metrics.md and the report's definitions say what stands here.</summary>
public static class MetricCatalogue
{
    private const string Span = "Span";
    private const string Result = "Result";
    private const string Ratio = "Risk-adjusted, from daily results";
    private const string Drawdown = "Drawdown";
    private const string Trade = "Trades";
    private const string Day = "Days and activity";
    private const string Risk = "Risk taken";
    private const string Spread = "How trades spread";
    private const string Honesty = "Execution and limits";
    private const string Lists = "Lists";

    private const string NoTrade = "there is no trade";

    /// <summary>The groups as the report's two columns show them.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> ReportColumns { get; } =
    [
        [Result, Ratio, Drawdown, Risk, Day],
        [Trade, Spread, Honesty, Span],
    ];

    public static IReadOnlyList<Metric> All { get; } =
    [
        new(Span, "first", "From", "instant, UTC", "Opening of the first session.", "", p => Say.Time(p.First)),
        new(Span, "last", "To", "instant, UTC", "The last event of the run.", "", p => Say.Time(p.Last)),
        new(
            Span,
            "capital",
            "Capital",
            "dollars",
            "The fixed capital that daily returns are measured against. Gains are not compounded.",
            "",
            p => Say.Dollars(p.Capital)
        ),
        new(Span, "bars", "Bars", "count", "Bars that the run took.", "", p => Say.Count(p.Bars)),
        new(
            Span,
            "days",
            "Trading days",
            "count",
            "Trading days (18:00 to 17:00 New York) in the data, those without a trade included.",
            "",
            p => Say.Count(p.Days)
        ),
        new(Span, "daysTraded", "Days with a trade", "count", "Trading days on which at least one trade ended.", "", p =>
            Say.Count(p.DaysTraded)
        ),
        new(Trade, "trades", "Trades", "count", "Round trips, each from flat to flat. A reversal is two.", "", p => Say.Count(p.Trades)),
        new(Trade, "wins", "Wins", "count", "Trades with a net P&L above zero.", "", p => Say.Count(p.Wins)),
        new(Trade, "losses", "Losses", "count", "Trades with a net P&L below zero. A trade of exactly zero is neither.", "", p =>
            Say.Count(p.Losses)
        ),
        new(Result, "netPnl", "Net P&L", "dollars", "Gross P&L less commission and slippage, over all lives.", "", p =>
            Say.Result(p.NetPnl)
        ),
        new(Result, "grossPnl", "Gross P&L", "dollars", "P&L at the prices from which fills slipped, before every cost.", "", p =>
            Say.Result(p.GrossPnl)
        ),
        new(Result, "commission", "Commission", "dollars", "Commission and exchange fees paid.", "", p => Say.Dollars(p.Commission)),
        new(Result, "slippage", "Slippage", "dollars", "What fills were worse than the prices they began from.", "", p =>
            Say.Dollars(p.Slippage)
        ),
        new(Result, "returnOnCapital", "Return on capital", "fraction", "Net P&L over capital.", "capital is zero", p =>
            Say.Percent(p.ReturnOnCapital)
        ),
        new(
            Ratio,
            "sharpe",
            "Sharpe",
            "per year",
            "Mean of daily returns over their standard deviation (n - 1), times the root of 252. A daily return is the day's net P&L "
                + "over capital; days without a trade count as zero.",
            "there are fewer than two days, or all are the same",
            p => Say.Number(p.Sharpe)
        ),
        new(
            Ratio,
            "sortino",
            "Sortino",
            "per year",
            "Mean of daily returns over their downside deviation, times the root of 252. The downside deviation is the root of the "
                + "mean of min(return, 0) squared over all days.",
            "there are fewer than two days, or none lost",
            p => Say.Number(p.Sortino)
        ),
        new(
            Ratio,
            "calmar",
            "Calmar",
            "per year",
            "Mean of daily returns times 252, over the deepest fall of 1 + their running sum, on daily closes and as a fraction of its "
                + "peak. Not compounded.",
            "there are fewer than two days, or nothing fell",
            p => Say.Number(p.Calmar)
        ),
        new(
            Drawdown,
            "maxDrawdown",
            "Max drawdown",
            "dollars",
            "The deepest fall of net P&L from its highest so far, at every bar with a position and every fill. Above zero.",
            "",
            p => Say.Dollars(p.MaxDrawdown)
        ),
        new(
            Drawdown,
            "maxDrawdownHours",
            "Its duration in hours",
            "hours",
            "From its peak until the peak was reached again, or to the end of the run; nights and weekends count.",
            "",
            p => Say.Number(p.MaxDrawdownHours, "#,0.0")
        ),
        new(
            Drawdown,
            "maxDrawdownBars",
            "Its duration in bars",
            "bars",
            "Bars from its peak until the peak was reached again, or to the end of the run.",
            "",
            p => Say.Count(p.MaxDrawdownBars)
        ),
        new(
            Drawdown,
            "maxDrawdownDays",
            "Its duration in days",
            "trading days",
            "Trading days that ended from its peak until the peak was reached again, or to the end; 0 within one day.",
            "",
            p => Say.Count(p.MaxDrawdownDays)
        ),
        new(
            Drawdown,
            "maxDrawdownPeak",
            "Its peak",
            "instant, UTC",
            "When net P&L last stood at the peak it fell from.",
            "nothing fell",
            p => Say.Time(p.MaxDrawdownPeak)
        ),
        new(Drawdown, "maxDrawdownTrough", "Its trough", "instant, UTC", "When it was deepest.", "nothing fell", p =>
            Say.Time(p.MaxDrawdownTrough)
        ),
        new(Drawdown, "maxDrawdownRecovered", "Its recovery", "instant, UTC", "When the peak was reached again.", "it never was", p =>
            p.MaxDrawdownRecovered is null && p.MaxDrawdownPeak is not null ? "never" : Say.Time(p.MaxDrawdownRecovered)
        ),
        new(
            Drawdown,
            "longestDrawdownHours",
            "Longest drawdown in hours",
            "hours",
            "The longest time from any peak until it was reached again, or to the end of the run.",
            "",
            p => Say.Number(p.LongestDrawdownHours, "#,0.0")
        ),
        new(
            Drawdown,
            "longestDrawdownBars",
            "Longest drawdown in bars",
            "bars",
            "The most bars from any peak until it was reached again, or to the end.",
            "",
            p => Say.Count(p.LongestDrawdownBars)
        ),
        new(
            Drawdown,
            "longestDrawdownDays",
            "Longest drawdown in days",
            "trading days",
            "The most trading days that ended from any peak until it was reached again, or to the end.",
            "",
            p => Say.Count(p.LongestDrawdownDays)
        ),
        new(Trade, "winRate", "Win rate", "fraction", "Wins over trades.", NoTrade, p => Say.Percent(p.WinRate)),
        new(
            Trade,
            "winRateInterval",
            "Win rate, 95 % interval",
            "fractions",
            "Where the true win rate lies, by Wilson's score.",
            NoTrade,
            p => Say.Percent(p.WinRateInterval)
        ),
        new(Trade, "expectancy", "Expectancy", "dollars a trade", "Net P&L over trades.", NoTrade, p => Say.Result(p.Expectancy)),
        new(
            Trade,
            "expectancyInterval",
            "Expectancy, 95 % interval",
            "dollars a trade",
            "Mean +- 1.96 sd / root n of the trades' net P&L, as if trades were independent.",
            "there are fewer than two trades",
            p => Say.Dollars(p.ExpectancyInterval)
        ),
        new(
            Trade,
            "expectancyIntervalByDay",
            "Expectancy, 95 % interval by day",
            "dollars a trade",
            "The same with days as blocks, because trades of one day are alike. With G and n the sum and the number of a day's trades, "
                + "m the mean over all N trades, and D the days with a trade, the variance is D / (D - 1) x sum (G - m n)^2 / N^2, and "
                + "the quantile is Student's with D - 1 degrees of freedom.",
            "there are fewer than two days with a trade",
            p => Say.Dollars(p.ExpectancyIntervalByDay)
        ),
        new(
            Trade,
            "expectancyGross",
            "Expectancy before costs",
            "dollars a trade",
            "Gross P&L over trades. About zero for a strategy without an edge.",
            NoTrade,
            p => Say.Result(p.ExpectancyGross)
        ),
        new(
            Trade,
            "expectancyGrossInterval",
            "Before costs, 95 % interval",
            "dollars a trade",
            "Mean +- 1.96 sd / root n of the trades' gross P&L, as if trades were independent.",
            "there are fewer than two trades",
            p => Say.Dollars(p.ExpectancyGrossInterval)
        ),
        new(
            Trade,
            "expectancyGrossIntervalByDay",
            "Before costs, 95 % interval by day",
            "dollars a trade",
            "The same with days as blocks, as for expectancyIntervalByDay.",
            "there are fewer than two days with a trade",
            p => Say.Dollars(p.ExpectancyGrossIntervalByDay)
        ),
        new(
            Trade,
            "profitFactor",
            "Profit factor",
            "ratio",
            "Sum of wins over the sum of losses, as positive numbers.",
            "there is no loss",
            p => Say.Number(p.ProfitFactor)
        ),
        new(Trade, "payoff", "Payoff", "ratio", "Average win over average loss, as positive numbers.", "there is no win or no loss", p =>
            Say.Number(p.Payoff)
        ),
        new(Trade, "averageWin", "Average win", "dollars", "Mean net P&L of the wins.", "there is no win", p => Say.Result(p.AverageWin)),
        new(Trade, "averageLoss", "Average loss", "dollars", "Mean net P&L of the losses, below zero.", "there is no loss", p =>
            Say.Result(p.AverageLoss)
        ),
        new(Trade, "largestWin", "Largest win", "dollars", "The best trade's net P&L.", "there is no win", p => Say.Result(p.LargestWin)),
        new(Trade, "largestLoss", "Largest loss", "dollars", "The worst trade's net P&L, below zero.", "there is no loss", p =>
            Say.Result(p.LargestLoss)
        ),
        new(Day, "winDays", "Win days", "fraction", "Share of the days with a trade that ended above zero.", NoTrade, p =>
            Say.Percent(p.WinDays)
        ),
        new(Day, "bestDay", "Best day", "dollars", "The highest net P&L of a day with a trade.", NoTrade, p => Say.Result(p.BestDay)),
        new(Day, "worstDay", "Worst day", "dollars", "The lowest net P&L of a day with a trade.", NoTrade, p => Say.Result(p.WorstDay)),
        new(
            Trade,
            "longestWinStreak",
            "Longest win streak",
            "trades",
            "The most wins in a row. A trade of exactly zero neither counts nor breaks it.",
            "",
            p => Say.Count(p.LongestWinStreak)
        ),
        new(Trade, "longestLossStreak", "Longest loss streak", "trades", "The most losses in a row, across days.", "", p =>
            Say.Count(p.LongestLossStreak)
        ),
        new(
            Day,
            "tradesPerDay",
            "Trades per day",
            "trades",
            "Trades over trading days, those without a trade included.",
            "there is no day",
            p => Say.Number(p.TradesPerDay)
        ),
        new(
            Day,
            "tradesPerHour",
            "Trades per hour",
            "trades",
            "Trades over the hours in which the clock let a position be opened: from 09:30 New York, or from the open with ETH, to the "
                + "day's cut-off.",
            "there is no such hour",
            p => Say.Number(p.TradesPerHour)
        ),
        new(
            Day,
            "timeInPosition",
            "Time in position",
            "fraction",
            "Share of the bars that closed with a position open.",
            "there is no bar",
            p => Say.Percent(p.TimeInPosition)
        ),
        new(
            Risk,
            "risked",
            "Dollars risked",
            "dollars",
            "Sum over entries of the first stop's distance in dollars times contracts, before slippage and commission.",
            "",
            p => Say.Dollars(p.Risked)
        ),
        new(Risk, "returnPerDollarRisked", "Return per dollar risked", "dollars", "Net P&L over dollars risked.", "nothing was risked", p =>
            Say.Number(p.ReturnPerDollarRisked, "0.000")
        ),
        new(Spread, "netPerTrade", "Net P&L of a trade", "dollars", "Least, quartiles, most, and mean.", NoTrade, p =>
            Say.Spread(p.NetPerTrade, value => Say.Result(value))
        ),
        new(
            Spread,
            "holdingSeconds",
            "Holding time",
            "seconds",
            "From the entry's fill to the exit's: least, quartiles, most, and mean.",
            NoTrade,
            p => Say.Spread(p.HoldingSeconds, Short, " s")
        ),
        new(
            Spread,
            "adverseTicks",
            "Against us (MAE)",
            "ticks",
            "The worst that the open position saw, per contract from its average entry, at bar extremes and at its exits; zero or "
                + "below. Least, quartiles, most, and mean.",
            NoTrade,
            p => Say.Spread(p.AdverseTicks, Short, " ticks")
        ),
        new(
            Spread,
            "favourableTicks",
            "For us (MFE)",
            "ticks",
            "The best that the open position saw, per contract from its average entry, at bar extremes and at its exits. Least, "
                + "quartiles, most, and mean.",
            NoTrade,
            p => Say.Spread(p.FavourableTicks, Short, " ticks")
        ),
        new(
            Honesty,
            "ambiguousShare",
            "Ambiguous trades",
            "fraction",
            "Share of trades in which one bar held both stop and target; the stop was taken.",
            NoTrade,
            p => Say.Percent(p.AmbiguousShare)
        ),
        new(
            Honesty,
            "bookedTrades",
            "Booked exits",
            "trades",
            "Exits at the deadline without a bar to fill them: booked at the last close, two ticks against us.",
            "",
            p => Say.Count(p.BookedTrades)
        ),
        new(Honesty, "lateTrades", "Late exits", "trades", "Exits filled after the flat-by time, at the reopening price.", "", p =>
            Say.Count(p.LateTrades)
        ),
        new(
            Honesty,
            "lives",
            "Lives ended",
            "accounts",
            "Accounts that a limit ended. With account mode lives, a fresh one starts next session.",
            "",
            p => Say.Count(p.Lives)
        ),
        new(Lists, "lifeEnds", "Ends of lives", "list", "For each life that ended: time, limit, and the equity left.", "", null),
        new(Honesty, "violations", "Violations", "count", "Times that the flat-by rule was not kept by a fill in the market.", "", p =>
            Say.Count(p.Violations)
        ),
        new(Lists, "violationList", "Violations", "list", "For each violation: time and kind.", "", null),
        new(Lists, "refusals", "Refusals", "object by rule", "Entries that a rule refused.", "", null),
        new(
            Lists,
            "pnlByHour",
            "P&L by hour",
            "list",
            "By the hour of the entry in New York, 0 to 23: key, trades, wins, gross, commission, slippage, net.",
            "",
            null
        ),
        new(
            Lists,
            "exitReasons",
            "Exit reasons",
            "list",
            "By exit reason (target, stop, eod_flatten, signal, risk, time, manual, end_of_data): the same members.",
            "",
            null
        ),
        new(Lists, "sides", "Sides", "list", "By side (long, short): the same members.", "", null),
        new(Lists, "contracts", "Contracts", "list", "By contract, in order of appearance: the same members.", "", null),
        new(Lists, "daily", "Days", "list", "Every trading day: day, net P&L of the trades that ended on it, and their number.", "", null),
        new(
            Lists,
            "drawdowns",
            "Deepest drawdowns",
            "list",
            "The ten deepest falls of net P&L, deepest first: depth, peak, trough, recovered (null: never), bars and days as for "
                + "maxDrawdown.",
            "the run was kept before they were",
            null
        ),
    ];

    private static string Short(double number) => Say.Number(number, "#,0.#");
}
