using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Quality;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>Real files beside the checkout; expected figures are those of the note that came with them.</summary>
public sealed class RealImports(NasdaqFutures nasdaq) : IClassFixture<NasdaqFutures>, IDisposable
{
    private static readonly SessionCalendar Globex = SessionCalendar.CmeEquityIndex;
    private static readonly RollRule ByVolume = new RollRule.ByVolume();
    private static readonly Instrument Spy = new()
    {
        Symbol = "SPY",
        Name = "SPY",
        TickSizeNanos = 10_000_000,
        TickValue = Money.FromDollars(0.01m),
        HasContracts = false,
        Hours = new SessionHours(new TimeOnly(4, 0), new TimeOnly(20, 0)),
    };

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    [Trait("Spec", "D1")]
    public void Every_row_of_fourteen_years_is_accounted_for()
    {
        Assert.SkipWhen(nasdaq.Summary is null, "needs ../shared/real/nq_databento_1m");
        var summary = nasdaq.Summary;
        Assert.Equal(
            [208_969, 370_182, 360_879, 358_095, 378_980, 393_031, 402_732, 434_500, 481_125, 462_799, 489_085, 507_113, 521_846, 507_299],
            nasdaq.Set!.Info.Origin.Sources.Select(s => s.Rows)
        );
        Assert.Equal(5_876_635, summary.RowsRead);
        Assert.Equal(summary.RowsRead, summary.RowsStored + summary.RowsDropped);
        Assert.Equal(0, summary.RowsRejected);
        Assert.Equal(["calendar spread"], summary.Dropped.Keys);
        Assert.Equal(summary.RowsStored, summary.Bars);
        Assert.Equal(60, summary.BarSeconds);
        Assert.All(summary.Contracts, c => Assert.Matches("^NQ[HMUZ][0-9]$", c));
        Assert.Equal((new DateTime(2010, 6, 6, 22, 0, 0), new DateTime(2023, 12, 29, 21, 59, 0)), (summary.First, summary.Last));
    }

    /// <summary>
    /// The days on which the next contract first had the larger volume, found with other software; it leads from the session after.
    /// </summary>
    [Fact]
    [Trait("Spec", "D6")]
    [Trait("Spec", "K6")]
    public void The_lead_changes_in_the_session_after_the_next_contract_was_the_busier_one()
    {
        Assert.SkipWhen(nasdaq.Set is null, "needs ../shared/real/nq_databento_1m");
        string[] busier =
        [
            "2018-12-14",
            "2019-03-08",
            "2019-06-14",
            "2019-09-13",
            "2019-12-13",
            "2020-03-16",
            "2020-06-15",
            "2020-09-14",
            "2020-12-14",
            "2021-03-15",
            "2021-06-14",
            "2021-09-13",
            "2021-12-10",
            "2022-03-14",
            "2022-06-13",
            "2022-09-12",
            "2022-12-12",
            "2023-03-13",
            "2023-06-12",
            "2023-09-11",
            "2023-12-11",
        ];
        var sessions = Globex.Sessions.ToArray();
        var expected = busier.Select(d => sessions[Globex.IndexOf(TradingDay.From(DateOnly.Parse(d, null))) + 1].Day);
        var rolls = nasdaq.Set.Rolls(ByVolume).Rolls.Where(r => r.Day >= TradingDay.On(2018, 12, 1)).ToList();

        Assert.Equal(expected, rolls.Select(r => r.Day));
        Assert.All(rolls, r => Assert.Equal(r.From + 1, r.To));
        Assert.All(rolls, r => Assert.NotNull(r.Jump));
    }

