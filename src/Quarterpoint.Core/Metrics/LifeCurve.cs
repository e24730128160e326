using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Metrics;

/// <summary>One account's balance after each of its trades; the first is the capital it began with.</summary>
/// <param name="Life">Counted from 1, as in the trade log.</param>
/// <param name="EndedBy">The limit that ended it; null where the run ended first.</param>
public sealed record LifeCurve(int Life, Rule? EndedBy, IReadOnlyList<Money> Balances)
{
    /// <summary>One for each life that had a trade, in order.</summary>
    public static IReadOnlyList<LifeCurve> Of(IReadOnlyList<TradeRecord> trades, IReadOnlyList<LifeEnd> ends, Money capital) =>
        [
            .. trades
                .GroupBy(trade => trade.Life)
                .OrderBy(life => life.Key)
                .Select(life => new LifeCurve(
                    life.Key,
                    life.Key <= ends.Count ? ends[life.Key - 1].Limit : null,
                    AfterEach(life.Select(trade => trade.Trip.Net), capital)
                )),
        ];

    private static List<Money> AfterEach(IEnumerable<Money> nets, Money capital)
    {
        var balances = new List<Money> { capital };
        foreach (var net in nets)
            balances.Add(balances[^1] + net);
        return balances;
    }
}
