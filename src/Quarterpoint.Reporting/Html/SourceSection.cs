using System.Globalization;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>Where the result came from: costs, results, hours, weekdays, holding times, exits, sides, contracts, labels.</summary>
internal static class SourceSection
{
    public static void Add(HtmlBuilder html, Run run)
    {
        html.Raw("<section id=\"breakdown\">\n<h2>Where it came from</h2>\n<div class=\"grid\">\n");
        if (run.Trades.Count > 0)
        {
            AddCharts(html, run);
            AddTables(html, run);
        }
        else
        {
            html.Raw("<div class=\"card wide\">");
            Cards.AddEmpty(html, "No trade was made. The entries refused, below, say which rules stood in the way.");
            html.Raw("</div>\n");
        }

        AddClasses(html, run.Identity.ClassBalance);
        html.Raw("</div>\n</section>\n");
    }

    private static void AddCharts(HtmlBuilder html, Run run)
    {
        var p = run.Performance;
        Cards.AddFigure(html, FigureCatalogue.Costs, () => html.Add(SourceCharts.Costs(p)));
        Cards.AddFigure(html, FigureCatalogue.TradeResults, () =>
            html.Add(SourceCharts.Results(FigureCatalogue.TradeResults, [.. run.Trades.Select(trade => trade.Trip.Net)], "trade"))
        );
        var days = p.Daily.Where(day => day.Trades > 0).Select(day => day.Net).ToList();
        Cards.AddFigure(html, FigureCatalogue.DayResults, () => html.Add(SourceCharts.Results(FigureCatalogue.DayResults, days, "day")));
        Cards.AddFigure(html, FigureCatalogue.Hours, () =>
        {
            html.Add(SourceCharts.Hours(p.PnlByHour));
            html.Raw("<details class=\"screen\"><summary>As a table</summary>\n");
            AddSlices(html, "Hour", p.PnlByHour, hour => hour.ToString("00", CultureInfo.InvariantCulture) + ":00");
            html.Raw("</details>\n");
        });
        Cards.AddFigure(html, FigureCatalogue.Weekdays, () => html.Add(SourceCharts.Weekdays(TradeBreakdown.ByWeekday(run.Trades))));
        Cards.AddFigure(html, FigureCatalogue.Holding, () => html.Add(SourceCharts.Holding(TradeBreakdown.ByHolding(run.Trades))));
        Cards.AddFigure(html, FigureCatalogue.Excursions, () => html.Add(SourceCharts.Excursions(run.Trades)), "wide");
    }

    private static void AddTables(HtmlBuilder html, Run run)
    {
        var p = run.Performance;
        AddCard(html, "Exit reasons", "wide", () =>
            AddSlices(html, "Reason", p.ExitReasons, reason => TradeWords.Of(reason).Replace('_', ' '))
        );
        AddCard(html, "By side", "", () => AddSlices(html, "Side", p.Sides, TradeWords.Of));
        AddCard(html, "By contract", "", () =>
            AddSlices(html, "Contract", p.Contracts, contract => contract.Length > 0 ? contract : "not named")
        );
    }

    private static void AddClasses(HtmlBuilder html, ClassBalance? balance) => AddCard(html, "Class balance of the labels", "wide", () =>
        {
            if (balance is not { Total: > 0 })
            {
                html.Raw("<p class=\"quiet\">This strategy learns from no labels.</p>\n");
                return;
            }

            html.Add($"<p class=\"quiet small\">{balance.Labels}; {Say.Count(balance.Total)} labelled bars.</p>\n");
            html.Raw("<div class=\"balance\">");
            AddClass(html, "DOWN", balance.Down, balance.Total, "down");
            AddClass(html, "FLAT", balance.Flat, balance.Total, "flat");
            AddClass(html, "UP", balance.Up, balance.Total, "up");
            html.Raw("</div>\n");
        });

    /// <summary>A part of a bar as wide as its share, with its numbers below.</summary>
    private static void AddClass(HtmlBuilder html, string name, long count, long total, string style)
    {
        var share = (double)count / total;
        html.Add(
            $"<div style=\"flex-grow:{share:0.####}\"><i class=\"{style}\"></i><b>{name} {Say.Percent(share)}</b>"
                + $"<span>{Say.Count(count)}</span></div>"
        );
    }

    private static void AddCard(HtmlBuilder html, string title, string style, Action content)
    {
        html.Add($"<div class=\"card {style}\"><h3>{title}</h3>\n");
        content();
        html.Raw("</div>\n");
    }

    private static void AddSlices<TKey>(HtmlBuilder html, string head, IReadOnlyList<PnlSlice<TKey>> slices, Func<TKey, string> name)
    {
        var most = slices.Max(slice => Math.Abs(slice.Net.MicroDollars));
        html.Add(
            $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"P&amp;L by {head}\"><table class=\"list\"><thead><tr>"
        );
        html.Add($"<th scope=\"col\">{head}</th>");
        foreach (var column in (string[])["Trades", "Wins", "Gross", "Costs", "Net"])
            html.Add($"<th scope=\"col\" class=\"n\">{column}</th>");
        html.Raw("<td class=\"bar\"></td></tr></thead><tbody>\n");
        foreach (var slice in slices)
        {
            html.Add($"<tr><th scope=\"row\">{name(slice.Key)}</th><td class=\"n\" data-head=\"Trades\">{Say.Count(slice.Trades)}</td>");
            html.Add($"<td class=\"n\" data-head=\"Wins\">{Say.Percent((double)slice.Wins / slice.Trades)}</td>");
            html.Add($"<td class=\"n\" data-head=\"Gross\">{Say.Result(slice.Gross)}</td>");
            html.Add($"<td class=\"n\" data-head=\"Costs\">{Say.Dollars(slice.Commission + slice.Slippage)}</td>");
            html.Add($"<td class=\"n\" data-head=\"Net\">{Say.Result(slice.Net)}</td><td class=\"bar\">");
            AddRowBar(html, slice.Net, most);
            html.Raw("</td></tr>\n");
        }

        html.Raw("</tbody></table></div>\n");
    }

    /// <summary>A bar from the middle to the left or right; <paramref name="most"/> micro-dollars fill the half.</summary>
    private static void AddRowBar(HtmlBuilder html, Money amount, long most)
    {
        var share = most == 0 ? 0 : 50.0 * amount.MicroDollars / most;
        var (left, style) = share < 0 ? (50 + share, "down") : (50, "up");
        html.Add($"<i class=\"{style}\" style=\"margin-left:{left:0.##}%;width:{Math.Abs(share):0.##}%\"></i>");
    }
}
