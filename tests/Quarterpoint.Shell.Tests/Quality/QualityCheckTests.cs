using System.Text.Json;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Quality;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Quality;

public sealed class QualityCheckTests : IDisposable
{
    private static readonly SessionCalendar Calendar = SessionCalendar.CmeEquityIndex;

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    /// <summary>Tuesday 2024-03-05: 18:00 New York is 23:00 UTC of the day before, 17:00 is 22:00 UTC.</summary>
    [Fact]
    [Trait("Spec", "D7")]
    [Trait("Spec", "D4")]
    public void A_gap_of_more_than_a_minute_inside_open_hours_is_reported_and_one_of_a_minute_is_not()
    {
        var report = Check(60, writer =>
            writer.Append(
                "MESH4",
                [
                    .. Minutes("2024-03-04 23:00", "2024-03-05 15:00"),
                    .. Minutes("2024-03-05 15:01", "2024-03-05 16:00"),
                    .. Minutes("2024-03-05 16:02", "2024-03-05 22:00"),
                    .. Minutes("2024-03-05 23:00", "2024-03-06 12:00"),
                    .. Minutes("2024-03-06 12:30", "2024-03-06 21:00"),
                    .. Minutes("2024-03-06 23:10", "2024-03-07 00:00"),
                ]
            )
        );

        // One missing minute makes a gap of exactly a minute, which is not more than a minute.
        Assert.Equal(
            [
                ("2024-03-05T16:00", "2024-03-05T16:02", 120L),
                ("2024-03-06T12:00", "2024-03-06T12:30", 1_800),
                ("2024-03-06T21:00", "2024-03-06T22:00", 3_600),
                ("2024-03-06T23:00", "2024-03-06T23:10", 600),
            ],
            report.Holes.Select(h => (h.Start.ToString("yyyy-MM-dd'T'HH:mm", null), h.End.ToString("yyyy-MM-dd'T'HH:mm", null), h.Seconds))
        );
        Assert.Equal((4, 6_120L), (report.HoleCount, report.HoleSeconds));
        Assert.All(report.Holes, h => Assert.Equal("MESH4", h.Contract));
    }

    /// <summary>Sixty seconds are filled as quiet seconds; after one more the feature windows start again.</summary>
    [Fact]
    [Trait("Spec", "D4")]
    public void Sixty_quiet_seconds_are_not_a_gap_and_sixty_one_are()
    {
        var noon = StoreOf.Second("2024-03-05 17:00:00");
        var report = Check(1, writer =>
            writer.Append("MESH4", [StoreOf.Flat(noon, 20_000), StoreOf.Flat(noon + 61, 20_000), StoreOf.Flat(noon + 123, 20_000)])
        );
        Assert.Equal([(new DateTime(2024, 3, 5, 17, 1, 2, DateTimeKind.Utc), 61L)], report.Holes.Select(h => (h.Start, h.Seconds)));
    }

    [Fact]
    [Trait("Spec", "D4")]
    public void Time_before_the_first_bar_and_after_the_last_is_not_a_gap()
    {
        var report = Check(60, writer => writer.Append("MESH4", [.. Minutes("2024-03-05 12:00", "2024-03-05 13:00")]));
        Assert.Equal(0, report.HoleCount);
        Assert.Empty(report.MissingDays);
    }

    /// <summary>Until 2021-06-25 the market paused from 16:15 to 16:30 New York, 20:15 to 20:30 UTC in summer.</summary>
    [Fact]
    [Trait("Spec", "D4")]
    public void The_old_afternoon_pause_is_a_halt_and_not_a_gap()
    {
        var report = Check(60, writer =>
            writer.Append(
                "MESU1",
                [
                    .. Minutes("2021-06-23 22:00", "2021-06-24 20:15"),
                    .. Minutes("2021-06-24 20:30", "2021-06-24 21:00"),
                    .. Minutes("2021-06-24 22:00", "2021-06-25 20:10"),
                    .. Minutes("2021-06-25 20:35", "2021-06-25 21:00"),
                    .. Minutes("2021-06-27 22:00", "2021-06-28 20:15"),
                    .. Minutes("2021-06-28 20:30", "2021-06-28 21:00"),
                ]
            )
        );

        Assert.Equal(
            [("20:10", 300L), ("20:30", 300), ("20:15", 900)],
            report.Holes.Select(h => (h.Start.ToString("HH:mm", null), h.Seconds))
        );
        Assert.Equal(
            [new ScheduledGaps(GapKind.Halt, 3, 3_600 + 900 + 900), new ScheduledGaps(GapKind.Weekend, 1, 49 * 3_600)],
            report.Scheduled
        );
        Assert.Equal(
            [new FilledShare("RTH", 1_170, 1_170), new FilledShare("ETH", 2_790, 2_790), new FilledShare("POST", 125, 150)],
            report.Filled
        );
    }

