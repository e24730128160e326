using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.Reporting.Html;

/// <summary>What stood in the way of trading, every metric with its definition, and what the run was.</summary>
internal static class ReportTables
{
    /// <summary>Rows of a list in the page; the files hold all.</summary>
    private const int MostListed = 200;

    public static void AddLimits(HtmlBuilder html, Run run)
    {
        var p = run.Performance;
        html.Raw("<section id=\"limits\">\n<h2>Limits and faults</h2>\n<div class=\"grid\">\n");
        AddList(
            html, "Why no trade", "No entry was refused.", ["Rule", "#Times"], [.. p.Refusals.OrderByDescending(refusal => refusal.Value).ThenBy(refusal => refusal.Key)],
            refusal => [RuleWords(refusal.Key), Say.Count(refusal.Value)]);
        AddList(
            html, "Violations of the end of the day", "None: every position was flat by the deadline, by a fill in the market.", ["When", "What"],
            p.ViolationList, violation => [Say.Time(violation.Time), ViolationWords(violation.Kind)]);
        AddList(
            html, "Limits passed by gaps", "None: no fill was worse than what had been reserved for it.", ["When", "Limit", "#By"],
            run.Identity.LimitGaps, gap => [Say.Time(gap.Time), RuleWords(gap.Limit), Say.Dollars(gap.Amount)]);
        AddList(
            html, "Holes in the data", "None was reported inside trading hours.", ["From", "To", "#Length"],
            run.Identity.DataGaps, gap => [Say.Time(gap.From), Say.Time(gap.To), Say.Hours((gap.To - gap.From).TotalHours)]);
        AddLives(html, run);
        html.Raw("</div>\n</section>\n");
    }

    public static void AddMetrics(HtmlBuilder html, Run run)
    {
        html.Raw("<section id=\"metrics\">\n<h2>Every metric</h2>\n<p class=\"quiet small screen\">Point at a name, or move to it with the keyboard, for what it means.</p>\n<div class=\"metrics\">\n");
        foreach (var column in MetricCatalogue.ReportColumns)
        {
            html.Raw("<div>\n");
            foreach (var group in column) AddMetricGroup(html, group, run.Performance);
            html.Raw("</div>\n");
        }

        html.Raw("</div>\n</section>\n");
    }

