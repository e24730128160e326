using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>Everything that a sequence starts from.</summary>
internal sealed record RiskSetup
{
    public required EngineSettings Engine { get; init; }

    public required VenueSettings Venue { get; init; }

    public required Capabilities Capabilities { get; init; }

    public required Timestamp Start { get; init; }

    public required RiskState First { get; init; }

    public required byte[] MarketMemory { get; init; }

    /// <summary>Null if nothing goes wrong between engine and venue.</summary>
    public required SequenceFaults? Faults { get; init; }

    /// <summary>Whether ATR matters, so that no minute may be without a bar.</summary>
    public required bool KeepsWarm { get; init; }

    public bool HasQuotes => (Capabilities & Capabilities.Quotes) != 0;
}
