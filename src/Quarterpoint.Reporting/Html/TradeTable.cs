using System.Text.Json;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>
/// The trades as a table that the page's script fills, sorts, and filters. A column that says the same of every trade is left out.
/// </summary>
internal static class TradeTable
{
    public const int MostRows = 5_000;

    private static readonly Column[] All =
    [
        new("number", "#", IsNumber: true, (json, in trade, _) => json.WriteNumberValue(trade.Number)),
        new("entry", "Entry", IsNumber: false, (json, in trade, _) => json.WriteStringValue(Say.Time(trade.Record.Trip.EntryTime))),
        new("exit", "Exit", IsNumber: false, (json, in trade, _) => json.WriteStringValue(Say.Time(trade.Record.Trip.ExitTime))),
        new("side", "Side", IsNumber: false, (json, in trade, _) => json.WriteStringValue(TradeWords.Of(trade.Record.Trip.Side))),
        new("contracts", "Size", IsNumber: true, (json, in trade, _) => json.WriteNumberValue(trade.Record.Trip.Contracts)),
        new("entryPrice", "Entry price", IsNumber: true, (json, in trade, instrument) =>
            json.WriteNumberValue(AveragePrice.Of(trade.Record.Trip.EntryTicks, trade.Record.Trip.Quantity, instrument))
        ),
        new("exitPrice", "Exit price", IsNumber: true, (json, in trade, instrument) =>
            json.WriteNumberValue(AveragePrice.Of(trade.Record.Trip.ExitTicks, trade.Record.Trip.Quantity, instrument))
        ),
        new("gross", "Gross", IsNumber: true, (json, in trade, _) => json.WriteNumberValue(trade.Record.Trip.Gross.InDollars)),
        new("slippage", "Slippage", IsNumber: true, (json, in trade, _) => json.WriteNumberValue(trade.Record.Trip.Slippage.InDollars)),
        new("commission", "Commission", IsNumber: true, (json, in trade, _) =>
            json.WriteNumberValue(trade.Record.Trip.Commission.InDollars)
        ),
        new("net", "Net", IsNumber: true, (json, in trade, _) => json.WriteNumberValue(trade.Record.Trip.Net.InDollars)),
        new("reason", "Exit by", IsNumber: false, (json, in trade, _) => json.WriteStringValue(TradeWords.Of(trade.Record.Trip.Reason))),
        new("mae", "MAE", IsNumber: true, (json, in trade, _) => json.WriteNumberValue(trade.Record.Trip.AdverseExcursion.Count)),
        new("mfe", "MFE", IsNumber: true, (json, in trade, _) => json.WriteNumberValue(trade.Record.Trip.FavourableExcursion.Count)),
        new("confidence", "Confidence", IsNumber: true, WriteConfidence, HasForecast),
        new("predicted", "Predicted", IsNumber: false, WritePredicted, HasForecast),
        new(
            "contract",
            "Contract",
            IsNumber: false,
            (json, in trade, _) => json.WriteStringValue(trade.Record.Contract),
            trade => trade.Contract.Length > 0
        ),
        new("life", "Life", IsNumber: true, (json, in trade, _) => json.WriteNumberValue(trade.Record.Life), trade => trade.Life > 1),
        new(
            "flags",
            "Flags",
            IsNumber: false,
            (json, in trade, _) => json.WriteStringValue(TradeWords.Of(trade.Record.Trip.Flags)),
            trade => trade.Trip.Flags != 0
        ),
    ];

    private delegate void Writer(Utf8JsonWriter json, in (int Number, TradeRecord Record) trade, Instrument instrument);

