using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Metrics;

/// <summary>A trade of the run, as a simulated account can repeat it.</summary>
internal readonly record struct RuinTrade
{
    /// <summary>Contracts in the run. All amounts below are for this many.</summary>
    public required int Contracts { get; init; }

    /// <summary>The distance of the first stop.</summary>
    public required Ticks Stop { get; init; }

    /// <summary>Its lowest profit while it was open, after costs; never above <see cref="Net"/>.</summary>
    public required Money Worst { get; init; }

    /// <summary>Its highest profit while it was open, after costs; never below <see cref="Net"/>.</summary>
    public required Money Best { get; init; }

    public required Money Net { get; init; }

    /// <summary>What R7 reserves for it.</summary>
    public required Money Reserve { get; init; }

    /// <summary>The equity from which the risk gate grants all its contracts, as long as no limit is near.</summary>
    public required Money WholeFrom { get; init; }

    /// <summary>The gate's verdict from that equity on.</summary>
    public required Verdict Whole { get; init; }
}

/// <summary>The days of a run with their trades, for simulated accounts to live through.</summary>
internal sealed class RuinDays
{
    private readonly RuinTrade[] _trades;

    /// <summary>Where each day's trades begin, and at the end the number of all trades.</summary>
    private readonly int[] _starts;

    private RuinDays(RuinTrade[] trades, int[] starts) => (_trades, _starts) = (trades, starts);

    public int Count => _starts.Length - 1;

    public ReadOnlySpan<RuinTrade> this[int day] => _trades.AsSpan(_starts[day]..(_starts[day + 1]));

    public static RuinDays Of(BacktestResult result, IReadOnlyList<DayResult> days, RuinRules rules)
    {
        var byDay = result.Trades.ToLookup(trade => trade.Day);
        var (trades, starts) = (new List<RuinTrade>(result.Trades.Count), new int[days.Count + 1]);
        for (var i = 0; i < days.Count; i++)
        {
            foreach (var trade in byDay[days[i].Day])
                trades.Add(TradeOf(trade.Trip, rules));
            starts[i + 1] = trades.Count;
        }

        return new RuinDays([.. trades], starts);
    }

    private static RuinTrade TradeOf(in RoundTrip trip, RuinRules rules)
    {
        var stop = StopOf(trip, rules);
        var (whole, from) = rules.Whole(trip.Contracts, stop);
        return new RuinTrade
        {
            Contracts = trip.Contracts,
            Stop = stop,
            Worst = Money.Min(StoodAt(trip.AdverseExcursion, trip, rules), trip.Net),
            Best = Money.Max(StoodAt(trip.FavourableExcursion, trip, rules), trip.Net),
            Net = trip.Net,
            Reserve = rules.Reserve(trip.Contracts, stop),
            WholeFrom = from,
            Whole = whole,
        };
    }

    /// <summary>
    /// Profit at an excursion. Equity counts the cost of closing while a position is open, so the whole commission counts from the start.
    /// </summary>
    private static Money StoodAt(Ticks excursion, in RoundTrip trip, RuinRules rules) =>
        (rules.TickValue * ((long)excursion.Count * trip.Contracts)) - trip.Commission;

    /// <summary>
    /// The stop's distance, from the dollars risked; a trade without a stop of ours counts as one with the smallest stop.
    /// </summary>
    private static Ticks StopOf(in RoundTrip trip, RuinRules rules)
    {
        var perTick = (rules.TickValue * trip.Quantity).MicroDollars;
        return trip.Risked > Money.Zero ? new Ticks((int)((trip.Risked.MicroDollars + perTick - 1) / perTick)) : rules.SmallestStop;
    }
}
