using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Metrics;

/// <summary>
/// What one calendar month of trading days made. <see cref="Days"/> counts those in the data, with a trade or without.
/// </summary>
public readonly record struct MonthResult(int Year, int Month, Money Net, int Trades, int Days)
{
    /// <summary>One for each month in which there is a trading day, in order of time.</summary>
    public static IReadOnlyList<MonthResult> Of(IReadOnlyList<DayResult> days)
    {
        var months = new List<MonthResult>();
        foreach (var day in days)
        {
            var date = day.Day.Date;
            if (months.Count == 0 || (months[^1].Year, months[^1].Month) != (date.Year, date.Month))
                months.Add(new MonthResult(date.Year, date.Month, Money.Zero, 0, 0));
            var month = months[^1];
            months[^1] = month with { Net = month.Net + day.Net, Trades = month.Trades + day.Trades, Days = month.Days + 1 };
        }

        return months;
    }
}
