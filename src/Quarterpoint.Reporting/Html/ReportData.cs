using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.Reporting.Html;

/// <summary>The data that the page's script draws, as one JSON text that is safe inside a script element.</summary>
internal static class ReportData
{
    /// <summary>Stretches of the curve that keep their extremes: more than a screen has columns.</summary>
    private const int CurveStretches = 2_500;

    public static string Of(Run run)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default }))
        {
            json.WriteStartObject();
            WriteEquity(json, run);
            WriteDays(json, run);
            WriteRooms(json, run);
            TradeTable.WriteRows(json, run);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>
    /// First and last point, and the lowest and highest of each stretch, in order of time: what is dropped lies between points that stay.
    /// </summary>
    internal static IReadOnlyList<EquityRow> Thinned(IReadOnlyList<EquityRow> rows, int stretches = CurveStretches)
    {
        if (rows.Count <= 2 * stretches)
            return rows;
        var kept = new List<EquityRow> { rows[0] };
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var first = 1 + (int)((long)(rows.Count - 2) * stretch / stretches);
            var end = 1 + (int)((long)(rows.Count - 2) * (stretch + 1) / stretches);
            var (low, high) = (first, first);
            for (var i = first; i < end; i++)
            {
                if (rows[i].Net < rows[low].Net)
                    low = i;
                if (rows[i].Net > rows[high].Net)
                    high = i;
            }

            kept.Add(rows[Math.Min(low, high)]);
            if (low != high)
                kept.Add(rows[Math.Max(low, high)]);
        }

        kept.Add(rows[^1]);
        return kept;
    }

    private static void WriteEquity(Utf8JsonWriter json, Run run)
    {
        var rows = Thinned(EquityLog.RowsOf(run.Equity, run.Trades));
        json.WriteStartObject("equity");
        WriteNumbers(json, "time", rows, row => Seconds(row.Time));
        WriteNumbers(json, "net", rows, row => row.Net.InDollars);
        WriteNumbers(json, "gross", rows, row => row.Gross.InDollars);
        WriteNumbers(json, "drawdown", rows, row => row.Drawdown.InDollars);
        json.WriteEndObject();

        json.WritePropertyName("spell");
        if (run.Performance.MaxDrawdownPeak is { } peak)
        {
            json.WriteStartArray();
            json.WriteNumberValue(Seconds(peak));
            json.WriteNumberValue(Seconds(run.Performance.MaxDrawdownRecovered ?? run.Performance.Last));
            json.WriteEndArray();
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteDays(Utf8JsonWriter json, Run run)
    {
        var days = run.Performance.Daily;
        json.WriteStartObject("daily");
        json.WriteStartArray("day");
        foreach (var day in days)
            json.WriteStringValue(day.Day.ToString());
        json.WriteEndArray();
        WriteNumbers(json, "net", days, day => day.Net.InDollars);
        WriteNumbers(json, "trades", days, day => day.Trades);
        json.WriteEndObject();
        if (run.Identity.DailyLossLimit is { } limit)
            json.WriteNumber("dailyLimit", limit.InDollars);
        else
            json.WriteNull("dailyLimit");
    }

    /// <summary>What each day left of each limit, day by day as <c>daily</c> has them; null for a day without a position.</summary>
    private static void WriteRooms(Utf8JsonWriter json, Run run)
    {
        if (run.Risk is not { Rooms: { Count: > 0 } rooms })
        {
            json.WriteNull("room");
            return;
        }

        var byDay = rooms.ToDictionary(room => room.Day);
        json.WriteStartObject("room");
        foreach (var (rule, _) in AccountLevels.Limits)
        {
            json.WriteStartArray(JsonNamingPolicy.CamelCase.ConvertName(rule.ToString()));
            foreach (var day in run.Performance.Daily)
            {
                if (byDay.TryGetValue(day.Day, out var room))
                    json.WriteNumberValue(room.To(rule).InDollars);
                else
                    json.WriteNullValue();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Func<T, decimal> number)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            json.WriteNumberValue(number(item));
        json.WriteEndArray();
    }

    private static decimal Seconds(Timestamp time) => (decimal)time.Nanoseconds / Timestamp.NanosPerSecond;
}
