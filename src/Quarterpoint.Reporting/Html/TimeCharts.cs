using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Charts;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>Charts over the run's time.</summary>
internal static class TimeCharts
{
    /// <summary>What zooms together.</summary>
    public const string Together = "equity";

    /// <summary>Stretches of the curve that keep their extremes: more than a screen has columns.</summary>
    private const int CurveStretches = 2_500;

    private static readonly ChartAxis OfTime = new() { Scale = ChartScale.Time };
    private static readonly ChartAxis OfResults = new() { Format = ChartFormat.Result };

    /// <summary>Net and gross, and below them how far net lies under its highest.</summary>
    public static (Chart Equity, Chart Drawdown) Equity(Run run)
    {
        var p = run.Performance;
        var rows = Thinning.KeepExtremes(EquityLog.RowsOf(run.Equity, run.Trades), row => row.Net.MicroDollars, CurveStretches);
        var times = ChartTime.Steps(rows.Select(row => row.Time));
        ChartSpan? deepest = p.MaxDrawdownPeak is { } peak
            ? new ChartSpan(ChartTime.Of(peak), ChartTime.Of(p.MaxDrawdownRecovered ?? p.Last))
            : null;
        var equity = new Chart
        {
            Id = FigureCatalogue.Equity.Id,
            Label = $"Profit and loss since the start: {Say.Result(p.NetPnl)} net and {Say.Result(p.GrossPnl)} gross at the end",
            Height = 320,
            X = OfTime,
            Y = OfResults,
            Zoom = true,
            Group = Together,
            Legend = true,
            Shaded = deepest,
            Series =
            [
                new()
                {
                    Name = "Net",
                    Mark = ChartMark.Step,
                    X = times,
                    Y = [.. rows.Select(row => InDollars(row.Net))],
                },
                new()
                {
                    Name = "Gross",
                    Mark = ChartMark.Step,
                    Tone = ChartTone.Good,
                    Dashed = true,
                    X = times,
                    Y = [.. rows.Select(row => InDollars(row.Gross))],
                },
            ],
        };
        var drawdown = new Chart
        {
            Id = FigureCatalogue.Drawdown.Id,
            Label = $"Drawdown, at most {Say.Dollars(p.MaxDrawdown)}",
            Height = 170,
            X = OfTime,
            Y = OfResults,
            Zoom = true,
            Group = Together,
            Shaded = deepest,
            Series =
            [
                new()
                {
                    Name = "Below the highest net",
                    Mark = ChartMark.Area,
                    Tone = ChartTone.Bad,
                    X = times,
                    Y = [.. rows.Select(row => InDollars(row.Drawdown))],
                },
            ],
        };
        return (equity, drawdown);
    }

    public static Chart Days(Run run) =>
        new()
        {
            Id = FigureCatalogue.Days.Id,
            Label = $"Net P&L of {Say.Plural(run.Performance.Days, "trading day")}",
            Height = 230,
            X = OfDays(run.Performance.Daily.Select(day => day.Day)),
            Y = OfResults,
            Zoom = true,
            Level = run.Identity.DailyLossLimit is { } limit ? -(double)limit.InDollars : null,
            Series =
            [
                new()
                {
                    Name = "Net",
                    Mark = ChartMark.Bar,
                    Tone = ChartTone.Sign,
                    Y = [.. run.Performance.Daily.Select(day => InDollars(day.Net))],
                    Says = [.. run.Performance.Daily.Select(day => $"{Say.Result(day.Net)}, {Say.Plural(day.Trades, "trade")}")],
                },
            ],
        };

    public static Chart Rolling(IReadOnlyList<RollingSharpe> ratios, int window) =>
        new()
        {
            Id = FigureCatalogue.Rolling.Id,
            Label = $"Sharpe ratio of the last {window} trading days, day by day",
            Height = 220,
            X = OfDays(ratios.Select(ratio => ratio.Day)),
            Y = new ChartAxis(),
            Zoom = true,
            Level = 0,
            Series =
            [
                new()
                {
                    Name = $"Sharpe of {window} days",
                    Mark = ChartMark.Line,
                    Y = [.. ratios.Select(ratio => ratio.Sharpe is { } sharpe ? Math.Round(sharpe, 3) : (double?)null)],
                },
            ],
        };

    public static Chart Exposure(IReadOnlyList<DayExposure> days) =>
        new()
        {
            Id = FigureCatalogue.Exposure.Id,
            Label = $"Minutes with a position open on each of {Say.Plural(days.Count, "trading day")}",
            Height = 220,
            X = OfDays(days.Select(day => day.Day)),
            Y = new ChartAxis { Title = "minutes in a position" },
            Zoom = true,
            Legend = true,
            Series =
            [
                new()
                {
                    Name = "Long",
                    Mark = ChartMark.Bar,
                    Tone = ChartTone.Good,
                    Stack = "held",
                    Y = [.. days.Select(day => (double?)Math.Round(day.Long.TotalMinutes, 2))],
                },
                new()
                {
                    Name = "Short",
                    Mark = ChartMark.Bar,
                    Tone = ChartTone.Bad,
                    Stack = "held",
                    Y = [.. days.Select(day => (double?)Math.Round(day.Short.TotalMinutes, 2))],
                },
            ],
        };

    /// <summary>A day is a place, not a date, so that weekends take no room.</summary>
    internal static ChartAxis OfDays(IEnumerable<TradingDay> days) =>
        new() { Scale = ChartScale.Name, Names = [.. days.Select(day => day.ToString())] };

    internal static double? InDollars(Money amount) => (double)amount.MicroDollars / Money.MicrosPerDollar;
}
