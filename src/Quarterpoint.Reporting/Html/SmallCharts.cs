using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.Reporting.Html;

/// <summary>Charts drawn as pictures in the page: they print, and need no script. Above zero is blue, below is orange, and never by colour alone.</summary>
internal static class SmallCharts
{
    private const int MostBins = 36;

    /// <summary>From gross by what it cost to net.</summary>
    public static void AddCosts(HtmlBuilder html, Performance p)
    {
        (string Name, Money From, Money To, Money Says)[] steps =
        [
            ("Gross", Money.Zero, p.GrossPnl, p.GrossPnl),
            ("Slippage", p.GrossPnl, p.GrossPnl - p.Slippage, -p.Slippage),
            ("Commission", p.GrossPnl - p.Slippage, p.NetPnl, -p.Commission),
            ("Net", Money.Zero, p.NetPnl, p.NetPnl),
        ];
        var levels = steps.SelectMany(step => new[] { Dollars(step.From), Dollars(step.To) }).ToList();
        var air = (levels.Max() - levels.Min()) * 0.14;
        var frame = new ChartFrame(
            (0, steps.Length),
            (levels.Min() - (levels.Min() < 0 ? air : 0), levels.Max() + (levels.Max() > 0 ? air : 0)),
            bottom: 24
        );

        ChartFrame.Open(html, "Costs: " + string.Join(", ", steps.Select(step => $"{step.Name} {Say.Result(step.Says)}")));
        frame.AddRules(html, Axis);
        for (var i = 0; i < steps.Length; i++)
        {
            var (name, from, to, says) = steps[i];
            frame.AddBar(html, i + 0.2, i + 0.8, Dollars(from), Dollars(to), Style(says), $"{name}: {Say.Result(says)}");
            if (i + 1 < steps.Length)
            {
                var y = frame.Y(Dollars(to));
                html.Add(
                    $"<line class=\"line\" x1=\"{frame.X(i + 0.8):0.##}\" x2=\"{frame.X(i + 1.2):0.##}\" y1=\"{y:0.##}\" y2=\"{y:0.##}\"/>"
                );
            }

            var above = says > Money.Zero || (says == Money.Zero && i == 0);
            var at = above ? frame.Y(Math.Max(Dollars(from), Dollars(to))) - 5 : frame.Y(Math.Min(Dollars(from), Dollars(to))) + 14;
            html.Add(
                $"<text class=\"strong\" x=\"{frame.X(i + 0.5):0.##}\" y=\"{at:0.##}\" text-anchor=\"middle\">{Say.Result(says)}</text>\n"
            );
            frame.AddLabel(html, i + 0.5, name);
        }

        ChartFrame.Close(html);
    }

    /// <summary>How many trades made how much: bins begin at whole multiples of their width, so that none holds both wins and losses.</summary>
    public static void AddHistogram(HtmlBuilder html, IReadOnlyList<TradeRecord> trades)
    {
        var nets = trades.Select(trade => Dollars(trade.Trip.Net)).ToList();
        var width = ChartFrame.RoundStep(Math.Max((nets.Max() - nets.Min()) / MostBins, 0.25));
        var bins = nets.GroupBy(net => (long)Math.Floor(net / width)).ToDictionary(bin => bin.Key, bin => bin.Count());
        var (first, last) = (Math.Min(bins.Keys.Min(), -1), Math.Max(bins.Keys.Max(), 0));
        var frame = new ChartFrame((first * width, (last + 1) * width), (0, bins.Values.Max() * 1.06));

        ChartFrame.Open(html, $"Net P&L of {Say.Plural(trades.Count, "trade")}, from {Say.Result(nets.Min())} to {Say.Result(nets.Max())}");
        frame.AddRules(html, value => Say.Number(value, "#,0.#"), "trades", leastStep: 1);
        foreach (var (bin, count) in bins.OrderBy(bin => bin.Key))
        {
            var (from, to) = (bin * width, (bin + 1) * width);
            var inset = width * 0.06;
            frame.AddBar(
                html,
                from + inset,
                to - inset,
                0,
                count,
                bin < 0 ? "down" : "up",
                $"{Say.Result(from)} to {Say.Result(to)}: {Say.Plural(count, "trade")}"
            );
        }

        html.Add($"<line class=\"zero\" x1=\"{frame.X(0):0.##}\" x2=\"{frame.X(0):0.##}\" y1=\"14\" y2=\"{frame.PlotBottom}\"/>");
        foreach (var value in ChartFrame.RoundValues(first * width, (last + 1) * width, 6))
            frame.AddLabel(html, value, Axis(value));
        frame.AddTitleBelow(html, "net P&L of a trade; losses lie left of the line");
        ChartFrame.Close(html);
    }

