using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Metrics;

/// <summary>
/// Days of trades with exact results, without costs. A stop is one tick unless it is named, so that the survival check (R7) reserves $1.25 and a
/// trade can lose far more than that, as by a gap: only so do limits fire at all.
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

    /// <summary>Of them only R5, so many dollars below the start.</summary>
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

    /// <summary>A day with one trade for each result, that never stood lower or higher than where it began and ended.</summary>
    public RuinScene Day(params ReadOnlySpan<decimal> nets)
    {
        _days.Add(new DayResult(new TradingDay(738_000 + _days.Count), Money.Zero, 0));
        foreach (var net in nets)
            Trade(net);
        return this;
    }

    /// <param name="net">What it came to, in dollars.</param>
    /// <param name="adverse">The worst it saw, in ticks a contract; zero or below.</param>
    /// <param name="contracts">How many it had in the run.</param>
    /// <param name="stop">How far its stop was, in ticks.</param>
    /// <param name="favourable">The best it saw, in ticks a contract.</param>
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
