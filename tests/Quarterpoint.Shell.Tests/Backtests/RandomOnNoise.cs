using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Data.Synthetic;

namespace Quarterpoint.Shell.Tests.Backtests;

/// <summary>Two weeks of a market in which nothing can be known.</summary>
public sealed class NoiseMarket
{
    public BarColumns Tape { get; } =
        SyntheticTape.Make(
            new SyntheticSettings
            {
                FirstDay = new DateOnly(2024, 2, 5),
                LastDay = new DateOnly(2024, 2, 16),
                Seed = 1,
            }
        );
}

/// <summary>
/// Where nothing can be known, chance earns nothing before costs, and after them loses exactly the costs: whatever else comes out is an
/// error of the backtester.
/// </summary>
[Trait("Spec", "X11")]
public sealed class RandomOnNoise(NoiseMarket noise) : IClassFixture<NoiseMarket>
{
    private const int Seeds = 10;
    private const long TickMicros = 1_250_000;
    private static readonly FeeSchedule NoFees = new(Money.Zero, Money.Zero);

    [Fact]
    public void Chance_earns_nothing_before_costs_and_its_costs_after()
    {
        var (holdZero, pooled) = (0, new List<double>());
        for (var seed = 1ul; seed <= Seeds; seed++)
        {
            var result = Toss(seed);
            var performance = Performance.Of(result);
            Assert.InRange(performance.Trades, 5_000, int.MaxValue);

            // To the micro-dollar, whatever the trades were.
            Assert.Equal(performance.GrossPnl - performance.Commission - performance.Slippage, performance.NetPnl);
            Assert.Equal(performance.Trades * 840_000L, performance.Commission.MicroDollars);
            Assert.Equal(result.Trades.Sum(SlippedTicks) * TickMicros, performance.Slippage.MicroDollars);
            Assert.True(performance.NetPnl.MicroDollars < 0, "costs are more than luck");

            if (performance.ExpectancyGrossInterval is { Low: <= 0, High: >= 0 })
                holdZero++;
            pooled.AddRange(result.Trades.Select(t => (double)t.Trip.Gross.InDollars));
        }

        // At 95 % one of twenty may miss; the seeds are fixed, so this is the same on every run.
        Assert.InRange(holdZero, Seeds - 1, Seeds);
        var interval = Interval.OfMean(pooled.ToArray())!.Value;
        Assert.InRange(0, interval.Low, interval.High);
        Assert.InRange(interval.High - interval.Low, 0, 0.5);
    }

    [Fact]
    public void The_same_seed_gives_the_same_trades_and_another_one_others()
    {
        Assert.Equal(Toss(3).Trades, Toss(3).Trades);
        Assert.NotEqual(Toss(3).Trades, Toss(4).Trades);
    }

    /// <summary>
    /// The stop lies too far away to be hit before the reduce time, and from then on it follows the price, not the entry: so costs change
    /// no trade, only what it pays.
    /// </summary>
    [Fact]
    [Trait("Spec", "X3")]
    [Trait("Spec", "X4")]
    public void Costs_lower_the_result_by_exactly_what_they_are()
    {
        BacktestResult With(FeeSchedule fees, int normal, FillMode fills = FillMode.Realistic) =>
            Toss(
                5,
                new StopSettings { Kind = StopKind.Fixed, FixedTicks = 4_000 },
                SyntheticTape.Venue with
                {
                    Fees = fees,
                    Fills = fills,
                    Slippage = new SlippageSettings
                    {
                        Normal = normal,
                        Eth = normal,
                        HighVolatility = normal,
                        ExtremeVolatility = normal,
                        News = normal,
                    },
                }
            );

        var free = With(NoFees, 1);
        var count = free.Trades.Count;
        Assert.InRange(count, 5_000, int.MaxValue);
        Assert.DoesNotContain(free.Trades, t => (t.Trip.Flags & (FillFlags.Booked | FillFlags.EndOfData)) != 0);

        // Both legs of every trade are market or stop orders: the cheapest run pays a tick on each.
        Assert.Equal(count * 2 * TickMicros, free.Trades.Sum(t => t.Trip.Slippage.MicroDollars));
        Assert.Equal(count * 840_000L, Less(free, With(FeeSchedule.Plan, 1)));
        Assert.Equal(count * 1_220_000L, Less(free, With(FeeSchedule.TopstepX, 1)));
        Assert.Equal(count * 2 * 2 * TickMicros, Less(free, With(NoFees, 3)));
        Assert.Equal(count * 2 * TickMicros, Less(free, With(NoFees, 1, FillMode.Conservative)));
        Assert.Equal(count * ((2 * 2 * TickMicros) + 840_000L), Less(free, With(FeeSchedule.Plan, 3)));
    }

    /// <summary>How much less the second run kept, after making sure that it made the same trades.</summary>
    private static long Less(BacktestResult first, BacktestResult second)
    {
        static IEnumerable<object> Made(BacktestResult result) =>
            result.Trades.Select(t => (object)(t.Trip.EntryTime, t.Trip.ExitTime, t.Trip.Side, t.Trip.Reason, t.Trip.Gross));
        Assert.Equal(Made(first), Made(second));
        return first.Trades.Sum(t => t.Trip.Net.MicroDollars) - second.Trades.Sum(t => t.Trip.Net.MicroDollars);
    }

    /// <summary>How many ticks worse than the market a trade's fills were, both legs: known from its prices and its gross alone.</summary>
    private static long SlippedTicks(TradeRecord trade)
    {
        var trip = trade.Trip;
        var kept = (trip.ExitTicks - trip.EntryTicks) * trip.Side.Sign();
        return (trip.Gross.MicroDollars / TickMicros) - kept;
    }

    private BacktestResult Toss(ulong seed) => Toss(seed, new StopSettings(), SyntheticTape.Venue);

    /// <summary>
    /// Without a target: a limit that must be traded through costs the half of the moves that only touch it, and so is no fair bet.
    /// </summary>
    private BacktestResult Toss(ulong seed, StopSettings stop, VenueSettings venue) =>
        SyntheticTape.Run(
            noise.Tape,
            new RandomRule(seed, entrySeconds: 15, holdSeconds: 20, barSeconds: 1),
            SyntheticTape.Engine with
            {
                Stop = stop,
                Target = new TargetSettings { Kind = TargetKind.None },
            },
            venue
        );
}
