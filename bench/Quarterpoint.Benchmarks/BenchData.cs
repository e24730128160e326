using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Data.Synthetic;

namespace Quarterpoint.Benchmarks;

/// <summary>The synthetic data set that the load and feature steps read. It is made once, in the program's own store.</summary>
internal static class BenchData
{
    /// <summary>Average rows in a month of the continuous series.</summary>
    private const long RowsAMonth = 926_000;

    public static readonly Instrument Mes = new()
    {
        Symbol = "MES",
        Name = "Micro E-mini S&P 500",
        TickSizeNanos = 250_000_000,
        TickValue = Money.FromDollars(1.25m),
    };

    public static bool IsReady(string workspace, long rows) => DataSet.Names(workspace).Contains(NameOf(rows));

    public static void Make(string workspace, long rows)
    {
        var months = (int)Math.Max(1, (rows + RowsAMonth - 1) / RowsAMonth);
        var settings = SyntheticSettings.Months(new DateOnly(2023, 1, 1), months) with { Seed = 1 };
        SyntheticDataSet.Write(workspace, NameOf(rows), Mes, settings, replace: true, new Progress<double>(), default);
    }

    public static BarColumns Load(string workspace, long rows) =>
        DataSet.Open(workspace, NameOf(rows)).LoadContinuous(SessionCalendar.CmeEquityIndex, new RollRule.ByVolume());

    private static string NameOf(long rows) => $"bench-{rows}";
}
