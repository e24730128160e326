using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Quarterpoint.Reporting.Charts;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.Reporting.Html;

/// <summary>What the page's script draws and lists, as one JSON text that is safe inside a script element.</summary>
internal static class ReportData
{
    /// <param name="charts">Those that the page has a place for.</param>
    public static string Of(Run run, IReadOnlyList<Chart> charts)
    {
        using var stream = new MemoryStream();

        // This encoder escapes the sign that opens a tag, so that no text in the data can end the element.
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default }))
        {
            json.WriteStartObject();
            WriteCharts(json, "charts", charts);
            WriteCharts(json, "days", PriceSection.Charts(run));
            TradeTable.WriteRows(json, run);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteCharts(Utf8JsonWriter json, string name, IEnumerable<Chart> charts)
    {
        json.WriteStartArray(name);
        foreach (var chart in charts)
            ChartJson.Write(json, chart);
        json.WriteEndArray();
    }
}
