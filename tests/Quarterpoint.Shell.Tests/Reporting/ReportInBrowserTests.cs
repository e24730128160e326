using Quarterpoint.Reporting.Html;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing.Browser;

namespace Quarterpoint.Shell.Tests.Reporting;

/// <summary>The report as a browser shows it. Without a Chromium these tests are skipped, counted, and printed.</summary>
[Trait("Spec", "V1")]
public sealed class ReportInBrowserTests(ReportInBrowserTests.Browser browser) : IClassFixture<ReportInBrowserTests.Browser>
{
    /// <summary>Waits until the page has drawn its charts, or has given up.</summary>
    private const string Drawn = """
        new Promise(resolve => {
          const state = () => document.documentElement.dataset.charts;
          const look = () => state() ? resolve(state()) : setTimeout(look, 10);
          look();
        })
        """;

    /// <summary>
    /// Each chart's name, how many shapes it shows within its place, and which of its words stick out of it or lie upon others.
    /// </summary>
    private const string Charts = """
        [...document.querySelectorAll(".plot")].map(host => {
          const place = host.getBoundingClientRect();
          const within = shape => {
            const r = shape.getBoundingClientRect();
            return r.width + r.height > 1 && r.right > place.left && r.left < place.right;
          };
          const out = text => {
            const r = text.getBoundingClientRect();
            return r.left < place.left - 1 || r.right > place.right + 1 || r.bottom > place.bottom + 1;
          };
          const meet = (a, b) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
          const overlaid = words =>
            words.flatMap(([a, at], i) => words.slice(i + 1).filter(([, to]) => meet(at, to)).map(([b]) => `${a} / ${b}`));
          return {
            id: host.id.replace("chart-", ""),
            shapes: [...host.querySelectorAll("svg path")].filter(within).length,
            cut: [...host.querySelectorAll("svg text")].filter(out).map(text => text.textContent),
            overlaid: overlaid([...host.querySelectorAll("svg text")].map(text => [text.textContent, text.getBoundingClientRect()])),
          };
        })
        """;

    /// <summary>What reaches beyond the window and is not within a box that is meant to scroll.</summary>
    private const string CutOff = """
        [...document.querySelectorAll("body *")].filter(element => {
          const r = element.getBoundingClientRect();
          if (r.width === 0 || getComputedStyle(element).visibility === "hidden" || element.closest(".skip, .plot")) return false;
          return (r.right > document.documentElement.clientWidth + 0.5 || r.left < -0.5) && !element.parentElement.closest(".scroll, pre");
        }).map(element => `${element.tagName} ${element.id} ${element.className}: ${element.textContent.slice(0, 40)}`)
        """;

    /// <summary>The boxes whose content has to be scrolled sideways.</summary>
    private const string Sideways = """
        [...document.querySelectorAll(".scroll, pre")]
          .filter(box => box.scrollWidth > box.clientWidth + 1)
          .map(box => box.getAttribute("aria-label") ?? box.tagName)
        """;

