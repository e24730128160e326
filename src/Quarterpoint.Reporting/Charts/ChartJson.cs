using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quarterpoint.Reporting.Charts;

/// <summary>Descriptions as the script reads them: camelCase, and what has its default value left out.</summary>
public static class ChartJson
{
    /// <summary>
    /// Writes one description as a JSON object. The writer's encoder decides what is escaped; within a page it must escape the sign that
    /// opens a tag, as the default one does.
    /// </summary>
    public static void Write(Utf8JsonWriter json, Chart chart) => JsonSerializer.Serialize(json, chart, ChartJsonContext.Default.Chart);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters = [
        typeof(ChartWordJson<ChartScale>),
        typeof(ChartWordJson<ChartFormat>),
        typeof(ChartWordJson<ChartMark>),
        typeof(ChartWordJson<ChartTone>),
    ]
)]
[JsonSerializable(typeof(Chart))]
internal sealed partial class ChartJsonContext : JsonSerializerContext;

internal sealed class ChartWordJson<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
