using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Metrics;

/// <summary>What the report's figures show; each trade of a sample run costs $3.34.</summary>
[Trait("Spec", "V1")]
public sealed class RunFiguresTests
{
    private static readonly Money Capital = Dollars(1_000);

    [Fact]
    public void A_month_adds_up_its_trading_days_with_a_trade_or_without()
    {
        var days = new SampleRun()
            .Day(2024, 1, 31)
            .Trade("10:00:00", 12.50m)
            .Day(2024, 2, 1)
            .Trade("10:00:00", 12.50m)
            .Trade("11:00:00", -7.50m)
            .Day(2024, 2, 2)
            .Day(2025, 2, 3)
            .Result()
            .Days;

        Assert.Equal(
            [
                new MonthResult(2024, 1, Dollars(9.16m), 1, 1),
                new MonthResult(2024, 2, Dollars(-1.68m), 2, 2),
                new MonthResult(2025, 2, Money.Zero, 0, 1),
            ],
            MonthResult.Of(days)
        );
        Assert.Empty(MonthResult.Of([]));
    }

    [Fact]
    public void The_rolling_ratio_of_a_day_is_the_sharpe_of_the_window_that_ends_with_it()
    {
        decimal[] nets = [10, -5, 20, 5, 5, 5];
        var days = nets.Select((net, i) => new DayResult(TradingDay.On(2024, 3, 4 + i), Dollars(net), 1)).ToList();
        var rolling = RollingSharpe.Of(days, Capital, window: 3);

        Assert.Equal([6, 7, 8, 9], rolling.Select(ratio => ratio.Day.Date.Day));
        Assert.Equal(Ratios.Sharpe([0.01, -0.005, 0.02]), rolling[0].Sharpe);
        Assert.Null(rolling[^1].Sharpe);
        Assert.Empty(RollingSharpe.Of(days, Capital, window: 7));
    }

    [Theory]
    [InlineData(30, 20)]
    [InlineData(119, 20)]
    [InlineData(120, 60)]
    public void A_run_of_two_quarters_looks_back_a_quarter_and_a_shorter_one_a_month(int days, int window) =>
        Assert.Equal(window, RollingSharpe.WindowFor(days));

    [Fact]
    public void Exposure_is_the_time_in_trades_by_the_day_they_ended_on()
    {
        var result = new SampleRun()
            .Day(2024, 3, 4)
            .Trade("10:00:00", 5m, seconds: 90)
            .Trade("11:00:00", 5m, seconds: 30, side: Side.Sell, contracts: 3)
            .Trade("12:00:00", 5m, seconds: 30)
            .Day(2024, 3, 5)
            .Result();

        Assert.Equal(
            [
                new DayExposure(TradingDay.On(2024, 3, 4), TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(30), 3),
                new DayExposure(TradingDay.On(2024, 3, 5), TimeSpan.Zero, TimeSpan.Zero, 0),
            ],
            DayExposure.Of(result.Days, result.Trades)
        );
    }

    [Fact]
    public void Weekdays_are_those_of_the_trading_day_and_begin_with_monday()
    {
        var trades = new SampleRun()
            .Day(2024, 3, 8)
            .Trade("10:00:00", 5m)
            .Day(2024, 3, 11)
            .Trade("10:00:00", 12.50m)
            .Trade("11:00:00", -7.50m)
            .Result()
            .Trades;
        var slices = TradeBreakdown.ByWeekday(trades);

        Assert.Equal([DayOfWeek.Monday, DayOfWeek.Friday], slices.Select(slice => slice.Key));
        Assert.Equal([2, 1], slices.Select(slice => slice.Trades));
        Assert.Equal(Dollars(-1.68m), slices[0].Net);
    }

    [Fact]
    public void A_holding_time_falls_into_the_band_that_begins_with_it_and_bands_between_are_not_left_out()
    {
        var trades = new SampleRun()
            .Day(2024, 3, 4)
            .Trade("10:00:00", 5m, seconds: 5)
            .Trade("10:10:00", 5m, seconds: 9)
            .Trade("10:20:00", 5m, seconds: 60)
            .Result()
            .Trades;

        Assert.Equal(
            [(new HoldingBand(5, 10), 2), (new HoldingBand(10, 30), 0), (new HoldingBand(30, 60), 0), (new HoldingBand(60, 120), 1)],
            TradeBreakdown.ByHolding(trades).Select(band => (band.Key, band.Trades))
        );
        var day = new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 5m, seconds: 7_200).Result().Trades;
        Assert.Equal(new HoldingBand(3_600, null), Assert.Single(TradeBreakdown.ByHolding(day)).Key);
        Assert.Empty(TradeBreakdown.ByHolding([]));
    }

    [Fact]
    public void Each_life_begins_with_the_capital_and_says_what_ended_it()
    {
        var result = new SampleRun()
            .Day(2024, 3, 4)
            .Trade("10:00:00", -200m, life: 1)
            .Trade("11:00:00", 12.50m, life: 2)
            .Trade("12:00:00", -7.50m, life: 2)
            .Result();
        var lives = LifeCurve.Of(result.Trades, [new LifeEnd(result.First, Rule.AccountDrawdown, Dollars(796.66m))], Capital);

        Assert.Equal([1, 2], lives.Select(life => life.Life));
        Assert.Equal([Rule.AccountDrawdown, null], lives.Select(life => life.EndedBy));
        Assert.Equal([Capital, Dollars(796.66m)], lives[0].Balances);
        Assert.Equal([Capital, Dollars(1_009.16m), Dollars(998.32m)], lives[1].Balances);
    }

    [Fact]
    public void No_bin_holds_both_wins_and_losses()
    {
        decimal[] nets = [-10.84m, -0.01m, 0m, 9.16m, 9.17m];
        var bins = ResultBin.Of([.. nets.Select(Dollars)], about: 8);

        // A reach of $20.01 in eight bins is just over $2.50, and the next round width is $5.
        Assert.Equal(
            [(-15m, -10m, 1), (-5m, 0m, 1), (0m, 5m, 1), (5m, 10m, 2)],
            bins.Select(bin => (bin.From.InDollars, bin.To.InDollars, bin.Count))
        );
        Assert.All(bins, bin => Assert.False(bin.From < Money.Zero && bin.To > Money.Zero));
        Assert.Equal(nets.Length, bins.Sum(bin => bin.Count));
        Assert.Empty(ResultBin.Of([], about: 8));
    }

    /// <summary>From zero to a reach, in about so many bins.</summary>
    [Theory]
    [InlineData(10, 5, 2)]
    [InlineData(100, 4, 25)]
    [InlineData(2, 4, 0.5)]
    [InlineData(99, 100, 1)]
    [InlineData(0, 36, 0.25)]
    public void Bins_are_of_a_round_width(int reach, int about, double width)
    {
        var bins = ResultBin.Of([Money.Zero, Dollars(reach)], about);
        Assert.All(bins, bin => Assert.Equal((decimal)width, (bin.To - bin.From).InDollars));
    }

    private static Money Dollars(decimal dollars) => Money.FromDollars(dollars);
}
