using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Store;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>How long a bar is, what it carries, and how trades become bars.</summary>
public sealed class ImportedBars : ImportBench
{
    [Fact]
    public void The_bar_length_is_the_smallest_step_of_one_contract()
    {
        // Two contracts in the same minute do not make a step; MESM4 skips a minute.
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
    public void A_stamp_between_two_bars_contradicts_the_measured_bar_length()
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
    public void A_bar_length_that_cannot_be_measured_or_contradicts_the_format_is_refused()
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
    public void A_column_that_only_some_files_have_is_left_out_and_reported()
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
        var info = DataSet.Open(Work.Root, "TEST").Info;
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
        Assert.Equal(60, DataSet.Open(Work.Root, "TEST").Info.BarSeconds);
    }
}
