using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>
/// Measures what a confidence is worth to a bracket (SPEC M4): for each band of confidence the engine itself trades the validation part,
/// one bracket after another, with no limit of money or pace, and the share of brackets that reached their target is counted. So fills,
/// slippage, and the end of the day are those of a backtest, and no two brackets of a band overlap.
/// </summary>
public sealed class BracketStudy
{
    /// <summary>Lower ends of the bands, in millionths. Below 0.34 no side can be the likeliest class.</summary>
    private static readonly int[] Bands =
    [
        340_000,
        380_000,
        420_000,
        460_000,
        500_000,
        550_000,
        600_000,
        650_000,
        700_000,
        800_000,
        900_000,
    ];

    private readonly string _bracket;
    private readonly Backtest[] _tests;

    /// <param name="engine">How brackets are made; its limits of money and pace are not applied.</param>
    /// <param name="venue">How fills are simulated; optimistic fills are replaced by realistic ones.</param>
    /// <param name="model">Asked once for each chunk, whatever the number of bands.</param>
    public BracketStudy(EngineSettings engine, VenueSettings venue, IForecaster model)
    {
        _bracket = Describe(engine);
        var unbound = engine with { Limits = engine.Limits with { RailsOn = false }, BreakEven = null };
        var remembered = new RememberedForecasts(model);

        // A gate relies on these numbers: they are never measured on optimistic fills, even where a configuration asks for those in its own
        // runs.
        if (venue.Fills == FillMode.Optimistic)
            venue = venue with { Fills = FillMode.Realistic };
        venue = venue with { TargetFirst = false, TouchFillsLimits = null };
        _tests = new Backtest[Bands.Length];
        for (var band = 0; band < Bands.Length; band++)
        {
            var rule = new ForecastRule(Bands[band], band + 1 < Bands.Length ? Bands[band + 1] : int.MaxValue, byLowerBound: false);
            _tests[band] = new Backtest(new TradingEngine(unbound, rule), new SimulatedVenue(venue)) { Forecaster = remembered };
        }
    }

    /// <summary>The bracket in words: a calibration holds for the bracket it was measured on and for no other.</summary>
    public static string Describe(EngineSettings engine)
    {
        var stop = engine.Stop.Kind switch
        {
            StopKind.Fixed => FormattableString.Invariant($"stop {engine.Stop.FixedTicks}"),
            StopKind.Atr => FormattableString.Invariant($"stop {engine.Stop.AtrMultiple} ATR"),
            _ => "stop by structure",
        };
        var target = engine.Target.Kind switch
        {
            TargetKind.Fixed => FormattableString.Invariant($"target {engine.Target.FixedTicks}"),
            TargetKind.Multiple => FormattableString.Invariant($"target {engine.Target.Multiple} stops"),
            _ => "no target",
        };
        var holding = engine.MaxHoldingSeconds > 0 ? FormattableString.Invariant($", at most {engine.MaxHoldingSeconds} s") : "";
        var trail = engine.Trail.IsActive ? ", trailing" : "";
        var entry = engine.EntryType == OrderType.Market ? "market" : "limit";
        return $"{stop}, {target}{trail}{holding}, {entry} entry";
    }

    /// <summary>Trades one more chunk in every band.</summary>
    public void Add(BarColumns columns, CancellationToken stop)
    {
        foreach (var test in _tests)
            test.Run(columns, stop);
    }

    /// <summary>Ends the study and counts.</summary>
    public BracketCalibration Finish() => new(_bracket, [.. _tests.Select((test, band) => BandOf(Bands[band], test.Finish().Trades))]);

    private static BracketBand BandOf(int from, IReadOnlyList<TradeRecord> trades) =>
        new(from, trades.Count, trades.Count(t => t.Trip.Reason == ExitReason.Target));
}
