using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>What went wrong, every metric with its definition, and what the run was.</summary>
internal static class ReportTables
{
    /// <summary>Rows of a list in the page; the files hold all.</summary>
    private const int MostListed = 200;

    public static void AddFaults(HtmlBuilder html, Run run)
    {
        html.Raw("<section id=\"faults\">\n<h2>Faults</h2>\n<div class=\"grid\">\n");
        AddList(
            html,
            "Violations of the end of the day",
            "None: every position was flat by the deadline, by a fill in the market.",
            ["When", "What"],
            run.Performance.ViolationList,
            violation => [Say.Time(violation.Time), ViolationWords(violation.Kind)]
        );
        AddList(
            html,
            "Holes in the data",
            "None was reported inside trading hours.",
            ["From", "To", "#Length"],
            run.Identity.DataGaps,
            gap => [Say.Time(gap.From), Say.Time(gap.To), Say.Hours((gap.To - gap.From).TotalHours)]
        );
        html.Raw("</div>\n</section>\n");
    }

    public static void AddMetrics(HtmlBuilder html, Run run)
    {
        html.Raw(
            "<section id=\"metrics\">\n<h2>Every metric</h2>\n<p class=\"quiet small screen\">Point at a name, or move to it with the "
                + "keyboard, for what it means.</p>\n<div class=\"metrics\">\n"
        );
        foreach (var column in MetricCatalogue.ReportColumns)
        {
            html.Raw("<div>\n");
            foreach (var group in column)
                AddMetricGroup(html, group, run.Performance);
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
        AddRow(
            html,
            "Instrument",
            $"{identity.Instrument.Symbol}, {identity.Instrument.Name}: tick "
                + $"{Say.Number((double)identity.Instrument.TickSize, "0.#########")} points, "
                + $"{Say.Dollars(identity.Instrument.TickValue)} a tick"
        );
        AddRow(html, "Data set", identity.Data.Name + (identity.Data.IsSynthetic ? " (synthetic)" : ""));
        AddRow(html, "Data fingerprint", identity.Data.Fingerprint, isCode: true);
        AddRow(
            html,
            "Span",
            $"{Say.Time(identity.First)} to {Say.Time(identity.Last)} New York, {Say.Plural(run.Performance.Bars, "bar")} of "
                + $"{Say.Plural(identity.Data.BarSeconds, "second")}"
        );
        AddRow(
            html,
            "Seed",
            identity.Seed is { } seed ? seed.ToString(System.Globalization.CultureInfo.InvariantCulture) : "none: nothing was drawn"
        );
        AddRow(html, "Rails", identity.RailsOn ? "on" : "OFF: no limit of money, pause, or cooldown acted");
        AddRow(html, "Fills", Say.Words(identity.Fills).ToLowerInvariant());
        AddRow(
            html,
            "Account",
            identity.Account == AccountMode.Lives
                ? $"lives: a fresh {Say.Dollars(run.Performance.Capital)} after each end"
                : "one real account, for good"
        );
        AddRow(
            html,
            "Entries",
            (identity.EntriesInEth ? "from the open (ETH)" : "from 09:30")
                + ", end of day by "
                + (identity.EndOfDay == EndOfDayPlan.Plan ? "the plan: flat by 16:30" : "the TopstepX schedule: flat by 16:05")
        );
        AddRow(
            html,
            "Costs",
            $"{Say.Dollars(identity.CommissionPerSide)} commission and {Say.Dollars(identity.FeesPerSide)} fees a contract and side"
        );
        AddRow(html, "Code version", identity.CodeVersion, isCode: true);
        AddRow(html, "Configuration", "SHA-256 " + identity.ConfigurationHash, isCode: true);
        html.Raw("</tbody></table>\n</div>\n");
        html.Add(
            $"<div class=\"card long\"><h3>Configuration, as it took effect</h3>\n<pre tabindex=\"0\">{run.Configuration}</pre>\n"
                + $"</div>\n</section>\n"
        );
    }

    private static void AddMetricGroup(HtmlBuilder html, string group, Performance performance)
    {
        html.Add($"<div class=\"card\"><h3>{group}</h3>\n<table><tbody>\n");
        foreach (var metric in MetricCatalogue.All.Where(metric => metric.Group == group && metric.Show is not null))
        {
            var tip = metric.NullWhen.Length == 0 ? metric.Meaning : $"{metric.Meaning} Undefined where {metric.NullWhen}.";
            html.Add(
                $"<tr><th scope=\"row\" class=\"term\"><button type=\"button\" class=\"def\" "
                    + $"aria-describedby=\"def-{metric.Name}\">{metric.Label}</button>"
            );
            html.Add(
                $"<span class=\"tip\" role=\"tooltip\" id=\"def-{metric.Name}\">{tip}</span></th><td>{metric.Show!(performance)}</td>"
                    + $"</tr>\n"
            );
        }

        html.Raw("</tbody></table></div>\n");
    }

    /// <param name="html">Takes the markup.</param>
    /// <param name="title">Above the table.</param>
    /// <param name="empty">What stands in its place where there are no items.</param>
    /// <param name="heads">The heads of the columns; a leading # marks a column of numbers.</param>
    /// <param name="items">The rows.</param>
    /// <param name="cells">The cells of a row.</param>
    /// <param name="style">The card's class.</param>
    /// <param name="note">Below the table: what its numbers mean.</param>
    public static void AddList<T>(
        HtmlBuilder html,
        string title,
        string empty,
        IReadOnlyList<string> heads,
        IReadOnlyList<T> items,
        Func<T, IReadOnlyList<string>> cells,
        string style = "",
        string note = ""
    )
    {
        html.Add($"<div class=\"card {style}\"><h3>{title}</h3>\n");
        if (items.Count == 0)
        {
            html.Add($"<p class=\"quiet\">{empty}</p></div>\n");
            return;
        }

        html.Add(
            $"<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><table "
                + $"class=\"{(heads.Count > 3 ? "list" : "pair")}\"><thead><tr>"
        );
        foreach (var head in heads)
            html.Raw(head[0] == '#' ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">").Add($"{head.TrimStart('#')}</th>");
        html.Raw("</tr></thead><tbody>\n");
        foreach (var item in items.Take(MostListed))
        {
            html.Raw("<tr>");
            foreach (var (head, cell) in heads.Zip(cells(item)))
                html.Raw(head[0] == '#' ? "<td class=\"n\" " : "<td ").Add($"data-head=\"{head.TrimStart('#')}\">{cell}</td>");
            html.Raw("</tr>\n");
        }

        html.Raw("</tbody></table></div>\n");
        if (items.Count > MostListed)
            html.Add(
                $"<p class=\"quiet small\">The first {MostListed} of {Say.Count(items.Count)}; the rest stand in the run&rsquo;s files."
                    + $"</p>\n"
            );
        if (note.Length > 0)
            html.Add($"<p class=\"quiet small\">{note}</p>\n");
        html.Raw("</div>\n");
    }

    public static void AddRow(HtmlBuilder html, string name, string value, bool isCode = false)
    {
        html.Add($"<tr><th scope=\"row\">{name}</th>");
        if (isCode)
            html.Add($"<td><code>{value}</code></td></tr>\n");
        else
            html.Add($"<td>{value}</td></tr>\n");
    }

    private static string ViolationWords(ViolationKind kind) =>
        kind switch
        {
            ViolationKind.NotFlatByDeadline => "Still in a position at the flat-by time",
            ViolationKind.BookedAtDeadline => "No bar filled the exit in time: booked at the last close",
            _ => Say.Words(kind),
        };
}
