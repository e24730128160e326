using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Research;

/// <summary>What is to be learnt from which data.</summary>
internal sealed record TrainingRequest
{
    public required string Data { get; init; }

    public required string Name { get; init; }

    public required TrainingSettings Settings { get; init; }

    /// <summary>The instrument whose bracket is calibrated, where it is not the data's own.</summary>
    public string? TradedAs { get; init; }

    public TradingDay? From { get; init; }

    public TradingDay? To { get; init; }

    /// <summary>Shares of the days in percent.</summary>
    public (int Train, int Validate, int Test) Split { get; init; } = (60, 20, 20);

    public bool Replace { get; init; }
}
