using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

/// <summary>Runs to report: by hand, and from a backtest of a random walk.</summary>
internal static class Runs
{
    public const string Configuration = "instrument: MES\nstop:\n  kind: fixed\n  ticks: 8\n";

    public static RunIdentity Identity { get; } =
        new()
        {
            Command = "qp backtest --config mes.yaml",
            CodeVersion = "0.1.0+abc",
            Strategy = "trend, 9 over 21",
            Instrument = RunInstrument.Of(Micro.Mes),
            Data = new RunData("walk-1", "sha256:00ff", IsSynthetic: false, BarSeconds: 1),
            Seed = 7,
            RailsOn = true,
            Fills = FillMode.Realistic,
            Account = AccountMode.Lives,
            EndOfDay = EndOfDayPlan.Plan,
            EntriesInEth = false,
            CommissionPerSide = Money.FromDollars(0.20m),
            FeesPerSide = Money.FromDollars(0.22m),
            First = new(1_709_560_800_000_000_000),
            Last = new(1_709_589_600_000_000_000),
        };

    public static Run Of(SampleRun sample, RunIdentity? identity = null) => Run.Of(identity ?? Identity, Configuration, sample.Result());

    public static Run Of(BacktestResult result, RunIdentity? identity = null) => Run.Of(identity ?? Identity, Configuration, result);

    /// <summary>One day of the trend rule on a random walk, with limits on.</summary>
    public static Run Backtest { get; } = Of(RunBacktest());

    private static BacktestResult RunBacktest()
    {
        var settings = new EngineSettings
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            Stop = new() { Kind = StopKind.Fixed },
        };
        var backtest = new Backtest(
            new TradingEngine(settings, new TrendRule()),
            new SimulatedVenue(new VenueSettings { Instrument = Micro.Mes, BarSeconds = 1 })
        );
        backtest.Run(new Tape().Walk("09:00:00", "16:59:00", 20_000, 1).Columns());
        return backtest.Finish();
    }
}

/// <summary>A folder of its own for one test, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder() => Path = Directory.CreateTempSubdirectory("qp-report-").FullName;

    public string Path { get; }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
