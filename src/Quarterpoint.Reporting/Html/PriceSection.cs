using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Charts;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>The price of a day that the reader chooses.</summary>
internal static class PriceSection
{
    public static void Add(HtmlBuilder html, Run run)
    {
        html.Add(
            $"<div class=\"card long\" id=\"figure-{FigureCatalogue.Prices.Id}\">\n<div class=\"head\">"
                + $"<h2>{FigureCatalogue.Prices.Title}</h2>"
        );
        if (run.Prices.Count == 0)
        {
            html.Raw("</div>\n");
            Cards.AddEmpty(html, "The prices of its days were not kept with this run: run the backtest again to see them.");
            html.Raw("</div>\n");
            return;
        }

        AddPicker(html, run);
        html.AddPlace(FigureCatalogue.Prices.Id, "Price of the chosen day", PriceCharts.Height);
        Cards.AddMeaning(html, FigureCatalogue.Prices, WhichDays(run));
        html.Raw("</div>\n");
    }

    /// <summary>One chart for each day of the picker, in its order.</summary>
    public static IEnumerable<Chart> Charts(Run run)
    {
        var instrument = run.Identity.Instrument.ToInstrument();
        var trades = run.Trades.ToLookup(trade => trade.Day);
        return run.Prices.Select(day => PriceCharts.Of(day, [.. trades[day.Day]], instrument));
    }

    private static void AddPicker(HtmlBuilder html, Run run)
    {
        var trades = run.Trades.ToLookup(trade => trade.Day);
        var names = Names(run.Trades);
        var shown = run.Prices.Count == 1 ? run.Prices[0].Day : run.Prices.MaxBy(day => Math.Abs(NetOf(trades[day.Day]).MicroDollars))!.Day;
        html.Raw("<div class=\"picker screen\"><button type=\"button\" id=\"day-back\" aria-label=\"The day before\">&larr;</button>");
        html.Raw("<select id=\"price-day\" aria-label=\"Day\">");
        foreach (var day in run.Prices)
        {
            var ofDay = trades[day.Day].ToList();
            var name = names.TryGetValue(day.Day, out var what) ? $" ({what})" : "";
            var words = $"{day.Day}: {Say.Result(NetOf(ofDay))}, {Say.Plural(ofDay.Count, "trade")}{name}";
            html.Raw(day.Day == shown ? "<option selected>" : "<option>").Add($"{words}</option>");
        }

        html.Raw("</select><button type=\"button\" id=\"day-forth\" aria-label=\"The day after\">&rarr;</button></div></div>\n");
    }

    /// <summary>What is known of a day beside its result: that it was the best, the worst, the busiest.</summary>
    private static Dictionary<TradingDay, string> Names(IReadOnlyList<TradeRecord> trades)
    {
        var days = trades.GroupBy(trade => trade.Day).ToList();
        var names = new Dictionary<TradingDay, string>();
        if (days.Count < 3)
            return names;
        names[days.MaxBy(day => day.Count())!.Key] = "most trades";
        names[days.MinBy(day => NetOf(day).MicroDollars)!.Key] = "worst";
        names[days.MaxBy(day => NetOf(day).MicroDollars)!.Key] = "best";
        return names;
    }

    private static string WhichDays(Run run)
    {
        var text =
            run.Prices.Count == run.Performance.DaysTraded
                ? "Every day with a trade is here."
                : $"{Say.Count(run.Prices.Count)} of the {Say.Count(run.Performance.DaysTraded)} days with a trade are here: the "
                    + $"first, the last, the best, the worst, "
                    + "the one with the most trades, and others evenly spread.";
        return run.Prices.Any(day => run.Trades.Count(trade => trade.Day == day.Day) > PriceCharts.MostTrades)
            ? $"{text} Of a day the first {PriceCharts.MostTrades} trades are drawn."
            : text;
    }

    private static Money NetOf(IEnumerable<TradeRecord> trades) => new(trades.Sum(trade => trade.Trip.Net.MicroDollars));
}
