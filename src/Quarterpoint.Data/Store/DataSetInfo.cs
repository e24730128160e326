using System.Text.Json.Serialization;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Store;

/// <summary>What a data set is, before any row of it is written.</summary>
public sealed record DataSetDescription
{
    /// <summary>Its name in the workspace: letters, digits, dot, dash, and low line.</summary>
    public required string Name { get; init; }

    public required Instrument Instrument { get; init; }

    public required int BarSeconds { get; init; }

    public bool HasVolume { get; init; } = true;

    public bool HasBidAskVolume { get; init; }

    /// <summary>Prices were adjusted before they came here, so that they are none at which anybody traded: they cannot give fills.</summary>
    public bool IsAdjusted { get; init; }
}

/// <summary>A file that rows were taken from.</summary>
public sealed record SourceFileInfo(string Name, long Rows, string Sha256);

/// <summary>Where the rows of a set come from, and what became of each: read = stored + dropped + rejected.</summary>
public sealed record DataSetOrigin
{
    /// <summary>In words: imported, or synthetic with its seed.</summary>
    public required string Text { get; init; }

    public IReadOnlyList<SourceFileInfo> Sources { get; init; } = [];

    public long RowsRead { get; init; }

    public long RowsStored { get; init; }

    /// <summary>Rows that are not wanted (spreads, other products, late prints), by reason.</summary>
    public IReadOnlyDictionary<string, long> Dropped { get; init; } = new Dictionary<string, long>();

    /// <summary>Rows that are wrong, by what is wrong with them.</summary>
    public IReadOnlyDictionary<string, long> Rejected { get; init; } = new Dictionary<string, long>();

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Null for a market that exists.</summary>
    public SyntheticFacts? Synthetic { get; init; }
}

/// <summary>
/// What a made-up market was made with, and what the best possible forecaster of its 30 s / 3 tick classes scores in RTH: the mark that a
/// model is held against.
/// </summary>
public sealed record SyntheticFacts(
    ulong Seed,
    double Edge,
    double Trend,
    double BayesLogLoss,
    double VolatilityLogLoss,
    double PriorLogLoss,
    double InformationCoefficient
);

/// <summary>One month of trading days of one contract.</summary>
public sealed record StoredFile(string Path, long Rows, long Bytes, string Sha256, DateTime First, DateTime Last);

/// <summary>A contract, or the one series of a set whose source names none.</summary>
/// <param name="Symbol">Also the name of its folder. Symbols repeat every ten years; the delivery month tells them apart.</param>
/// <param name="Delivery">As 2024-03; null for a series without contracts.</param>
public sealed record StoredContract(
    string Symbol,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Delivery,
    IReadOnlyList<StoredFile> Files
)
{
    /// <summary>What a series is called whose source names no contract.</summary>
    public const string Continuous = "continuous";

    [JsonIgnore]
    public ContractMonth? Month =>
        Delivery is null
            ? null
            : new ContractMonth(
                int.Parse(Delivery.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture),
                int.Parse(Delivery.AsSpan(5, 2), System.Globalization.CultureInfo.InvariantCulture)
            );
}

/// <summary>Everything about a stored set but its rows: the content of its <c>set.json</c>.</summary>
public sealed record DataSetInfo
{
    public const int CurrentSchema = 1;

    public required int Schema { get; init; }

    public required string Name { get; init; }

    public required string Instrument { get; init; }

    public required long TickSizeNanos { get; init; }

    public required int BarSeconds { get; init; }

    public required bool HasVolume { get; init; }

    public required bool HasBidAskVolume { get; init; }

    public required bool IsAdjusted { get; init; }

    public required long Rows { get; init; }

    /// <summary>Rows at times that the calendar has no session for. They are kept, and belong to no trading day.</summary>
    public required long RowsOutsideSessions { get; init; }

    /// <summary>Opening time of the first bar and of the last one.</summary>
    public required DateTime First { get; init; }

    public required DateTime Last { get; init; }

    /// <summary>Over the contents of all files, in order: the same bars give the same fingerprint.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Of the session times that rows were assigned by, and of the file of sessions.</summary>
    public required string CalendarSha256 { get; init; }

    public required string SessionsSha256 { get; init; }

    public required DataSetOrigin Origin { get; init; }

    /// <summary>In order of delivery.</summary>
    public required IReadOnlyList<StoredContract> Contracts { get; init; }
}

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(DataSetInfo))]
internal sealed partial class StoreJson : JsonSerializerContext;
