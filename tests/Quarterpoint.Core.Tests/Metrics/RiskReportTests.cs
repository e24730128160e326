using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Tests.Backtesting;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Metrics;

public sealed class RiskReportTests
{
    private static readonly BacktestResult TwoDays = new SampleRun().Day(2024, 3, 4).Day(2024, 3, 5).Result();

    /// <summary>Both days can be traded from 09:30 to 16:15: thirteen hours and a half.</summary>
    [Fact]
    [Trait("Spec", "V1")]
    public void A_latch_is_held_for_the_hours_in_which_it_kept_anything_from_opening()
    {
        var report = RiskReport.Of(
            TwoDays with
            {
                RiskFacts =
                [
                    Held(Latch.Volume, 4, "09:00:00"),
                    Released(Latch.Volume, 4, "09:45:00"),
                    Held(Latch.LossPause, 4, "10:00:00"),
                    Held(Latch.LossPause, 4, "10:10:00"),
                    Released(Latch.LossPause, 4, "10:30:00"),
                    Held(Latch.DailyLoss, 4, "15:15:00"),
                    Released(Latch.DailyLoss, 5, "09:30:00"),
                    Held(Latch.LossPause, 5, "11:00:00"),
                    Released(Latch.LossPause, 5, "11:15:00"),
                    Held(Latch.Killed, 5, "15:00:00"),
                ],
            }
        );

        Assert.Equal(13.5, report.EntryHours);
        Assert.Equal(
            [
                new LatchUse(Latch.Volume, 1, 0.25, 0.25 / 13.5), // 09:30 to 09:45
                new LatchUse(Latch.LossPause, 2, 0.75, 0.75 / 13.5), // held for longer once, which is still the same pause
                new LatchUse(Latch.DailyLoss, 1, 1, 1 / 13.5), // 15:15 to 16:15
                new LatchUse(Latch.Killed, 1, 1.25, 1.25 / 13.5), // to the end of the run
            ],
            report.Latches
        );
        Assert.Equal(
            (3, 1, 0, 1),
            (
                report.TimesIn(TradingState.Paused),
                report.TimesIn(TradingState.StoppedForDay),
                report.TimesIn(TradingState.ManualReview),
                report.TimesIn(TradingState.Killed)
            )
        );
    }

    [Fact]
    public void Where_nothing_could_be_opened_there_is_no_share()
    {
        var report = RiskReport.Of(TwoDays with { EntryHours = [], RiskFacts = [Held(Latch.Feed, 4, "10:00:00")] });
        Assert.Equal([new LatchUse(Latch.Feed, 1, 0, null)], report.Latches);
    }

    [Fact]
    [Trait("Spec", "R7")]
    public void A_limit_that_was_passed_is_told_with_its_amount()
    {
        var (time, amount) = (At(4, "10:00:00"), Money.FromDollars(3.75m));
        var report = RiskReport.Of(
            TwoDays with
            {
                RiskFacts = [new RiskFact(RiskFactKind.Gap, time, Latch.DailyLoss, default, Rule.DailyLoss, amount)],
            }
        );

        Assert.Equal([new LimitGap(time, Rule.DailyLoss, amount)], report.Gaps);
        Assert.Empty(report.Latches);
    }

    /// <summary>
    /// The day began at $990.00 and was at worst at $960.00, which was $45.00 below the day's peak and $60.00 below the high-water mark: 20
    /// to 940, 30 of 75, 140 of 200, 260 to 700.
    /// </summary>
    [Fact]
    [Trait("Spec", "V1")]
    public void A_day_shows_the_least_that_was_left_of_each_limit()
    {
        var report = RiskReport.Of(TwoDays with { Rooms = [Room(4, 990, 960, -45, -60), Room(5, 1000, 998, -2, -75)] });

        Assert.Equal(RoomOf(4, 20, 30, 140, 260), report.Rooms[0]);
        Assert.Equal(report.Rooms[0], report.ClosestTo(Rule.DailyLoss));
        Assert.Equal(report.Rooms[1], report.ClosestTo(Rule.AccountDrawdown));
        Assert.Null(RiskReport.Of(TwoDays).ClosestTo(Rule.KillSwitch));
        Assert.Empty(
            RiskReport
                .Of(
                    TwoDays with
                    {
                        Rooms = [Room(4, 990, 960, -45, -60)],
                        Limits = new RiskLimits { RailsOn = false },
                    }
                )
                .Rooms
        );
    }

    [Theory]
    [InlineData(100, 0, 40, false, true, true, false)]
    [InlineData(100, 100, 0, true, false, false, true)]
    [InlineData(0, 0, 0, true, true, true, true)]
    [Trait("Spec", "R18")]
    [Trait("Spec", "R19")]
    [Trait("Spec", "R20")]
    public void A_breaker_that_knew_nothing_was_inactive(
        long minutes,
        long volatility,
        long volume,
        bool quotes,
        bool r18,
        bool r19,
        bool r20
    )
    {
        var breakers = RiskReport
            .Of(TwoDays with { BreakerCoverage = new BreakerCoverage(minutes, volatility, volume), HasQuotes = quotes })
            .Breakers;
        Assert.Equal([(Rule.Volatility, r18), (Rule.Spread, r19), (Rule.Volume, r20)], breakers.Select(b => (b.Breaker, b.IsInactive)));
    }

