using Quarterpoint.Core;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>What the limits did, how near they came, and how likely they are to fire on an account to come.</summary>
internal static class ReportRisk
{
    public static void Add(HtmlBuilder html, Run run)
    {
        html.Raw("<section id=\"risk\">\n<h2>Risk</h2>\n<div class=\"grid\">\n");
        if (run.Risk is { } risk)
        {
            AddRoom(html, run, risk);
            AddOdds(html, run, risk);
            AddLatches(html, risk);
        }
        else
        {
            html.Raw(
                "<div class=\"card wide\"><p class=\"empty\">This run was kept before its risk was: run it again for what latches "
                    + "held, what was left of each limit, and the odds of an account to come.</p></div>\n"
            );
        }

        AddRefusals(html, run);
        if (run.Risk is not null)
            AddGapsAndBreakers(html, run.Risk);
        AddLives(html, run);
        html.Raw("</div>\n</section>\n");
    }

    private static void AddRoom(HtmlBuilder html, Run run, RiskReport risk)
    {
        if (risk.Rooms.Count > 0)
        {
            Cards.AddFigure(
                html,
                FigureCatalogue.Room,
                () => html.Add(RiskCharts.Room(run.Performance.Daily, risk.Rooms)),
                "wide",
                $"Closest: {string.Join("; ", AccountLevels.Limits.Select(limit => Closest(risk, limit.Rule)))}."
            );
            return;
        }

        html.Add($"<div class=\"card wide\"><h3>{FigureCatalogue.Room.Title}</h3>\n");
        Cards.AddEmpty(html, run.Identity.RailsOn ? "No position was ever open." : "The limits were off: there was no distance to them.");
        html.Raw("</div>\n");
    }

    private static string Closest(RiskReport risk, Rule limit) =>
        risk.ClosestTo(limit) is { } day ? $"{RuleWords.Of(limit)} {Say.Dollars(day.To(limit))} on {day.Day}" : Say.Undefined;

    private static void AddOdds(HtmlBuilder html, Run run, RiskReport risk)
    {
        html.Raw("<div class=\"card wide\"><h3>Odds of a fresh account</h3>\n");
        if (risk.Ruin is not { Horizons.Count: > 0 } ruin)
        {
            var why = run.Identity.RailsOn
                ? $"Not enough days: {Say.Count(run.Performance.DaysTraded)} with a trade, and {RuinStudy.LeastDaysTraded} are needed "
                    + $"to say anything."
                : "The limits were off, so there is nothing to say of an account that would have had them.";
            html.Add($"<p class=\"quiet\">{why}</p></div>\n");
            return;
        }

        html.Raw(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Odds of a fresh account\"><table class=\"odds\"><thead>"
                + "<tr><th scope=\"col\">Happens at least once</th>"
        );
        foreach (var horizon in ruin.Horizons)
            html.Add($"<th scope=\"col\" class=\"n\">within {Say.Plural(horizon.Days, "day")}</th>");
        html.Raw("</tr></thead><tbody>\n");
        foreach (var limit in ruin.Horizons[0].Limits.Select(odds => odds.Limit))
            AddOddsRow(html, ruin, RuleWords.Of(limit), h =>
                h.Limits.Where(odds => odds.Limit == limit)
                    .Select(odds => Share(odds.Probability, odds.Interval))
                    .FirstOrDefault(Say.Undefined)
            );
        AddOddsRow(html, ruin, "The account is over (R4, R5, or R25)", h => Share(h.Ended.Probability, h.Ended.Interval), "strong");
        AddOddsRow(html, ruin, "Equity by then: 5 % end at or below", h => Say.Dollars(h.EquityLow));
        AddOddsRow(html, ruin, "half at or below", h => Say.Dollars(h.EquityMedian));
        AddOddsRow(html, ruin, "95 % at or below", h => Say.Dollars(h.EquityHigh));
        html.Raw("</tbody></table></div>\n");
        html.Add(
            $"<p class=\"quiet small\">{Say.Count(ruin.Paths)} fresh accounts of {Say.Dollars(run.Performance.Capital)} live through "
                + $"days drawn from the {Say.Count(ruin.DaysDrawnFrom)} of this run, whole days in blocks of "
                + $"{Say.Count(ruin.MeanBlockDays)} on average, under all limits of money. In brackets: what more paths could still "
                + $"change (95 %). "
        );
        html.Raw(
            "R1, R2, R4, and R5 fire seldom, because the survival check (R7) refuses the trade that could pass them: first the day is "
                + "over, then the account (R25). The row in bold is the one to read.</p>\n"
        );
        html.Raw(
            "<p class=\"quiet small\">This is what the future holds <em>if its days are like these</em>. They were traded under the "
                + "same limits, so what those kept from happening is not among them"
        );
        if (run.Performance.Lives > 0)
            html.Add($", and they come from several accounts, {Say.Count(run.Performance.Lives)} of which came to an end");
        html.Raw(". A run that has seen no bad year knows of none. Sizes never grow beyond those of the run.</p>\n</div>\n");
    }