    public static void Add(HtmlBuilder html, Run run)
    {
        html.Raw("<section id=\"trades\" class=\"trades\">\n<h2>Trades</h2>\n<div class=\"card trades\">\n");
        if (run.Trades.Count == 0)
        {
            html.Raw("<p class=\"empty\">No trade. Entries refused, above, says which rules stood in the way.</p>\n</div>\n</section>\n");
            return;
        }

        var shown =
            run.Trades.Count > MostRows
                ? $"The first {Say.Count(MostRows)} of {Say.Count(run.Trades.Count)} trades"
                : Say.Plural(run.Trades.Count, "trade");
        html.Add(
            $"<p class=\"quiet small\">{shown}. All are in <code>{RunFolder.TradesFile}</code> and <code>{RunFolder.TradesParquetFile}"
                + $"</code> beside this "
        );
        html.Raw("file. Times are New York; prices are fills; gross is before slippage; MAE and MFE are ticks per contract.</p>\n");
        AddFilters(html, run);
        html.Raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Trades\"><table id=\"trades-table\"><thead><tr>");
        foreach (var column in ColumnsOf(run))
            html.Raw(column.IsNumber ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
                .Add($"<button type=\"button\">{column.Head}</button></th>");
        html.Raw("</tr></thead><tbody></tbody></table></div>\n");
        html.Raw(
            "<div class=\"pages\"><button type=\"button\" id=\"trades-back\">Earlier rows</button><button type=\"button\" "
                + "id=\"trades-forth\">Later rows</button>"
        );
        html.Raw("<output id=\"trades-shown\" aria-live=\"polite\"></output></div>\n</div>\n</section>\n");
    }

    public static void WriteRows(Utf8JsonWriter json, Run run)
    {
        var instrument = run.Identity.Instrument.ToInstrument();
        var columns = ColumnsOf(run);
        json.WriteStartObject("trades");
        json.WriteStartArray("columns");
        foreach (var column in columns)
            json.WriteStringValue(column.Name);
        json.WriteEndArray();
        json.WriteStartArray("rows");
        for (var i = 0; i < Math.Min(MostRows, run.Trades.Count); i++)
        {
            json.WriteStartArray();
            foreach (var column in columns)
                column.Write(json, (i + 1, run.Trades[i]), instrument);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void AddFilters(HtmlBuilder html, Run run)
    {
        html.Raw(
            "<div class=\"filters\"><label>Find <input id=\"filter-text\" type=\"search\" placeholder=\"date, contract, flag\" "
                + "size=\"18\"></label>"
        );
        html.Raw(
            "<label>Side <select id=\"filter-side\"><option value=\"\">all</option><option>long</option><option>short</option></select>"
                + "</label>"
        );
        html.Raw("<label>Exit by <select id=\"filter-reason\"><option value=\"\">all</option>");
        foreach (var reason in run.Performance.ExitReasons)
        {
            var word = TradeWords.Of(reason.Key);
            html.Add($"<option value=\"{word}\">{word.Replace('_', ' ')}</option>");
        }

        html.Raw(
            "</select></label><label>Result <select id=\"filter-outcome\"><option value=\"\">all</option><option value=\"win\">wins"
                + "</option>"
        );
        html.Raw("<option value=\"loss\">losses</option></select></label></div>\n");
    }

    private static List<Column> ColumnsOf(Run run) =>
        [.. All.Where(column => column.SaysSomething is null || run.Trades.Any(column.SaysSomething))];

    private static bool HasForecast(TradeRecord trade) => trade.Trip.PredictedClass >= 0;

    private static void WriteConfidence(Utf8JsonWriter json, in (int Number, TradeRecord Record) trade, Instrument instrument)
    {
        if (HasForecast(trade.Record))
            json.WriteNumberValue(trade.Record.Trip.Confidence / 1_000_000m);
        else
            json.WriteNullValue();
    }

    private static void WritePredicted(Utf8JsonWriter json, in (int Number, TradeRecord Record) trade, Instrument instrument)
    {
        if (HasForecast(trade.Record))
            json.WriteNumberValue(trade.Record.Trip.PredictedClass);
        else
            json.WriteNullValue();
    }

    private sealed record Column(string Name, string Head, bool IsNumber, Writer Write, Func<TradeRecord, bool>? SaysSomething = null);
}
