using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests;

public sealed class Smoke(ITestOutputHelper output)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Runs(bool native)
    {
        var tape = new Tape().Walk("09:00:00", "16:59:00", 20_000, 1);
        var engine = new TradingEngine(new EngineSettings { Instrument = Micro.Mes, BarSeconds = 1, Stop = new() { Kind = Quarterpoint.Core.Risk.StopKind.Fixed } }, new TrendRule());
        var venue = new SimulatedVenue(new VenueSettings { Instrument = Micro.Mes, BarSeconds = 1, NativeBrackets = native });
        var test = new Backtest(engine, venue);
        test.Run(tape.Columns());
        var result = test.Finish();
        output.WriteLine($"{result.Trades.Count} trades, lives {result.Lives.Count}, dd {result.MaxDrawdown}");
        foreach (var (rule, n) in result.Refusals) output.WriteLine($"{rule} {n}");
        foreach (var t in result.Trades.Take(30)) output.WriteLine($"{t.Trip.EntryTime} {t.Trip.ExitTime} {t.Trip.Side} {t.Trip.EntryTicks} {t.Trip.ExitTicks} {t.Trip.Gross} {t.Trip.Net} {t.Trip.Reason}");
        output.WriteLine(string.Join(",", result.Lives));
    }
}
