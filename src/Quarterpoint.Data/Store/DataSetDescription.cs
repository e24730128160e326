using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Store;

/// <summary>What a data set is, known before any row is written.</summary>
internal sealed record DataSetDescription
{
    /// <summary>Its name in the workspace: letters, digits, dots, dashes, and underscores.</summary>
    public required string Name { get; init; }

    public required Instrument Instrument { get; init; }

    public required int BarSeconds { get; init; }

    public bool HasVolume { get; init; } = true;

    public bool HasBidAskVolume { get; init; }

    /// <summary>Whether the source adjusted its prices. Nobody traded at adjusted prices, so they cannot give fills.</summary>
    public bool IsAdjusted { get; init; }
}