    /// <summary>
    /// Thanksgiving week 2024: closed early on Thursday (13:00) and Friday (13:15); Good Friday 2024-03-29 closed all day.
    /// </summary>
    [Fact]
    [Trait("Spec", "D4")]
    public void Weekends_holidays_and_early_closes_are_told_apart()
    {
        var thanksgiving = CheckDays("MESZ4", TradingDay.On(2024, 11, 27), TradingDay.On(2024, 12, 2));
        Assert.Equal(
            [
                new ScheduledGaps(GapKind.Halt, 1, 3_600),
                new ScheduledGaps(GapKind.Weekend, 1, (52 * 3_600) + 2_700),
                new ScheduledGaps(GapKind.EarlyClose, 1, 5 * 3_600),
            ],
            thanksgiving.Scheduled
        );

        var easter = CheckDays("MESM4", TradingDay.On(2024, 3, 27), TradingDay.On(2024, 4, 2));
        Assert.Equal(
            [new ScheduledGaps(GapKind.Halt, 2, 7_200), new ScheduledGaps(GapKind.Holiday, 1, (24 * 3 + 1) * 3_600)],
            easter.Scheduled
        );
    }

    [Fact]
    [Trait("Spec", "D7")]
    public void A_day_that_the_calendar_knows_and_the_data_lacks_is_listed()
    {
        var report = Check(3_600, writer =>
        {
            foreach (
                var day in StoreOf.Days(TradingDay.On(2024, 3, 4), TradingDay.On(2024, 3, 8)).Where(d => d != TradingDay.On(2024, 3, 6))
            )
                writer.Append("MESH4", StoreOf.Hourly(day, 20_000, 1));
        });
        Assert.Equal([new DateOnly(2024, 3, 6)], report.MissingDays);
        Assert.Equal((4, 0), (report.Sessions, report.HoleCount));
        Assert.Contains("days without data: 1: 2024-03-06", report.InWords(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "D7")]
    public void Columns_zero_volumes_extremes_and_rolls_are_reported()
    {
        var report = Check(3_600, writer =>
        {
            foreach (var (date, volume) in new[] { (7, 10u), (8, 101u), (11, 900u) })
            {
                writer.Append("MESH4", StoreOf.Hourly(TradingDay.On(2024, 3, date), 20_000, 100));
                writer.Append("MESM4", StoreOf.Hourly(TradingDay.On(2024, 3, date), 20_202, volume));
            }

            var next = StoreOf.Second("2024-03-11 22:00:00");
            writer.Append("MESM4", [StoreOf.Flat(next, 20_202, 0), StoreOf.Flat(next + 3_600, 30_000, 7)]);
        });

        Assert.Equal([new RollFact(new DateOnly(2024, 3, 11), "MESH4", "MESM4", 50.5m)], report.Rolls);
        Assert.Equal(1, report.ZeroVolumeRows);
        Assert.Equal(
            new ExtremeBar(new DateTime(2024, 3, 11, 23, 0, 0, DateTimeKind.Utc), "MESM4", 7_500m, 7_500m, 7_500m, 7_500m),
            Assert.Single(report.Extremes)
        );
        Assert.Equal(1, report.ExtremeCount);
        Assert.Equal(["open", "high", "low", "close", "volume"], report.Columns.Select(c => c.Name));
        Assert.Equal((5_000m, 7_500m), (report.Columns[3].Smallest, report.Columns[3].Largest));
        Assert.Equal((0m, 900m), (report.Columns[4].Smallest, report.Columns[4].Largest));
        Assert.Equal((46 * 100 + 23 * 900 + 7) / 71.0, report.Columns[4].Mean, 9);
        Assert.Equal((140, 71L, 4), (report.Rows, report.SeriesRows, report.Sessions));
    }

    [Fact]
    public void A_set_from_a_source_without_volume_is_reported_as_such()
    {
        using (
            var writer = DataSetWriter.Create(
                _work.Root,
                StoreOf.Description(Micro.Mes, barSeconds: 3_600) with
                {
                    HasVolume = false,
                    IsAdjusted = true,
                },
                Calendar,
                replace: false
            )
        )
        {
            writer.Append(null, StoreOf.Hourly(TradingDay.On(2024, 3, 5), 20_000, 0));
            writer.Append(null, [StoreOf.Flat(StoreOf.Second("2024-03-05 22:30:00"), 20_000, 0)]);
            writer.Complete(
                new DataSetOrigin
                {
                    Text = "by hand",
                    Dropped = new Dictionary<string, long> { ["calendar spread"] = 1_234 },
                    Rejected = new Dictionary<string, long> { ["range"] = 5 },
                }
            );
        }

        var report = Run();
        Assert.Null(report.ZeroVolumeRows);
        Assert.Equal(1, report.RowsOutsideSessions);
        var words = report.InWords();
        foreach (
            var line in new[]
            {
                "the source has no volume",
                "prices adjusted by the source: no fills",
                "outside any session: 1 bars",
                "dropped: 1,234 rows, calendar spread",
                "rejected: 5 rows, range",
                "TEST: 24 bars of 3600 s, MES, 2024-03-04 23:00:00",
            }
        )
            Assert.Contains(line, words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_is_JSON_that_another_program_can_read()
    {
        var report = CheckDays("MESM4", TradingDay.On(2024, 3, 27), TradingDay.On(2024, 4, 2));
        using var json = JsonDocument.Parse(report.ToJson());
        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal("MES", root.GetProperty("instrument").GetString());
        Assert.Equal("Holiday", root.GetProperty("scheduled")[1].GetProperty("kind").GetString());
        Assert.Equal(1.0 / 60, root.GetProperty("filled")[1].GetProperty("share").GetDouble(), 3);
        Assert.Equal("2024-03-26T22:00:00Z", root.GetProperty("first").GetString());
    }

    [Fact]
    public void Progress_ends_at_one_and_cancellation_is_obeyed()
    {
        CheckDays("MESM4", TradingDay.On(2024, 3, 27), TradingDay.On(2024, 4, 2));
        var steps = new Steps();
        QualityCheck.Run(DataSet.Open(_work.Root, "TEST"), Calendar, new RollRule.ByVolume(), steps, TestContext.Current.CancellationToken);
        Assert.Equal(1.0, steps.Values[^1]);
        Assert.Throws<OperationCanceledException>(() =>
            QualityCheck.Run(
                DataSet.Open(_work.Root, "TEST"),
                Calendar,
                new RollRule.ByVolume(),
                steps,
                new CancellationToken(canceled: true)
            )
        );
    }

    private QualityReport CheckDays(string contract, TradingDay first, TradingDay last)
    {
        if (Directory.Exists(_work.At("data", "TEST")))
            Directory.Delete(_work.At("data", "TEST"), recursive: true);
        return Check(60, writer =>
        {
            foreach (var day in StoreOf.Days(first, last))
                writer.Append(contract, StoreOf.Hourly(day, 20_000, 1));
        });
    }

    private QualityReport Check(int barSeconds, Action<DataSetWriter> write)
    {
        using (
            var writer = DataSetWriter.Create(_work.Root, StoreOf.Description(Micro.Mes, barSeconds: barSeconds), Calendar, replace: false)
        )
        {
            write(writer);
            writer.Complete(StoreOf.ByHand);
        }

        return Run();
    }

    private QualityReport Run() =>
        QualityCheck.Run(
            DataSet.Open(_work.Root, "TEST"),
            Calendar,
            new RollRule.ByVolume(),
            new Steps(),
            TestContext.Current.CancellationToken
        );

    private static IEnumerable<Bar> Minutes(string from, string to)
    {
        for (var second = StoreOf.Second(from); second < StoreOf.Second(to); second += 60)
            yield return StoreOf.Flat(second, 20_000);
    }

    private sealed class Steps : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
