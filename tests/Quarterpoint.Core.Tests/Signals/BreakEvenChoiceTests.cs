using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Signals;

/// <summary>Which gate stands before a model's entries, and why none can (SPEC M4, X4).</summary>
[Trait("Spec", "M4")]
[Trait("Spec", "X4")]
public sealed class BreakEvenChoiceTests
{
    private const string Bracket = "stop 8, target 12, market entry";

    private static readonly Money Tick = Micro.Mes.TickValue;
    private static readonly BracketCalibration Measured = new(Bracket, [new BracketBand(600_000, 400, 240)]);
    private static readonly BracketTerms Terms = new(
        Bracket,
        new StopSettings { Kind = StopKind.Fixed, FixedTicks = 8 },
        new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 12 },
        Tick,
        CostsInTicks.Of(FeeSchedule.TopstepX, Tick, slippageTicks: 1)
    );

    [Fact]
    public void It_stands_by_default_with_the_costs_and_the_margin_asked_for()
    {
        var stands = Assert.IsType<BreakEvenChoice.Stands>(Choose(new ForecastSettings { BreakEvenMargin = 0.02 }));
        Assert.Equal(new BreakEvenGate(Measured, Terms.Costs, 0.02), stands.Gate);
    }

    [Fact]
    public void A_model_whose_brackets_were_never_measured_has_none() =>
        Assert.IsType<BreakEvenChoice.NeverCalibrated>(BreakEvenChoice.For(new ForecastSettings(), null, Terms, new RiskLimits()));

    [Fact]
    public void What_was_measured_for_another_bracket_says_nothing_of_this_one() =>
        Assert.Equal(
            new BreakEvenChoice.OtherBracket(Bracket, "stop 4, target 8, market entry"),
            Choose(new ForecastSettings(), Terms with { Description = "stop 4, target 8, market entry" })
        );

    /// <summary>By hand: a stop of 8 costs 8 + 2.976 ticks, a target of 12 brings 12 - 1.976: p* is 10.976 / 21 = 0.52267.</summary>
    [Theory]
    [InlineData(0.53, false)]
    [InlineData(0.52, true)]
    public void Left_out_the_confidence_alone_must_cover_the_costs(double gate, bool isBelow)
    {
        var choice = Choose(new ForecastSettings { NeedsBreakEven = false, Gate = gate });
        if (isBelow)
            Assert.Equal(0.52267, Assert.IsType<BreakEvenChoice.BelowBreakEven>(choice).Least, 5e-6);
        else
            Assert.IsType<BreakEvenChoice.NotNeeded>(choice);
    }

    /// <summary>
    /// 18 ticks is the widest stop that R3 lets through, with a target of 27: (18 + 2.976) / (27 - 1.976 + 18 + 2.976) = 20.976 / 46.
    /// </summary>
    [Fact]
    public void A_stop_that_varies_counts_at_its_widest_which_asks_the_least()
    {
        var varying = Terms with { Stop = new StopSettings(), Target = TargetSettings.Default };
        var choice = Choose(new ForecastSettings { NeedsBreakEven = false, Gate = 0.4 }, varying);
        Assert.Equal(20.976 / 46, Assert.IsType<BreakEvenChoice.BelowBreakEven>(choice).Least, 1e-9);
    }

    [Fact]
    public void Without_a_target_no_confidence_below_certainty_covers_anything()
    {
        var choice = Choose(new ForecastSettings { NeedsBreakEven = false, Gate = 0.99 }, Terms with { Target = TargetSettings.None });
        Assert.Equal(new BreakEvenChoice.BelowBreakEven(1), choice);
    }

    private static BreakEvenChoice Choose(ForecastSettings entries, BracketTerms? terms = null) =>
        BreakEvenChoice.For(entries, Measured, terms ?? Terms, new RiskLimits());
}