    [Fact]
    [Trait("Spec", "D7")]
    [Trait("Spec", "D4")]
    public void The_known_gaps_of_the_data_are_found()
    {
        Assert.SkipWhen(nasdaq.Set is null, "needs ../shared/real/nq_databento_1m");
        var report = QualityCheck.Run(nasdaq.Set, Globex, ByVolume, new Progress<double>(), TestContext.Current.CancellationToken);

        Assert.Equal(
            [new(2014, 6, 12), new(2014, 6, 13), new(2014, 9, 23), new(2014, 9, 24), new(2014, 9, 25), new(2014, 12, 31)],
            report.MissingDays
        );
        Assert.Contains(report.Holes, h => h.Start == Utc(2017, 3, 13, 0, 0) && h.Contract == "NQM7");
        Assert.Contains(report.Holes, h => h.Start == Utc(2020, 2, 28, 15, 59) && h.End == Utc(2020, 2, 28, 21, 15));
        Assert.Contains(report.Holes, h => h.Start == Utc(2020, 6, 30, 14, 11));
        Assert.Equal(0, report.ZeroVolumeRows);
        Assert.Equal(0, report.ExtremeCount);

        // One stray bar on each of two Sundays; the others are in the minute of a close.
        var strays = nasdaq
            .Set.Info.Contracts.SelectMany(c => nasdaq.Set.ReadContract(c, Globex, TestContext.Current.CancellationToken))
            .SelectMany(chunk => Enumerable.Range(0, chunk.Count).Select(i => chunk[i].Opens))
            .Where(t => Globex.At(t) is null)
            .ToList();
        Assert.Equal(report.RowsOutsideSessions, strays.Count);
        Assert.Equal(
            [Utc(2014, 5, 25, 21, 44), Utc(2018, 8, 5, 21, 59)],
            strays.Select(t => t.ToUtc()).Where(t => t.DayOfWeek == DayOfWeek.Sunday)
        );
    }