    public static void AddHours(HtmlBuilder html, IReadOnlyList<PnlSlice<int>> hours)
    {
        // At least the hours of RTH, so that a run of one hour is not one bar across the picture.
        var (first, last) = (Math.Min(hours[0].Key, 9), Math.Max(hours[^1].Key, 15));
        var nets = hours.Select(hour => Dollars(hour.Net)).ToList();
        var (least, most) = (Math.Min(0, nets.Min()), Math.Max(0, nets.Max()));
        var air = (most - least) * 0.06;
        var frame = new ChartFrame((first, last + 1), (least - (least < 0 ? air : 0), most + (most > 0 ? air : 0)));

        ChartFrame.Open(
            html,
            "Net P&L by hour of entry: " + string.Join(", ", hours.Select(hour => $"{hour.Key}:00 {Say.Result(hour.Net)}"))
        );
        frame.AddRules(html, Axis);
        foreach (var hour in hours)
            frame.AddBar(
                html,
                hour.Key + 0.14,
                hour.Key + 0.86,
                0,
                Dollars(hour.Net),
                Style(hour.Net),
                $"{hour.Key}:00, {Say.Plural(hour.Trades, "trade")}: {Say.Result(hour.Net)}"
            );
        var every = (last - first) switch
        {
            > 12 => 3,
            > 8 => 2,
            _ => 1,
        };
        for (var hour = first; hour <= last; hour += every)
            frame.AddLabel(html, hour + 0.5, Say.Count(hour));
        frame.AddTitleBelow(html, "hour of the entry, New York");
        ChartFrame.Close(html);
    }

    /// <summary>
    /// How far each trade went against us and for us. Trades at one point are one dot, larger by their number; wins stand a little left of
    /// their tick and losses a little right, so that neither hides the other.
    /// </summary>
    public static void AddExcursions(HtmlBuilder html, IReadOnlyList<TradeRecord> trades)
    {
        var points = trades
            .GroupBy(trade =>
                (
                    Against: -trade.Trip.AdverseExcursion.Count,
                    For: trade.Trip.FavourableExcursion.Count,
                    Outcome: Math.Sign(trade.Trip.Net.MicroDollars)
                )
            )
            .Select(group => (group.Key, Count: group.Count()))
            .OrderByDescending(point => point.Count)
            .ThenBy(point => point.Key)
            .ToList();
        var most = points[0].Count;
        var reach = (Against: Math.Max(1, points.Max(point => point.Key.Against)), For: Math.Max(1, points.Max(point => point.Key.For)));
        var frame = new ChartFrame((-reach.Against * 0.03, reach.Against * 1.05), (-reach.For * 0.05, reach.For * 1.06));

        ChartFrame.Open(
            html,
            $"How far {Say.Plural(trades.Count, "trade")} went against us, at most {reach.Against} ticks, and for us, at most {reach.For} ticks"
        );
        frame.AddRules(html, value => Say.Number(value, "0.#"), "ticks for us (MFE)", leastStep: 1);
        foreach (var ((against, gained, outcome), count) in points)
        {
            var size = 2.4 + (4.2 * Math.Sqrt((double)count / most));
            var (x, y) = (frame.X(against) - (2.5 * outcome), frame.Y(gained));
            var says =
                $"{against} ticks against, {gained} for: {Say.Plural(count, outcome > 0 ? "win" : outcome < 0 ? "loss" : "level trade")}";
            if (outcome > 0)
                html.Add($"<circle class=\"dot up\" cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{size:0.##}\"><title>{says}</title></circle>\n");
            else
                html.Add(
                    $"<path class=\"dot down\" d=\"M{x:0.##} {y - size:0.##}L{x + size:0.##} {y:0.##}L{x:0.##} {y + size:0.##}L{x - size:0.##} {y:0.##}Z\"><title>{says}</title></path>\n"
                );
        }

        foreach (var value in ChartFrame.RoundValues(0, reach.Against, 6, leastStep: 1))
            frame.AddLabel(html, value, Say.Number(value, "0.#"));
        frame.AddTitleBelow(html, "ticks against us (MAE)");
        ChartFrame.Close(html);
        html.Raw(
            "<p class=\"key\"><span><svg viewBox=\"0 0 12 12\" class=\"chart\"><circle class=\"dot up\" cx=\"6\" cy=\"6\" r=\"4.5\"/></svg>wins</span>"
        );
        html.Raw(
            "<span><svg viewBox=\"0 0 12 12\" class=\"chart\"><path class=\"dot down\" d=\"M6 1L11 6L6 11L1 6Z\"/></svg>losses</span><span>larger: more trades</span></p>\n"
        );
    }

