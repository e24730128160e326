using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Import;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Backtests;

/// <summary>
/// Whole backtests on markets that were real: every fill is held against the vendor's own lines, read by another reader, and every trade
/// against the clock. No profit is looked at.
/// </summary>
[Trait("Spec", "Q2")]
[Trait("Spec", "X2")]
[Trait("Spec", "X5")]
public sealed class RealBacktests : IDisposable
{
    private static readonly Instrument Spy = new()
    {
        Symbol = "SPY",
        Name = "SPY",
        TickSizeNanos = 10_000_000,
        TickValue = Money.FromDollars(1),
        HasContracts = false,
        Hours = new SessionHours(new TimeOnly(4, 0), new TimeOnly(20, 0)),
    };

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    [Trait("Spec", "R13")]
    public void Five_years_of_minutes_fill_inside_their_bars_and_end_flat_every_day()
    {
        var files = Enumerable
            .Range(2019, 5)
            .Select(year => SharedFolder.Find("real", "nq_databento_1m", $"NQ.FUT_ohlcv-1m_{year}.csv.zst"))
            .ToList();
        Assert.SkipWhen(files.Contains(null), "needs ../shared/real/nq_databento_1m");
        var (limited, free) = Trade(Micro.Nq, Micro.Mnq, files!, SessionCalendar.CmeEquityIndex);
        CheckClock(limited, date => DeadlineRule.FlatBy(date, EndOfDayPlan.Plan));
        CheckClock(free, date => DeadlineRule.FlatBy(date, EndOfDayPlan.Plan));

        // The vendor has nothing after 10:58 on 2020-02-28: a position of that morning meets its first price when the market opens on
        // Sunday.
        Assert.Empty(limited.Violations);
        Assert.Equal(
            new Violation(NewYork.At(new DateOnly(2020, 2, 28), new TimeOnly(16, 15)), ViolationKind.NotFlatByDeadline),
            Assert.Single(free.Violations)
        );
        var late = Assert.Single(free.Trades, t => (t.Trip.Flags & FillFlags.Late) != 0);
        Assert.Equal(NewYork.At(new DateOnly(2020, 3, 1), new TimeOnly(18, 0)), late.Trip.ExitTime);
    }

    [Fact]
    public void Three_days_of_seconds_fill_inside_their_bars_and_end_flat_every_day()
    {
        string[] names = ["SPY_1s_trade_20131007.csv.zst", "SPY_1s_trade_20131008.csv.zst", "SPY_1s_trade_20131009.csv.zst"];
        var files = names.Select(name => SharedFolder.Find("real", "spy_1s", name)).ToList();
        Assert.SkipWhen(files.Contains(null), "needs ../shared/real/spy_1s");
        var (limited, free) = Trade(Spy, Spy, files!, SessionCalendar.For(Spy.Hours));
        CheckClock(limited, _ => new TimeOnly(16, 30));
        CheckClock(free, _ => new TimeOnly(16, 30));
        Assert.Empty(free.Violations);
    }