    /// <summary>
    /// Adjusted closes continue over a roll as the market did, without a step near the one per cent by which the contracts differ.
    /// </summary>
    [Fact]
    [Trait("Spec", "D6")]
    public void There_is_no_jump_at_a_roll_of_the_adjusted_series()
    {
        Assert.SkipWhen(nasdaq.Set is null, "needs ../shared/real/nq_databento_1m");
        var columns = nasdaq.Set.LoadContinuous(
            Globex,
            ByVolume,
            TradingDay.On(2022, 1, 1),
            TradingDay.On(2023, 12, 29),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(9, columns.Segments.Count);
        for (var i = 1; i < columns.Segments.Count; i++)
        {
            var (before, after) = (columns.Segments[i - 1], columns.Segments[i]);
            var raw = columns.Open[after.FirstRow] - columns.Close[before.EndRow - 1];
            var adjusted = raw + after.Adjustment.Count - before.Adjustment.Count;
            Assert.InRange(Math.Abs(adjusted), 0, 60);
        }
    }

    [Fact]
    [Trait("Spec", "D7")]
    public void A_year_of_adjusted_minutes_without_volume()
    {
        var summary = Import(Micro.Es, "es_tradingview_1m/ES1_1m.csv.zst", r => r with { IsAdjusted = true });
        Assert.Equal((352_976, 352_976, 60), (summary.RowsRead, summary.RowsStored, summary.BarSeconds));
        Assert.Equal(["continuous"], summary.Contracts);

        var set = DataSet.Open(_work.Root, RealFiles.Name);
        Assert.True(set.Info is { IsAdjusted: true, HasVolume: false });
        var report = QualityCheck.Run(set, Globex, ByVolume, new Progress<double>(), TestContext.Current.CancellationToken);
        Assert.Equal([new(2025, 12, 8), new(2025, 12, 9)], report.MissingDays);
        Assert.Equal(
            [
                (2024, 12, 18),
                (2025, 1, 15),
                (2025, 2, 12),
                (2025, 3, 12),
                (2025, 4, 30),
                (2025, 5, 28),
                (2025, 6, 25),
                (2025, 7, 23),
                (2025, 8, 20),
            ],
            report.Holes.Where(h => h.Seconds > 15 * 3_600).Select(h => (h.Start.Year, h.Start.Month, h.Start.Day))
        );
        Assert.Contains(report.Holes, h => h.Start == Utc(2025, 11, 28, 2, 45) && h.End == Utc(2025, 11, 28, 13, 30));
    }

    [Fact]
    [Trait("Spec", "D1")]
    public void Minutes_that_are_stamped_by_their_end_in_New_York_with_bid_and_ask_volume()
    {
        var summary = Import(Micro.Es, "es_volumetric_1m/ES_Volumetric_1.csv.zst", r => r with { Stamps = StampedAt.End }, isNewYork: true);
        Assert.Equal((9_419, 9_419), (summary.RowsRead, summary.RowsStored));

        // The first line of the file: the minute that ended on 2026-02-05 at 18:01 in New York.
        Assert.Equal(Utc(2026, 2, 5, 23, 0), summary.First);
        var columns = DataSet
            .Open(_work.Root, RealFiles.Name)
            .LoadContinuous(Globex, ByVolume, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((1_117u, 449u, 668u), (columns.Volume![0], columns.BidVolume![0], columns.AskVolume![0]));
        Assert.Equal((6_785.5m, 6_790.5m), (Micro.Es.ToDecimal(columns[0].Open), Micro.Es.ToDecimal(columns[0].Close)));
    }

    [Fact]
    [Trait("Spec", "D1")]
    public void Seconds_of_a_share_with_its_own_tick_and_hours()
    {
        var summary = Import(
            Spy,
            ["spy_1s/SPY_1s_trade_20131007.csv.zst", "spy_1s/SPY_1s_trade_20131008.csv.zst", "spy_1s/SPY_1s_trade_20131009.csv.zst"]
        );
        Assert.Equal((16_675 + 22_383 + 20_846, 1), (summary.RowsStored, summary.BarSeconds));
        var set = DataSet.Open(_work.Root, RealFiles.Name);
        Assert.Equal([16_675, 22_383, 20_846], set.SessionsOf(set.Info.Contracts[0]).Select(s => s.Rows));
        Assert.Equal(0, set.Info.RowsOutsideSessions);
    }

    /// <summary>
    /// The vendor leaves out odd lots and late reports, so that ours are more; the counts were made with another language. In the last
    /// second of the cash market it books a print that its own list of trades has elsewhere.
    /// </summary>
    [Fact]
    [Trait("Spec", "D5")]
    public void A_day_of_trades_makes_a_bar_of_each_second_that_traded()
    {
        var summary = Import(Spy, "spy_1s/SPY_trades_20131007.csv.zst");
        Assert.Equal((250_601, 250_601, 0), (summary.RowsRead, summary.RowsStored + summary.RowsDropped, summary.RowsRejected));
        var calendar = SessionCalendar.For(Spy.Hours);
        var ours = DataSet
            .Open(_work.Root, RealFiles.Name)
            .LoadContinuous(calendar, ByVolume, cancellation: TestContext.Current.CancellationToken);
        Import(Spy, "spy_1s/SPY_1s_trade_20131007.csv.zst");
        var theirs = DataSet
            .Open(_work.Root, RealFiles.Name)
            .LoadContinuous(calendar, ByVolume, cancellation: TestContext.Current.CancellationToken);

        Assert.Subset(ours.Time.ToHashSet(), theirs.Time.ToHashSet());
        var high = ours.Time.Zip(ours.High).ToDictionary(x => x.First, x => x.Second);
        var low = ours.Time.Zip(ours.Low).ToDictionary(x => x.First, x => x.Second);
        var volume = ours.Time.Zip(ours.Volume!).ToDictionary(x => x.First, x => x.Second);
        var rows = Enumerable.Range(0, theirs.Count).ToList();
        Assert.Equal(18_012, ours.Count);
        Assert.Equal(15_495, rows.Count(r => volume[theirs.Time[r]] == theirs.Volume![r]));
        var outside = rows.Where(r => low[theirs.Time[r]] > theirs.Low[r] || high[theirs.Time[r]] < theirs.High[r])
            .Select(r => theirs[r].Opens.ToString());
        Assert.Equal(["2013-10-07T19:59:59Z"], outside);
    }

    private static DateTime Utc(int year, int month, int day, int hour, int minute) =>
        new(year, month, day, hour, minute, 0, DateTimeKind.Utc);

    private ImportSummary Import(
        Instrument instrument,
        string file,
        Func<ImportRequest, ImportRequest>? how = null,
        bool isNewYork = false
    ) => Import(instrument, [file], how, isNewYork);

    private ImportSummary Import(
        Instrument instrument,
        string[] files,
        Func<ImportRequest, ImportRequest>? how = null,
        bool isNewYork = false
    )
    {
        var paths = files.Select(f => SharedFolder.Find(["real", .. f.Split('/')])).ToList();
        Assert.SkipWhen(paths.Contains(null), $"needs ../shared/real/{files[0]}");
        return RealFiles.Import(_work, instrument, paths, r => (how is null ? r : how(r)) with { Replace = true }, isNewYork);
    }
}
