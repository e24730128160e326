using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Parquet;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Importing;

public sealed class ImporterTests : IDisposable
{
    private readonly Workspace _work = new();
    private readonly Dictionary<string, RowsByHand> _sources = [];

    public void Dispose() => _work.Dispose();

    [Fact]
    [Trait("Spec", "D6")]
    public void Contracts_are_separated_and_spreads_and_other_products_dropped()
    {
        var summary = Import(
            Source(
                "a.csv",
                new RowsByHand { BarSeconds = 60 }
                    .Flat("2024-03-05 15:00", 5100.25m, "MESH4")
                    .Flat("2024-03-05 15:00", 5150.50m, "MESM4")
                    .Flat("2024-03-05 15:00", 50.05m, "MESH4-MESM4")
                    .Flat("2024-03-05 15:00", -3.10m, "MESM4-MESH4")
                    .Flat("2024-03-05 15:00", 18000m, "MNQH4")
                    .Flat("2024-03-05 15:01", 5100.50m, "MESH4")
            )
        );

        Assert.Equal((6, 3, 3, 0), (summary.RowsRead, summary.RowsStored, summary.RowsDropped, summary.RowsRejected));
        Assert.Equal([("calendar spread", 2L), ("other instrument", 1L)], summary.Dropped.Select(d => (d.Key, d.Value)));
        Assert.Equal(["MESH4", "MESM4"], summary.Contracts);
        Assert.Equal((3L, 60), (summary.Bars, summary.BarSeconds));
        Assert.Equal((new DateTime(2024, 3, 5, 15, 0, 0), new DateTime(2024, 3, 5, 15, 1, 0)), (summary.First, summary.Last));
        Assert.Equal([20401, 20402], Bars("MESH4").Select(b => b.Close.InTicks));
        Assert.Equal([20602], Bars("MESM4").Select(b => b.Close.InTicks));
    }

    [Fact]
    public void Rows_without_a_symbol_make_one_continuous_series()
    {
        var summary = Import(
            Source(
                "a.csv",
                new RowsByHand { BarSeconds = 1 }
                    .Flat("2024-03-05 15:00:00", 5100m, null)
                    .Flat("2024-03-05 15:00:05", 5101m, null)
            )
        );
        Assert.Equal(["continuous"], summary.Contracts);
        Assert.Equal([20400, 20404], Bars("continuous").Select(b => b.Close.InTicks));
    }

    [Theory]
    [InlineData("MES")]
    [InlineData("MES.c.0")]
    [InlineData("MES.v.0")]
    public void The_products_own_name_and_a_stitched_front_contract_are_one_series(string symbol)
    {
        var summary = Import(
            Source(
                "a.csv",
                new RowsByHand { BarSeconds = 1 }
                    .Flat("2024-03-05 15:00:00", 5100m, symbol)
                    .Flat("2024-03-05 15:00:00", 5100m, "MES.c.1")
            )
        );
        Assert.Equal(["continuous"], summary.Contracts);
        Assert.Equal((1, 1), (summary.RowsStored, summary.RowsDropped));
    }

    [Fact]
    public void Contracts_and_rows_without_one_do_not_mix()
    {
        AssertFails(
            new RowsByHand { BarSeconds = 1 }
                .Flat("2024-03-05 15:00:00", 5100m, "MESH4")
                .Flat("2024-03-05 15:00:01", 5100m, null),
            2,
            "symbol",
            "none"
        );
        AssertFails(
            new RowsByHand { BarSeconds = 1 }
                .Flat("2024-03-05 15:00:00", 5100m, null)
                .Flat("2024-03-05 15:00:01", 5100m, "MESH4"),
            2,
            "symbol",
            "MESH4"
        );
    }

    [Fact]
    public void Two_digit_years_name_the_same_contract_as_one_digit_ones()
    {
        var summary = Import(
            Source(
                "a.csv",
                new RowsByHand { BarSeconds = 1 }
                    .Flat("2024-03-05 15:00:00", 5100m, "MESH24")
                    .Flat("2024-03-05 15:00:01", 5100m, "MESH4")
            )
        );
        Assert.Equal(["MESH4"], summary.Contracts);
        Assert.Equal(2, summary.Bars);
    }