    public static void AddBalance(HtmlBuilder html, ClassBalance balance)
    {
        (string Name, long Count, string Style)[] classes =
        [
            ("DOWN", balance.Down, "down"),
            ("FLAT", balance.Flat, "flat"),
            ("UP", balance.Up, "up"),
        ];
        ChartFrame.Open(
            html,
            "Class balance: " + string.Join(", ", classes.Select(one => $"{one.Name} {Say.Percent(Share(one.Count))}")),
            height: 92
        );
        var at = 4.0;
        foreach (var (name, count, style) in classes)
        {
            var width = Share(count) * (ChartFrame.Width - 8);
            html.Add(
                $"<rect class=\"{style}\" x=\"{at:0.##}\" y=\"6\" width=\"{Math.Max(width - 1.5, 0.5):0.##}\" height=\"30\"><title>{name}: {Say.Count(count)}</title></rect>\n"
            );
            at += width;
        }

        for (var i = 0; i < classes.Length; i++)
        {
            var (name, count, _) = classes[i];
            var (x, anchor) =
                i == 0 ? (4, "start")
                : i == 1 ? (ChartFrame.Width / 2, "middle")
                : (ChartFrame.Width - 4, "end");
            html.Add($"<text class=\"strong\" x=\"{x}\" y=\"55\" text-anchor=\"{anchor}\">{name} {Say.Percent(Share(count))}</text>");
            html.Add($"<text x=\"{x}\" y=\"72\" text-anchor=\"{anchor}\">{Say.Count(count)}</text>\n");
        }

        ChartFrame.Close(html);

        double Share(long count) => balance.Total == 0 ? 0 : (double)count / balance.Total;
    }

    /// <summary>A bar from the middle to the left or right, in a table's row; <paramref name="most"/> fills the half.</summary>
    public static void AddRowBar(HtmlBuilder html, Money amount, Money most)
    {
        var share = most == Money.Zero ? 0 : 50 * Dollars(amount) / Dollars(most);
        html.Raw(
            "<svg viewBox=\"0 0 100 14\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><line class=\"mid\" x1=\"50\" x2=\"50\" y1=\"0\" y2=\"14\" vector-effect=\"non-scaling-stroke\"/>"
        );
        html.Add(
            $"<rect class=\"{Style(amount)}\" x=\"{(share < 0 ? 50 + share : 50):0.##}\" y=\"2\" width=\"{Math.Abs(share):0.##}\" height=\"10\"/></svg>"
        );
    }

    private static string Style(Money amount) => amount < Money.Zero ? "down" : "up";

    private static string Axis(double dollars) => Say.Dollars((double?)dollars).Replace(".00", "", StringComparison.Ordinal);

    private static double Dollars(Money amount) => (double)amount.MicroDollars / Money.MicrosPerDollar;
}
