using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Golden;

/// <summary>
/// One committed tape, traded in one of these ways. Unless a way says otherwise, all limits are on, the size is the largest that they
/// allow, the stop is 8 ticks, and the target 16.
/// </summary>
internal sealed record GoldenCase(string Tape, string Way)
{
    private static readonly string[] Tapes = ["walk", "trend", "gaps", "roll"];

    private static readonly RiskLimits NoLimits = new() { RailsOn = false };

    /// <summary>Ways that trade too often to earn their costs would soon end an account of $1,000, so they run without limits.</summary>
    private static readonly Dictionary<
        string,
        (Func<SignalRule> Rule, Func<EngineSettings, EngineSettings> Engine, Func<VenueSettings, VenueSettings> Venue)
    > Ways = new()
    {
        ["bracket"] = (Follower, e => e with { Contracts = 1 }, v => v),
        ["managed"] = (Follower, e => e with { Contracts = 1 }, v => v with { NativeBrackets = false }),
        ["sized"] = (Follower, e => e, v => v),
        ["topstepx"] = (
            Follower,
            e => Pair(e) with { Limits = NoLimits, EndOfDay = EndOfDayPlan.TopstepX },
            v => v with { EndOfDay = EndOfDayPlan.TopstepX, Fees = FeeSchedule.TopstepX }
        ),
        ["trailing"] = (
            Follower,
            e =>
                e with
                {
                    Contracts = 1,
                    Trail = new TrailSettings
                    {
                        BreakEvenAfterTicks = 4,
                        Kind = TrailKind.Ticks,
                        Ticks = 6,
                    },
                },
            v => v
        ),
        ["reversing"] = (Reverser, e => e with { Limits = NoLimits }, v => v),
        ["conservative"] = (Reverser, e => e with { Limits = NoLimits }, v => v with { Fills = FillMode.Conservative }),
        ["optimistic"] = (Reverser, e => e with { Limits = NoLimits }, v => v with { Fills = FillMode.Optimistic }),
        ["pair"] = (Reverser, e => Pair(e) with { Limits = NoLimits }, v => v),
        ["random"] = (
            Coin,
            e =>
                e with
                {
                    Limits = NoLimits,
                    Target = new TargetSettings { Kind = TargetKind.None },
                },
            v => v
        ),
    };

    public static IEnumerable<GoldenCase> All => Tapes.SelectMany(tape => Ways.Keys.Select(way => new GoldenCase(tape, way)));

    public override string ToString() => $"{Tape}, {Way}";

    public BarColumns Bars() => TapeFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", Tape + ".csv"));

    /// <param name="beforeEvent">Called with every event before the engine takes it.</param>
    public BacktestResult Run(Action<EngineEvent>? beforeEvent = null)
    {
        var (rule, engine, venue) = Ways[Way];
        var settings = new EngineSettings
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 8 },
            Target = new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 16 },
        };
        var simulated = new SimulatedVenue(venue(new VenueSettings { Instrument = Micro.Mes, BarSeconds = 1 }));
        var test = new Backtest(new TradingEngine(engine(settings), rule()), simulated) { BeforeEvent = beforeEvent };
        test.Run(Bars());
        return test.Finish();
    }

    /// <summary>Every fact of every trade, in whole numbers: the text that is hashed.</summary>
    public static string Canonical(BacktestResult result)
    {
        var text = new StringBuilder();
        foreach (var (trip, contract, day, life) in result.Trades)
        {
            text.Append(CultureInfo.InvariantCulture, $"{contract} {day} life {life} {trip.Side} {trip.Contracts} of {trip.Quantity}");
            text.Append(CultureInfo.InvariantCulture, $" in {trip.EntryTime.Nanoseconds} at {trip.EntryTicks}");
            text.Append(CultureInfo.InvariantCulture, $" out {trip.ExitTime.Nanoseconds} at {trip.ExitTicks}");
            text.Append(CultureInfo.InvariantCulture, $" {trip.Reason} flags {(int)trip.Flags}");
            text.Append(CultureInfo.InvariantCulture, $" gross {trip.Gross.MicroDollars} commission {trip.Commission.MicroDollars}");
            text.Append(CultureInfo.InvariantCulture, $" slippage {trip.Slippage.MicroDollars} risked {trip.Risked.MicroDollars}");
            text.Append(
                CultureInfo.InvariantCulture,
                $" saw {trip.AdverseExcursion.Count} to {trip.FavourableExcursion.Count} model {trip.PredictedClass} {trip.Confidence}\n"
            );
        }

        return text.ToString();
    }

    /// <summary>The case as expected.txt states it.</summary>
    public string Describe(BacktestResult result)
    {
        var performance = Performance.Of(result);
        var reasons = performance
            .ExitReasons.OrderBy(r => r.Key)
            .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key} {r.Trades}"));
        var refusals = result.Refusals.OrderBy(r => r.Key).Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key} {r.Value}"));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{this}\n");
        text.Append(CultureInfo.InvariantCulture, $"  {performance.Trades} trades: {string.Join(", ", reasons)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  gross {performance.GrossPnl} - commission {performance.Commission}");
        text.Append(CultureInfo.InvariantCulture, $" - slippage {performance.Slippage} = net {performance.NetPnl}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"  deepest drawdown {performance.MaxDrawdown}, {performance.Violations} violations, {performance.Lives} accounts ended\n"
        );
        text.Append(CultureInfo.InvariantCulture, $"  refused: {string.Join(", ", refusals)}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"  {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(result))))}\n"
        );
        return text.ToString();
    }

    private static TrendRule Follower() => new(9, 21, reverses: false);

    private static TrendRule Reverser() => new(9, 21, reverses: true);

    private static RandomRule Coin() => new(seed: 7, entrySeconds: 20, holdSeconds: 40, barSeconds: 1);

    /// <summary>Two contracts with a stop so close that R3 permits both, so that the reduce time halves them to one.</summary>
    private static EngineSettings Pair(EngineSettings settings) =>
        settings with
        {
            Contracts = 2,
            Stop = settings.Stop with { FixedTicks = 4 },
            Target = settings.Target with { FixedTicks = 8 },
        };
}
