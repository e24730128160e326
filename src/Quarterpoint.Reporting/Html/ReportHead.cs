using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>What the run was, what must be known before its numbers are read, and the numbers read first.</summary>
internal static class ReportHead
{
    /// <summary>Fewer trades prove nothing (SPEC X6).</summary>
    public const int SignificantTrades = 100;

    public static void Add(HtmlBuilder html, Run run)
    {
        html.Raw("<a class=\"skip\" href=\"#content\">Skip to the report</a>\n");
        if (!run.Identity.RailsOn)
        {
            html.Raw("<div class=\"rails\" role=\"alert\"><span><b>RAILS OFF</b> &middot; no risk limit acted in this run. ");
            html.Raw("It tests the backtester and is no evidence about trading.</span></div>\n");
        }

        html.Raw("<nav aria-label=\"Sections\"><div class=\"inner\"><a class=\"brand\" href=\"#content\">Quarterpoint</a>");
        html.Raw(
            "<a href=\"#equity\">Equity</a><a href=\"#figure-prices\">Prices</a><a href=\"#breakdown\">Breakdown</a><a "
                + "href=\"#risk\">Risk</a><a href=\"#metrics\">Metrics</a>"
        );
        html.Raw(
            "<a href=\"#trades\">Trades</a><a href=\"#run\">Run</a><button type=\"button\" id=\"theme\" hidden>Dark</button></div></nav>\n"
        );
    }

    public static void AddFigures(HtmlBuilder html, Run run)
    {
        var identity = run.Identity;
        html.Raw("<header>\n");
        html.Add($"<div class=\"kicker\">Backtest &middot; {identity.Instrument.Name}</div>\n<h1>{identity.Strategy}</h1>\n");
        html.Raw("<dl class=\"facts\">\n");
        AddFact(html, "Days", Span(run));
        AddFact(
            html,
            "Data",
            $"{identity.Data.Name}, {Say.Plural(identity.Data.BarSeconds, "second")} a "
                + $"bar{(identity.Data.IsSynthetic ? ", synthetic" : "")}"
        );
        AddFact(html, "Rails", identity.RailsOn ? "on" : "OFF");
        AddFact(html, "Fills", Say.Words(identity.Fills).ToLowerInvariant());
        AddFact(html, "Account", identity.Account == AccountMode.Lives ? "lives" : "one real account");
        AddFact(
            html,
            "Costs",
            $"{Say.Dollars((identity.CommissionPerSide + identity.FeesPerSide) * 2)} a contract and round trip, slippage apart"
        );
        html.Raw("</dl>\n");
        AddNotes(html, run);
        html.Raw("</header>\n");
        AddKeyFigures(html, run);
        html.Raw(
            "<noscript><p class=\"notes\">The charts and the trade table need JavaScript, which is off. All other numbers stand below."
                + "</p></noscript>\n"
        );
    }

    public static void AddFooter(HtmlBuilder html)
    {
        html.Raw(
            "<footer>\n<p><strong>Simulated, not traded.</strong> Every result on this page comes from feeding past or made-up prices "
                + "to a program. No order was "
        );
        html.Raw(
            "sent, no money was at stake, and nobody had to sit through a loss. A simulation knows what came next when it is designed, "
                + "it assumes fills "
        );
        html.Raw(
            "that a market may refuse, and the runs that get looked at are seldom the worst ones. Results of trading can differ in any "
                + "direction, and "
        );
        html.Raw("most often they are poorer. Futures can lose more than is deposited. Nothing here is advice or a promise.</p>\n");
        html.Raw(
            "<p>Times are New York unless they say UTC. Every metric is defined in docs/metrics.md. Charts: Apache ECharts, Apache "
                + "License 2.0; its notice is in this page&rsquo;s source.</p>\n</footer>\n"
        );
    }

    /// <summary>First and last trading day.</summary>
    public static string Span(Run run)
    {
        var days = run.Performance.Daily;
        return days.Count == 0 ? "no trading day"
            : days.Count == 1 ? $"{days[0].Day}"
            : $"{days[0].Day} to {days[^1].Day}";
    }

    private static void AddFact(HtmlBuilder html, string name, string value) => html.Add($"<div><dt>{name}</dt><dd>{value}</dd></div>\n");

