using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Charts;
using Quarterpoint.Reporting.Html;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

public sealed partial class HtmlReportTests
{
    private const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&";

    private static readonly string Page = HtmlReport.Render(Runs.Backtest);

    [Fact]
    [Trait("Spec", "V1")]
    public void Nothing_is_fetched()
    {
        Assert.DoesNotMatch(ExternalReference(), Page);
        Assert.DoesNotContain("@import", Page, StringComparison.Ordinal);
        Assert.Contains("default-src &#x27;none&#x27;", Page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "V1")]
    public void Only_the_scripts_that_ship_may_run()
    {
        var policy = ContentPolicy()
            .Match(Page)
            .Groups[1]
            .Value.Replace("&#x27;", "'", StringComparison.Ordinal)
            .Replace("&#x2B;", "+", StringComparison.Ordinal);
        var script = Encoding.UTF8.GetBytes(Assert.Single(InlineScript().Matches(Page)).Groups[1].Value);
        var sources = ScriptSources().Match(policy).Groups[1].Value.Split(' ');

        Assert.Equal(new[] { Library(Page), script }.Select(one => $"'sha256-{Convert.ToBase64String(SHA256.HashData(one))}'"), sources);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "V1")]
    public void Equity_drawdown_days_months_distributions_hours_exits_costs_and_excursions_are_shown()
    {
        foreach (
            var part in (string[])
                [
                    "chart-equity",
                    "chart-drawdown",
                    "chart-days",
                    "From gross to net",
                    "Trades by result",
                    "P&amp;L by hour of day",
                    "Exit reasons",
                    "How far trades went",
                    "By side",
                    "By contract",
                    "Months",
                    "Rolling Sharpe",
                    "Exposure",
                    "The ten deepest drawdowns",
                    "Days by result",
                    "P&amp;L by weekday",
                    "Holding times",
                ]
        )
            Assert.Contains(part, Page, StringComparison.Ordinal);

        var p = Runs.Backtest.Performance;
        Assert.Contains(
            $"{Say.Dollars(p.MaxDrawdown)}, from its peak {Say.Time(p.MaxDrawdownPeak)}",
            Plain(Page),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"{Say.Plural(p.MaxDrawdownBars, "bar")}, {Say.Plural(p.MaxDrawdownDays, "trading day")}",
            Page,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Spec", "V1")]
    public void The_inlined_data_are_the_runs()
    {
        var data = Data(Page);
        var run = Runs.Backtest;

        Assert.Equal(run.Performance.NetPnl.InDollars, Values(data, "equity", "Net")[^1]);
        Assert.Equal(run.Performance.GrossPnl.InDollars, Values(data, "equity", "Gross")[^1]);
        Assert.Equal(run.Performance.NetPnl.InDollars, Values(data, "days", "Net")[0]);
        Assert.Equal(run.Trades.Count, data.GetProperty("trades").GetProperty("rows").GetArrayLength());
        Assert.Equal("09:30", data.GetProperty("trades").GetProperty("rows")[0][1].GetString()![11..16]);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void Every_metric_stands_in_the_table_with_its_definition()
    {
        foreach (var metric in MetricCatalogue.All.Where(metric => metric.Show is not null))
        {
            Assert.Contains($"aria-describedby=\"def-{metric.Name}\"", Page, StringComparison.Ordinal);
            Assert.Contains($"id=\"def-{metric.Name}\">{new HtmlBuilder().Add($"{metric.Meaning}")}", Page, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Spec", "X11")]
    public void Rails_off_cannot_be_missed()
    {
        var off = HtmlReport.Render(Runs.Of(new SampleRun().Day(2024, 3, 4), Runs.Identity with { RailsOn = false }));

        Assert.Contains("<title>RAILS OFF: ", off, StringComparison.Ordinal);
        Assert.Contains("class=\"rails\" role=\"alert\"", off, StringComparison.Ordinal);
        Assert.Contains("@top-center { content: \"RAILS OFF", off, StringComparison.Ordinal);
        Assert.Contains("Rails off.", off, StringComparison.Ordinal);
        Assert.DoesNotContain("RAILS OFF", Page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "X6")]
    public void Under_a_hundred_trades_it_says_not_significant()
    {
        var day = new SampleRun().Day(2024, 3, 4);
        for (var i = 0; i < 99; i++)
            day.Trade("10:00:00", 12.50m);
        Assert.Contains("Not significant.", HtmlReport.Render(Runs.Of(day)), StringComparison.Ordinal);

        day.Trade("10:00:00", 12.50m);
        Assert.DoesNotContain("Not significant.", HtmlReport.Render(Runs.Of(day)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_synthetic_market_and_optimistic_fills_say_so()
    {
        var identity = Runs.Identity with { Data = Runs.Identity.Data with { IsSynthetic = true }, Fills = FillMode.Optimistic };
        var page = HtmlReport.Render(Runs.Of(new SampleRun().Day(2024, 3, 4), identity));

        Assert.Contains("Synthetic market.", page, StringComparison.Ordinal);
        Assert.Contains("Optimistic fills.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Synthetic market.", Page, StringComparison.Ordinal);
        Assert.DoesNotContain("Optimistic fills.", Page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "X13")]
    public void Lives_stand_beside_the_result_with_the_limit_that_ended_each()
    {
        var result = new SampleRun()
            .Day(2024, 3, 4)
            .Trade("10:00:00", -200m, life: 1)
            .Trade("11:00:00", 5m, life: 2)
            .Trade("12:00:00", -200m, life: 2)
            .Result() with
        {
            Lives =
            [
                new LifeEnd(new(1_709_564_400_000_000_000), Rule.AccountDrawdown, Money.FromDollars(796.66m)),
                new LifeEnd(new(1_709_571_600_000_000_000), Rule.KillSwitch, Money.FromDollars(698m)),
            ],
        };
        var page = Cells(HtmlReport.Render(Runs.Of(result)));

        Assert.Contains("2 accounts of $1,000.00 came to an end.", page, StringComparison.Ordinal);
        Assert.Contains("fresh account", page, StringComparison.Ordinal);
        Assert.Contains(
            "<td class=\"n\">1</td><td class=\"n\">1</td><td>2024-03-04 10:00:00</td><td>Account drawdown (R4)</td><td "
                + "class=\"n\">$796.66</td>",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<td class=\"n\">2</td><td class=\"n\">2</td><td>2024-03-04 12:00:00</td><td>Kill switch (R5)</td><td class=\"n\">$698.00</td>",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "it did not trade again",
            HtmlReport.Render(Runs.Of(result, Runs.Identity with { Account = AccountMode.Real })),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Spec", "L4")]
    public void The_class_balance_is_shown()
    {
        var identity = Runs.Identity with { ClassBalance = new ClassBalance("30 s, 3 ticks", 197, 602, 201) };
        var page = HtmlReport.Render(Runs.Of(new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 5m), identity));

        Assert.Contains("30 s, 3 ticks; 1,000 labelled bars.", page, StringComparison.Ordinal);
        Assert.Contains("DOWN 19.7 %", page, StringComparison.Ordinal);
        Assert.Contains("FLAT 60.2 %", page, StringComparison.Ordinal);
        Assert.Contains("UP 20.1 %", page, StringComparison.Ordinal);
        Assert.Contains("This strategy learns from no labels.", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusals_violations_and_gaps_are_listed()
    {
        var identity = Runs.Identity with { DataGaps = [new DataGap(new(1_709_564_400_000_000_000), new(1_709_564_490_000_000_000))] };
        var result = new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 5m).Result() with
        {
            Violations =
            [
                new Violation(new(1_709_587_800_000_000_000), ViolationKind.BookedAtDeadline),
                new Violation(new(1_709_587_800_000_000_000), ViolationKind.NotFlatByDeadline),
            ],
            Refusals = new Dictionary<Rule, long> { [Rule.Cooldown] = 3, [Rule.OutsideEntryWindow] = 1_234 },
            RiskFacts =
            [
                new RiskFact(
                    RiskFactKind.Gap,
                    new(1_709_564_400_000_000_000),
                    Latch.AccountDrawdown,
                    default,
                    Rule.AccountDrawdown,
                    Money.FromDollars(3.75m)
                ),
            ],
        };
        var page = Cells(HtmlReport.Render(Runs.Of(result, identity)));

        Assert.Contains(
            "<td>Outside the hours of entry (R13)</td><td class=\"n\">1,234</td></tr>\n<tr><td>Cooldown after an exit (R24)</td><td "
                + "class=\"n\">3</td>",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("2 violations of the end of the day.", page, StringComparison.Ordinal);
        Assert.Contains(
            "<td>2024-03-04 16:30:00</td><td>No bar filled the exit in time: booked at the last close</td>",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<td>2024-03-04 10:00:00</td><td>2024-03-04 10:01:30</td><td class=\"n\">1.5 min</td>",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("1 limit passed by a gap.", page, StringComparison.Ordinal);
        Assert.Contains(
            "<td>2024-03-04 10:00:00</td><td>Account drawdown (R4)</td><td class=\"n\">$3.75</td>",
            page,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_people_wrote_is_text_and_never_markup()
    {
        var identity = Runs.Identity with
        {
            Command = Hostile,
            CodeVersion = Hostile,
            Strategy = Hostile,
            Data = new RunData(Hostile, Hostile, false, 1),
            Instrument = Runs.Identity.Instrument with { Name = Hostile, Symbol = Hostile },
            ClassBalance = new ClassBalance(Hostile, 1, 1, 1),
        };
        var page = HtmlReport.Render(
            Run.Of(identity, Hostile, new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 5m, contract: Hostile).Result())
        );

        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);

        // The data, the library, and our own.
        Assert.Equal(3, CountOf(page, "</script>"));
        Assert.Equal(Hostile, Data(page).GetProperty("trades").GetProperty("rows")[0].EnumerateArray().Last().GetString());
    }

    [Fact]
    public void The_same_run_gives_the_same_page() => Assert.Equal(Page, HtmlReport.Render(Runs.Backtest));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_of_few_trades_has_a_whole_page(int trades)
    {
        var day = new SampleRun().Day(2024, 3, 4);
        for (var i = 0; i < trades; i++)
            day.Trade("10:00:00", -7.50m, adverse: 0, favourable: 0);
        var page = HtmlReport.Render(Runs.Of(day));

        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", Markup(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", Markup(page), StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page, StringComparison.Ordinal);
        Assert.Equal(trades == 0, page.Contains("Nothing was traded", StringComparison.Ordinal));
        Assert.Equal(trades > 0, page.Contains("id=\"trades-table\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_of_no_day_has_a_page() =>
        Assert.Contains("no trading day", HtmlReport.Render(Runs.Of(new SampleRun())), StringComparison.Ordinal);

    [Fact]
    [Trait("Spec", "V1")]
    public void The_table_holds_the_first_5000_trades_and_says_where_all_are()
    {
        var one = new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 5m).Result();
        var page = HtmlReport.Render(Runs.Of(one with { Trades = [.. Enumerable.Repeat(one.Trades[0], 5_001)] }));

        Assert.Equal(5_000, Data(page).GetProperty("trades").GetProperty("rows").GetArrayLength());
        Assert.Contains("The first 5,000 of 5,001 trades. All are in <code>trades.csv</code>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_says_nothing_is_left_out()
    {
        var plain = Data(HtmlReport.Render(Runs.Of(new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 5m))));
        var full = Data(
            HtmlReport.Render(
                Runs.Of(
                    new SampleRun()
                        .Day(2024, 3, 4)
                        .Trade("10:00:00", 5m, confidence: 700_000, predicted: 0, life: 2, flags: FillFlags.Booked)
                        .Trade("11:00:00", 5m, reason: ExitReason.EodFlatten)
                )
            )
        );

        Assert.DoesNotContain("confidence", Columns(plain));
        Assert.DoesNotContain("life", Columns(plain));
        Assert.DoesNotContain("flags", Columns(plain));
        Assert.Equal(
            [0.7m, null],
            full.GetProperty("trades")
                .GetProperty("rows")
                .EnumerateArray()
                .Select(row => row[Columns(full).IndexOf("confidence")])
                .Select(cell => cell.ValueKind == JsonValueKind.Null ? (decimal?)null : cell.GetDecimal())
        );
        Assert.Contains("flags", Columns(full));
    }

    [Fact]
    public void Results_traded_by_nobody_are_called_that() => Assert.Contains("Simulated, not traded.", Page, StringComparison.Ordinal);

    [Fact]
    public void The_notice_of_the_charts_travels_with_the_page()
    {
        var comment = Page[Page.IndexOf("<!--", StringComparison.Ordinal)..Page.IndexOf("-->", StringComparison.Ordinal)];

        foreach (
            var part in (string[])
                [
                    "The Apache Software " + "Foundation",
                    "Apache License, Version 2.0",
                    "DataHint BV",
                    "Baidu Inc.",
                    "Mike Bostock",
                    "BSD 3-Clause",
                ]
        )
            Assert.Contains(part, comment, StringComparison.Ordinal);
        Assert.DoesNotContain("--", comment[4..], StringComparison.Ordinal);
    }

    [Fact]
    public void The_charts_are_the_ones_that_third_party_md_and_the_build_name()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Library(Page)));

        Assert.Contains(hash, File.ReadAllText(Path.Combine(Repository.Root, "THIRD-PARTY.md")), StringComparison.Ordinal);
        Assert.Contains(
            $"<EChartsBundleSha256>{hash}</EChartsBundleSha256>",
            File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Nothing_of_the_repository_is_a_script_of_others()
    {
        // What others ship is minified: a line of it is longer than anything that a person writes.
        var files = Repository.Files("src", "*.js").Concat(Repository.Files("src", "*.css")).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.ReadLines(file).Max(line => line.Length) <= 160, file));
        Assert.All(files, file => Assert.DoesNotContain(".min.", Path.GetFileName(file), StringComparison.Ordinal));
    }

    [Fact]
    public void Times_on_an_axis_are_new_york_s_clock_and_come_in_steps()
    {
        // 2024-03-08 16:00 in winter, and 2024-03-11 09:30 in summer: 65.5 hours by the clock, though one less went by.
        var times = new[] { NewYork.At(new(2024, 3, 8), new(16, 0)), NewYork.At(new(2024, 3, 11), new(9, 30)) };

        Assert.Equal([1_709_913_600, 65.5 * 3600], ChartTime.Steps(times));
    }

    [Fact]
    public void A_run_without_prices_says_how_to_get_them() =>
        Assert.Contains("The prices of its days were not kept with this run: run the backtest again", Page, StringComparison.Ordinal);

    [Fact]
    public void Each_day_with_prices_has_its_chart_with_entries_and_exits()
    {
        var run = Runs.WithPrices;
        var page = HtmlReport.Render(run);
        var days = Data(page).GetProperty("days").EnumerateArray().ToList();

        Assert.Equal(run.Prices.Count, days.Count);
        Assert.Equal(run.Prices.Count, CountOf(page, "<option>20") + CountOf(page, "<option selected>20"));
        Assert.Contains("20 of the 30 days with a trade are here", page, StringComparison.Ordinal);
        var series = days[0].GetProperty("series").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!);
        Assert.Equal(3, series["Long entry"].GetProperty("y").GetArrayLength());
        Assert.Equal(2, series["Short entry"].GetProperty("y").GetArrayLength());
        Assert.Equal("10:00:00 long 1", series["Long entry"].GetProperty("says")[0].GetString());
        Assert.Equal("10:00:04 stop, \u2212$13.34", series["Exit, not won"].GetProperty("says")[0].GetString());
    }

    [Fact]
    public void Months_have_a_row_a_year_and_their_sum()
    {
        var page = Plain(
            HtmlReport.Render(
                Runs.Of(
                    new SampleRun()
                        .Day(2023, 12, 29)
                        .Trade("10:00:00", 12.50m)
                        .Day(2024, 1, 2)
                        .Trade("10:00:00", -7.50m)
                        .Day(2024, 2, 1)
                        .Trade("10:00:00", 25m)
                )
            )
        );

        // Each trade costs $3.34: 9.16, then -10.84 and 21.66.
        Assert.Contains("data-head=\"Dec\" title=\"&#x2B;$9.16, 1 trade on 1 trading day\">&#x2B;$9</td>", page, StringComparison.Ordinal);
        Assert.Contains(">\u2212$11</td>", page, StringComparison.Ordinal);
        Assert.Contains("data-head=\"Year\">&#x2B;$11</td></tr>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_curve_keeps_its_ends_and_extremes()
    {
        var rows = Enumerable
            .Range(0, 10_000)
            .Select(i => new EquityRow(
                new(i),
                new Money(
                    i == 4_321 ? -77
                    : i == 4_322 ? 99
                    : i % 7
                ),
                Money.Zero,
                Money.Zero
            ))
            .ToList();
        var kept = Thinning.KeepExtremes(rows, row => row.Net.MicroDollars, stretches: 50);

        Assert.True(kept.Count <= 102);
        Assert.Equal(rows[0], kept[0]);
        Assert.Equal(rows[^1], kept[^1]);
        Assert.Contains(rows[4_321], kept);
        Assert.Contains(rows[4_322], kept);
        Assert.Equal(kept.OrderBy(row => row.Time), kept);
        Assert.Same(rows, Thinning.KeepExtremes(rows, row => row.Net.MicroDollars, stretches: 5_000));
    }

    private static List<string?> Columns(JsonElement data) =>
        [.. data.GetProperty("trades").GetProperty("columns").EnumerateArray().Select(name => name.GetString())];

    /// <summary>The values of one series of one chart.</summary>
    private static List<decimal> Values(JsonElement data, string chart, string series) =>
        [
            .. data.GetProperty("charts")
                .EnumerateArray()
                .Single(one => one.GetProperty("id").GetString() == chart)
                .GetProperty("series")
                .EnumerateArray()
                .Single(one => one.GetProperty("name").GetString() == series)
                .GetProperty("y")
                .EnumerateArray()
                .Select(value => value.GetDecimal()),
        ];

    /// <summary>The charts' library as the page carries it, inflated.</summary>
    private static byte[] Library(string page)
    {
        using var packed = new MemoryStream(Convert.FromBase64String(LibraryBlock().Match(page).Groups[1].Value));
        using var gzip = new GZipStream(packed, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static JsonElement Data(string page) => JsonDocument.Parse(DataBlock().Match(page).Groups[1].Value).RootElement;

    /// <summary>
    /// The page without its script, which knows the words NaN and Infinity, and without the packed library, which may spell them.
    /// </summary>
    private static string Markup(string page) => LibraryBlock().Replace(InlineScript().Replace(page, ""), "");

    /// <summary>The page without the heads that its cells repeat for narrow screens.</summary>
    private static string Cells(string page) => CellHead().Replace(page, "");

    private static string Plain(string page) => page.Replace("\u2060", "", StringComparison.Ordinal);

    private static int CountOf(string page, string part) => page.Split(part).Length - 1;

    [GeneratedRegex("""(src|href)\s*=\s*["']?\s*(https?:)?//|url\(\s*["']?\s*(https?:)?//""")]
    private static partial Regex ExternalReference();

    [GeneratedRegex("""http-equiv="Content-Security-Policy" content="([^"]*)""")]
    private static partial Regex ContentPolicy();

    [GeneratedRegex(" data-head=\"[^\"]*\"")]
    private static partial Regex CellHead();

    [GeneratedRegex("script-src ([^;]*);")]
    private static partial Regex ScriptSources();

    [GeneratedRegex("<script type=\"application/octet-stream\" id=\"qp-echarts\">(.*?)</script>")]
    private static partial Regex LibraryBlock();

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex InlineScript();

    [GeneratedRegex("""<script type="application/json" id="qp-data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex DataBlock();
}
