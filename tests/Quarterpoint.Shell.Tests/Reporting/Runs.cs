using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Forecasting;
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

    /// <summary>
    /// Thirty days of five trades and the prices of some, two lives that ended, a model with its evidence: a run whose report has every
    /// figure.
    /// </summary>
    public static Run WithPrices { get; } = MakeWithPrices();

    private static Run MakeWithPrices()
    {
        var sample = new SampleRun();
        for (var day = 0; day < 30; day++)
        {
            var date = new DateOnly(2024, 4, 1).AddDays(day + (2 * (day / 5)));
            sample.Day(date.Year, date.Month, date.Day);
            for (var trade = 0; trade < 5; trade++)
                sample.Trade(
                    $"{10 + trade}:{(day * 7) % 60:00}:00",
                    gross: (day + trade) % 3 == 0 ? -10m : 12.50m,
                    side: trade % 2 == 0 ? Side.Buy : Side.Sell,
                    seconds: 4 + (day * trade * 11),
                    reason: (day + trade) % 3 == 0 ? ExitReason.Stop : ExitReason.Target,
                    life: 1 + (day / 12),
                    adverse: -(day % 9),
                    favourable: trade + 3,
                    confidence: 640_000,
                    predicted: 2
                );
        }

        var result = sample.Result();
        result = result with
        {
            Lives = [EndOf(result, 12), EndOf(result, 24)],
            Refusals = new Dictionary<Rule, long> { [Rule.Cooldown] = 3 },
            Rooms = [.. result.Days.Select((day, i) => new DayRoom(day.Day, Money.FromDollars(1_000), Room(i)))],
        };
        var identity = Identity with { ClassBalance = new ClassBalance("30 s, 3 ticks", 197, 602, 201), Model = Model };
        var run = Of(result, identity);
        return run with { Prices = DayPrices.Collect(run.Trades, day => [LargeRun.Bars(day)]) };
    }

    private static LifeEnd EndOf(BacktestResult result, int days) =>
        new(result.Trades[(days * 5) - 1].Trip.ExitTime, Rule.Starved, Money.FromDollars(803.50m));

    private static LimitRoom Room(int day) =>
        new()
        {
            Equity = Money.FromDollars(980 - (day % 7)).MicroDollars,
            BelowDayPeak = Money.FromDollars(-(day % 11)).MicroDollars,
            BelowHighWater = Money.FromDollars(-(day % 13)).MicroDollars,
        };

    private static ForecastScore Score =>
        new()
        {
            Rows = 900,
            LogLoss = 1.05,
            PriorLogLoss = 1.09,
            Brier = 0.64,
            Accuracy = 0.43,
            MajorityAccuracy = 0.34,
            CalibrationError = 0.01,
            Moves = 600,
            DirectionsRight = 366,
            MovesUp = 310,
            RightAgainstCommoner = 170,
            WrongAgainstCommoner = 110,
            Classes = [Class("DOWN"), Class("FLAT"), Class("UP")],
            PrecisionAtConfidence = [new PrecisionAt(0.6, 80, 55, null)],
        };

    private static ClassScore Class(string name) =>
        new(
            name,
            300,
            0.5,
            0.4,
            0.01,
            [
                new ReliabilityBin(0.1, 0.2, 100, 0.17, 0.15),
                new ReliabilityBin(0.3, 0.4, 500, 0.35, 0.36),
                new ReliabilityBin(0.6, 0.7, 300, 0.63, 0.66),
            ]
        );

    private static RunModel Model =>
        new(
            "demo",
            "00ff",
            "FeedForward",
            "the move of 60 s",
            "walk-1, 00ff",
            "2023-01-02 to 2023-06-30",
            "2023-07-03 to 2023-08-31",
            "2023-09-01 to 2023-10-31",
            Temperature: 0.98,
            Brackets: null,
            new ModelEvidence(Score, VolatilityLogLoss: 1.09, BayesLogLoss: null, SetPriorLogLoss: null),
            SeesItsOwnPast: false,
            GateBelowBreakEven: false
        );

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
