using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Signals;

/// <summary>From a model's forecast to a trade, with a counted reason for every bar that did not trade.</summary>
public sealed class ModelEntries
{
    private static readonly DateOnly Day = new(2024, 3, 5);
    private static readonly Money Tick = Money.FromDollars(1.25m);

    /// <summary>
    /// METHODS.md 0 and SPEC X4, by hand: $0.84 is 0.672 ticks, a target exit costs 1.672 and a stop exit 2.672. 8/8: (8 + 2.672) / (8 -
    /// 1.672 + 8 + 2.672) = 10.672 / 17; 8/12: 10.672 / 21; 8/16: 10.672 / 25.
    /// </summary>
    [Theory]
    [InlineData(8, 8, 0.62776)]
    [InlineData(8, 12, 0.50819)]
    [InlineData(8, 16, 0.42688)]
    [Trait("Spec", "X4")]
    public void A_bracket_must_win_this_often_to_pay_its_costs(int stop, int target, double share)
    {
        var costs = CostsInTicks.Of(FeeSchedule.Plan, Tick, slippageTicks: 1);
        Assert.Equal((1.672, 2.672), (Math.Round(costs.TargetExit, 6), Math.Round(costs.StopExit, 6)));
        Assert.Equal(share, costs.BreakEven(new Ticks(stop), new Ticks(target)), 5e-6);
    }

    [Fact]
    [Trait("Spec", "X4")]
    public void The_live_venues_costs_need_more_wins() =>
        Assert.Equal(
            (0.976 + 1, 0.976 + 2),
            (CostsInTicks.Of(FeeSchedule.TopstepX, Tick, 1).TargetExit, CostsInTicks.Of(FeeSchedule.TopstepX, Tick, 1).StopExit)
        );

    [Theory]
    [InlineData(0.20, 0.60, Side.Buy)]
    [InlineData(0.60, 0.20, Side.Sell)]
    [InlineData(0.10, 0.599999, Side.None)]
    [Trait("Spec", "R10")]
    [Trait("Spec", "T4")]
    public void A_forecast_of_a_side_at_60_percent_opens_at_the_next_bar(double down, double up, Side side)
    {
        var result = Run(new ScriptedModel().Say(At("10:00:10"), down, up));

        Assert.Equal(side == Side.None ? 0 : 1, result.Trades.Count);
        if (side == Side.None)
            return;
        var trip = result.Trades[0].Trip;
        Assert.Equal(
            (side, Timestamp.FromUnixSeconds(At("10:00:11")), 600_000, side == Side.Buy ? (sbyte)2 : (sbyte)0),
            (trip.Side, trip.EntryTime, trip.Confidence, trip.PredictedClass)
        );
    }

    [Fact]
    [Trait("Spec", "M4")]
    public void Flat_never_opens_however_sure_a_side_seems()
    {
        var result = Run(new ScriptedModel().Say(At("10:00:10"), 0.1, 0.2).Say(At("10:00:20"), 0.45, 0.45));
        Assert.Empty(result.Trades);
        Assert.Equal(2, result.Refusals[Rule.FlatPredicted]);
    }

    [Fact]
    [Trait("Spec", "M4")]
    public void Every_bar_that_did_not_trade_has_its_reason()
    {
        var model = new ScriptedModel()
            .Say(At("10:00:10"), 0.05, 0.1)
            .Say(At("10:00:11"), 0.1, 0.55)
            .Say(At("10:00:12"), 0.1, 0.7)
            .Say(At("10:00:13"), 0.1, 0.7)
            .Say(At("10:00:14"), 0.7, 0.1);
        var result = Run(model);

        Assert.Single(result.Trades);
        Assert.Equal(
            (1L, 1L, 2L),
            (result.Refusals[Rule.FlatPredicted], result.Refusals[Rule.LowConfidence], result.Refusals[Rule.PositionHeld])
        );
        Assert.Equal(result.Bars - 5, result.Refusals[Rule.ModelSilent]);
        Assert.Equal(result.Bars, result.Refusals.Values.Sum() + result.Trades.Count);
    }