    /// <summary>12.3 % (11.7 to 13.0).</summary>
    private static string Share(double probability, Interval interval) =>
        $"{Say.Percent(probability)} ({Say.Number(interval.Low * 100, "0.0")} to {Say.Number(interval.High * 100, "0.0")})";

    private static void AddOddsRow(HtmlBuilder html, RuinOdds ruin, string name, Func<HorizonOdds, string> cell, string style = "")
    {
        html.Add($"<tr class=\"{style}\"><th scope=\"row\">{name}</th>");
        foreach (var horizon in ruin.Horizons)
            html.Add($"<td class=\"n\">{cell(horizon)}</td>");
        html.Raw("</tr>\n");
    }

    private static void AddLatches(HtmlBuilder html, RiskReport risk)
    {
        ReportTables.AddList(
            html,
            "What held trading back",
            "No latch was ever held.",
            ["Latch", "The account is then", "#Times", "#Entry hours", "#Share"],
            risk.Latches,
            use =>
                [
                    RuleWords.Of(LatchTable.Of(use.Latch).Rule),
                    RuleWords.Of(LatchTable.Of(use.Latch).State),
                    Say.Count(use.Times),
                    Say.Number(use.Hours, "#,0.0"),
                    Say.Percent(use.Share),
                ],
            "wide",
            $"Times a latch began to be held, and for how many of the {Say.Number(risk.EntryHours, "#,0.0")} hours in which the clock "
                + $"let a position be opened. Several can be held at once. "
                + $"{Say.Plural(risk.TimesIn(TradingState.Paused), "pause")}, "
                + $"{Say.Plural(risk.TimesIn(TradingState.StoppedForDay), "stop")} for the day, "
                + $"{Say.Plural(risk.TimesIn(TradingState.ManualReview) + risk.TimesIn(TradingState.Killed), "halt")}."
        );
    }

    private static void AddRefusals(HtmlBuilder html, Run run) =>
        ReportTables.AddList(
            html,
            "Why no trade",
            "No entry was refused.",
            ["Rule", "#Times"],
            [.. run.Performance.Refusals.OrderByDescending(refusal => refusal.Value).ThenBy(refusal => refusal.Key)],
            refusal => [RuleWords.Of(refusal.Key), Say.Count(refusal.Value)]
        );

    private static void AddGapsAndBreakers(HtmlBuilder html, RiskReport risk)
    {
        ReportTables.AddList(
            html,
            "Limits passed by gaps",
            "None: no trade ended below a limit.",
            ["When", "Limit", "#By"],
            risk.Gaps,
            gap => [Say.Time(gap.Time), RuleWords.Of(gap.Limit), Say.Dollars(gap.Amount)]
        );
        ReportTables.AddList(
            html,
            "Breakers of the market",
            "",
            ["Breaker", "#Minutes", "#Knew what is normal"],
            risk.Breakers,
            breaker =>
                [
                    RuleWords.Of(breaker.Breaker),
                    Say.Count(breaker.Minutes),
                    breaker.IsInactive ? "inactive" : Say.Percent((double)breaker.Known / breaker.Minutes),
                ],
            note: "Inactive: the data had no such thing, or not yet the days that say what is normal. Nothing was guarded then, and "
                + "nothing is known of how calm the market was."
        );
    }

    private static void AddLives(HtmlBuilder html, Run run)
    {
        var ends = run.Performance.LifeEnds;
        if (ends.Count > 0 && run.Trades.Count > 0)
        {
            var curves = LifeCurve.Of(run.Trades, ends, run.Performance.Capital);
            Cards.AddFigure(
                html,
                FigureCatalogue.Lives,
                () => html.Add(RiskCharts.Lives(curves)),
                "wide",
                curves.Count > RiskCharts.MostLives ? $"The first {RiskCharts.MostLives} of {Say.Count(curves.Count)} are drawn." : ""
            );
        }

        var trades = run.Trades.GroupBy(trade => trade.Life).ToDictionary(life => life.Key, life => life.Count());
        ReportTables.AddList(
            html,
            "Lives",
            "No limit ended the account.",
            ["#Life", "#Trades", "Ended", "By", "#Equity left"],
            [.. ends.Index()],
            life =>
                [
                    Say.Count(life.Index + 1),
                    Say.Count(trades.GetValueOrDefault(life.Index + 1)),
                    Say.Time(life.Item.Time),
                    RuleWords.Of(life.Item.Limit),
                    Say.Dollars(life.Item.Equity),
                ],
            "wide"
        );
    }
}
