using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Metrics;

/// <summary>The sum of all trades with the same key: an hour, an exit reason, a side, a contract.</summary>
public readonly record struct PnlSlice<TKey>(TKey Key, int Trades, int Wins, Money Gross, Money Commission, Money Slippage)
{
    public Money Net => Gross - Commission - Slippage;
}

internal static class PnlSlices
{
    /// <summary>One slice for each key that occurs, in the order of its first trade.</summary>
    public static List<PnlSlice<TKey>> By<TKey>(IReadOnlyList<TradeRecord> trades, Func<TradeRecord, TKey> keyOf)
        where TKey : notnull
    {
        var slices = new List<PnlSlice<TKey>>();
        var places = new OrderedDictionary<TKey, int>();
        foreach (var trade in trades)
        {
            var key = keyOf(trade);
            if (!places.TryGetValue(key, out var place))
            {
                place = places[key] = slices.Count;
                slices.Add(new PnlSlice<TKey> { Key = key });
            }

            var slice = slices[place];
            slices[place] = slice with
            {
                Trades = slice.Trades + 1,
                Wins = slice.Wins + (trade.Trip.Net > Money.Zero ? 1 : 0),
                Gross = slice.Gross + trade.Trip.Gross,
                Commission = slice.Commission + trade.Trip.Commission,
                Slippage = slice.Slippage + trade.Trip.Slippage,
            };
        }

        return slices;
    }
}
