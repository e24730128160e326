using System.Globalization;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>What happened over time: the curves, the days, the months, the falls.</summary>
internal static class EquitySection
{
    public static void Add(HtmlBuilder html, Run run)
    {
        html.Raw("<section id=\"equity\">\n");
        if (run.Equity.Count < 2 || run.Trades.Count == 0)
        {
            html.Raw("<div class=\"card\"><h2>Equity</h2>\n");
            Cards.AddEmpty(html, "Nothing was traded: equity never moved.");
            html.Raw("</div>\n</section>\n");
            return;
        }

        AddCurves(html, run);
        PriceSection.Add(html, run);
        html.Raw("<div class=\"grid after\">\n");
        AddMonths(html, run);
        AddRolling(html, run);
        Cards.AddFigure(
            html,
            FigureCatalogue.Exposure,
            () => html.Add(TimeCharts.Exposure(DayExposure.Of(run.Performance.Daily, run.Trades))),
            style: run.Performance.Days > 120 ? "wide" : ""
        );
        AddDrawdowns(html, run);
        html.Raw("</div>\n</section>\n");
    }

    private static void AddCurves(HtmlBuilder html, Run run)
    {
        var p = run.Performance;
        var (equity, drawdown) = TimeCharts.Equity(run);
        html.Add(
            $"<div class=\"card long\">\n<div class=\"head\"><h2>{FigureCatalogue.Equity.Title}</h2><button type=\"button\" "
                + $"data-whole=\"{TimeCharts.Together}\" class=\"screen\">Whole span</button></div>\n"
        );
        html.Add(equity);
        html.Add($"<h3>{FigureCatalogue.Drawdown.Title}</h3>\n").Add(drawdown);
        html.Add($"<p class=\"quiet small\">{DrawdownText(p)} {FigureCatalogue.Equity.Meaning} ");
        html.Raw(
            "<span class=\"screen\">Drag to zoom, double-click for the whole span; with the keyboard, arrows walk and Escape resets."
                + "</span></p>\n</div>\n"
        );
        html.Add($"<div class=\"card\">\n<h2>{FigureCatalogue.Days.Title}</h2>\n").Add(TimeCharts.Days(run));
        html.Add(
            $"<p class=\"quiet small\">{Say.Plural(p.Days, "trading day")}, {Say.Count(p.DaysTraded)} with a trade; "
                + $"{Say.Percent(p.WinDays)} of those ended above zero. "
        );
        html.Add($"Best {Say.Result(p.BestDay)}, worst {Say.Result(p.WorstDay)}.");
        if (run.Identity.DailyLossLimit is { } limit)
            html.Add($" The dashed line is the daily loss limit, {Say.Dollars(limit)}.");
        html.Raw("</p>\n</div>\n");
    }

    private static string DrawdownText(Performance p)
    {
        if (p.MaxDrawdownPeak is not { } peak)
            return "Equity never fell below its highest.";
        var end = p.MaxDrawdownRecovered is { } recovered ? $"reached again {Say.Time(recovered)}" : "not reached again by the end";
        return $"The deepest (shaded): {Say.Dollars(p.MaxDrawdown)}, from its peak {Say.Time(peak)} to "
            + $"{Say.Time(p.MaxDrawdownTrough)}, {end}: "
            + $"{Say.Hours(p.MaxDrawdownHours)}, {Say.Plural(p.MaxDrawdownBars, "bar")}, {Say.Plural(p.MaxDrawdownDays, "trading day")}. "
            + $"The longest: {Say.Hours(p.LongestDrawdownHours)}, {Say.Plural(p.LongestDrawdownBars, "bar")}, "
            + $"{Say.Plural(p.LongestDrawdownDays, "trading day")}.";
    }

    private static void AddMonths(HtmlBuilder html, Run run)
    {
        var months = MonthResult.Of(run.Performance.Daily);
        Cards.AddFigure(
            html,
            FigureCatalogue.Months,
            () =>
            {
                html.Raw(
                    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Months\"><table class=\"months\"><thead><tr><th "
                        + "scope=\"col\">Year</th>"
                );
                foreach (var month in Enumerable.Range(1, 12))
                    html.Add($"<th scope=\"col\" class=\"n\">{MonthName(month)}</th>");
                html.Raw("<th scope=\"col\" class=\"n\">Year</th></tr></thead><tbody>\n");
                foreach (var year in months.GroupBy(month => month.Year))
                    AddYear(html, year.Key, year.ToDictionary(month => month.Month));
                html.Raw("</tbody></table></div>\n");
            },
            "wide"
        );
    }

    private static void AddYear(HtmlBuilder html, int year, Dictionary<int, MonthResult> months)
    {
        html.Add($"<tr><th scope=\"row\">{year.ToString(CultureInfo.InvariantCulture)}</th>");
        foreach (var number in Enumerable.Range(1, 12))
        {
            if (months.TryGetValue(number, out var month))
                html.Add(
                    $"<td class=\"n {Tone(month.Net)}\" data-head=\"{MonthName(number)}\" "
                        + $"title=\"{MonthWords(month)}\">{Say.WholeDollars(month.Net)}</td>"
                );
            else
                html.Raw("<td class=\"n none\"></td>");
        }

        var sum = new Money(months.Values.Sum(month => month.Net.MicroDollars));
        html.Add($"<td class=\"n sum {Tone(sum)}\" data-head=\"Year\">{Say.WholeDollars(sum)}</td></tr>\n");
    }

    private static string MonthWords(MonthResult month) =>
        $"{Say.Result(month.Net)}, {Say.Plural(month.Trades, "trade")} on {Say.Plural(month.Days, "trading day")}";

    private static string MonthName(int month) => CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames[month - 1];

    private static string Tone(Money amount) =>
        amount > Money.Zero ? "good"
        : amount < Money.Zero ? "bad"
        : "";

    private static void AddRolling(HtmlBuilder html, Run run)
    {
        var p = run.Performance;
        var window = RollingSharpe.WindowFor(p.Days);
        var ratios = RollingSharpe.Of(p.Daily, p.Capital, window);
        Cards.AddFigure(
            html,
            FigureCatalogue.Rolling,
            () =>
            {
                if (ratios.Count > 1)
                    html.Add(TimeCharts.Rolling(ratios, window));
                else
                    Cards.AddEmpty(html, $"{Say.Plural(p.Days, "trading day")}: more than {window} are needed.");
            },
            style: p.Days > 120 ? "wide" : ""
        );
    }

    private static void AddDrawdowns(HtmlBuilder html, Run run)
    {
        ReportTables.AddList(
            html,
            FigureCatalogue.Drawdowns.Title,
            run.Performance.Drawdowns is null
                ? "This run was kept before they were: run it again."
                : "Equity never fell below its highest.",
            ["#Depth", "Peak", "Trough", "Recovered", "#Lasted", "#Trading days"],
            run.Performance.Drawdowns ?? [],
            spell =>
                [
                    Say.Dollars(spell.Depth),
                    Say.Time(spell.Peak),
                    Say.Time(spell.Trough),
                    spell.Recovered is { } recovered ? Say.Time(recovered) : "not by the end",
                    Say.Hours(((spell.Recovered ?? run.Performance.Last) - spell.Peak).TotalHours),
                    Say.Count(spell.Days),
                ],
            "wide",
            FigureCatalogue.Drawdowns.Meaning
        );
    }
}
