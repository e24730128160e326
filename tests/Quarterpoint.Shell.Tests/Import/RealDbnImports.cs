using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Import.Csv;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>Files as Databento delivers them, through the whole import: the stored set has the figures that the vendor states.</summary>
[Trait("Spec", "D1")]
public sealed class RealDbnImports : IDisposable
{
    private const string Minutes = "futures_ohlcv-1m_2024-07-01T23-40_2024-07-02T00-10.dbn.zst";
    private const string Trades = "futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst";
    private const string Book = "futures_mbp-1_2024-07-01T23-58_2024-07-02T00-02.dbn.zst";
    private const string Orders = "esh4-glbx-mdp3-20231225.mbo.dbn.zst";

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    [Trait("Spec", "D6")]
    public void Minutes_of_two_products_are_stored_as_the_one_asked_for()
    {
        var (es, bars) = Import("es_databento_dbn", Minutes);
        Assert.Equal((60, 30, 30, 0), (es.RowsRead, es.RowsStored, es.RowsDropped, es.RowsRejected));
        Assert.Equal([new KeyValuePair<string, long>("other instrument", 30)], es.Dropped);
        Assert.Equal((60, 30L), (es.BarSeconds, es.Bars));
        Assert.Equal(["ESU4"], es.Contracts);
        Assert.Equal((new DateTime(2024, 7, 1, 23, 40, 0), new DateTime(2024, 7, 2, 0, 9, 0)), (es.First, es.Last));
        Assert.Equal(BarAt("2024-07-01 23:40:00", 5527.25m, 5527.5m, 5527.0m, 5527.5m, 180), bars[0]);

        var (nq, _) = Import("es_databento_dbn", Minutes, Micro.Nq);
        Assert.Equal((30L, "NQU4"), (nq.Bars, Assert.Single(nq.Contracts)));
    }

    /// <summary>
    /// The vendor's minutes and its trades are two products of its own: minutes built from the trades must be the minutes it sells.
    /// </summary>
    [Theory]
    [InlineData(Trades)]
    [InlineData(Book)]
    [Trait("Spec", "D5")]
    public void Minutes_built_from_trades_are_the_vendors_minutes(string file)
    {
        var (_, vendors) = Import("es_databento_dbn", Minutes);
        var (summary, ours) = Import("es_databento_dbn", file, seconds: 60);

        Assert.Equal(120, summary.RowsStored);
        Assert.Equal(
            ["23:58", "23:59", "00:00", "00:01"],
            ours.Select(b => b.Opens.ToUtc().ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture))
        );
        Assert.Equal(vendors.Where(b => b.OpenTime >= ours[0].OpenTime && b.OpenTime <= ours[^1].OpenTime), ours);
    }

    [Fact]
    [Trait("Spec", "D5")]
    public void The_trades_of_an_hour_of_orders_make_a_bar_of_each_second_that_traded()
    {
        var (summary, bars) = Import("es_databento_dbn", Orders);
        Assert.Equal((68_792, 2_973, 0), (summary.RowsRead, summary.RowsStored, summary.RowsRejected));
        Assert.Equal(65_819, summary.RowsDropped);
        Assert.Equal((1, 986L), (summary.BarSeconds, summary.Bars));
        Assert.Equal(["ESH4"], summary.Contracts);

        // Built again from the trades themselves, in the order in which they came.
        using var reader = RowReaders.Open(Require("es_databento_dbn", Orders), new RowReaderOptions());
        var trades = Reading
            .Rows(reader)
            .GroupBy(t => t.TimeNanos / 1_000_000_000)
            .Select(second =>
            {
                var prices = second.Select(t => new Price((int)(t.CloseNanos / Micro.Es.TickSizeNanos))).ToList();
                return new Bar((uint)second.Key, prices[0], prices.Max(), prices.Min(), prices[^1], (uint)second.Sum(t => t.Volume));
            });
        Assert.Equal(trades, bars);
    }

    [Fact]
    public void The_golden_seconds_are_stored_as_they_are()
    {
        var (summary, bars) = Import("dbn_official", "test_data.ohlcv-1s.dbn.zst");
        Assert.Equal((4, 4, 1), (summary.RowsRead, summary.RowsStored, summary.BarSeconds));
        Assert.Equal(BarAt("2020-12-28 00:00:00", 3702.75m, 3702.75m, 3702.5m, 3702.5m, 13), bars[0]);
        Assert.Equal([13u, 1u, 14u, 3u], bars.Select(b => b.Volume));
    }

    private static Bar BarAt(string utc, decimal open, decimal high, decimal low, decimal close, uint volume)
    {
        static Price At(decimal points) => new((int)(points * 4));
        return new Bar(StoreOf.Second(utc), At(open), At(high), At(low), At(close), volume);
    }

    private static string Require(string folder, string name)
    {
        var path = SharedFolder.Find("real", folder, name);
        Assert.SkipWhen(path is null, $"needs ../shared/real/{folder}/{name}");
        return path;
    }

    private (ImportSummary Summary, List<Bar> Bars) Import(string folder, string name, Instrument? instrument = null, int? seconds = null)
    {
        var request = new ImportRequest
        {
            Workspace = _work.Root,
            SetName = "dbn",
            Instrument = instrument ?? Micro.Es,
            Paths = [Require(folder, name)],
            BarSeconds = seconds,
            Replace = true,
        };
        var summary = new Importer((path, _) => RowReaders.Open(path, new RowReaderOptions())).Import(
            request,
            new Progress<ImportProgress>(),
            TestContext.Current.CancellationToken
        );
        var set = DataSet.Open(_work.Root, "dbn");
        var bars = set
            .Info.Contracts.SelectMany(c => set.ReadContract(c, SessionCalendar.CmeEquityIndex, TestContext.Current.CancellationToken))
            .SelectMany(chunk => Enumerable.Range(0, chunk.Count).Select(row => chunk[row]))
            .ToList();
        return (summary, bars);
    }
}
