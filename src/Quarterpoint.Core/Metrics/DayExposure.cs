using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Metrics;

/// <summary>How long a position was held on one trading day, from each entry's fill to its exit's, and the most contracts held.</summary>
public readonly record struct DayExposure(TradingDay Day, TimeSpan Long, TimeSpan Short, int MostContracts)
{
    /// <summary>One for each day of the run, those without a trade included. A trade counts on the trading day it ended on.</summary>
    public static IReadOnlyList<DayExposure> Of(IReadOnlyList<DayResult> days, IReadOnlyList<TradeRecord> trades)
    {
        var held = days.Select(day => new DayExposure(day.Day, TimeSpan.Zero, TimeSpan.Zero, 0)).ToArray();
        var places = new OrderedDictionary<TradingDay, int>();
        foreach (var (place, day) in days.Index())
            places.Add(day.Day, place);
        foreach (var trade in trades)
        {
            if (!places.TryGetValue(trade.Day, out var place))
                continue;
            var time = trade.Trip.ExitTime - trade.Trip.EntryTime;
            var day = held[place] with { MostContracts = Math.Max(held[place].MostContracts, trade.Trip.Contracts) };
            held[place] = trade.Trip.Side == Side.Buy ? day with { Long = day.Long + time } : day with { Short = day.Short + time };
        }

        return held;
    }
}
