using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Inference;

/// <summary>
/// model.json: one document, camelCase, days as ISO dates, choices as words. An unknown member is refused, because the card of a newer
/// program may mean something by it.
/// </summary>
public static class ModelJson
{
    private static readonly ModelJsonContext Context = new(
        new JsonSerializerOptions(ModelJsonContext.Default.Options)
        {
            // Only what JSON must escape is escaped; letters stay readable.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            NewLine = "\n",
        }
    );

    /// <summary>The card as text, in UTF-8.</summary>
    /// <exception cref="BadInputException">A number of the card is not finite, which JSON cannot write.</exception>
    public static byte[] Of(ModelCard card, string file)
    {
        try
        {
            return [.. JsonSerializer.SerializeToUtf8Bytes(card, Context.ModelCard), (byte)'\n'];
        }
        catch (ArgumentException error)
        {
            throw new BadInputException(file, "a card whose numbers are finite", error);
        }
    }

    /// <summary>Reads a card.</summary>
    /// <exception cref="BadInputException">The text is not a card, or one of another version or of an unknown kind of model.</exception>
    public static ModelCard Read(byte[] text, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var version =
                document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("version", out var member)
                    ? member.ToString()
                    : "";
            var expected = ModelCard.CurrentVersion.ToString(CultureInfo.InvariantCulture);
            if (version != expected)
                throw new BadInputException(file, 0, "version", version, expected);
            if (document.RootElement.TryGetProperty("training", out var training) && !TrainingSettingsJson.TryKind(training, out _))
                throw new BadInputException(
                    file,
                    0,
                    "training." + TrainingSettingsJson.Kind,
                    TrainingSettingsJson.WordIn(training) ?? "nothing",
                    "a kind of model that this program knows: " + string.Join(", ", TrainingSettingsJson.Words)
                );
            return document.Deserialize(Context.ModelCard) ?? throw new BadInputException(file, "null", "a model card");
        }
        catch (JsonException error)
        {
            throw new BadInputException(file, "a model card", error);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    Converters = [typeof(TradingDayJson), typeof(ModelKindJson), typeof(TrainingSettingsJson)]
)]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(DenseTrainingJson))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;

internal sealed class TradingDayJson : JsonConverter<TradingDay>
{
    public override TradingDay Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && DateOnly.TryParseExact(reader.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? TradingDay.From(date)
            : throw new JsonException("expected a day such as 2024-03-04");

    public override void Write(Utf8JsonWriter writer, TradingDay value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

internal sealed class ModelKindJson() : JsonStringEnumConverter<ModelKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