    /// <summary>The charts of the report of <see cref="Runs.WithPrices"/>, in the order of the page.</summary>
    private static readonly string[] Expected =
    [
        "equity",
        "drawdown",
        "days",
        "prices",
        "rolling-sharpe",
        "exposure",
        "costs",
        "trade-results",
        "day-results",
        "hours",
        "weekdays",
        "holding",
        "excursions",
        "reliability",
        "room",
        "lives",
    ];

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(390, false)]
    public async Task Every_chart_is_drawn_without_a_complaint_and_nothing_is_asked_of_the_network(int width, bool isDark)
    {
        var page = await browser.OpenAsync(width, isDark);
        var charts = (await page.EvaluateAsync(Charts, Cancellation)).EnumerateArray().ToList();

        Assert.Equal(Expected, charts.Select(chart => chart.GetProperty("id").GetString()));
        Assert.All(charts, chart => Assert.True(chart.GetProperty("shapes").GetInt32() >= 5, chart.ToString()));
        Assert.All(charts, chart => Assert.Equal("[]", chart.GetProperty("cut").ToString()));
        Assert.All(charts, chart => Assert.Equal("[]", chart.GetProperty("overlaid").ToString()));
        Assert.Empty(page.Complaints);
        Assert.Equal([new Uri(browser.Report).AbsoluteUri], page.Requests);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Nothing_is_cut_off_and_only_the_trades_scroll_sideways(int width)
    {
        var page = await browser.OpenAsync(width);

        Assert.Equal("[]", (await page.EvaluateAsync(CutOff, Cancellation)).ToString());
        Assert.Subset(
            new HashSet<string?> { "Trades" },
            (await page.EvaluateAsync(Sideways, Cancellation)).EnumerateArray().Select(box => box.GetString()).ToHashSet()
        );
        Assert.InRange((await page.EvaluateAsync("document.documentElement.scrollWidth", Cancellation)).GetInt32(), 1, width);
    }

    [Fact]
    public async Task The_chosen_days_prices_are_drawn()
    {
        var page = await browser.OpenAsync(1280);
        const string label = "document.getElementById('chart-prices').getAttribute('aria-label')";
        var first = (await page.EvaluateAsync(label, Cancellation)).GetString();
        await page.EvaluateAsync("document.getElementById('day-forth').click()", Cancellation);
        var second = (await page.EvaluateAsync(label, Cancellation)).GetString();
        var chosen = (await page.EvaluateAsync("document.getElementById('price-day').value.slice(0, 10)", Cancellation)).GetString();

        Assert.NotEqual(first, second);
        Assert.Contains(chosen!, second, StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Equity_and_drawdown_zoom_together_and_show_the_whole_span_again()
    {
        var page = await browser.OpenAsync(1280);
        const string span = """
            [...charts.drawn.values()].filter(kept => kept.chart.group === "equity").map(kept => {
              const { start, end } = kept.instance.getOption().dataZoom[0];
              return `${Math.round(start)} to ${Math.round(end)}`;
            }).join(", ")
            """;
        await page.EvaluateAsync(
            "[...charts.drawn.values()][0].instance.dispatchAction({ type: 'dataZoom', dataZoomId: 'inside', start: 40, end: 60 })",
            Cancellation
        );
        Assert.Equal("40 to 60, 40 to 60", (await page.EvaluateAsync(span, Cancellation)).GetString());

        await page.EvaluateAsync("document.querySelector('[data-whole]').click()", Cancellation);
        Assert.Equal("0 to 100, 0 to 100", (await page.EvaluateAsync(span, Cancellation)).GetString());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_arrow_keys_read_a_chart_aloud()
    {
        var page = await browser.OpenAsync(1280);
        await page.EvaluateAsync(
            "document.getElementById('chart-days').dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }))",
            Cancellation
        );
        var spoken = (await page.EvaluateAsync("document.querySelector('#chart-days + .spoken').textContent", Cancellation)).GetString();

        var day = browser.Run.Performance.Daily[0];
        Assert.StartsWith($"{day.Day}, ", spoken, StringComparison.Ordinal);
        Assert.EndsWith($"{day.Trades} trades", spoken, StringComparison.Ordinal);
    }

    /// <summary>A fall that ends just above a rule, where the axis would end too and its names begin.</summary>
    [Fact]
    public async Task What_is_written_at_a_block_does_not_lie_on_the_names_below_it()
    {
        var page = await browser.OpenAsync(1280);
        const string blocks = """
            (() => {
              const names = ["Gross", "Slippage", "Commission", "Net"];
              const tags = ["+$126.25", "-$237.50", "-$83.16", "-$194.41"];
              const [low, y] = [[0, 126.25, -111.25, 0], [126.25, -111.25, -194.41, -194.41]];
              const series = [{ name: "P&L", mark: "block", tone: "sign", low, y, tags }];
              const chart = { id: "x", label: "x", pointsAtMarks: true, x: { scale: "name", names }, y: { format: "result" }, series };
              charts.draw(document.getElementById("chart-costs"), chart);
            })()
            """;
        await page.EvaluateAsync(blocks, Cancellation);
        var costs = (await page.EvaluateAsync(Charts, Cancellation))
            .EnumerateArray()
            .Single(chart => chart.GetProperty("id").GetString() == "costs");

        Assert.Equal("[]", costs.GetProperty("overlaid").ToString());
        Assert.Equal("[]", costs.GetProperty("cut").ToString());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_chart_whose_texts_are_markup_shows_them_as_text()
    {
        var page = await browser.OpenAsync(1280);
        const string hostile = """
            (() => {
              const text = "<img src=x onerror=alert(1)>";
              const series = [{ name: text, y: [1, 2], says: [text, text] }];
              const chart = { id: "x", label: text, legend: true, x: { scale: "name", names: [text, text] }, y: { title: text }, series };
              const host = document.getElementById("chart-days");
              charts.draw(host, chart);
              const tip = tipOf(chart, [{ seriesIndex: 0, seriesName: text, dataIndex: 0, value: [0, 1] }]);
              return document.images.length + tip.querySelectorAll("img").length + ": " + tip.textContent;
            })()
            """;

        Assert.Equal(
            "0: <img src=x onerror=alert(1)><img src=x onerror=alert(1)>",
            (await page.EvaluateAsync(hostile, Cancellation)).GetString()
        );
        Assert.Empty(page.Complaints);
    }

    /// <summary>The rules of the counts are whole, those of dollars are 1, 2, 2.5, 3, or 5 times a power of ten apart.</summary>
    [Fact]
    public async Task Rules_stand_at_round_values()
    {
        var page = await browser.OpenAsync(1280);
        const string rules = """
            ["holding", "day-results", "hours"].map(id => {
              const axis = charts.drawn.get(place(id)).instance.getModel().getComponent("yAxis").axis;
              return axis.scale.getTicks().map(tick => tick.value);
            })
            """;
        var axes = (await page.EvaluateAsync(rules, Cancellation))
            .EnumerateArray()
            .Select(axis => axis.EnumerateArray().Select(tick => tick.GetDecimal()).ToList())
            .ToList();

        Assert.All(axes.Take(2).SelectMany(axis => axis), count => Assert.Equal(Math.Round(count), count));
        var step = (double)(axes[2][1] - axes[2][0]);
        Assert.Contains(Math.Round(step / Math.Pow(10, Math.Floor(Math.Log10(step))), 6), new[] { 1, 2, 2.5, 3, 5 });
    }

    [Fact]
    public async Task The_colours_can_be_turned()
    {
        var page = await browser.OpenAsync(1280);
        const string color = "document.querySelector('#chart-hours svg text').getAttribute('fill')";
        var light = (await page.EvaluateAsync(color, Cancellation)).GetString();
        await page.EvaluateAsync("document.getElementById('theme').click()", Cancellation);

        Assert.NotEqual(light, (await page.EvaluateAsync(color, Cancellation)).GetString());
        Assert.Empty(page.Complaints);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>One browser for the class, started when a test first asks for it, and one report in a folder of its own.</summary>
    public sealed class Browser : IAsyncLifetime
    {
        private readonly ScratchFolder _folder = new();
        private Chromium? _chromium;

        internal Run Run { get; } = Runs.WithPrices;

        public string Report => _folder.At("report.html");

        public async ValueTask InitializeAsync()
        {
            if (Chromium.Program is null)
                return;
            await File.WriteAllTextAsync(Report, HtmlReport.Render(Run));
            _chromium = await Chromium.StartAsync(TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            if (_chromium is not null)
                await _chromium.DisposeAsync();
            _folder.Dispose();
        }

        /// <summary>The report in a new page, its charts drawn.</summary>
        public async Task<BrowserPage> OpenAsync(int width, bool isDark = false)
        {
            Assert.SkipWhen(_chromium is null, "needs Chromium: apt-get install chromium");
            var page = await _chromium.NewPageAsync(width, 900, isDark, Cancellation);
            await page.OpenAsync(Report, Cancellation);
            var state = (await page.EvaluateAsync(Drawn, Cancellation)).GetString();
            Assert.True(state == "drawn", string.Join('\n', page.Complaints));
            return page;
        }
    }
}
