using Quarterpoint.Shell.Tests.Conventions.Sources;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>Core reads from the world to the verdict: the order of its folders, and what goes against it.</summary>
internal static class CoreOrder
{
    /// <summary>
    /// A folder uses Core's root and the rows above its own. Those in one row do not know each other, and the root knows none.
    /// </summary>
    private static readonly string[][] Rows =
    [
        ["Time"],
        ["Instruments"],
        ["MarketData"],
        ["Features", "Labels", "Orders", "Accounting", "Statistics"],
        ["Risk"],
        ["Forecasting"],
        ["Signals"],
        ["Trading"],
        ["Backtesting"],
        ["Metrics"],
        ["Optimisation"],
    ];

    public static IEnumerable<string> Folders => Rows.SelectMany(row => row);

    public static IEnumerable<FolderUse> Against(IEnumerable<FolderUse> uses) =>
        uses.Where(use => use.To.Length > 0 && RowOf(use.To) >= RowOf(use.From));

    /// <summary>The root stands above the first row. A folder without a place may be used by nobody.</summary>
    private static int RowOf(string folder) =>
        folder.Length == 0 ? -1
        : Array.FindIndex(Rows, row => row.Contains(folder)) is var row and >= 0 ? row
        : int.MaxValue;
}
