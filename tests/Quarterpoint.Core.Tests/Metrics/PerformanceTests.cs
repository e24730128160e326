using System.Reflection;
using CsCheck;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Metrics;

public sealed class PerformanceTests
{
    /// <summary>Net: 9.16, -10.84 | nothing | 12.91, 1.66, -13.34. Equity: 9.16, -1.68, 11.23, 12.89, -0.45.</summary>
    private static readonly SampleRun FiveTrades = new SampleRun()
        .Day(2024, 3, 4)
        .Trade("09:45:00", 12.50m)
        .Trade("10:30:00", -7.50m, reason: ExitReason.Stop, side: Side.Sell, seconds: 30)
        .Day(2024, 3, 5)
        .Day(2024, 3, 6)
        .Trade("10:15:00", 15.00m, slippageTicks: 1, adverse: 0, favourable: 12)
        .Trade("15:00:00", 5.00m, reason: ExitReason.Time, seconds: 120, contract: "MESM4")
        .Trade("15:30:00", -10.00m, reason: ExitReason.Stop, flags: FillFlags.Ambiguous, contract: "MESM4", adverse: -9, favourable: 0);

    private readonly Performance _five = Performance.Of(FiveTrades.Result());

    [Fact]
    [Trait("Spec", "X9")]
    public void Net_is_gross_less_commission_and_slippage()
    {
        Assert.Equal(Money.FromDollars(15.00m), _five.GrossPnl);
        Assert.Equal(Money.FromDollars(4.20m), _five.Commission);
        Assert.Equal(Money.FromDollars(11.25m), _five.Slippage);
        Assert.Equal(Money.FromDollars(-0.45m), _five.NetPnl);
        Assert.Equal(-0.00045, _five.ReturnOnCapital!.Value, 12);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void Daily_ratios_count_the_day_without_a_trade()
    {
        // Daily returns on $1,000: -0.00168, 0, 0.00123.
        Assert.Equal(3, _five.Days);
        Assert.Equal(2, _five.DaysTraded);
        Assert.Equal(-1.6300634055248318, _five.Sharpe!.Value, 12);
        Assert.Equal(-2.454951265154915, _five.Sortino!.Value, 12);
        Assert.Equal(-22.5, _five.Calmar!.Value, 9);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void Wins_losses_and_what_a_trade_is_worth()
    {
        Assert.Equal(0.6, _five.WinRate!.Value, 15);
        Assert.Equal(0.2307242812760128, _five.WinRateInterval!.Value.Low, 12);
        Assert.Equal(-0.09, _five.Expectancy!.Value, 12);
        Assert.Equal(3.0, _five.ExpectancyGross!.Value, 12);
        Assert.Equal(-6.969841873643759, _five.ExpectancyGrossInterval!.Value.Low, 10);
        Assert.Equal(-2.082481894469879, _five.ExpectancyGrossIntervalByDay!.Value.Low, 9);
        Assert.Equal(10.176451499558894, _five.ExpectancyInterval!.Value.High, 10);
        Assert.Equal(7.533722841704817, _five.ExpectancyIntervalByDay!.Value.High, 9);
        Assert.Equal(23.73 / 24.18, _five.ProfitFactor!.Value, 12);
        Assert.Equal(7.91 / 12.09, _five.Payoff!.Value, 12);
        Assert.Equal(7.91, _five.AverageWin!.Value, 12);
        Assert.Equal(-12.09, _five.AverageLoss!.Value, 12);
        Assert.Equal(Money.FromDollars(12.91m), _five.LargestWin);
        Assert.Equal(Money.FromDollars(-13.34m), _five.LargestLoss);
        Assert.Equal(2, _five.LongestWinStreak);
        Assert.Equal(1, _five.LongestLossStreak);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void Days_and_rates()
    {
        Assert.Equal(0.5, _five.WinDays);
        Assert.Equal(Money.FromDollars(1.23m), _five.BestDay);
        Assert.Equal(Money.FromDollars(-1.68m), _five.WorstDay);
        Assert.Equal(5 / 3.0, _five.TradesPerDay!.Value, 12);
        Assert.Equal(5 / 20.25, _five.TradesPerHour!.Value, 12);
        Assert.Equal(330 / 72_900.0, _five.TimeInPosition!.Value, 12);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void Return_per_dollar_risked_is_net_over_the_first_stops()
    {
        // Five entries, one contract, a stop of 8 ticks: 5 x 8 x $1.25.
        Assert.Equal(Money.FromDollars(50), _five.Risked);
        Assert.Equal(-0.45 / 50, _five.ReturnPerDollarRisked!.Value, 12);
    }

    [Fact]
    [Trait("Spec", "X8")]
    public void The_drawdown_has_a_depth_and_a_duration()
    {
        // From 12.89 after the fourth trade to -0.45 after the fifth, and to the end of the day.
        Assert.Equal(Money.FromDollars(13.34m), _five.MaxDrawdown);
        Assert.Equal(NewYork.At(new DateOnly(2024, 3, 6), new TimeOnly(15, 2)), _five.MaxDrawdownPeak);
        Assert.Equal(NewYork.At(new DateOnly(2024, 3, 6), new TimeOnly(15, 31)), _five.MaxDrawdownTrough);
        Assert.Null(_five.MaxDrawdownRecovered);
        Assert.Equal(1, _five.MaxDrawdownBars);
        Assert.Equal(1, _five.MaxDrawdownDays);
        Assert.Equal(118 / 60.0, _five.MaxDrawdownHours, 9);

        // From the first trade's end at 09:46 on Monday to the third's at 10:16 on Wednesday.
        Assert.Equal(48.5, _five.LongestDrawdownHours, 9);
        Assert.Equal(2, _five.LongestDrawdownBars);
        Assert.Equal(2, _five.LongestDrawdownDays);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void Slices_by_hour_of_entry_reason_side_and_contract()
    {
        Assert.Equal([9, 10, 15], _five.PnlByHour.Select(hour => hour.Key));
        Assert.Equal([9.16m, 2.07m, -11.68m], _five.PnlByHour.Select(hour => hour.Net.InDollars));
        Assert.Equal(
            [(ExitReason.Target, 2), (ExitReason.Stop, 2), (ExitReason.Time, 1)],
            _five.ExitReasons.Select(slice => (slice.Key, slice.Trades))
        );
        Assert.Equal([(Side.Buy, 3), (Side.Sell, 0)], _five.Sides.Select(slice => (slice.Key, slice.Wins)));
        Assert.Equal([("MESH4", 11.23m), ("MESM4", -11.68m)], _five.Contracts.Select(slice => (slice.Key, slice.Net.InDollars)));
    }

    [Fact]
    public void How_long_trades_last_and_how_far_they_go()
    {
        Assert.Equal(new Distribution(30, 60, 60, 60, 120, 66), _five.HoldingSeconds);
        Assert.Equal(new Distribution(-9, -3, -3, -3, 0, -3.6), _five.AdverseTicks);
        Assert.Equal(12, _five.FavourableTicks!.Value.Most);
        Assert.Equal(-13.34, _five.NetPerTrade!.Value.Least);
        Assert.Equal(0.2, _five.AmbiguousShare);
    }

    [Fact]
    public void Late_and_booked_exits_lives_violations_and_refusals_are_counted()
    {
        var result = new SampleRun()
            .Day(2024, 3, 4)
            .Trade("16:29:00", -5, flags: FillFlags.Booked)
            .Trade("16:29:30", -5, flags: FillFlags.Late | FillFlags.Ambiguous)
            .Result() with
        {
            Lives = [new LifeEnd(default, Rule.Starved, Money.FromDollars(803))],
            Violations = [new Violation(default, ViolationKind.NotFlatByDeadline)],
            Refusals = new Dictionary<Rule, long> { [Rule.Cooldown] = 7 },
        };
        var performance = Performance.Of(result);

        Assert.Equal((1, 1), (performance.BookedTrades, performance.LateTrades));
        Assert.Equal((1, 1), (performance.Lives, performance.Violations));
        Assert.Equal(7, performance.Refusals[Rule.Cooldown]);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void A_run_without_a_trade_has_zeros_and_nulls()
    {
        var empty = Performance.Of(new SampleRun().Day(2024, 3, 4).Day(2024, 3, 5).Result());

        Assert.Equal(0, empty.Trades);
        Assert.Equal(Money.Zero, empty.NetPnl);
        Assert.Equal(0, empty.TradesPerDay);
        Assert.Null(empty.Sharpe);
        Assert.Null(empty.Sortino);
        Assert.Null(empty.Calmar);
        Assert.Null(empty.WinRate);
        Assert.Null(empty.Expectancy);
        Assert.Null(empty.ProfitFactor);
        Assert.Null(empty.WinDays);
        Assert.Null(empty.ReturnPerDollarRisked);
        Assert.Null(empty.MaxDrawdownPeak);
        Assert.Equal(0, empty.MaxDrawdownHours);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void Without_a_loss_profit_factor_and_payoff_are_null()
    {
        var one = Performance.Of(new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 12.50m).Result());

        Assert.Null(one.ProfitFactor);
        Assert.Null(one.Payoff);
        Assert.Null(one.AverageLoss);
        Assert.Null(one.Sharpe);
        Assert.Null(one.ExpectancyGrossInterval);
        Assert.Equal(1.0, one.WinRate);
    }

    [Fact]
    public void A_trade_of_exactly_zero_is_neither_a_win_nor_a_loss_and_breaks_no_streak()
    {
        // The second: $2.50 gross less $2.50 of slippage, and no commission.
        var trades = new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 12.50m).Trade("10:10:00", 2.50m).Trade("10:20:00", 12.50m).Result();
        var level = trades.Trades[1] with { Trip = trades.Trades[1].Trip with { Commission = Money.Zero } };
        var performance = Performance.Of(trades with { Trades = [trades.Trades[0], level, trades.Trades[2]] });

        Assert.Equal(Money.Zero, level.Trip.Net);
        Assert.Equal((2, 0), (performance.Wins, performance.Losses));
        Assert.Equal(2, performance.LongestWinStreak);
    }

    [Fact]
    public void No_metric_is_ever_nan_or_infinite() =>
        Gen.Select(Gen.Int[-12, 12].Array[0, 30], Gen.Int[1, 4])
            .Sample(
                (ticks, days) =>
                {
                    var run = new SampleRun();
                    for (var day = 0; day < days; day++)
                    {
                        run.Day(2024, 3, 4 + day);
                        for (var i = day; i < ticks.Length; i += days)
                            run.Trade("10:00:00", ticks[i] * 1.25m);
                    }

                    var performance = Performance.Of(run.Result());
                    return typeof(Performance)
                        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                        .Where(property =>
                            Nullable.GetUnderlyingType(property.PropertyType) == typeof(double) || property.PropertyType == typeof(double)
                        )
                        .All(property => property.GetValue(performance) is not double value || double.IsFinite(value));
                }
            );

    [Fact]
    [Trait("Spec", "X9")]
    public void A_backtest_knows_what_it_risked_and_how_long_it_could_trade()
    {
        var tape = new Tape().Walk("09:00:00", "16:59:00", 20_000, 1);
        var engine = new TradingEngine(
            new EngineSettings
            {
                Instrument = Micro.Mes,
                BarSeconds = 1,
                Contracts = 1,
                Stop = new() { Kind = Core.Risk.StopKind.Fixed },
            },
            new TrendRule()
        );
        var backtest = new Backtest(engine, new SimulatedVenue(new VenueSettings { Instrument = Micro.Mes, BarSeconds = 1 }));
        backtest.Run(tape.Columns());
        var result = backtest.Finish();
        var performance = Performance.Of(result);

        // Fixed stops of 8 ticks on one contract: $10 each. A trade that ended at its stop went against us at least that far.
        Assert.NotEmpty(result.Trades);
        Assert.All(result.Trades.Where(trade => trade.Trip.Reason == ExitReason.Stop), trade =>
            Assert.True(trade.Trip.AdverseExcursion.Count <= -8)
        );
        Assert.All(result.Trades, trade => Assert.Equal(Money.FromDollars(10), trade.Trip.Risked));
        Assert.Equal(TimeSpan.FromHours(6.75), result.TradableTime);
        Assert.Equal(performance.NetPnl, performance.Daily[0].Net);
        Assert.Equal(performance.NetPnl, result.Equity[^1].Equity);
    }
}
