using Quarterpoint.Core;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Parquet;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>Row by row: which contract it belongs to, and what happens to one that is wrong.</summary>
public sealed class ImportedRows : ImportBench
{
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
        Assert.Equal(7, DataSet.Open(Work.Root, "TEST").Info.Origin.Rejected.Values.Sum());
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
        Assert.Equal(["b.csv", "a.csv"], DataSet.Open(Work.Root, "TEST").Info.Origin.Sources.Select(s => s.Name));
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
    public void A_spread_on_its_own_grid_is_dropped_from_Parquet_and_an_outright_off_the_grid_is_not()
    {
        ForeignParquet File(string symbol) =>
            ParquetBarsTests.Bars(2).Without("low").Doubles("low", 5000, 4999.95).Text("symbol", "MESH4", symbol);
        Assert.Equal(1, Import(File("MESH4-MESM4").WriteTo(Work.At("a.parquet")), r => r with { BarSeconds = 1 }).RowsDropped);
        var e = Assert.Throws<BadInputException>(() => Import(File("MESH4").WriteTo(Work.At("b.parquet")), r => r with { Replace = true }));
        Assert.Equal((2L, "low", "4999.95"), (e.Row, e.Field, e.Value));
    }
}
