using Quarterpoint.Core;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>A workspace and files written by hand, to import one into the other.</summary>
public abstract class ImportBench : IDisposable
{
    private readonly Dictionary<string, RowsByHand> _sources = [];

    private protected Workspace Work { get; } = new();

    public void Dispose()
    {
        Work.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static RowsByHand Good(int barSeconds = 1, string utc = "2024-03-05 15:00:00", decimal price = 5100) =>
        new RowsByHand { BarSeconds = barSeconds }.Flat(utc, price);

    /// <summary>
    /// A file of that name with those rows. Its content on disk only serves to tell files apart; by default it is the name.
    /// </summary>
    private protected string Source(string name, RowsByHand rows, string? content = null)
    {
        File.WriteAllText(Work.At(name), content ?? name);
        _sources[name] = rows;
        return name;
    }

    private protected IRowReader Open(string path, ImportRequest request) => _sources[Path.GetFileName(path)].Open();

    private protected Importer Importer() => new(Open);

    private protected ImportRequest Request(IReadOnlyList<string> paths) =>
        new()
        {
            Workspace = Work.Root,
            SetName = "TEST",
            Instrument = Micro.Mes,
            Paths = [.. paths.Select(p => Path.IsPathRooted(p) ? p : Work.At(p))],
        };

    private protected ImportSummary Import(string path, Func<ImportRequest, ImportRequest>? how = null) => Import([path], how);

    private protected ImportSummary Import(IReadOnlyList<string> paths, Func<ImportRequest, ImportRequest>? how = null)
    {
        var request = Request(paths);
        var summary = Importer().Import(how is null ? request : how(request), new Reports(), TestContext.Current.CancellationToken);
        Assert.Equal(summary.RowsRead, summary.RowsStored + summary.RowsDropped + summary.RowsRejected);
        return summary;
    }

    private protected BadInputException AssertFails(RowsByHand rows, long row, string field, string found, string set = "TEST")
    {
        var path = Source("bad.csv", rows);
        var e = Assert.Throws<BadInputException>(() => Import(path, r => r with { SetName = set }));
        Assert.Equal((row, field), (e.Row, e.Field));
        Assert.Contains(found, e.Value, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Work.At("data", set)));
        return e;
    }

    private protected void AssertNothing() => Assert.False(Directory.Exists(Work.At("data")));

    private protected BarColumns Chunk(string contract)
    {
        var set = DataSet.Open(Work.Root, "TEST");
        return Assert.Single(
            set.ReadContract(
                set.Info.Contracts.Single(c => c.Symbol == contract),
                SessionCalendar.CmeEquityIndex,
                TestContext.Current.CancellationToken
            )
        );
    }

    private protected IEnumerable<Bar> Bars(string contract)
    {
        var columns = Chunk(contract);
        return Enumerable.Range(0, columns.Count).Select(i => columns[i]);
    }

    private protected sealed class Reports : IProgress<ImportProgress>
    {
        public List<ImportProgress> Values { get; } = [];

        public void Report(ImportProgress value) => Values.Add(value);
    }
}
