using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Metrics;

/// <summary>The Sharpe ratio of the trading days that end with <see cref="Day"/>; null where all of them made the same.</summary>
public readonly record struct RollingSharpe(TradingDay Day, double? Sharpe)
{
    /// <summary>Trading days that each value looks back over: a quarter of a year.</summary>
    public const int LongWindow = 60;

    /// <summary>The same for a run that is too short for the long window to be seen moving: a month.</summary>
    public const int ShortWindow = 20;

    /// <summary>The long window where the run has at least two of them, else the short one.</summary>
    public static int WindowFor(int days) => days >= 2 * LongWindow ? LongWindow : ShortWindow;

    /// <summary>One for each day that has a whole window behind it, so none in a run that is shorter.</summary>
    /// <param name="capital">What daily returns are measured against, as for <see cref="Performance.Sharpe"/>.</param>
    /// <param name="window">In trading days, those without a trade included; two at least.</param>
    public static IReadOnlyList<RollingSharpe> Of(IReadOnlyList<DayResult> days, Money capital, int window)
    {
        Require.That(window >= 2, "A Sharpe ratio needs at least two days.");
        var returns = days.Select(day => (double)day.Net.MicroDollars / capital.MicroDollars).ToArray();
        var ratios = new List<RollingSharpe>();
        for (var end = window; end <= returns.Length; end++)
            ratios.Add(new RollingSharpe(days[end - 1].Day, Ratios.Sharpe(returns.AsSpan(end - window, window))));
        return ratios;
    }
}
