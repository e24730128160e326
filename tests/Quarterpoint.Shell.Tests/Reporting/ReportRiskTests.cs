using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Html;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

/// <summary>The section on risk, as a person reads it: one line a row.</summary>
[Trait("Spec", "V1")]
public sealed partial class ReportRiskTests
{
    /// <summary>Twenty days and one without a trade, the first of them with a position that came within $4.00 of R1.</summary>
    private static readonly BacktestResult Result = TwentyDays().Day(2024, 3, 21).Result() with
    {
        RiskFacts =
        [
            Fact(RiskFactKind.Held, Latch.LossPause, "10:00:00"),
            Fact(RiskFactKind.Released, Latch.LossPause, "10:15:00"),
            Fact(RiskFactKind.Held, Latch.DayExhausted, "14:15:00"),
            Fact(RiskFactKind.Released, Latch.DayExhausted, "18:00:00"),
        ],
        Rooms = [Room(1, 954, -46), Room(3, 995, -5)],
        BreakerCoverage = new BreakerCoverage(8_000, 2_000, 0),
    };

    private static readonly string Page = HtmlReport.Render(Runs.Of(Result));
    private static readonly string Lines = LinesOf(Page);

    [Fact]
    public void Latches_have_their_times_and_entry_hours()
    {
        // Twenty-one days of six hours and three quarters.
        Assert.Contains("Pause after losses in a row (R14) | paused | 1 | 0.3 | 0.2 %", Lines, StringComparison.Ordinal);
        Assert.Contains(
            "The day's limits hold no further trade (R7) | stopped for the day | 1 | 2.0 | 1.4 %",
            Lines,
            StringComparison.Ordinal
        );
        Assert.Contains("for how many of the 141.8 hours", Lines, StringComparison.Ordinal);
        Assert.Contains("1 pause, 1 stop for the day, 0 halts.", Lines, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_left_of_each_limit_is_drawn_day_by_day()
    {
        Assert.Contains(
            "Loss of the day (R1) $4.00 on 2024-03-01; Fall from the day's highest equity (R2) $29.00 on 2024-03-01",
            Lines,
            StringComparison.Ordinal
        );
        Assert.Contains("id=\"chart-room\"", Page, StringComparison.Ordinal);

        var charts = JsonDocument.Parse(Data().Match(Page).Groups[1].Value).RootElement.GetProperty("charts").EnumerateArray();
        var chart = charts.Single(one => one.GetProperty("id").GetString() == "room");
        var series = chart.GetProperty("series").EnumerateArray().ToList();
        var left = series[0]
            .GetProperty("y")
            .EnumerateArray()
            .Take(3)
            .Select(x => x.ValueKind == JsonValueKind.Null ? (decimal?)null : x.GetDecimal());
        Assert.Equal([4m, null, 45m], left);
        Assert.Equal(["R1", "R2", "R4", "R5"], series.Select(limit => limit.GetProperty("name").GetString()![..2]));
        var days = chart.GetProperty("x").GetProperty("names").GetArrayLength();
        Assert.Equal(21, days);
        Assert.All(series, limit => Assert.Equal(days, limit.GetProperty("y").GetArrayLength()));
    }

    [Fact]
    public void A_breaker_that_guarded_nothing_is_called_inactive()
    {
        Assert.Contains("Volatility far above normal (R18) | 8,000 | 25.0 %", Lines, StringComparison.Ordinal);
        Assert.Contains("Spread too wide (R19) | 8,000 | inactive", Lines, StringComparison.Ordinal);
        Assert.Contains("Volume far below normal (R20) | 8,000 | inactive", Lines, StringComparison.Ordinal);
    }

    /// <summary>Every day wins $9.16, but for one: nothing can fire, and 20 such days make $183.20 at most.</summary>
    [Fact]
    [Trait("Spec", "X12")]
    public void The_odds_of_a_fresh_account_are_told_with_what_they_rest_on()
    {
        Assert.Contains("Happens at least once | within 20 days | within 60 days | within 250 days", Lines, StringComparison.Ordinal);
        Assert.Contains("Loss of the day (R1) | 0.0 % (0.0 to 0.0) | 0.0 % (0.0 to 0.0)", Lines, StringComparison.Ordinal);
        Assert.Contains("The account is over (R4, R5, or R25) | 0.0 %", Lines, StringComparison.Ordinal);
        Assert.Contains("95 % at or below | $1,183.20 |", Lines, StringComparison.Ordinal);
        Assert.Contains(
            "10,000 fresh accounts of $1,000.00 live through days drawn from the 21 of this run, whole days in blocks of 5 on average",
            Lines,
            StringComparison.Ordinal
        );
        Assert.Contains("if its days are like these", Lines, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_days_are_called_that()
    {
        var page = LinesOf(HtmlReport.Render(Runs.Of(new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 5m))));
        Assert.Contains("Not enough days: 1 with a trade, and 20 are needed to say anything.", page, StringComparison.Ordinal);
        Assert.Contains("No position was ever open.", page, StringComparison.Ordinal);
        Assert.Contains("No latch was ever held.", page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "X11")]
    public void With_the_limits_off_there_is_nothing_to_measure()
    {
        var page = LinesOf(
            HtmlReport.Render(Runs.Of(Result with { Limits = new RiskLimits { RailsOn = false } }, Runs.Identity with { RailsOn = false }))
        );
        Assert.Contains("The limits were off: there was no distance to them.", page, StringComparison.Ordinal);
        Assert.Contains("The limits were off, so there is nothing to say", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_risk_was_not_kept_says_so_and_shows_the_rest()
    {
        var page = HtmlReport.Render(Runs.Backtest with { Risk = null });
        Assert.Contains("This run was kept before its risk was", page, StringComparison.Ordinal);
        Assert.Contains("Why no trade", page, StringComparison.Ordinal);
        Assert.DoesNotContain("chart-room", page, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
    }

    private static SampleRun TwentyDays()
    {
        var run = new SampleRun();
        for (var day = 1; day <= 20; day++)
            run.Day(2024, 3, day).Trade("10:00:00", 12.50m);
        return run;
    }

    private static RiskFact Fact(RiskFactKind kind, Latch latch, string time) =>
        new(
            kind,
            Timestamp.FromUnixSeconds(Tape.Second(new DateOnly(2024, 3, 1), time)),
            latch,
            default,
            LatchTable.Of(latch).Rule,
            Money.Zero
        );

    private static DayRoom Room(int day, int equity, int below) =>
        new(
            TradingDay.On(2024, 3, day),
            Money.FromDollars(1000),
            new LimitRoom
            {
                Equity = Money.FromDollars(equity).MicroDollars,
                BelowDayPeak = Money.FromDollars(below).MicroDollars,
                BelowHighWater = Money.FromDollars(below).MicroDollars,
            }
        );

    /// <summary>The section's text: cells apart by bars, rows by lines.</summary>
    private static string LinesOf(string page)
    {
        var from = page.IndexOf("<section id=\"risk\">", StringComparison.Ordinal);
        var section = page[from..page.IndexOf("<section id=\"faults\">", StringComparison.Ordinal)];
        section = section
            .Replace("</tr>", "\n", StringComparison.Ordinal)
            .Replace("</th>", " | ", StringComparison.Ordinal)
            .Replace("</td>", " | ", StringComparison.Ordinal);
        return WebUtility.HtmlDecode(Tags().Replace(section, "")).Replace("\u2060", "", StringComparison.Ordinal);
    }

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tags();

    [GeneratedRegex("""<script type="application/json" id="qp-data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Data();
}
