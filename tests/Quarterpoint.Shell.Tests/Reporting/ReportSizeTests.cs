using System.Text;
using Quarterpoint.Reporting.Html;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

public sealed class ReportSizeTests
{
    /// <summary>How long it takes to open is measured by the benchmarks, never asserted.</summary>
    [Fact]
    [Trait("Spec", "V1")]
    public void The_report_of_a_hundred_thousand_trades_is_under_three_megabytes()
    {
        var run = Runs.Of(LargeRun.Of(100_000));
        run = run with { Prices = DayPrices.Collect(run.Trades, day => [LargeRun.Bars(day)]) };
        var bytes = Encoding.UTF8.GetByteCount(HtmlReport.Render(run));

        Assert.Equal(100_000, run.Trades.Count);
        Assert.Equal(DayPrices.MostDays, run.Prices.Count);
        Assert.True(bytes < 3_000_000, $"{bytes:N0} bytes");
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes:N0} bytes");
    }
}