    [Fact]
    [Trait("Spec", "D7")]
    public void The_first_bad_row_fails_the_import_and_nothing_is_written()
    {
        AssertFails(Good().Flat("2024-03-05 15:00:01", 5100.10m), 2, "open", "5100.1");
        AssertFails(
            Good().Bar("2024-03-05 15:00:01", 5100, 5099, 5098, 5099),
            2,
            "low and high",
            "open 5100.0, high 5099.0, low 5098.0, close 5099.0"
        );
        AssertFails(Good().Bar("2024-03-05 15:00:01", 5100, 5101, 5100.25m, 5101), 2, "low and high", "low 5100.25");
        AssertFails(Good().Flat("2024-03-05 15:00:01", 5100, volume: -4), 2, "volume", "-4");
        AssertFails(Good().Flat("2024-03-05 15:00:01", 5100, volume: 1L << 33), 2, "volume", "8589934592");
        AssertFails(Good().Flat("2024-03-05 15:00:01", 5100, volume: SourceRow.Absent), 2, "volume", "nothing");
        AssertFails(Good().Flat("2024-03-05 15:00:00", 5100), 2, "time", "2024-03-05T15:00:00Z");
        AssertFails(Good().Flat("2024-03-05 14:59:59", 5100), 2, "time", "2024-03-05T14:59:59Z");
        AssertFails(Good().Flat("2024-03-05 15:00:01.5", 5100), 2, "time", "2024-03-05T15:00:01.5Z");
        AssertFails(Good().Flat("1969-12-31 23:59:59", 5100), 2, "time", "1969-12-31T23:59:59Z");
        AssertFails(Good().Unreadable("x"), 2, "open", "x");
        AssertFails(Good().Flat("2024-03-05 15:00:01", 200_000_000m), 2, "open", "200000000");
        var e = AssertFails(Good().Flat("2024-03-05 14:59:59", 5100), 2, "time", "2024-03-05T14:59:59Z");
        Assert.Equal("a time after 2024-03-05T15:00:00Z, the time of the bar before of MESH4", e.Expected);
    }

    [Fact]
    [Trait("Spec", "D7")]
    public void Bad_rows_can_be_left_out_and_are_counted_by_what_is_wrong()
    {
        var summary = Import(
            Source(
                "a.csv",
                Good()
                    .Flat("2024-03-05 15:00:01", 5100.10m)
                    .Bar("2024-03-05 15:00:02", 5100, 5099, 5098, 5099)
                    .Flat("2024-03-05 15:00:00", 5100)
                    .Flat("2024-03-05 14:00:00", 5100)
                    .Flat("2024-03-05 15:00:03", 5100, volume: -4)
                    .Unreadable("x")
                    .Flat("2024-03-05 15:00:04.25", 5100)
                    .Flat("2024-03-05 15:00:05", 5101, "MESH4-MESM4")
                    .Flat("2024-03-05 15:00:06", 5102)
            ),
            r => r with { BadRows = BadRowPolicy.Drop }
        );

        Assert.Equal((10, 2, 1, 7), (summary.RowsRead, summary.RowsStored, summary.RowsDropped, summary.RowsRejected));
        Assert.Equal(
            [
                ("backward time", 1L),
                ("duplicate time", 1),
                ("price off the grid", 1),
                ("range", 1),
                ("time", 1),
                ("unreadable", 1),
                ("volume", 1),
            ],
            summary.Rejected.Select(r => (r.Key, r.Value))
        );
        Assert.Contains(summary.Warnings, w => w.Contains("row 2, field open: found '5100.1'", StringComparison.Ordinal));
        Assert.Equal([20400, 20408], Bars("MESH4").Select(b => b.Close.InTicks));
        Assert.Equal(7, DataSet.Open(_work.Root, "TEST").Info.Origin.Rejected.Values.Sum());
    }

