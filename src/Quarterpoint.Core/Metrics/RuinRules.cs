using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Metrics;

/// <summary>
/// The risk gate for a trade that is repeated in another account, with at most the contracts that the run had. That number already contains
/// the effect of the run's confidence, reductions, and hours; what depends on the balance (R6 to R9) is computed again.
/// </summary>
internal sealed class RuinRules(BacktestResult result)
{
    /// <summary>The highest confidence, in millionths.</summary>
    private const int Certain = 1_000_000;

    /// <summary>An equity far below every account, for limits that must not be near.</summary>
    private static readonly Money Nowhere = new(long.MinValue / 4);

    private readonly RiskGate _gate = new(result.Limits, result.Fees);
    private readonly OrderedDictionary<(int Contracts, Ticks Stop), (Verdict Whole, Money From)> _whole = [];

    public RiskLimits Limits { get; } = result.Limits;

    public Money TickValue { get; } = result.TickValue;

    public Ticks SmallestStop { get; } = result.SmallestStop;

    public Money Reserve(int contracts, Ticks stop) => _gate.WorstLoss(contracts, stop, TickValue);

    public Verdict Size(int contracts, Ticks stop, Money equity, in AccountLevels levels) =>
        _gate.Size(
            new EntryRequest
            {
                Side = Side.Buy,
                Stop = stop,
                Contracts = contracts,
                Confidence = Certain,
                AtRth = true,
                Balance = equity,
                Equity = equity,
                Levels = levels,
                TickValue = TickValue,
            }
        );

    /// <summary>
    /// The smallest equity for which all those contracts are granted while no limit is near, and the verdict there;
    /// <see cref="long.MaxValue"/> where no equity is enough. It is found by bisection, since more equity never gets fewer contracts: the
    /// tier's share falls from 2 % to 1.5 % at $3,000, but at the highest confidence either pays for more contracts than R3 allows.
    /// </summary>
    public (Verdict Whole, Money From) Whole(int contracts, Ticks stop)
    {
        if (_whole.TryGetValue((contracts, stop), out var known))
            return known;
        var levels = new AccountLevels(Nowhere, Nowhere, Nowhere, Nowhere);
        var (low, high) = (0L, 1_000_000 * Money.MicrosPerDollar);
        var whole = Size(contracts, stop, new Money(high), levels);
        if (whole.Entry.Size < contracts)
            return _whole[(contracts, stop)] = (whole, new Money(long.MaxValue));
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (Size(contracts, stop, new Money(middle), levels).Entry.Size == contracts)
                high = middle;
            else
                low = middle + 1;
        }

        return _whole[(contracts, stop)] = (whole, new Money(low));
    }

    public bool IsStarved(Money equity, Money highWater) => _gate.IsStarved(equity, highWater, SmallestStop, TickValue);

    public bool IsDayExhausted(Money equity, in AccountLevels levels) => _gate.IsDayExhausted(equity, levels, SmallestStop, TickValue);
}
