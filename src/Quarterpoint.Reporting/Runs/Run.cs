using System.Security.Cryptography;
using System.Text;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Metrics;

namespace Quarterpoint.Reporting.Runs;

/// <summary>One finished run with all that its report needs, be it fresh or read back from its folder.</summary>
public sealed record Run
{
    public required RunIdentity Identity { get; init; }

    /// <summary>The effective configuration as text, kept with the run (SPEC C1).</summary>
    public required string Configuration { get; init; }

    public required Performance Performance { get; init; }

    /// <summary>Null where the run was kept before its risk was.</summary>
    public RiskReport? Risk { get; init; }

    public required IReadOnlyList<TradeRecord> Trades { get; init; }

    /// <summary>Net P&amp;L since the start, over all lives.</summary>
    public required IReadOnlyList<EquityPoint> Equity { get; init; }

    /// <summary>Prices of chosen days; none where they were not kept.</summary>
    public IReadOnlyList<DayPrices> Prices { get; init; } = [];

    public static Run Of(RunIdentity identity, string configuration, BacktestResult result) =>
        new()
        {
            Identity = identity with { ConfigurationHash = HashOf(configuration) },
            Configuration = configuration,
            Performance = Performance.Of(result),
            Risk = RiskReport.Of(result),
            Trades = result.Trades,
            Equity = result.Equity,
        };

    internal static string HashOf(string configuration) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(configuration)));
}