    [Fact]
    public void A_run_of_few_days_has_no_odds() => Assert.Null(RiskReport.Of(TwoDays).Ruin);

    /// <summary>
    /// Bought at 1, its stop gapped through to -158, sold at -159: $200.00, and R4 ends the account at 10:00:10. Entries end at 16:15; the
    /// next session, with its fresh account, opens at 18:00.
    /// </summary>
    [Theory]
    [InlineData(AccountMode.Lives, 0, 1)]
    [InlineData(AccountMode.Real, 1, 2)]
    [Trait("Spec", "X13")]
    public void A_fresh_account_holds_no_latch_of_the_last_one_and_a_real_one_holds_it_to_the_end(
        AccountMode account,
        int daysOver,
        int days
    )
    {
        var scene = new Scene().Flat("10:00:00", "10:00:10").Bar("10:00:10", -158, -158, -158, -158).Wish("10:00:00", Wish.Long);
        scene.On(2024, 3, 6).Flat("16:20:00", "16:20:10");
        scene.Engine = scene.Engine with { Limits = new RiskLimits(), Contracts = 1, EntriesInEth = false, Fees = default };
        scene.Venue = scene.Venue with { Fees = default };
        var result = scene.Run(account);
        var halt = RiskReport.Of(result).Latches.Single(use => use.Latch == Latch.AccountDrawdown);

        Assert.Equal(daysOver, result.DaysOver);
        Assert.Equal((1, 6.75 * days), (halt.Times, Math.Round(halt.Hours + ((30 * 60) + 10.0) / 3600, 9)));
        Assert.Equal(halt.Hours / 13.5, halt.Share);
    }

    /// <summary>
    /// Replaying the days of a run once, in their order, gives that run: the simulation and the engine obey the same rules, to the
    /// cent, up to the end of the first account.
    /// </summary>
    [Fact]
    [Trait("Spec", "X12")]
    public void A_runs_own_days_replayed_in_order_give_its_own_account()
    {
        var tape = new Tape();
        foreach (var day in (int[])[4, 5, 6, 7, 8, 11, 12, 13, 14, 15])
            tape.On(2024, 3, day).Walk("09:30:00", "12:30:00", 20_000, (ulong)day);
        var settings = new EngineSettings
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            Stop = new() { Kind = StopKind.Fixed, FixedTicks = 8 },
        };
        var backtest = new Backtest(
            new TradingEngine(settings, new TrendRule()),
            new SimulatedVenue(new VenueSettings { Instrument = Micro.Mes, BarSeconds = 1 })
        );
        backtest.Run(tape.Columns());
        var result = backtest.Finish();
        var first = result.Lives[0];

        var rules = new RuinRules(result);
        var (days, account) = (RuinDays.Of(result, result.Days, rules), new RuinAccount(rules));
        account.Begin();
        var equity = result.Capital;
        for (var day = 0; !account.IsOver; day++)
        {
            equity = result
                .Trades.Where(trade => trade.Day == result.Days[day].Day && trade.Life == 1)
                .Aggregate(equity, (sum, trade) => sum + trade.Trip.Net);
            account.Live(days[day]);
            Assert.Equal(equity, account.Equity);
        }

        Assert.Equal(Rule.Starved, first.Limit);
        Assert.True(account.Fired.HasFlag(Latch.Starved));
        Assert.Equal(first.Equity, account.Equity);
    }

    private static RiskFact Held(Latch latch, int day, string time) =>
        new(RiskFactKind.Held, At(day, time), latch, default, LatchTable.Of(latch).Rule, Money.Zero);

    private static RiskFact Released(Latch latch, int day, string time) => Held(latch, day, time) with { Kind = RiskFactKind.Released };

    private static Timestamp At(int day, string time) => Timestamp.FromUnixSeconds(Tape.Second(new DateOnly(2024, 3, day), time));

    private static DayRoom Room(int day, int baseline, int lowest, int belowPeak, int belowHighWater) =>
        new(
            TradingDay.On(2024, 3, day),
            Money.FromDollars(baseline),
            new LimitRoom
            {
                Equity = Money.FromDollars(lowest).MicroDollars,
                BelowDayPeak = Money.FromDollars(belowPeak).MicroDollars,
                BelowHighWater = Money.FromDollars(belowHighWater).MicroDollars,
            }
        );

    private static RoomLeft RoomOf(int day, int dailyLoss, int dailyDrawdown, int accountDrawdown, int killSwitch) =>
        new(
            TradingDay.On(2024, 3, day),
            Money.FromDollars(dailyLoss),
            Money.FromDollars(dailyDrawdown),
            Money.FromDollars(accountDrawdown),
            Money.FromDollars(killSwitch)
        );
}
