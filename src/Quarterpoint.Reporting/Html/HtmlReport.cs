using System.Security.Cryptography;
using System.Text;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.Reporting.Html;

/// <summary>
/// One run as one file of HTML that needs nothing else: no network, no server. It says what happened and how far it can be trusted, and
/// judges nothing. The same run gives the same bytes.
/// </summary>
public static class HtmlReport
{
    private static readonly string PlotScript = Asset("uPlot.iife.min.js");
    private static readonly string PlotStyle = Asset("uPlot.min.css");
    private static readonly string PlotLicence = Asset("uPlot.LICENSE.txt");
    private static readonly string Script = Asset("report.js");
    private static readonly string Style = Asset("report.css");

    /// <summary>On every sheet, in its upper margin: a page that lies alone must say it too.</summary>
    private const string RailsOffOnPaper =
        "@page { @top-center { content: \"RAILS OFF: no risk limit acted in this run; no evidence about trading\"; font: bold 9pt sans-serif; color: #7d0d12; } }\n";

    public static string Render(Run run)
    {
        var html = new HtmlBuilder();
        var title = $"{run.Identity.Strategy} on {run.Identity.Instrument.Symbol}, {ReportHead.Span(run)}";
        if (!run.Identity.RailsOn)
            title = "RAILS OFF: " + title;

        html.Raw("<!doctype html>\n");
        html.Raw(run.Identity.RailsOn ? "<html lang=\"en\">\n" : "<html lang=\"en\" class=\"rails-off\">\n");
        html.Add($"<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"{ContentPolicy()}\">\n");
        html.Add($"<title>{title}</title>\n<link rel=\"icon\" href=\"data:,\">\n");
        html.Raw("<style>\n")
            .Raw(PlotStyle)
            .Raw("\n")
            .Raw(Style)
            .Raw(run.Identity.RailsOn ? "" : RailsOffOnPaper)
            .Raw("</style>\n</head>\n<body>\n");

        ReportHead.Add(html, run);
        html.Raw("<main id=\"content\">\n");
        ReportHead.AddFigures(html, run);
        ReportCharts.Add(html, run);
        ReportEvidence.Add(html, run);
        ReportRisk.Add(html, run);
        ReportTables.AddFaults(html, run);
        ReportTables.AddMetrics(html, run);
        TradeTable.Add(html, run);
        ReportTables.AddIdentity(html, run);
        ReportHead.AddFooter(html);
        html.Raw("</main>\n");

        // The serializer escapes the sign that opens a tag, so that no text in the data can end the element.
        html.Raw("<script type=\"application/json\" id=\"qp-data\">").Raw(ReportData.Of(run)).Raw("</script>\n");
        html.Raw("<!-- uPlot 1.6.32, charts over time:\n").Raw(PlotLicence.Trim()).Raw("\n-->\n");
        html.Raw("<script>").Raw(PlotScript).Raw("</script>\n<script>").Raw(Script).Raw("</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>Nothing may be fetched, and no script may run but the two that ship: text that slipped through as markup stays dead.</summary>
    private static string ContentPolicy() =>
        $"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {HashOf(PlotScript)} {HashOf(Script)}; base-uri 'none'; form-action 'none'";

    private static string HashOf(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    private static string Asset(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its embedded file '{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);

        // A checkout may have turned line ends; the report's bytes must not depend on it.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
