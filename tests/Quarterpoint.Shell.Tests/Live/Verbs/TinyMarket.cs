using System.Globalization;
using System.Text;
using Quarterpoint.Shell.Tests.App;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Live.Verbs;

/// <summary>
/// Some minutes of seconds on each of some days, brought in as anybody would bring in a file; and a way to trade them often.
/// </summary>
internal static class TinyMarket
{
    public const string Name = "tiny";

    /// <summary>What both a backtest and a paper session are told.</summary>
    public static readonly string[] Trading =
    [
        .. Qp.Set(
            "trading.stop.kind=fixed",
            "trading.stop.ticks=6",
            "strategies.random.entrySeconds=20",
            "strategies.random.holdSeconds=15",
            "risk.cooldownSeconds=30"
        ),
        "--strategy",
        "random",
    ];

    /// <summary>Twelve minutes on each of two days.</summary>
    public static Task Import(Qp qp) =>
        Import(qp, new Tape().Walk("10:00:00", "10:12:00", 20_400, seed: 3).On(2024, 3, 6).Walk("10:00:00", "10:12:00", 20_380, seed: 4));

    /// <summary>Three minutes on each trading day of two weeks, and the half minute in which what is open is closed.</summary>
    public static Task ImportTenDays(Qp qp)
    {
        var tape = new Tape();
        foreach (var day in (int[])[4, 5, 6, 7, 8, 11, 12, 13, 14, 15])
            tape.On(2024, 3, day)
                .Walk("10:00:00", "10:03:00", 20_400, seed: (ulong)day)
                .Walk("16:24:50", "16:25:20", 20_400, seed: (ulong)day + 100);
        return Import(qp, tape);
    }

    private static async Task Import(Qp qp, Tape tape)
    {
        var rows = new StringBuilder("time,open,high,low,close,volume\n");
        foreach (var bar in tape.Bars)
        {
            rows.Append(CultureInfo.InvariantCulture, $"{bar.Opens.ToUtc():yyyy-MM-dd'T'HH:mm:ss'Z'}");
            foreach (var price in (ReadOnlySpan<Core.Instruments.Price>)[bar.Open, bar.High, bar.Low, bar.Close])
                rows.Append(CultureInfo.InvariantCulture, $",{price.InTicks * 0.25m}");
            rows.Append(CultureInfo.InvariantCulture, $",{bar.Volume}\n");
        }

        await qp.Json("data", "import", qp.Write("tiny.csv", rows.ToString()), "--instrument", "MES", "--name", Name);
    }
}
