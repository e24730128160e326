using Quarterpoint.Data.Import;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>Fourteen years of NQ with all its spreads, imported once for the tests below.</summary>
public sealed class NasdaqFutures : IDisposable
{
    private readonly Workspace _work = new();

    public NasdaqFutures()
    {
        var files = Enumerable
            .Range(2010, 14)
            .Select(year => SharedFolder.Find("real", "nq_databento_1m", $"NQ.FUT_ohlcv-1m_{year}.csv.zst"))
            .ToList();
        if (!files.Contains(null))
            Summary = RealFiles.Import(_work, Micro.Nq, files);
        if (Summary is not null)
            Set = DataSet.Open(_work.Root, RealFiles.Name);
    }

    public ImportSummary? Summary { get; }

    public DataSet? Set { get; }

    public void Dispose() => _work.Dispose();
}
