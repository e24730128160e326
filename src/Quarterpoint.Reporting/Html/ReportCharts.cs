using System.Globalization;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.Reporting.Html;

/// <summary>The curves over time, and where the result came from.</summary>
internal static class ReportCharts
{
    public static void Add(HtmlBuilder html, Run run)
    {
        AddEquity(html, run);
        AddDays(html, run);
        AddBreakdown(html, run);
    }

    private static void AddEquity(HtmlBuilder html, Run run)
    {
        var p = run.Performance;
        html.Raw("<section id=\"equity\">\n<div class=\"card long\">\n<div class=\"head\"><h2>Equity</h2>");
        if (run.Equity.Count > 1 && run.Trades.Count > 0)
            html.Raw("<button type=\"button\" id=\"reset-zoom\" class=\"screen\">Whole span</button>");
        html.Raw("</div>\n");
        if (run.Equity.Count < 2 || run.Trades.Count == 0)
        {
            html.Raw("<p class=\"empty\">Nothing was traded: equity never moved.</p>\n</div>\n");
            return;
        }

        var about = $"Profit and loss since the start: {Say.Result(p.NetPnl)} net and {Say.Result(p.GrossPnl)} gross at the end";
        html.Add(
            $"<div class=\"plot\" id=\"plot-equity\" role=\"group\" aria-label=\"{about}. Arrow keys move from point to point.\"></div>\n"
        );
        html.Raw("<h3>Drawdown</h3>\n");
        html.Add(
            $"<div class=\"plot\" id=\"plot-drawdown\" role=\"group\" aria-label=\"Drawdown, at most {Say.Dollars(p.MaxDrawdown)}. Arrow keys move from point to point.\"></div>\n"
        );
        html.Add(
            $"<p class=\"quiet small\">{DrawdownText(p)} Net adds up all lives; gross adds back what the trades closed so far have cost. "
        );
        html.Raw(
            "<span class=\"screen\">Drag to zoom, double-click for the whole span; with the keyboard, arrows walk and Escape resets.</span></p>\n</div>\n"
        );
    }

    private static string DrawdownText(Performance p)
    {
        if (p.MaxDrawdownPeak is not { } peak)
            return "Equity never fell below its highest.";
        var end = p.MaxDrawdownRecovered is { } recovered ? $"reached again {Say.Time(recovered)}" : "not reached again by the end";
        return $"The deepest (shaded): {Say.Dollars(p.MaxDrawdown)}, from its peak {Say.Time(peak)} to {Say.Time(p.MaxDrawdownTrough)}, {end}: "
            + $"{Say.Hours(p.MaxDrawdownHours)}, {Say.Plural(p.MaxDrawdownBars, "bar")}, {Say.Plural(p.MaxDrawdownDays, "trading day")}. "
            + $"The longest: {Say.Hours(p.LongestDrawdownHours)}, {Say.Plural(p.LongestDrawdownBars, "bar")}, {Say.Plural(p.LongestDrawdownDays, "trading day")}.";
    }

    private static void AddDays(HtmlBuilder html, Run run)
    {
        var p = run.Performance;
        if (run.Equity.Count >= 2 && run.Trades.Count > 0)
        {
            html.Raw("<div class=\"card\">\n<h2>Days</h2>\n");
            html.Add(
                $"<div class=\"plot\" id=\"plot-daily\" role=\"group\" aria-label=\"Net P&amp;L of {Say.Plural(p.Days, "trading day")}. Arrow keys move from day to day.\"></div>\n"
            );
            html.Add(
                $"<p class=\"quiet small\">{Say.Plural(p.Days, "trading day")}, {Say.Count(p.DaysTraded)} with a trade; {Say.Percent(p.WinDays)} of those ended above zero. "
            );
            html.Add($"Best {Say.Result(p.BestDay)}, worst {Say.Result(p.WorstDay)}.");
            if (run.Identity.DailyLossLimit is { } limit)
                html.Add($" The dashed line is the daily loss limit, {Say.Dollars(limit)}.");
            html.Raw("</p>\n</div>\n");
        }

        html.Raw("</section>\n");
    }