    /// <summary>
    /// The same tape with all limits and, since limits keep most trades from being made, without any; every fill of both is checked.
    /// </summary>
    private (BacktestResult Limited, BacktestResult Free) Trade(
        Instrument source,
        Instrument traded,
        List<string> files,
        SessionCalendar calendar
    )
    {
        var request = new ImportRequest
        {
            Workspace = _work.Root,
            SetName = "real",
            Instrument = source,
            Paths = files,
        };
        new Importer((path, _) => RowReaders.Open(path, new RowReaderOptions())).Import(
            request,
            new Progress<ImportProgress>(),
            TestContext.Current.CancellationToken
        );
        var set = DataSet.Open(_work.Root, "real");
        var runs = new List<(Backtest Test, FillWatch Watch)>();
        foreach (var isLimited in new[] { true, false })
        {
            var watch = new FillWatch();
            var engine = new EngineSettings
            {
                Instrument = traded,
                BarSeconds = set.Info.BarSeconds,
                Calendar = calendar,
                Limits = new RiskLimits { RailsOn = isLimited },
            };
            var venue = new VenueSettings
            {
                Instrument = traded,
                BarSeconds = set.Info.BarSeconds,
                Calendar = calendar,
            };
            runs.Add(
                (new Backtest(new TradingEngine(engine, new TrendRule()), new SimulatedVenue(venue)) { BeforeEvent = watch.Look }, watch)
            );
        }

        foreach (var columns in set.ReadContinuous(calendar, new RollRule.ByVolume(), null, null, TestContext.Current.CancellationToken))
        {
            foreach (var (test, _) in runs)
                test.Run(columns, TestContext.Current.CancellationToken);
        }

        BacktestResult[] results = [.. runs.Select(run => run.Test.Finish())];
        var raw = RawBars(files, source, runs.SelectMany(run => run.Watch.Fills));
        for (var i = 0; i < runs.Count; i++)
        {
            // With every limit on, three days of a follower of trends hold but a few dozen trades.
            Assert.InRange(results[i].Trades.Count, i == 0 ? 20 : 100, int.MaxValue);
            Assert.Equal(runs[i].Watch.Fills.Count, runs[i].Watch.CheckAgainst(raw) + runs[i].Watch.Fills.Count(f => f.IsBooked));
        }

        return (results[0], results[1]);
    }

    /// <summary>Low and high of the bars that something filled in, from the files themselves.</summary>
    private static Dictionary<(string Contract, Timestamp Opens), (int Low, int High)> RawBars(
        List<string> files,
        Instrument instrument,
        IEnumerable<SeenFill> fills
    )
    {
        var wanted = fills.Select(f => (f.Contract, f.Time)).ToHashSet();
        var bars = new Dictionary<(string, Timestamp), (int, int)>();
        foreach (var file in files)
        {
            using var reader = new RealCsv(file);
            var row = default(SourceRow);
            while (reader.TryRead(ref row))
            {
                var key = (row.Symbol ?? "continuous", new Timestamp(row.TimeNanos));
                if (wanted.Contains(key))
                    bars.Add(key, ((int)(row.LowNanos / instrument.TickSizeNanos), (int)(row.HighNanos / instrument.TickSizeNanos)));
            }
        }

        return bars;
    }

    /// <summary>
    /// Entered between 09:30 and the cut-off, away from news, on a day of the calendar; flat by the deadline, or counted as what broke it.
    /// </summary>
    private static void CheckClock(BacktestResult result, Func<DateOnly, TimeOnly> flatByOn)
    {
        foreach (var (trip, _, day, _) in result.Trades)
        {
            var entry = NewYork.Local(trip.EntryTime);
            var flatBy = NewYork.At(DateOnly.FromDateTime(entry), flatByOn(DateOnly.FromDateTime(entry)));
            Assert.InRange(TimeOnly.FromDateTime(entry), new TimeOnly(9, 30), new TimeOnly(16, 15));
            Assert.True(trip.EntryTime < flatBy - TimeSpan.FromMinutes(15), $"{trip} opened after the cut-off of {day}");
            Assert.False(NewsCalendar.UnitedStates.IsNear(trip.EntryTime), $"{trip} opened into news");

            if (trip.ExitTime > flatBy)
            {
                Assert.True((trip.Flags & FillFlags.Late) != 0, $"{trip} stood open past {flatBy} and was not called late");
                Assert.Contains(result.Violations, v => v.Kind == ViolationKind.NotFlatByDeadline && v.Time == flatBy);
            }
        }

        Assert.Equal(
            result.Trades.Count(t => (t.Trip.Flags & FillFlags.Late) != 0),
            result.Violations.Count(v => v.Kind == ViolationKind.NotFlatByDeadline)
        );
        Assert.Equal(
            result.Trades.Count(t => (t.Trip.Flags & FillFlags.Booked) != 0),
            result.Violations.Count(v => v.Kind == ViolationKind.BookedAtDeadline)
        );
    }
}
