using System.Text.Json;
using System.Text.Json.Serialization;
using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Inference;

/// <summary>
/// The <c>training</c> member of a card as JSON holds it: the kind, then what belongs to that kind alone, then what all kinds share. Each
/// kind has a type of its own, so that a member of another kind is refused like any unknown one.
/// </summary>
internal abstract record TrainingJson
{
    [JsonPropertyOrder(-10)]
    public abstract ModelKind Model { get; init; }

    public int BatchRows { get; init; }

    public int BatchRowsOnGpu { get; init; }

    public int MaxEpochs { get; init; }

    public double LearningRate { get; init; }

    public LearningRateShape Schedule { get; init; }

    public double WarmupShare { get; init; }

    public double WeightDecay { get; init; }

    public double ClipNorm { get; init; }

    public double LabelSmoothing { get; init; }

    public ClassBalancing Balance { get; init; }

    public double FocalGamma { get; init; }

    public int PatienceEpochs { get; init; }

    public ulong Seed { get; init; }

    public TrainingDevice Device { get; init; }

    public int Threads { get; init; }

    /// <summary>The specification that this kind's own members make.</summary>
    protected abstract NetworkSpec ToSpec();

    public TrainingSettings ToSettings() =>
        new()
        {
            Network = ToSpec(),
            BatchRows = BatchRows,
            BatchRowsOnGpu = BatchRowsOnGpu,
            MaxEpochs = MaxEpochs,
            LearningRate = LearningRate,
            Schedule = Schedule,
            WarmupShare = WarmupShare,
            WeightDecay = WeightDecay,
            ClipNorm = ClipNorm,
            LabelSmoothing = LabelSmoothing,
            Balance = Balance,
            FocalGamma = FocalGamma,
            PatienceEpochs = PatienceEpochs,
            Seed = Seed,
            Device = Device,
            Threads = Threads,
        };

    /// <summary>The settings as JSON: the kind makes its own part, and what all kinds share is filled in.</summary>
    public static TrainingJson Of(TrainingSettings settings) =>
        StoredKinds.All[settings.Network.Kind].ToJson(settings.Network) with
        {
            BatchRows = settings.BatchRows,
            BatchRowsOnGpu = settings.BatchRowsOnGpu,
            MaxEpochs = settings.MaxEpochs,
            LearningRate = settings.LearningRate,
            Schedule = settings.Schedule,
            WarmupShare = settings.WarmupShare,
            WeightDecay = settings.WeightDecay,
            ClipNorm = settings.ClipNorm,
            LabelSmoothing = settings.LabelSmoothing,
            Balance = settings.Balance,
            FocalGamma = settings.FocalGamma,
            PatienceEpochs = settings.PatienceEpochs,
            Seed = settings.Seed,
            Device = settings.Device,
            Threads = settings.Threads,
        };
}

/// <summary>
/// The kinds made of affine layers. A logistic regression has no hidden units; what a card says of them is not read.
/// </summary>
internal sealed record DenseTrainingJson : TrainingJson
{
    [JsonPropertyOrder(-10)]
    public override ModelKind Model { get; init; }

    [JsonPropertyOrder(-9)]
    public IReadOnlyList<int> HiddenUnits { get; init; } = [];

    [JsonPropertyOrder(-8)]
    public double Dropout { get; init; }

    public static DenseTrainingJson Of(DenseSpec spec) =>
        new()
        {
            Model = spec.Kind,
            HiddenUnits = spec is FeedForwardSpec { HiddenUnits: var units } ? units : [],
            Dropout = spec.Dropout,
        };

    protected override NetworkSpec ToSpec() =>
        Model == ModelKind.Logistic
            ? new LogisticSpec { Dropout = Dropout }
            : new FeedForwardSpec { HiddenUnits = HiddenUnits, Dropout = Dropout };
}

/// <summary>Writes and reads training settings through the JSON type of their kind.</summary>
internal sealed class TrainingSettingsJson : JsonConverter<TrainingSettings>
{
    /// <summary>The member that names the kind.</summary>
    public const string Kind = "model";

    /// <summary>The words for all known kinds, as a card writes them.</summary>
    public static IEnumerable<string> Words => StoredKinds.All.Keys.Select(WordOf);

    /// <summary>Reads the kind; false where none or an unknown one is named.</summary>
    public static bool TryKind(JsonElement training, out ModelKind kind)
    {
        var word = WordIn(training);
        kind = StoredKinds.All.Keys.FirstOrDefault(known => string.Equals(WordOf(known), word, StringComparison.OrdinalIgnoreCase));
        return word is not null && string.Equals(WordOf(kind), word, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What stands where the kind should; null where nothing does.</summary>
    public static string? WordIn(JsonElement training) =>
        training.ValueKind == JsonValueKind.Object && training.TryGetProperty(Kind, out var member) ? member.ToString() : null;

    public override TrainingSettings Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (!TryKind(document.RootElement, out var kind))
            throw new JsonException($"expected a member '{Kind}': {string.Join(", ", Words)}");
        return ((TrainingJson)document.RootElement.Deserialize(options.GetTypeInfo(StoredKinds.All[kind].JsonType))!).ToSettings();
    }

    public override void Write(Utf8JsonWriter writer, TrainingSettings value, JsonSerializerOptions options)
    {
        var json = TrainingJson.Of(value);
        JsonSerializer.Serialize(writer, json, options.GetTypeInfo(json.GetType()));
    }

    private static string WordOf(ModelKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
