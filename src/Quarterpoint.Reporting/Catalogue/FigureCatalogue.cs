using Quarterpoint.Core.Metrics;

namespace Quarterpoint.Reporting.Catalogue;

/// <summary>One chart or table of the report that is reckoned from the run, and what exactly it shows.</summary>
/// <param name="Id">Names it in the page and in docs/metrics.md.</param>
public sealed record Figure(string Id, string Title, string Meaning);

/// <summary>The report's charts and tables in the order of the page. Captions and docs/metrics.md say what stands here.</summary>
public static class FigureCatalogue
{
    public static Figure Equity { get; } =
        new("equity", "Equity", "Net P&L since the start, over all lives; gross adds back what the trades closed so far have cost.");

    public static Figure Drawdown { get; } = new("drawdown", "Drawdown", "How far net P&L lies below its highest so far.");

    public static Figure Days { get; } = new("days", "Days", "Net P&L of the trades that ended on each trading day.");

    public static Figure Prices { get; } =
        new(
            "prices",
            "A day's prices",
            "Closes of the bars, bar by bar near a trade and the highest and lowest of each stretch elsewhere. A triangle is an entry, "
                + "up for long and "
                + "down for short; a line leads to its exit: a dot where the trade won, a diamond where it did not."
        );

    public static Figure Months { get; } =
        new("months", "Months", "Net P&L by calendar month of the trading days, and the sum of each year.");

    public static Figure Rolling { get; } =
        new(
            "rolling-sharpe",
            "Rolling Sharpe",
            $"The Sharpe ratio of the last {RollingSharpe.LongWindow} trading days at the end of each day, or of the last "
                + $"{RollingSharpe.ShortWindow} in a run of "
                + $"fewer than {2 * RollingSharpe.LongWindow}; reckoned as the metric of that name is."
        );

    public static Figure Exposure { get; } =
        new(
            "exposure",
            "Exposure",
            "Minutes with a position open on each trading day, long and short, from each entry's fill to its exit's."
        );

    public static Figure Drawdowns { get; } =
        new(
            "drawdowns",
            "The ten deepest drawdowns",
            "Each from the peak of net P&L to its recovery; they do not overlap. Measured at every bar with a position and at every fill."
        );

    public static Figure Costs { get; } =
        new("costs", "From gross to net", "P&L before costs, what slippage and commission took, and what was left.");

    public static Figure TradeResults { get; } =
        new("trade-results", "Trades by result", "How many trades made how much net. Losses lie left of zero; no bin holds both.");

    public static Figure DayResults { get; } =
        new("day-results", "Days by result", "How many days with a trade made how much net. Losses lie left of zero; no bin holds both.");

    public static Figure Hours { get; } = new("hours", "P&L by hour of day", "Net P&L by the hour of the entry in New York.");

    public static Figure Weekdays { get; } =
        new("weekdays", "P&L by weekday", "Net P&L by the weekday of the trading day; Sunday evening belongs to Monday.");

    public static Figure Holding { get; } =
        new("holding", "Holding times", "How many trades were held for how long, from the entry's fill to the exit's.");

    public static Figure Excursions { get; } =
        new(
            "excursions",
            "How far trades went",
            "The worst (MAE) and the best (MFE) that each trade saw, per contract from its average entry. Larger: more trades."
        );

    public static Figure Lives { get; } =
        new("lives", "A curve per life", "The balance of each account after each of its trades, from the capital it began with.");

    public static Figure Room { get; } =
        new(
            "room",
            "What was left of each limit",
            "Dollars that equity could still have fallen at the worst moment of each day with a position. A limit fires at zero."
        );

    public static Figure Reliability { get; } =
        new(
            "reliability",
            "Said, and came",
            "How often a class came by how likely it was said to be; on the line they are the same. Larger: more rows."
        );

    public static IReadOnlyList<Figure> All { get; } =
    [
        Equity,
        Drawdown,
        Days,
        Prices,
        Months,
        Rolling,
        Exposure,
        Drawdowns,
        Costs,
        TradeResults,
        DayResults,
        Hours,
        Weekdays,
        Holding,
        Excursions,
        Reliability,
        Room,
        Lives,
    ];
}
