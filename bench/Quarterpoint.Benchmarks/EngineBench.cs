using System.Diagnostics;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Benchmarks;

/// <summary>What one run of the engine over a random walk did.</summary>
internal sealed record EngineRun(string Name, double MillionBarsPerSecond, double NanosecondsPerBar, int TradesPerMillionBars, double ShareInPosition, double BytesPerBar);

/// <summary>
/// The whole engine with the simulated venue, warm, one core: (a) an EMA 9/21 cross with an 8-tick stop and a 16-tick target, (b) always in
/// a position behind a trailing stop.
/// </summary>
internal static class EngineBench
{
    public static EngineRun Cross(BarColumns columns) => Best("EMA 9/21 cross, stop 8, target 16", columns, () => new TrendRule(reverses: false), new TrailSettings());

    public static EngineRun AlwaysInPosition(BarColumns columns) =>
        Best("always in position, trailing stop 8", columns, () => new AlwaysIn(), new TrailSettings { Kind = TrailKind.Ticks, Ticks = 8 }, TargetKind.None);

    private static EngineRun Best(string name, BarColumns columns, Func<SignalRule> rule, TrailSettings trail, TargetKind target = TargetKind.Fixed)
    {
        // The first runs compile; the median of five that follow counts.
        for (var i = 0; i < 2; i++) Run(columns, rule(), trail, target, out _, out _);
        var runs = new List<(double Seconds, BacktestResult Result, long Bytes)>();
        for (var i = 0; i < 5; i++)
        {
            var result = Run(columns, rule(), trail, target, out var seconds, out var bytes);
            runs.Add((seconds, result, bytes));
        }

        var (median, outcome, allocated) = runs.OrderBy(r => r.Seconds).ElementAt(2);
        return new EngineRun(
            name, columns.Count / median / 1e6, median * 1e9 / columns.Count, (int)(outcome.Trades.Count * 1_000_000L / columns.Count),
            (double)outcome.BarsInPosition / columns.Count, (double)allocated / columns.Count);
    }

    private static BacktestResult Run(BarColumns columns, SignalRule rule, TrailSettings trail, TargetKind target, out double seconds, out long bytes)
    {
        var mes = new Instrument { Symbol = "MES", Name = "MES", TickSizeNanos = 250_000_000, TickValue = Money.FromDollars(1.25m) };
        var engine = new TradingEngine(
            new EngineSettings
            {
                Instrument = mes, BarSeconds = 1, EntriesInEth = true, News = NewsCalendar.None, Trail = trail,
                Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 8 }, Target = new TargetSettings { Kind = target, FixedTicks = 16 },
                Limits = new RiskLimits { RailsOn = false },
            },
            rule);
        var test = new Backtest(engine, new SimulatedVenue(new VenueSettings { Instrument = mes, BarSeconds = 1, News = NewsCalendar.None }));
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
            if (held != Side.None) return default;
            _long = !_long;
            return new Signal(_long ? Wish.Long : Wish.Short);
        }

        public override void Reset()
        {
        }

        public override void Archive(StateArchive archive) => archive.Value(ref _long);
    }
}