    /// <summary>
    /// 8/12 needs 50.819 % and a margin of 1 point: 51.819 %. 600 of 1,000 have Wilson's lower end at 56.93 %, 550 of 1,000 at 51.90 %, 549
    /// at 51.80 %: one hit fewer refuses.
    /// </summary>
    [Theory]
    [InlineData(600, true)]
    [InlineData(550, true)]
    [InlineData(549, false)]
    [Trait("Spec", "M4")]
    public void The_brackets_own_probability_must_pay_for_it(int targets, bool enters)
    {
        var gate = new BreakEvenGate(
            new BracketCalibration("test", [new(600_000, 1000, targets)]),
            CostsInTicks.Of(FeeSchedule.Plan, Tick, 1),
            0.01
        );
        var result = Run(new ScriptedModel().Say(At("10:00:10"), 0.1, 0.7), s => s with { BreakEven = gate });

        Assert.Equal(enters ? 1 : 0, result.Trades.Count);
        Assert.Equal(enters ? 0 : 1, result.Refusals.GetValueOrDefault(Rule.BelowBreakEven));
    }

    [Fact]
    [Trait("Spec", "M4")]
    public void A_bracket_study_counts_targets_by_band_and_no_two_of_a_band_overlap()
    {
        // At 0.65 twice: the second while the first is open. The market then rises 12: a target. At 0.72 short: a stop.
        var model = new ScriptedModel().Say(At("10:00:10"), 0.1, 0.65).Say(At("10:00:12"), 0.1, 0.65).Say(At("10:00:14"), 0.72, 0.1);
        var settings = Settings();
        var study = new BracketStudy(settings, Venue, model);
        study.Add(Columns(), CancellationToken.None);
        var calibration = study.Finish();

        Assert.Equal("stop 8, target 12, market entry", calibration.Bracket);
        Assert.Equal((1, 1), Of(calibration, 650_000));
        Assert.Equal((1, 0), Of(calibration, 700_000));
        Assert.Equal((0, 0), Of(calibration, 600_000));
        Assert.Equal(1, model.SessionsAsked);
    }

    /// <summary>A target that is touched and never passed: optimistic fills would count it, and a gate would trust that.</summary>
    [Fact]
    [Trait("Spec", "M4")]
    public void A_bracket_study_is_never_measured_on_kind_fills()
    {
        var columns = new Tape()
            .Flat("10:00:00", "10:00:30", 20_000)
            .Bar("10:00:30", 20_000, 20_013, 20_000, 20_000)
            .Flat("10:00:31", "10:00:40", 20_000)
            .Bar("10:00:40", 20_000, 20_000, 19_980, 19_980)
            .Columns();
        var model = new ScriptedModel().Say(At("10:00:10"), 0.1, 0.65);
        foreach (
            var venue in (VenueSettings[])
                [Venue, Venue with { Fills = FillMode.Optimistic }, Venue with { TouchFillsLimits = true, TargetFirst = true }]
        )
        {
            var study = new BracketStudy(Settings(), venue, model);
            study.Add(columns, CancellationToken.None);
            Assert.Equal((1, 0), Of(study.Finish(), 650_000));
        }
    }

    private static (int Trials, int Targets) Of(BracketCalibration calibration, int from)
    {
        var band = calibration.Bands.Single(b => b.From == from);
        return (band.Trials, band.Targets);
    }

    private static BacktestResult Run(ScriptedModel model, Func<EngineSettings, EngineSettings>? change = null)
    {
        var settings = Settings();
        var test = new Backtest(
            new TradingEngine(change is null ? settings : change(settings), new ForecastRule()),
            new SimulatedVenue(Venue)
        )
        {
            Forecaster = model,
        };
        test.Run(Columns());
        return test.Finish();
    }

    private static EngineSettings Settings() =>
        new()
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            News = NewsCalendar.None,
            Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 8 },
            Target = new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 12 },
            Limits = new RiskLimits { RailsOn = false },
        };

    private static VenueSettings Venue =>
        new()
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            News = NewsCalendar.None,
        };

    /// <summary>Flat for a minute, then twenty ticks up.</summary>
    private static BarColumns Columns()
    {
        var tape = new Tape().Flat("10:00:00", "10:01:00", 20_000);
        for (var i = 0; i < 20; i++)
            tape.Bar($"10:01:{i:00}", 20_000 + i, 20_001 + i, 20_000 + i, 20_001 + i);
        return tape.Flat("10:01:20", "10:01:30", 20_020).Columns();
    }

    private static uint At(string time) => Tape.Second(Day, time);
}
