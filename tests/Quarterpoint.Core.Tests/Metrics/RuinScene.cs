using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Metrics;

/// <summary>
/// Days of trades with exact results and without costs. A stop is one tick unless it is named: the survival check (R7) then reserves only
/// $1.25, while a gap can lose far more, which is the only way for a limit to fire at all.
/// </summary>
internal sealed class RuinScene
{
    private readonly List<DayResult> _days = [];
    private readonly List<TradeRecord> _trades = [];

    /// <summary>The limits of SPEC section 5, with nothing reserved beyond the stop, and no floor but R5.</summary>
    public static RiskLimits Unreserved { get; } =
        new()
        {
            StressedSlippage = new(0),
            LiveFees = default,
            BalanceFloor = Money.Zero,
            LowestTier = Money.Zero,
        };

    /// <summary>Every limit set aside except R5, which fires so many dollars below the start.</summary>
    public static RiskLimits OnlyKill(decimal dollars) =>
        Unreserved with
        {
            DailyLoss = Money.FromDollars(1_000_000),
            DailyDrawdown = Money.FromDollars(1_000_000),
            AccountDrawdown = Money.FromDollars(1_000_000),
            KillLoss = Money.FromDollars(dollars),
        };

    public RiskLimits Limits { get; init; } = Unreserved;

    public Ticks SmallestStop { get; init; } = new(1);

    /// <summary>A day with one trade for each result; no trade was ever below or above both its start and its result.</summary>
    public RuinScene Day(params ReadOnlySpan<decimal> nets)
    {
        _days.Add(new DayResult(new TradingDay(738_000 + _days.Count), Money.Zero, 0));
        foreach (var net in nets)
            Trade(net);
        return this;
    }

    /// <param name="net">The result in dollars.</param>
    /// <param name="adverse">The lowest open result, in ticks a contract; zero or below.</param>
    /// <param name="contracts">Contracts that the trade had in the run.</param>
    /// <param name="stop">Distance of the stop, in ticks.</param>
    /// <param name="favourable">The highest open result, in ticks a contract.</param>
    public RuinScene Trade(decimal net, int adverse = 0, int contracts = 1, int stop = 1, int favourable = 0)
    {
        var (day, _, trades) = _days[^1];
        _days[^1] = new DayResult(day, Money.Zero, trades + 1);
        _trades.Add(
            new TradeRecord(
                new RoundTrip
                {
                    Gross = Money.FromDollars(net),
                    Contracts = contracts,
                    Quantity = contracts,
                    Risked = Micro.Mes.TickValue * (stop * contracts),
                    AdverseExcursion = new(adverse),
                    FavourableExcursion = new(favourable),
                },
                "",
                day,
                1
            )
        );
        return this;
    }

    public BacktestResult Result() =>
        new SampleRun().Result() with
        {
            Trades = _trades,
            Days = _days,
            Limits = Limits,
            Fees = default,
            SmallestStop = SmallestStop,
        };

    /// <summary>One account through all days in their order.</summary>
    public RuinAccount Live()
    {
        var rules = new RuinRules(Result());
        var (days, account) = (RuinDays.Of(Result(), _days, rules), new RuinAccount(rules));
        account.Begin();
        for (var day = 0; day < days.Count && !account.IsOver; day++)
            account.Live(days[day]);
        return account;
    }

    public RuinOdds Odds(RuinSettings settings) => RuinStudy.Of(Result(), settings)!;
}
