using System.Diagnostics;
using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Benchmarks;

/// <summary>The result of one run of the engine over a random walk.</summary>
internal sealed record EngineRun(
    string Name,
    double MillionBarsPerSecond,
    double NanosecondsPerBar,
    int TradesPerMillionBars,
    double ShareInPosition,
    double BytesPerBar
);

/// <summary>
/// Measures the whole engine with the simulated venue, warm, on one core: (a) an EMA 9/21 cross with an 8-tick stop and a 16-tick target,
/// and (b) always in a position behind a trailing stop. Each runs without limits; with the limits of an account of $1,000, a fresh one
/// whenever a life ends; and with limits that are checked at every step and never reached, which shows what the risk engine costs.
/// </summary>
internal static class EngineBench
{
    public static readonly Instrument Mes = new()
    {
        Symbol = "MES",
        Name = "MES",
        TickSizeNanos = 250_000_000,
        TickValue = Money.FromDollars(1.25m),
    };

    public static readonly RiskLimits NoLimits = new() { RailsOn = false };

    /// <summary>
    /// Everything is checked and no limit of money fires: a million dollars may be lost, and losses in a row do not pause. Only the limit
    /// of thirty entries an hour remains.
    /// </summary>
    public static readonly RiskLimits FarLimits = new()
    {
        Capital = Million(1),
        DailyLoss = Million(1),
        DailyDrawdown = Million(1),
        AccountDrawdown = Million(1),
        KillLoss = Million(1),
        BalanceFloor = default,
        LossesToPause = int.MaxValue,
        LossesToLongPause = int.MaxValue,
        CooldownSeconds = 0,
        Pace = new PaceLimits { SecondsBetweenEntries = 0, EntriesADay = int.MaxValue },
    };

    public static EngineRun Cross(BarColumns columns, string limits) =>
        Best($"EMA 9/21 cross, stop 8, target 16, {limits}", columns, () => CrossEngine(Of(limits)));

    public static EngineRun AlwaysInPosition(BarColumns columns, string limits) =>
        Best($"always in position, trailing stop 8, {limits}", columns, () => AlwaysInEngine(Of(limits)));

    public static TradingEngine AlwaysInEngine(RiskLimits limits) =>
        Engine(
            new AlwaysIn(),
            new TrailSettings { Kind = TrailKind.Ticks, Ticks = 8 },
            new TargetSettings { Kind = TargetKind.None },
            limits
        );

    private static TradingEngine CrossEngine(RiskLimits limits) =>
        Engine(
            new TrendRule(reverses: false),
            new TrailSettings(),
            new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 16 },
            limits
        );

    private static Money Million(int dollars) => Money.FromDollars(dollars * 1_000_000m);

    private static RiskLimits Of(string limits) =>
        limits switch
        {
            "no limits" => NoLimits,
            "limits and lives" => new RiskLimits(),
            "limits far away" => FarLimits,
            _ => throw new ArgumentOutOfRangeException(nameof(limits), limits, "there are no such limits"),
        };

    private static EngineRun Best(string name, BarColumns columns, Func<TradingEngine> engine)
    {
        // The first runs compile; the median of five that follow counts.
        for (var i = 0; i < 2; i++)
            Run(columns, engine(), out _, out _);
        var runs = new List<(double Seconds, BacktestResult Result, long Bytes)>();
        for (var i = 0; i < 5; i++)
        {
            var result = Run(columns, engine(), out var seconds, out var bytes);
            runs.Add((seconds, result, bytes));
        }

        var (median, outcome, allocated) = runs.OrderBy(r => r.Seconds).ElementAt(2);
        return new EngineRun(
            name,
            columns.Count / median / 1e6,
            median * 1e9 / columns.Count,
            (int)(outcome.Trades.Count * 1_000_000L / columns.Count),
            (double)outcome.BarsInPosition / columns.Count,
            (double)allocated / columns.Count
        );
    }

    private static TradingEngine Engine(SignalRule rule, TrailSettings trail, TargetSettings target, RiskLimits limits) =>
        new(
            new EngineSettings
            {
                Instrument = Mes,
                BarSeconds = 1,
                EntriesInEth = true,
                News = NewsCalendar.None,
                Trail = trail,
                Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 8 },
                Target = target,
                Limits = limits,
            },
            rule
        );

    private static BacktestResult Run(BarColumns columns, TradingEngine engine, out double seconds, out long bytes)
    {
        var test = new Backtest(
            engine,
            new SimulatedVenue(
                new VenueSettings
                {
                    Instrument = Mes,
                    BarSeconds = 1,
                    News = NewsCalendar.None,
                }
            )
        );
        GC.Collect();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        test.Run(columns);
        seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return test.Finish();
    }

    /// <summary>Enters whenever it is flat, long and short in turn.</summary>
    private sealed class AlwaysIn : SignalRule
    {
        private bool _long;

        public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now)
        {
            if (held != Side.None)
                return default;
            _long = !_long;
            return new Signal(_long ? Wish.Long : Wish.Short);
        }

        public override void Reset() { }

        public override void Archive(StateArchive archive) => archive.Value(ref _long);
    }
}