    [Fact]
    public void A_bad_first_row_hides_neither_the_first_time_nor_the_length_of_a_bar()
    {
        RowsByHand Unreadable(string from, string to) => new RowsByHand().Unreadable("x").Flat(from, 5100).Unreadable("y").Flat(to, 5100);
        var summary = Import(
            [
                Source("a.csv", Unreadable("2024-03-06 15:00", "2024-03-06 15:01")),
                Source("b.csv", Unreadable("2024-03-05 15:00", "2024-03-05 15:01")),
            ],
            r => r with { BadRows = BadRowPolicy.Drop }
        );
        Assert.Equal((8, 4, 4, 60), (summary.RowsRead, summary.RowsStored, summary.RowsRejected, summary.BarSeconds));
        Assert.Equal(["b.csv", "a.csv"], DataSet.Open(_work.Root, "TEST").Info.Origin.Sources.Select(s => s.Name));
    }

    [Fact]
    public void A_file_that_is_damaged_as_a_whole_fails_under_any_policy()
    {
        var e = Assert.Throws<BadInputException>(() =>
            Import(Source("a.csv", Good().CutOff()), r => r with { BadRows = BadRowPolicy.Drop })
        );
        Assert.Contains("ends inside a row", e.Message, StringComparison.Ordinal);
        AssertNothing();
    }

    [Fact]
    public void The_length_of_a_bar_is_the_smallest_step_of_one_contract()
    {
        // Two contracts in the same minute are no step; MESM4 skips a minute.
        var summary = Import(
            Source(
                "a.csv",
                new RowsByHand()
                    .Flat("2024-03-05 15:00", 5100, "MESM4")
                    .Flat("2024-03-05 15:00", 5100)
                    .Flat("2024-03-05 15:02", 5100, "MESM4")
                    .Flat("2024-03-05 15:03", 5100)
                    .Flat("2024-03-05 15:04", 5100)
            )
        );
        Assert.Equal(60, summary.BarSeconds);
    }

    [Fact]
    public void A_stamp_between_two_bars_speaks_against_the_length_that_was_measured()
    {
        var e = AssertFails(
            new RowsByHand().Flat("2024-03-05 15:00:00", 5100).Flat("2024-03-05 15:01:00", 5100).Flat("2024-03-05 15:02:30", 5100),
            3,
            "time",
            "2024-03-05T15:02:30Z"
        );
        Assert.Equal("a multiple of the bar length, 60 s (measured on the first rows; state it if it is wrong)", e.Expected);
        AssertFails(
            new RowsByHand { BarSeconds = 60 }
                .Flat("2024-03-05 15:00:00", 5100)
                .Flat("2024-03-05 15:02:30", 5100),
            2,
            "time",
            "2024-03-05T15:02:30Z"
        );
    }