    private static void AddBreakdown(HtmlBuilder html, Run run)
    {
        html.Raw("<section id=\"breakdown\">\n<h2>Where it came from</h2>\n<div class=\"grid\">\n");
        if (run.Trades.Count > 0)
            AddSources(html, run);
        else
            html.Raw(
                "<div class=\"card wide\"><p class=\"empty\">No trade was made. The entries refused, below, say which rules stood in the way.</p></div>\n"
            );

        html.Raw("<div class=\"card wide\"><h3>Class balance of the labels</h3>\n");
        if (run.Identity.ClassBalance is { Total: > 0 } balance)
        {
            html.Add($"<p class=\"quiet small\">{balance.Labels}; {Say.Count(balance.Total)} labelled bars.</p>\n");
            SmallCharts.AddBalance(html, balance);
        }
        else
        {
            html.Raw("<p class=\"quiet\">This strategy learns from no labels.</p>\n");
        }

        html.Raw("</div>\n</div>\n</section>\n");
    }

    private static void AddSources(HtmlBuilder html, Run run)
    {
        var p = run.Performance;
        AddFigure(html, "From gross to net", () => SmallCharts.AddCosts(html, p));
        AddFigure(html, "Trades by result", () => SmallCharts.AddHistogram(html, run.Trades));
        AddFigure(html, "P&L by hour of day", () =>
        {
            SmallCharts.AddHours(html, p.PnlByHour);
            html.Raw("<details class=\"screen\"><summary>As a table</summary>\n");
            AddSlices(html, "Hour", p.PnlByHour, hour => hour.ToString("00", CultureInfo.InvariantCulture) + ":00");
            html.Raw("</details>\n");
        });
        AddFigure(html, "How far trades went", () => SmallCharts.AddExcursions(html, run.Trades));
        AddFigure(
            html,
            "Exit reasons",
            () => AddSlices(html, "Reason", p.ExitReasons, reason => TradeWords.Of(reason).Replace('_', ' ')),
            "wide"
        );
        AddFigure(html, "By side", () => AddSlices(html, "Side", p.Sides, TradeWords.Of));
        AddFigure(html, "By contract", () =>
            AddSlices(html, "Contract", p.Contracts, contract => contract.Length > 0 ? contract : "not named")
        );
    }

    private static void AddFigure(HtmlBuilder html, string title, Action content, string style = "")
    {
        html.Add($"<div class=\"card {style}\"><h3>{title}</h3>\n");
        content();
        html.Raw("</div>\n");
    }

    private static void AddSlices<TKey>(HtmlBuilder html, string head, IReadOnlyList<PnlSlice<TKey>> slices, Func<TKey, string> name)
    {
        var most = new Money(slices.Max(slice => Math.Abs(slice.Net.MicroDollars)));
        html.Add(
            $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"P&amp;L by {head}\"><table><thead><tr><th scope=\"col\">{head}</th><th scope=\"col\" class=\"n\">Trades</th><th scope=\"col\" class=\"n\">Wins</th>"
        );
        html.Raw(
            "<th scope=\"col\" class=\"n\">Gross</th><th scope=\"col\" class=\"n\">Costs</th><th scope=\"col\" class=\"n\">Net</th><td class=\"bar\"></td></tr></thead><tbody>\n"
        );
        foreach (var slice in slices)
        {
            html.Add($"<tr><th scope=\"row\">{name(slice.Key)}</th><td class=\"n\">{Say.Count(slice.Trades)}</td>");
            html.Add(
                $"<td class=\"n\">{Say.Percent((double)slice.Wins / slice.Trades)}</td><td class=\"n\">{Say.Result(slice.Gross)}</td>"
            );
            html.Add(
                $"<td class=\"n\">{Say.Dollars(slice.Commission + slice.Slippage)}</td><td class=\"n\">{Say.Result(slice.Net)}</td><td class=\"bar\">"
            );
            SmallCharts.AddRowBar(html, slice.Net, most);
            html.Raw("</td></tr>\n");
        }

        html.Raw("</tbody></table></div>\n");
    }
}
