using System.Text.Json.Serialization;

namespace Quarterpoint.Data.Store;

/// <summary>Everything about a stored set except its rows: the content of its <c>set.json</c>.</summary>
public sealed record DataSetInfo
{
    internal const int CurrentSchema = 1;

    /// <summary>Version of this format.</summary>
    public required int Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>Its symbol.</summary>
    public required string Instrument { get; init; }

    /// <summary>Size of a tick in billionths of a point.</summary>
    public required long TickSizeNanos { get; init; }

    public required int BarSeconds { get; init; }

    public required bool HasVolume { get; init; }

    public required bool HasBidAskVolume { get; init; }

    /// <summary>Whether the source adjusted its prices. Nobody traded at adjusted prices, so they cannot give fills.</summary>
    public required bool IsAdjusted { get; init; }

    /// <summary>Bars of all contracts.</summary>
    public required long Rows { get; init; }

    /// <summary>Bars at times without a session in the calendar. They are kept, and belong to no trading day.</summary>
    public required long RowsOutsideSessions { get; init; }

    /// <summary>When the first bar opens, UTC.</summary>
    public required DateTime First { get; init; }

    /// <summary>When the last bar opens, UTC.</summary>
    public required DateTime Last { get; init; }

    /// <summary>A hash over the contents of all files, in order: the same bars give the same fingerprint.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Hash of the session times that the bars were stored with.</summary>
    public required string CalendarSha256 { get; init; }

    /// <summary>Hash of the file with the table of sessions.</summary>
    public required string SessionsSha256 { get; init; }

    public required DataSetOrigin Origin { get; init; }

    /// <summary>By delivery month.</summary>
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
