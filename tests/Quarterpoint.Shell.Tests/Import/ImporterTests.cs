using Quarterpoint.Core;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Parquet;
using Quarterpoint.Shell.Tests.Store;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>
/// What an import makes of its files as a whole: their order, what they share, and what is left when it does not come to its end.
/// </summary>
public sealed class ImporterTests : ImportBench
{
    [Fact]
    public void Files_are_read_in_order_of_their_first_times_whatever_their_names()
    {
        var summary = Import([
            Source("a.csv", Good(1, "2024-03-06 15:00:00", 5103)),
            Source("b.csv", Good(1, "2024-03-05 15:00:00", 5101)),
            Source("c.csv", Good(1, "2024-03-05 16:00:00", 5102)),
        ]);
        Assert.Equal([20404, 20408, 20412], Bars("MESH4").Select(b => b.Close.InTicks));
        Assert.Equal(["b.csv", "c.csv", "a.csv"], DataSet.Open(Work.Root, "TEST").Info.Origin.Sources.Select(s => s.Name));
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
        Source("b.csv", Good(), content: "a.csv");
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
        Assert.Equal((1, true), (DataSet.Open(Work.Root, "TEST").Info.Rows, DataSet.Open(Work.Root, "TEST").Info.IsAdjusted));
    }

    [Fact]
    [Trait("Spec", "D1")]
    public void A_tree_of_Parquet_files_is_imported_by_its_own_reader()
    {
        ForeignParquet Month(long at, string symbol) => ParquetBarsTests.Bars(3, at).Text("symbol", symbol, symbol, symbol);
        Month(1_709_649_000, "MESH4").WriteTo(Work.At("bars", "year=2024", "month=3", "a.parquet"));
        Month(1_712_324_000, "MESM4").WriteTo(Work.At("bars", "year=2024", "month=4", "a.parquet"));
        Work.Write("bars/notes.md", "no data");
        var summary = Import(Work.At("bars"));

        Assert.Equal((6, 6, 1), (summary.RowsRead, summary.RowsStored, summary.BarSeconds));
        Assert.Equal(["MESH4", "MESM4"], summary.Contracts);
        Assert.Equal([20000, 20001, 20002], Bars("MESM4").Select(b => b.Close.InTicks));
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
        var again = Import(Work.At("data", "TEST", "MESH4"), r => r with { SetName = "AGAIN" });
        Assert.Equal(60, again.BarSeconds);
        Assert.Equal(["MESH4"], again.Contracts);
        Assert.Equal(DataSet.Open(Work.Root, "TEST").Info.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public void Folders_without_data_and_files_that_are_not_there_are_named()
    {
        Directory.CreateDirectory(Work.At("folder", "below"));
        Assert.Contains(
            "a folder without data files",
            Assert.Throws<BadInputException>(() => Import(Work.At("folder"))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "found 'nothing'; expected a Parquet file",
            Assert.Throws<BadInputException>(() => Import(Work.At("nowhere.parquet"))).Message,
            StringComparison.Ordinal
        );
    }
}
