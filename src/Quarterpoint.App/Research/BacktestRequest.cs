using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Research;

/// <summary>What is to be tried on which data.</summary>
internal sealed record BacktestRequest
{
    public required string Data { get; init; }

    /// <summary>A strategy that <see cref="Setup.TradingSetup"/> knows.</summary>
    public required string Strategy { get; init; }

    /// <summary>Which model, where one gives the signals.</summary>
    public string? Model { get; init; }

    /// <summary>Under which guesses about fills the same decisions are tried beside the run itself.</summary>
    public IReadOnlyList<EnvelopeCase> Envelope { get; init; } = EnvelopeCase.Three;

    /// <summary>The instrument to trade, where it is not the data's own: MNQ on NQ data.</summary>
    public string? TradedAs { get; init; }

    public AccountMode Account { get; init; } = AccountMode.Lives;

    public TradingDay? From { get; init; }

    public TradingDay? To { get; init; }
}