    private static void AddNotes(HtmlBuilder html, Run run)
    {
        var (identity, performance) = (run.Identity, run.Performance);
        html.Raw("<ul class=\"notes\">\n");
        if (!identity.RailsOn)
            AddNote(
                html,
                "Rails off.",
                "The limits of money, pauses, and cooldowns were switched off. Only the calendar and the end of the day acted. Such a "
                    + "run validates the backtester; no verdict may rest on it."
            );
        if (identity.Data.IsSynthetic)
            AddNote(
                html,
                "Synthetic market.",
                "The prices were made by a seeded generator. They can show that the program works, and say nothing about what a "
                    + "strategy earns in a real market."
            );
        if (performance.Trades < SignificantTrades)
            AddNote(
                html,
                "Not significant.",
                $"{Say.Plural(performance.Trades, "trade")}; below {SignificantTrades} nothing can be concluded, in either direction."
            );
        if (identity.Fills == FillMode.Optimistic)
            AddNote(
                html,
                "Optimistic fills.",
                "Market orders filled at the signal's close without slippage, limits at a touch. No venue grants that; it bounds from "
                    + "above."
            );
        if (performance.Lives > 0)
        {
            var after =
                identity.Account == AccountMode.Lives
                    ? "each time a fresh account started next session, and the curve adds them all up."
                    : "it did not trade again.";
            AddNote(
                html,
                $"{Say.Plural(performance.Lives, "account")} of {Say.Dollars(performance.Capital)} came to an end.",
                $"A limit ended trading; {after}"
            );
        }

        if (performance.Violations > 0)
            AddNote(
                html,
                $"{Say.Plural(performance.Violations, "violation")} of the end of the day.",
                "Exits that no bar filled in time; they are listed below."
            );
        if (run.Risk is { Gaps.Count: > 0 and var gaps })
            AddNote(
                html,
                $"{Say.Plural(gaps, "limit")} passed by a gap.",
                "A trade ended below a limit: its fills were worse than what had been reserved, or it gave back what the day had won. "
                    + "The amounts are listed below."
            );
        html.Raw("</ul>\n");
    }

    private static void AddNote(HtmlBuilder html, string head, string text) => html.Add($"<li><strong>{head}</strong> {text}</li>\n");

    private static void AddKeyFigures(HtmlBuilder html, Run run)
    {
        var p = run.Performance;
        html.Raw("<dl class=\"kpis\" aria-label=\"Key figures\">\n");
        AddFigure(
            html,
            "Net P&L",
            Say.Result(p.NetPnl),
            [Say.Result(p.GrossPnl) + " gross,", Say.Dollars(p.Commission + p.Slippage) + " costs"],
            Tone(p.NetPnl)
        );
        AddFigure(
            html,
            "Trades",
            Say.Count(p.Trades),
            [Say.Number(p.TradesPerDay, "#,0.0") + " a day,", Say.Number(p.TradesPerHour, "#,0.0") + " an hour"]
        );
        AddFigure(html, "Expectancy of a trade", Say.Result(p.Expectancy), Range(p.ExpectancyIntervalByDay ?? p.ExpectancyInterval));
        AddFigure(html, "Before costs", Say.Result(p.ExpectancyGross), Range(p.ExpectancyGrossIntervalByDay ?? p.ExpectancyGrossInterval));
        AddFigure(
            html,
            "Win rate",
            Say.Percent(p.WinRate),
            p.WinRateInterval is { } rate ? ["95 %:", Say.Percent(rate.Low), "to " + Say.Percent(rate.High)] : ["no interval"]
        );
        AddFigure(html, "Profit factor", Say.Number(p.ProfitFactor), ["payoff " + Say.Number(p.Payoff)]);
        AddFigure(html, "Max drawdown", Say.Dollars(p.MaxDrawdown), DrawdownUnder(p));
        AddFigure(
            html,
            "Sharpe",
            Say.Number(p.Sharpe),
            [$"Sortino {Say.Number(p.Sortino)},", $"Calmar {Say.Number(p.Calmar)},", $"{Say.Plural(p.Days, "day")}"]
        );
        html.Raw("</dl>\n");
    }

    private static string[] Range(Interval? interval) =>
        interval is { } value ? ["95 %:", Say.Result(value.Low), "to " + Say.Result(value.High)] : ["no interval"];

    private static string[] DrawdownUnder(Performance p)
    {
        if (p.MaxDrawdown == Money.Zero)
            return ["never below its highest"];
        return [Say.Hours(p.MaxDrawdownHours) + ",", p.MaxDrawdownRecovered is null ? "not recovered" : "recovered"];
    }

    private static string Tone(Money amount) =>
        amount > Money.Zero ? "good"
        : amount < Money.Zero ? "bad"
        : "";

    /// <param name="under">Parts of the line below, none of which may break.</param>
    private static void AddFigure(HtmlBuilder html, string name, string value, string[] under, string tone = "")
    {
        html.Add($"<div class=\"kpi\"><dt>{name}</dt><dd class=\"value {tone}\">{value}</dd><dd class=\"under\">");
        foreach (var part in under)
            html.Add($"<span>{part}</span> ");
        html.Raw("</dd></div>\n");
    }
}