    [Fact]
    public void A_length_that_cannot_be_told_or_contradicts_the_format_is_refused()
    {
        AssertFails(new RowsByHand().Flat("2024-03-05 15:00:00", 5100), 0, "", "too few rows");
        Assert.Contains(
            "bars of 60 s",
            Assert.Throws<BadInputException>(() => Import(Source("a.csv", Good(60)), r => r with { BarSeconds = 1 })).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "seconds above zero",
            Assert.Throws<BadInputException>(() => Import(Source("a.csv", Good()), r => r with { BarSeconds = 0 })).Message,
            StringComparison.Ordinal
        );
        Source("a.csv", Good());
        Assert.Contains(
            "expected bars of 1 s",
            Assert
                .Throws<BadInputException>(() =>
                    Import(["a.csv", Source("b.csv", new RowsByHand { BarSeconds = 60 }.Flat("2024-03-06 15:00", 5100))])
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Bars_that_are_stamped_by_their_end_are_moved_to_their_start()
    {
        var summary = Import(Source("a.csv", new RowsByHand().Flat("2024-03-05 15:01", 5100).Flat("2024-03-05 15:02", 5101)), r =>
            r with
            {
                Stamps = StampedAt.End,
            }
        );
        Assert.Equal(new DateTime(2024, 3, 5, 15, 0, 0), summary.First);
    }

    [Fact]
    public void Files_are_read_in_order_of_their_first_times_whatever_their_names()
    {
        var summary = Import([
            Source("a.csv", Good(1, "2024-03-06 15:00:00", 5103)),
            Source("b.csv", Good(1, "2024-03-05 15:00:00", 5101)),
            Source("c.csv", Good(1, "2024-03-05 16:00:00", 5102)),
        ]);
        Assert.Equal([20404, 20408, 20412], Bars("MESH4").Select(b => b.Close.InTicks));
        Assert.Equal(["b.csv", "c.csv", "a.csv"], DataSet.Open(_work.Root, "TEST").Info.Origin.Sources.Select(s => s.Name));
        Assert.Equal(3, summary.RowsRead);
    }

    [Fact]
    public void Files_that_overlap_are_found_by_the_bar_they_share()
    {
        var e = Assert.Throws<BadInputException>(() =>
            Import([Source("a.csv", Good()), Source("b.csv", Good().Flat("2024-03-05 15:00:01", 5100))])
        );
        Assert.Equal((1L, "time", "2024-03-05T15:00:00Z"), (e.Row, e.Field, e.Value));
        Assert.EndsWith("b.csv", e.File, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_file_twice_is_refused()
    {
        Source("a.csv", Good());
        File.WriteAllText(_work.At("b.csv"), "a.csv");
        _sources["b.csv"] = Good();
        Assert.Contains(
            "the same content as",
            Assert.Throws<BadInputException>(() => Import(["a.csv", "b.csv"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Bars_and_trades_do_not_mix_and_an_import_needs_files_and_rows()
    {
        Assert.Contains(
            "an import has one kind of rows",
            Assert
                .Throws<BadInputException>(() =>
                    Import([
                        Source("a.csv", Good()),
                        Source("b.csv", new RowsByHand { Kind = SourceKind.Trades }.Trade("2024-03-06 15:00", 5100, 1)),
                    ])
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains("no files", Assert.Throws<BadInputException>(() => Import([])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no rows",
            Assert.Throws<BadInputException>(() => Import(Source("c.csv", new RowsByHand()))).Message,
            StringComparison.Ordinal
        );
        var e = Assert.Throws<BadInputException>(() =>
            Import(Source("d.csv", new RowsByHand { BarSeconds = 1 }.Flat("2024-03-05 15:00:00", 5100, "NQH4")))
        );
        Assert.Contains("1 rows, none of them to store (other instrument: 1)", e.Message, StringComparison.Ordinal);
        AssertNothing();
    }

    [Fact]
    public void A_column_that_only_some_files_have_is_left_out_and_said_so()
    {
        var summary = Import([
            Source(
                "a.csv",
                new RowsByHand { BarSeconds = 1, HasBidAskVolume = true }.Bar(
                    "2024-03-05 15:00:00",
                    5100,
                    5100,
                    5100,
                    5100,
                    9,
                    bid: 4,
                    ask: 5
                )
            ),
            Source(
                "b.csv",
                new RowsByHand { BarSeconds = 1, HasVolume = false }.Flat("2024-03-06 15:00:00", 5100, volume: SourceRow.Absent)
            ),
        ]);
        Assert.Equal(2, summary.Warnings.Count);
        var info = DataSet.Open(_work.Root, "TEST").Info;
        Assert.False(info.HasVolume || info.HasBidAskVolume);
    }

    [Fact]
    public void Bid_and_ask_volume_come_along()
    {
        Import(
            Source(
                "a.csv",
                new RowsByHand { BarSeconds = 1, HasBidAskVolume = true }
                    .Bar("2024-03-05 15:00:00", 5100, 5100, 5100, 5100, 9, bid: 4, ask: 5)
                    .Bar("2024-03-05 15:00:01", 5100, 5100, 5100, 5100, 3, bid: 3, ask: 0)
            )
        );
        var columns = Chunk("MESH4");
        Assert.Equal([4u, 3], columns.BidVolume!);
        Assert.Equal([5u, 0], columns.AskVolume!);
        AssertFails(
            new RowsByHand { BarSeconds = 1, HasBidAskVolume = true }.Bar(
                "2024-03-05 15:00:00",
                5100,
                5100,
                5100,
                5100,
                9,
                bid: -7,
                ask: 5
            ),
            1,
            "bid volume",
            "-7",
            "OTHER"
        );
    }

    [Fact]
    [Trait("Spec", "D5")]
    public void Trades_become_bars_of_a_second()
    {
        var summary = Import(
            Source(
                "a.csv",
                new RowsByHand
                {
                    Kind = SourceKind.Trades,
                    HasBidAskVolume = true,
                    Skipped = 40,
                }
                    .Trade("2024-03-05 15:00:00.100", 5100.00m, 2, Side.Buy)
                    .Trade("2024-03-05 15:00:00.900", 5100.50m, 1, Side.Sell)
                    .Trade("2024-03-05 15:00:00.200", 5099.75m, 4, Side.Sell)
                    .Trade("2024-03-05 15:00:03.000", 5101.00m, 1, Side.None)
                    .Trade("2024-03-05 15:00:02.999", 5000.00m, 1)
                    .Trade("2024-03-05 15:00:03.500", 50.05m, 1, symbol: "MESH4-MESM4")
                    .Trade("2024-03-05 15:00:03.600", 5101.25m, 5, Side.Buy)
            )
        );

        Assert.Equal((47, 5, 42, 0), (summary.RowsRead, summary.RowsStored, summary.RowsDropped, summary.RowsRejected));
        Assert.Equal(
            [("calendar spread", 1L), ("late print", 1), ("other kind of record", 40)],
            summary.Dropped.Select(d => (d.Key, d.Value))
        );
        Assert.Equal((2L, 1), (summary.Bars, summary.BarSeconds));
        var second = StoreOf.Second("2024-03-05 15:00:00");
        Assert.Equal(
            [
                new Bar(second, new Price(20400), new Price(20402), new Price(20399), new Price(20399), 7),
                new Bar(second + 3, new Price(20404), new Price(20405), new Price(20404), new Price(20405), 6),
            ],
            Bars("MESH4")
        );
        Assert.Equal([5u, 0], Chunk("MESH4").BidVolume!);
        Assert.Equal([2u, 5], Chunk("MESH4").AskVolume!);
    }

    [Fact]
    public void Trades_that_are_wrong_are_named_and_longer_bars_can_be_built()
    {
        RowsByHand Trades() => new RowsByHand { Kind = SourceKind.Trades }.Trade("2024-03-05 15:00:01", 5100, 1);
        AssertFails(Trades().Trade("2024-03-05 15:00:02", 5100.1m, 1), 2, "price", "5100.1");
        AssertFails(Trades().Trade("2024-03-05 15:00:02", 5100, -1), 2, "size", "-1");
        AssertFails(Trades().Trade("2024-03-05 15:00:01", 5100, uint.MaxValue), 2, "size", "4294967295");
        AssertFails(Trades().Trade("1969-12-31 23:00:00", 5100, 1), 2, "time", "1969-12-31T23:00:00Z");
        Assert.Equal(1, Import(Source("a.csv", Trades().Trade("2024-03-05 15:00:59", 5101, 1)), r => r with { BarSeconds = 60 }).Bars);
        Assert.Equal(60, DataSet.Open(_work.Root, "TEST").Info.BarSeconds);
    }

    [Fact]
    [Trait("Spec", "D7")]
    public void A_bar_that_moves_by_more_than_a_fifth_within_a_session_is_reported_and_kept()
    {
        var summary = Import(
            Source(
                "a.csv",
                new RowsByHand { BarSeconds = 1 }
                    .Flat("2024-03-05 15:00:00", 5000)
                    .Flat("2024-03-05 15:00:01", 6000)
                    .Flat("2024-03-05 15:00:02", 7200.25m)
                    .Bar("2024-03-05 15:00:03", 7200, 7200, 5759.75m, 7200)
                    .Bar("2024-03-05 15:00:04", 7200, 7200, 5760, 7200)
                    .Flat("2024-03-06 15:00:00", 5000)
            )
        );
        Assert.Equal(6, summary.Bars);
        Assert.Equal("2 bars move by more than 20 % within a session; the first of them:", summary.Warnings[0]);
        Assert.Contains("2024-03-05T15:00:02Z MESH4: open 7200.25", summary.Warnings[1], StringComparison.Ordinal);
        Assert.Contains("2024-03-05T15:00:03Z MESH4", summary.Warnings[2], StringComparison.Ordinal);
        Assert.Equal(3, summary.Warnings.Count);
    }

    [Fact]
    public void An_import_that_is_cancelled_in_the_middle_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var source = new RowsByHand
        {
            BarSeconds = 1,
            AfterRow = row =>
            {
                if (row == 70_000)
                    stop.Cancel();
            },
        };
        var start = new DateTime(2024, 3, 5, 0, 0, 0);
        for (var i = 0; i < 140_000; i++)
            source.Flat(start.AddSeconds(i).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), 5100);
        var path = Source("a.csv", source);
        Assert.Throws<OperationCanceledException>(() => Importer().Import(Request([path]), new Reports(), stop.Token));
        AssertNothing();
    }

    [Fact]
    public void A_full_disk_fails_the_import_and_leaves_nothing()
    {
        var path = Source("a.csv", Good().Flat("2024-03-06 15:00:00", 5100));
        var importer = new Importer(Open, new SmallDisk(1_000).Create);
        Assert.Equal(
            "No space left on device",
            Assert.Throws<IOException>(() => importer.Import(Request([path]), new Reports(), TestContext.Current.CancellationToken)).Message
        );
        AssertNothing();
    }

    [Fact]
    public void Progress_runs_over_all_files_to_the_end()
    {
        var reports = new Reports();
        var request = Request([Source("a.csv", Good()), Source("b.csv", Good(1, "2024-03-06 15:00:00"))]);
        Importer().Import(request, reports, TestContext.Current.CancellationToken);

        Assert.Equal([1, 1, 2, 2], reports.Values.Select(r => r.FileNumber));
        Assert.Equal([0, 0.5, 0.5, 1], reports.Values.Select(r => r.Fraction));
        Assert.Equal([0L, 1, 1, 2], reports.Values.Select(r => r.Rows));
        Assert.All(reports.Values, r => Assert.Equal(2, r.Files));
    }

    [Fact]
    public void An_old_set_is_kept_unless_it_is_to_be_replaced()
    {
        Import(Source("a.csv", Good()));
        Assert.Contains(
            "--replace to replace the old set",
            Assert.Throws<BadInputException>(() => Import("a.csv")).Message,
            StringComparison.Ordinal
        );
        Import(Source("b.csv", Good(1, "2024-03-07 15:00:00")), r => r with { Replace = true, IsAdjusted = true });
        Assert.Equal((1, true), (DataSet.Open(_work.Root, "TEST").Info.Rows, DataSet.Open(_work.Root, "TEST").Info.IsAdjusted));
    }

    [Fact]
    [Trait("Spec", "D1")]
    public void A_tree_of_Parquet_files_is_imported_by_its_own_reader()
    {
        ForeignParquet Month(long at, string symbol) => ParquetBarsTests.Bars(3, at).Text("symbol", symbol, symbol, symbol);
        Month(1_709_649_000, "MESH4").WriteTo(_work.At("bars", "year=2024", "month=3", "a.parquet"));
        Month(1_712_324_000, "MESM4").WriteTo(_work.At("bars", "year=2024", "month=4", "a.parquet"));
        _work.Write("bars/notes.md", "no data");
        var summary = Import(_work.At("bars"));

        Assert.Equal((6, 6, 1), (summary.RowsRead, summary.RowsStored, summary.BarSeconds));
        Assert.Equal(["MESH4", "MESM4"], summary.Contracts);
        Assert.Equal([20000, 20001, 20002], Bars("MESM4").Select(b => b.Close.InTicks));
    }

    [Fact]
    public void A_spread_on_its_own_grid_is_dropped_from_Parquet_and_an_outright_off_the_grid_is_not()
    {
        ForeignParquet File(string symbol) =>
            ParquetBarsTests.Bars(2).Without("low").Doubles("low", 5000, 4999.95).Text("symbol", "MESH4", symbol);
        Assert.Equal(1, Import(File("MESH4-MESM4").WriteTo(_work.At("a.parquet")), r => r with { BarSeconds = 1 }).RowsDropped);
        var e = Assert.Throws<BadInputException>(() =>
            Import(File("MESH4").WriteTo(_work.At("b.parquet")), r => r with { Replace = true })
        );
        Assert.Equal((2L, "low", "4999.95"), (e.Row, e.Field, e.Value));
    }

    [Fact]
    public void A_stored_set_can_be_imported_again_and_is_the_same()
    {
        Import(
            Source(
                "a.csv",
                new RowsByHand { BarSeconds = 60 }
                    .Flat("2024-02-05 15:00", 5100)
                    .Flat("2024-03-05 15:00", 5101)
            )
        );
        var again = Import(_work.At("data", "TEST", "MESH4"), r => r with { SetName = "AGAIN" });
        Assert.Equal(60, again.BarSeconds);
        Assert.Equal(["MESH4"], again.Contracts);
        Assert.Equal(DataSet.Open(_work.Root, "TEST").Info.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public void Folders_without_data_and_files_that_are_not_there_are_named()
    {
        Directory.CreateDirectory(_work.At("folder", "below"));
        Assert.Contains(
            "a folder without data files",
            Assert.Throws<BadInputException>(() => Import(_work.At("folder"))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "found 'nothing'; expected a Parquet file",
            Assert.Throws<BadInputException>(() => Import(_work.At("nowhere.parquet"))).Message,
            StringComparison.Ordinal
        );
    }

    private static RowsByHand Good(int barSeconds = 1, string utc = "2024-03-05 15:00:00", decimal price = 5100) =>
        new RowsByHand { BarSeconds = barSeconds }.Flat(utc, price);

    private string Source(string name, RowsByHand rows)
    {
        File.WriteAllText(_work.At(name), name);
        _sources[name] = rows;
        return name;
    }

    private IRowReader Open(string path, ImportRequest request) => _sources[Path.GetFileName(path)].Open();

    private Importer Importer() => new(Open);

    private ImportRequest Request(IReadOnlyList<string> paths) =>
        new()
        {
            Workspace = _work.Root,
            SetName = "TEST",
            Instrument = Micro.Mes,
            Paths = [.. paths.Select(p => Path.IsPathRooted(p) ? p : _work.At(p))],
        };

    private ImportSummary Import(string path, Func<ImportRequest, ImportRequest>? how = null) => Import([path], how);

    private ImportSummary Import(IReadOnlyList<string> paths, Func<ImportRequest, ImportRequest>? how = null)
    {
        var request = Request(paths);
        var summary = Importer().Import(how is null ? request : how(request), new Reports(), TestContext.Current.CancellationToken);
        Assert.Equal(summary.RowsRead, summary.RowsStored + summary.RowsDropped + summary.RowsRejected);
        return summary;
    }

    private BadInputException AssertFails(RowsByHand rows, long row, string field, string found, string set = "TEST")
    {
        var path = Source("bad.csv", rows);
        var e = Assert.Throws<BadInputException>(() => Import(path, r => r with { SetName = set }));
        Assert.Equal((row, field), (e.Row, e.Field));
        Assert.Contains(found, e.Value, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_work.At("data", set)));
        return e;
    }

    private void AssertNothing() => Assert.False(Directory.Exists(_work.At("data")));

    private BarColumns Chunk(string contract)
    {
        var set = DataSet.Open(_work.Root, "TEST");
        return Assert.Single(
            set.ReadContract(
                set.Info.Contracts.Single(c => c.Symbol == contract),
                SessionCalendar.CmeEquityIndex,
                TestContext.Current.CancellationToken
            )
        );
    }

    private IEnumerable<Bar> Bars(string contract)
    {
        var columns = Chunk(contract);
        return Enumerable.Range(0, columns.Count).Select(i => columns[i]);
    }

    private sealed class Reports : IProgress<ImportProgress>
    {
        public List<ImportProgress> Values { get; } = [];

        public void Report(ImportProgress value) => Values.Add(value);
    }
}
