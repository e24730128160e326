using Quarterpoint.App.Configuration;
using Quarterpoint.App.Setup;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>From a configuration to what is traded: the defaults are Core's own, and what is set arrives.</summary>
[Trait("Spec", "C1")]
public sealed class TradingSetupTests
{
    private static readonly string Example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "quarterpoint.example.yaml"));

    /// <summary>Nothing set, and everything that the example shows set: both are exactly the records as Core makes them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_configuration_and_the_example_give_exactly_the_defaults_of_Core(bool isExample)
    {
        var setup = Setup(isExample ? Example : "", TradingSetup.TrendStrategy);
        var (engine, venue) = (setup.Engine(), setup.Venue());
        Assert.Equal(
            new EngineSettings
            {
                Instrument = setup.Traded,
                BarSeconds = 1,
                Calendar = engine.Calendar,
            },
            engine
        );
        Assert.Equal(
            new VenueSettings
            {
                Instrument = setup.Traded,
                BarSeconds = 1,
                Calendar = venue.Calendar,
            },
            venue
        );
        Assert.Equal(new StrategySettings(new TrendSettings(), new RandomSettings(), new ForecastSettings()), setup.Config.Strategies);
        Assert.All([1, 60], seconds => Assert.Equal(HorizonSettings.For(seconds), setup.Config.Horizon(seconds)));

        // The calendar is built from the rows that ship, so it is no object of Core's; what it says is the same.
        Assert.Equal(EngineSettingsOfCore.Calendar.Sessions.ToArray(), engine.Calendar.Sessions.ToArray());
    }

    [Fact]
    [Trait("Spec", "R11")]
    public void A_coin_has_no_target_unless_one_is_asked_for()
    {
        Assert.Equal(TargetSettings.None, Setup("", TradingSetup.RandomStrategy).Engine().Target);
        Assert.Equal(
            new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 16 },
            Setup("trading: {target: {kind: fixed, ticks: 16}}", TradingSetup.RandomStrategy).Engine().Target
        );
    }

    [Fact]
    public void What_is_set_arrives_at_the_engine_and_at_the_venue_alike()
    {
        var setup = Setup("profile: topstepx\nsession: eth\nfills: {latencyMs: 250, brackets: managed}\n", TradingSetup.TrendStrategy);
        var (engine, venue) = (setup.Engine(), setup.Venue());
        Assert.Equal((FeeSchedule.TopstepX, EndOfDayPlan.TopstepX, true), (engine.Fees, engine.EndOfDay, engine.EntriesInEth));
        Assert.Equal((FeeSchedule.TopstepX, EndOfDayPlan.TopstepX), (venue.Fees, venue.EndOfDay));
        Assert.Equal((TimeSpan.FromMilliseconds(250), false), (venue.Latency, venue.NativeBrackets));
    }

    [Fact]
    public void A_strategy_that_does_not_exist_is_refused_with_those_that_do() =>
        Assert.Contains(
            "Known: trend, random",
            Assert.Throws<UsageException>(() => Setup("", "hope").Rule()).Message,
            StringComparison.Ordinal
        );

    private static EngineSettings EngineSettingsOfCore { get; } = new() { Instrument = Config("").Instruments["MES"], BarSeconds = 1 };

    private static TradingSetup Setup(string yaml, string strategy)
    {
        var config = Config(yaml);
        return new TradingSetup(config, config.Instruments["MES"], config.Instruments["MES"], barSeconds: 1, strategy);
    }

    private static QuarterpointConfig Config(string yaml) =>
        QuarterpointConfig.Parse(yaml, "quarterpoint.yaml", new Dictionary<string, string>(), AppContext.BaseDirectory);
}