    public static void AddIdentity(HtmlBuilder html, Run run)
    {
        var identity = run.Identity;
        html.Raw("<section id=\"run\">\n<h2>The run</h2>\n<div class=\"card\">\n<table class=\"identity\"><tbody>\n");
        AddRow(html, "Command", identity.Command, isCode: true);
        AddRow(html, "Strategy", identity.Strategy);
        AddRow(html, "Instrument", $"{identity.Instrument.Symbol}, {identity.Instrument.Name}: tick {Say.Number((double)identity.Instrument.TickSize, "0.#########")} points, {Say.Dollars(identity.Instrument.TickValue)} a tick");
        AddRow(html, "Data set", identity.Data.Name + (identity.Data.IsSynthetic ? " (synthetic)" : ""));
        AddRow(html, "Data fingerprint", identity.Data.Fingerprint, isCode: true);
        AddRow(html, "Span", $"{Say.Time(identity.First)} to {Say.Time(identity.Last)} New York, {Say.Plural(run.Performance.Bars, "bar")} of {Say.Plural(identity.Data.BarSeconds, "second")}");
        AddRow(html, "Seed", identity.Seed is { } seed ? seed.ToString(System.Globalization.CultureInfo.InvariantCulture) : "none: nothing was drawn");
        AddRow(html, "Rails", identity.RailsOn ? "on" : "OFF: no limit of money, pause, or cooldown acted");
        AddRow(html, "Fills", Say.Words(identity.Fills).ToLowerInvariant());
        AddRow(html, "Account", identity.Account == AccountMode.Lives ? $"lives: a fresh {Say.Dollars(run.Performance.Capital)} after each end" : "one real account, for good");
        AddRow(html, "Entries", (identity.EntriesInEth ? "from the open (ETH)" : "from 09:30") + ", end of day by " + (identity.EndOfDay == EndOfDayPlan.Plan ? "the plan: flat by 16:30" : "the TopstepX schedule: flat by 16:05"));
        AddRow(html, "Costs", $"{Say.Dollars(identity.CommissionPerSide)} commission and {Say.Dollars(identity.FeesPerSide)} fees a contract and side");
        AddRow(html, "Code version", identity.CodeVersion, isCode: true);
        AddRow(html, "Configuration", "SHA-256 " + identity.ConfigurationHash, isCode: true);
        html.Raw("</tbody></table>\n</div>\n");
        html.Add($"<div class=\"card long\"><h3>Configuration, as it took effect</h3>\n<pre tabindex=\"0\">{run.Configuration}</pre>\n</div>\n</section>\n");
    }

    private static void AddMetricGroup(HtmlBuilder html, string group, Performance performance)
    {
        html.Add($"<div class=\"card\"><h3>{group}</h3>\n<table><tbody>\n");
        foreach (var metric in MetricCatalogue.All.Where(metric => metric.Group == group && metric.Show is not null))
        {
            var tip = metric.NullWhen.Length == 0 ? metric.Meaning : $"{metric.Meaning} Undefined where {metric.NullWhen}.";
            html.Add($"<tr><th scope=\"row\" class=\"term\"><button type=\"button\" class=\"def\" aria-describedby=\"def-{metric.Name}\">{metric.Label}</button>");
            html.Add($"<span class=\"tip\" role=\"tooltip\" id=\"def-{metric.Name}\">{tip}</span></th><td>{metric.Show!(performance)}</td></tr>\n");
        }

        html.Raw("</tbody></table></div>\n");
    }

    private static void AddLives(HtmlBuilder html, Run run)
    {
        var ends = run.Performance.LifeEnds;
        var trades = run.Trades.GroupBy(trade => trade.Life).ToDictionary(life => life.Key, life => life.Count());
        AddList(
            html, "Lives", "No limit ended the account.", ["#Life", "#Trades", "Ended", "By", "#Equity left"], [.. ends.Index()],
            life => [
                Say.Count(life.Index + 1), Say.Count(trades.GetValueOrDefault(life.Index + 1)), Say.Time(life.Item.Time), RuleWords(life.Item.Limit),
                Say.Dollars(life.Item.Equity),
            ],
            "wide");
    }

    /// <param name="heads">Of the columns; a leading # marks one of numbers.</param>
    public static void AddList<T>(
        HtmlBuilder html, string title, string empty, IReadOnlyList<string> heads, IReadOnlyList<T> items, Func<T, IReadOnlyList<string>> cells, string style = "")
    {
        html.Add($"<div class=\"card {style}\"><h3>{title}</h3>\n");
        if (items.Count == 0)
        {
            html.Add($"<p class=\"quiet\">{empty}</p></div>\n");
            return;
        }

        html.Add($"<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><table><thead><tr>");
        foreach (var head in heads) html.Raw(head[0] == '#' ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">").Add($"{head.TrimStart('#')}</th>");
        html.Raw("</tr></thead><tbody>\n");
        foreach (var item in items.Take(MostListed))
        {
            html.Raw("<tr>");
            foreach (var (head, cell) in heads.Zip(cells(item))) html.Raw(head[0] == '#' ? "<td class=\"n\">" : "<td>").Add($"{cell}</td>");
            html.Raw("</tr>\n");
        }

        html.Raw("</tbody></table></div>\n");
        if (items.Count > MostListed) html.Add($"<p class=\"quiet small\">The first {MostListed} of {Say.Count(items.Count)}; the rest stand in the run&rsquo;s files.</p>\n");
        html.Raw("</div>\n");
    }

    public static void AddRow(HtmlBuilder html, string name, string value, bool isCode = false)
    {
        html.Add($"<tr><th scope=\"row\">{name}</th>");
        if (isCode) html.Add($"<td><code>{value}</code></td></tr>\n");
        else html.Add($"<td>{value}</td></tr>\n");
    }

    public static string RuleWords(Rule rule) => rule switch
    {
        Rule.DailyLoss => "Loss of the day (R1)",
        Rule.DailyDrawdown => "Fall from the day's highest equity (R2)",
        Rule.AccountDrawdown => "Account drawdown (R4)",
        Rule.KillSwitch => "Kill switch (R5)",
        Rule.DayUnknown => "How the day began is not known (R1)",
        Rule.DayExhausted => "The day's limits hold no further trade (R7)",
        Rule.Starved => "Starved: no permitted trade was left (R25)",
        Rule.LossPause => "Pause after losses in a row (R14)",
        Rule.LongLossPause => "Long pause after losses in a row (R15)",
        Rule.Volatility => "Volatility far above normal (R18)",
        Rule.Spread => "Spread too wide (R19)",
        Rule.Volume => "Volume far below normal (R20)",
        Rule.TradeRisk => "One trade would have risked too much (R3)",
        Rule.BalanceFloor => "Balance below the floor (R6)",
        Rule.SurvivalCheck => "Would not have survived the worst case (R7)",
        Rule.SizeZero => "The balance does not pay for one contract (R8)",
        Rule.SizeReduced => "Nothing left of the size after it was halved (R8, R13)",
        Rule.StopUnavailable => "No stop could be set (R11)",
        Rule.EndOfDayCutoff => "After the day's last entry time (R13)",
        Rule.OutsideEntryWindow => "Outside the hours of entry (R13)",
        Rule.NoSession => "No session (R13)",
        Rule.Cooldown => "Cooldown after an exit (R24)",
        Rule.EntrySpacing => "Too soon after the last entry (N17)",
        Rule.EntriesThisHour => "Enough entries within an hour (N17)",
        Rule.EntriesToday => "Enough entries today (N17)",
        Rule.MinimumHold => "A signal would have ended a trade that had hardly begun (N17)",
        Rule.MarkUnknown => "No fresh quote",
        Rule.News => "Near scheduled news (K7)",
        Rule.OrderPending => "An order was still under way",
        Rule.ModelSilent => "The model said nothing: outside its hours, not warm, or late",
        Rule.FlatPredicted => "The model expected no move (M4)",
        Rule.LowConfidence => "A side was likeliest, but below the gate (R10)",
        Rule.BelowBreakEven => "The bracket was not likely enough to pay for itself (M4)",
        Rule.PositionHeld => "A position was open",
        _ => Say.Words(rule),
    };

    private static string ViolationWords(ViolationKind kind) => kind switch
    {
        ViolationKind.NotFlatByDeadline => "Still in a position at the flat-by time",
        ViolationKind.BookedAtDeadline => "No bar filled the exit in time: booked at the last close",
        _ => Say.Words(kind),
    };
}
