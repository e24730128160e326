using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Metrics;

/// <summary>
/// The result of a run: every metric of SPEC X9, computed once. docs/metrics.md gives the formula and the unit of each. What is undefined
/// is null, never NaN or infinity. Rates and shares are fractions of 1. A win is a trade with a net profit above zero, a loss one below; a
/// trade of exactly zero is neither, and ends no streak.
/// </summary>
public sealed partial record Performance
{
    /// <summary>When the first bar opens.</summary>
    public required Timestamp First { get; init; }

    /// <summary>When the last bar closes.</summary>
    public required Timestamp Last { get; init; }

    /// <summary>The fixed capital that daily returns are measured against.</summary>
    public required Money Capital { get; init; }

    public required long Bars { get; init; }

    /// <summary>Trading days.</summary>
    public required int Days { get; init; }

    /// <summary>Trading days on which at least one trade ended.</summary>
    public required int DaysTraded { get; init; }

    public required int Trades { get; init; }

    public required int Wins { get; init; }

    public required int Losses { get; init; }

    public required Money NetPnl { get; init; }

    /// <summary>Before commission and slippage.</summary>
    public required Money GrossPnl { get; init; }

    /// <summary>With exchange fees; above zero.</summary>
    public required Money Commission { get; init; }

    /// <summary>Above zero is a loss.</summary>
    public required Money Slippage { get; init; }

    public required double? ReturnOnCapital { get; init; }

    public required double? Sharpe { get; init; }

    public required double? Sortino { get; init; }

    /// <summary>252 times the mean daily return over the deepest fall of 1 + the sum of daily returns; not compounded.</summary>
    public required double? Calmar { get; init; }

    /// <summary>The deepest fall of equity below its peak, bar by bar; above zero.</summary>
    public required Money MaxDrawdown { get; init; }

    /// <summary>From its peak to its recovery, or to the end of the run, in hours of the calendar.</summary>
    public required double MaxDrawdownHours { get; init; }

    public required long MaxDrawdownBars { get; init; }

    public required int MaxDrawdownDays { get; init; }

    public required Timestamp? MaxDrawdownPeak { get; init; }

    public required Timestamp? MaxDrawdownTrough { get; init; }

    /// <summary>When the peak was reached again; null where it never was.</summary>
    public required Timestamp? MaxDrawdownRecovered { get; init; }

    public required double LongestDrawdownHours { get; init; }

    public required long LongestDrawdownBars { get; init; }

    public required int LongestDrawdownDays { get; init; }

    public required double? WinRate { get; init; }

    public required Interval? WinRateInterval { get; init; }

    /// <summary>Mean net profit of a trade in dollars.</summary>
    public required double? Expectancy { get; init; }

    /// <summary>Assumes that trades are independent.</summary>
    public required Interval? ExpectancyInterval { get; init; }

    /// <summary>Assumes only that days are independent.</summary>
    public required Interval? ExpectancyIntervalByDay { get; init; }

    /// <summary>Mean profit of a trade in dollars, before slippage and commission.</summary>
    public required double? ExpectancyGross { get; init; }

    public required Interval? ExpectancyGrossInterval { get; init; }

    public required Interval? ExpectancyGrossIntervalByDay { get; init; }

    /// <summary>Sum of wins over the sum of losses; null without a loss.</summary>
    public required double? ProfitFactor { get; init; }

    /// <summary>Average win over average loss; null without a win or without a loss.</summary>
    public required double? Payoff { get; init; }

    public required double? AverageWin { get; init; }

    /// <summary>Below zero, like <see cref="LargestLoss"/>.</summary>
    public required double? AverageLoss { get; init; }

    public required Money? LargestWin { get; init; }

    public required Money? LargestLoss { get; init; }

    /// <summary>The share of the days with a trade that ended above zero.</summary>
    public required double? WinDays { get; init; }

    public required Money? BestDay { get; init; }

    public required Money? WorstDay { get; init; }

    public required int LongestWinStreak { get; init; }

    public required int LongestLossStreak { get; init; }

    public required double? TradesPerDay { get; init; }

    /// <summary>Per hour in which the clock let a position be opened.</summary>
    public required double? TradesPerHour { get; init; }

    /// <summary>Share of the bars in which a position was open.</summary>
    public required double? TimeInPosition { get; init; }

    /// <summary>Dollars risked at entry, summed over all trades.</summary>
    public required Money Risked { get; init; }

    /// <summary>Net profit over <see cref="Risked"/>.</summary>
    public required double? ReturnPerDollarRisked { get; init; }

    /// <summary>Net profit of a trade in dollars.</summary>
    public required Distribution? NetPerTrade { get; init; }

    /// <summary>From entry to exit.</summary>
    public required Distribution? HoldingSeconds { get; init; }

    /// <summary>How far the price went against a trade; zero or below.</summary>
    public required Distribution? AdverseTicks { get; init; }

    /// <summary>How far the price went in a trade's favour; zero or above.</summary>
    public required Distribution? FavourableTicks { get; init; }

    /// <summary>Share of the trades with a bar that held both stop and target.</summary>
    public required double? AmbiguousShare { get; init; }

    /// <summary>Trades with an exit that no bar could fill: see <see cref="FillFlags.Booked"/>.</summary>
    public required int BookedTrades { get; init; }

    /// <summary>Trades with a fill after the flat-by time.</summary>
    public required int LateTrades { get; init; }

    /// <summary>Accounts that a limit ended (SPEC X13).</summary>
    public required int Lives { get; init; }

    public required IReadOnlyList<LifeEnd> LifeEnds { get; init; }

    public required int Violations { get; init; }

    public required IReadOnlyList<Violation> ViolationList { get; init; }

    /// <summary>Entries refused, by rule.</summary>
    public required IReadOnlyDictionary<Rule, long> Refusals { get; init; }

    /// <summary>By the hour of the entry in New York, 0 to 23.</summary>
    public required IReadOnlyList<PnlSlice<int>> PnlByHour { get; init; }

    public required IReadOnlyList<PnlSlice<ExitReason>> ExitReasons { get; init; }

    public required IReadOnlyList<PnlSlice<Side>> Sides { get; init; }

    public required IReadOnlyList<PnlSlice<string>> Contracts { get; init; }

    public required IReadOnlyList<DayResult> Daily { get; init; }

    /// <summary>The ten deepest drawdowns, deepest first; null where the run was kept before they were.</summary>
    public IReadOnlyList<DrawdownSpell>? Drawdowns { get; init; }
}
