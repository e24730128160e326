using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Reporting.Runs;

/// <summary>
/// metrics.json, risk.json, and run.json: one document each, camelCase, money as decimal dollars, instants in UTC, null where a value is
/// undefined. The first member, schema, says which document and which version of it.
/// </summary>
public static class RunJson
{
    public const string MetricsSchema = "quarterpoint.metrics/2";

    /// <summary>The same without the list of drawdowns: runs of older versions of this program are still read.</summary>
    private const string OlderMetricsSchema = "quarterpoint.metrics/1";

    public const string RiskSchema = "quarterpoint.risk/1";
    public const string RunSchema = "quarterpoint.run/1";

    private static readonly RunJsonContext Context = new(
        new JsonSerializerOptions(RunJsonContext.Default.Options)
        {
            // Escapes what JSON must, and leaves quotes and letters readable. What goes into HTML is escaped there.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static string Of(Performance performance) => Write(performance, Context.Performance, MetricsSchema);

    /// <summary>The metrics of a run, and behind them what else was found out about it: risk, envelope, findings, model.</summary>
    public static string Of(Run run, string folder)
    {
        var metrics = JsonNode.Parse(Of(run.Performance))!.AsObject();
        var identity = JsonNode.Parse(Of(run.Identity))!.AsObject();
        metrics["risk"] = run.Risk is { } risk ? JsonNode.Parse(Of(risk)) : null;
        foreach (var member in (string[])["envelope", "findings", "model"])
            metrics[member] = identity[member]?.DeepClone();
        metrics["folder"] = folder;
        return metrics.ToJsonString(new JsonSerializerOptions(Context.Options) { WriteIndented = true, NewLine = "\n" }) + "\n";
    }

    public static string Of(RiskReport risk) => Write(risk, Context.RiskReport, RiskSchema);

    public static string Of(RunIdentity identity) => Write(identity, Context.RunIdentity, RunSchema);

    /// <exception cref="BadInputException">The text is no such document, or another version's.</exception>
    public static Performance ReadPerformance(string text, string file) =>
        Read(text, file, Context.Performance, MetricsSchema, OlderMetricsSchema);

    /// <exception cref="BadInputException">The text is no such document, or another version's.</exception>
    public static RiskReport ReadRisk(string text, string file) => Read(text, file, Context.RiskReport, RiskSchema);

    /// <exception cref="BadInputException">The text is no such document, or another version's.</exception>
    public static RunIdentity ReadIdentity(string text, string file) => Read(text, file, Context.RunIdentity, RunSchema);

    private static string Write<T>(T value, JsonTypeInfo<T> type, string schema)
    {
        using var document = JsonSerializer.SerializeToDocument(value, type);
        using var stream = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions
                {
                    Indented = true,
                    NewLine = "\n",
                    Encoder = type.Options.Encoder,
                }
            )
        )
        {
            writer.WriteStartObject();
            writer.WriteString("schema", schema);
            foreach (var member in document.RootElement.EnumerateObject())
                member.WriteTo(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static T Read<T>(string text, string file, JsonTypeInfo<T> type, string schema, string? older = null)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var found =
                document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("schema", out var member)
                    ? member.ToString()
                    : "";
            if (found != schema && found != older)
                throw new BadInputException(file, 0, "schema", found, schema);
            return document.Deserialize(type) ?? throw new BadInputException(file, "null", "an object");
        }
        catch (JsonException error)
        {
            throw new BadInputException(file, "a document of " + schema, error);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    Converters = [
        typeof(MoneyJson),
        typeof(TimestampJson),
        typeof(TradingDayJson),
        typeof(SideJson),
        typeof(ExitReasonJson),
        typeof(RuleJson),
        typeof(ViolationKindJson),
        typeof(FillModeJson),
        typeof(AccountModeJson),
        typeof(EndOfDayPlanJson),
        typeof(SeverityJson),
        typeof(LatchJson),
    ]
)]
[JsonSerializable(typeof(Performance))]
[JsonSerializable(typeof(RiskReport))]
[JsonSerializable(typeof(RunIdentity))]
internal sealed partial class RunJsonContext : JsonSerializerContext;

internal sealed class MoneyJson : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (
            reader.TokenType != JsonTokenType.Number
            || !reader.TryGetDecimal(out var dollars)
            || Math.Abs(dollars) > 9_000_000_000_000m
            || decimal.Round(dollars, 6) != dollars
        )
            throw new JsonException("expected dollars with at most six decimals");
        return Money.FromDollars(dollars);
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.InDollars);
}

internal sealed class TimestampJson : JsonConverter<Timestamp>
{
    public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && IsoTime.TryParse(reader.GetString(), out var time)
            ? time
            : throw new JsonException("expected an instant in UTC such as 2024-03-04T14:45:00Z");

    public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options) =>
        writer.WriteStringValue(IsoTime.Format(value));
}

internal sealed class TradingDayJson : JsonConverter<TradingDay>
{
    public override TradingDay Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && DateOnly.TryParseExact(
            reader.GetString(),
            "yyyy-MM-dd",
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.None,
            out var date
        )
            ? TradingDay.From(date)
            : throw new JsonException("expected a day such as 2024-03-04");

    public override void Write(Utf8JsonWriter writer, TradingDay value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

internal sealed class SideJson : JsonConverter<Side>
{
    public override Side Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TradeWords.TryParse(reader.GetString(), out Side side)
            ? side
            : throw new JsonException("expected long or short");

    public override void Write(Utf8JsonWriter writer, Side value, JsonSerializerOptions options) =>
        writer.WriteStringValue(TradeWords.Of(value));
}

/// <summary>One latch by its name; a set of several has none.</summary>
internal sealed class LatchJson : JsonConverter<Latch>
{
    public override Latch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return LatchTable.Rows.FirstOrDefault(row => NameOf(row.Latch) == name)?.Latch
            ?? throw new JsonException("expected a latch such as lossPause");
    }

    public override void Write(Utf8JsonWriter writer, Latch value, JsonSerializerOptions options) => writer.WriteStringValue(NameOf(value));

    private static string NameOf(Latch latch) => JsonNamingPolicy.CamelCase.ConvertName(latch.ToString());
}

/// <summary>The words of SPEC X7: eod_flatten, end_of_data.</summary>
internal sealed class ExitReasonJson() : JsonStringEnumConverter<ExitReason>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);

internal sealed class SeverityJson() : JsonStringEnumConverter<Severity>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class RuleJson() : JsonStringEnumConverter<Rule>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class ViolationKindJson() : JsonStringEnumConverter<ViolationKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class FillModeJson() : JsonStringEnumConverter<FillMode>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class AccountModeJson() : JsonStringEnumConverter<AccountMode>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class EndOfDayPlanJson() : JsonStringEnumConverter<EndOfDayPlan>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
