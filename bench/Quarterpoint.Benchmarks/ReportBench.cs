using System.Diagnostics;
using System.Globalization;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Reporting.Html;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing;
using Quarterpoint.Testing.Browser;

namespace Quarterpoint.Benchmarks;

/// <summary>The report of a run of very many trades, opened in Chromium.</summary>
internal static class ReportBench
{
    public const int Trades = 100_000;

    /// <summary>Waits until the page has drawn its charts, or has given up.</summary>
    private const string Drawn = """
        new Promise(resolve => {
          const state = () => document.documentElement.dataset.charts;
          const look = () => state() ? resolve(state()) : setTimeout(look, 5);
          look();
        })
        """;

    /// <summary>
    /// How long it took from asking for the page until it had loaded and until its last chart was drawn, and its size in bytes.
    /// </summary>
    public static async Task<(double Loaded, double Drawn, long Bytes)> OpenAsync()
    {
        var file = Path.Combine(Path.GetTempPath(), $"qp-report-{Environment.ProcessId}.html");
        await File.WriteAllTextAsync(file, HtmlReport.Render(Make()));
        try
        {
            await using var chromium = await Chromium.StartAsync(CancellationToken.None);
            var page = await chromium.NewPageAsync(1_280, 900, isDark: false, CancellationToken.None);
            var started = Stopwatch.GetTimestamp();
            await page.OpenAsync(file, CancellationToken.None);
            var loaded = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var state = await page.EvaluateAsync(Drawn, CancellationToken.None);
            var drawn = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (state.GetString() != "drawn")
                throw new InvalidOperationException("The report was not drawn: " + string.Join('\n', page.Complaints));
            return (loaded, drawn, new FileInfo(file).Length);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Run Make()
    {
        var result = LargeRun.Of(Trades);
        var identity = new RunIdentity
        {
            Command = "qp bench",
            CodeVersion = "bench",
            Strategy = string.Create(CultureInfo.InvariantCulture, $"{Trades:N0} made-up trades"),
            Instrument = RunInstrument.Of(Micro.Mes),
            Data = new RunData("made up", "none", IsSynthetic: true, BarSeconds: 1),
            Seed = null,
            RailsOn = true,
            Fills = FillMode.Realistic,
            Account = AccountMode.Lives,
            EndOfDay = EndOfDayPlan.Plan,
            EntriesInEth = false,
            CommissionPerSide = Money.FromDollars(0.20m),
            FeesPerSide = Money.FromDollars(0.22m),
            DailyLossLimit = Money.FromDollars(50),
            First = result.First,
            Last = result.Last,
        };
        var run = Run.Of(identity, "", result);
        return run with { Prices = DayPrices.Collect(run.Trades, day => [LargeRun.Bars(day)]) };
    }
}
