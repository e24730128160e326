using Quarterpoint.Reporting.Charts;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.Reporting.Html;

/// <summary>
/// One run as one file of HTML that needs nothing else: no network, no server. It says what happened and how far it can be trusted, and
/// judges nothing. The same run gives the same bytes.
/// </summary>
public static class HtmlReport
{
    private static readonly string Script =
        ChartScripts.Script + ChartScripts.Text("trades.js") + ChartScripts.Text("definitions.js") + ChartScripts.Text("report.js");

    private static readonly string Style = ChartScripts.Text("report.css");

    /// <summary>On every sheet, in its upper margin: a page that lies alone must say it too.</summary>
    private const string RailsOffOnPaper =
        "@page { @top-center { content: \"RAILS OFF: no risk limit acted in this run; no evidence about trading\"; font: bold 9pt "
        + "sans-serif; color: #7d0d12; } }\n";

    /// <summary>The whole page.</summary>
    public static string Render(Run run)
    {
        var html = new HtmlBuilder();
        AddHead(html, run);
        ReportHead.Add(html, run);
        html.Raw("<main id=\"content\">\n");
        ReportHead.AddFigures(html, run);
        EquitySection.Add(html, run);
        SourceSection.Add(html, run);
        ReportEvidence.Add(html, run);
        ReportRisk.Add(html, run);
        ReportTables.AddFaults(html, run);
        ReportTables.AddMetrics(html, run);
        TradeTable.Add(html, run);
        ReportTables.AddIdentity(html, run);
        ReportHead.AddFooter(html);
        html.Raw("</main>\n");
        html.Raw("<script type=\"application/json\" id=\"qp-data\">").Raw(ReportData.Of(run, html.Charts)).Raw("</script>\n");
        html.Raw("<!--\n").Raw(ChartScripts.Notice).Raw("-->\n");
        html.Raw($"<script type=\"application/octet-stream\" id=\"{ChartScripts.LibraryId}\">")
            .Raw(ChartScripts.PackedLibrary)
            .Raw("</script>\n");
        html.Raw("<script>").Raw(Script).Raw("</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void AddHead(HtmlBuilder html, Run run)
    {
        var title = $"{run.Identity.Strategy} on {run.Identity.Instrument.Symbol}, {ReportHead.Span(run)}";
        html.Raw("<!doctype html>\n");
        html.Raw(run.Identity.RailsOn ? "<html lang=\"en\">\n" : "<html lang=\"en\" class=\"rails-off\">\n");
        html.Raw("<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"{ContentPolicy()}\">\n");
        html.Add($"<title>{(run.Identity.RailsOn ? title : "RAILS OFF: " + title)}</title>\n<link rel=\"icon\" href=\"data:,\">\n");
        html.Raw("<style>\n").Raw(Style).Raw(run.Identity.RailsOn ? "" : RailsOffOnPaper).Raw("</style>\n</head>\n<body>\n");
    }

    /// <summary>
    /// Nothing may be fetched, and no script may run but the two that ship: text that slipped through as markup stays dead.
    /// </summary>
    private static string ContentPolicy() =>
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        + $"script-src '{ChartScripts.LibraryHash}' '{ChartScripts.HashOf(Script)}'; base-uri 'none'; form-action 'none'";
}
