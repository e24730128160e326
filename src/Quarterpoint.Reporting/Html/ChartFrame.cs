namespace Quarterpoint.Reporting.Html;

/// <summary>The plane of a small drawn chart: where its values lie in the picture, and the rules and labels at round values.</summary>
internal sealed class ChartFrame
{
    public const double Width = 440;
    public const double Height = 250;
    private const double Left = 66;
    private const double Right = 10;
    private const double Top = 14;

    private readonly double _bottom;
    private readonly (double Least, double Most) _x;
    private readonly (double Least, double Most) _y;

    /// <param name="x">Least and most value that must fit.</param>
    /// <param name="y">Least and most value that must fit.</param>
    /// <param name="bottom">Room below for labels.</param>
    public ChartFrame((double Least, double Most) x, (double Least, double Most) y, double bottom = 38)
    {
        _x = x.Most > x.Least ? x : (x.Least - 1, x.Most + 1);
        _y = y.Most > y.Least ? y : (y.Least - 1, y.Most + 1);
        _bottom = Height - bottom;
    }

    public static double PlotRight => Width - Right;

    public double PlotBottom => _bottom;

    public double X(double value) => Left + ((value - _x.Least) / (_x.Most - _x.Least) * (Width - Left - Right));

    public double Y(double value) => _bottom - ((value - _y.Least) / (_y.Most - _y.Least) * (_bottom - Top));

    /// <summary>Begins the picture; <paramref name="description"/> is what a screen reader says.</summary>
    public static void Open(HtmlBuilder html, string description, double height = Height) =>
        html.Add($"<svg class=\"chart\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{description}\">\n");

    public static void Close(HtmlBuilder html) => html.Raw("</svg>\n");

    /// <param name="html">Takes the markup.</param>
    /// <param name="label">Of a value on the upright axis.</param>
    /// <param name="title">Above that axis.</param>
    /// <param name="leastStep">Between two rules: 1 for counts.</param>
    public void AddRules(HtmlBuilder html, Func<double, string> label, string title = "", double leastStep = 0)
    {
        foreach (var value in RoundValues(_y.Least, _y.Most, 5, leastStep))
        {
            var style = value == 0 ? "zero" : "rule";
            html.Add($"<line class=\"{style}\" x1=\"{Left}\" x2=\"{PlotRight}\" y1=\"{Y(value):0.##}\" y2=\"{Y(value):0.##}\"/>");
            html.Add($"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:0.##}\" text-anchor=\"end\">{label(value)}</text>\n");
        }

        if (title.Length > 0)
            html.Add($"<text x=\"{Left}\" y=\"9\" text-anchor=\"start\">{title}</text>\n");
    }

    public void AddLabel(HtmlBuilder html, double x, string label) =>
        html.Add($"<text x=\"{X(x):0.##}\" y=\"{_bottom + 15}\" text-anchor=\"middle\">{label}</text>\n");

    public void AddTitleBelow(HtmlBuilder html, string title) =>
        html.Add($"<text x=\"{(Left + PlotRight) / 2:0.##}\" y=\"{_bottom + 32}\" text-anchor=\"middle\">{title}</text>\n");

    /// <summary>A bar from zero to a value, with what it says when pointed at.</summary>
    public void AddBar(HtmlBuilder html, double from, double to, double bottom, double top, string style, string says)
    {
        var (left, right) = (X(from), X(to));
        var (upper, lower) = (Y(Math.Max(bottom, top)), Y(Math.Min(bottom, top)));
        html.Add(
            $"<rect class=\"{style}\" x=\"{left:0.##}\" y=\"{upper:0.##}\" width=\"{Math.Max(right - left, 0.5):0.##}\" height=\"{Math.Max(lower - upper, 0.5):0.##}\">"
        );
        html.Add($"<title>{says}</title></rect>\n");
    }

    /// <summary>Multiples of 1, 2, 2.5, or 5 times a power of ten that lie within, about as many as asked for.</summary>
    public static IReadOnlyList<double> RoundValues(double least, double most, int about, double leastStep = 0)
    {
        var step = RoundStep(Math.Max((most - least) / about, leastStep));
        var values = new List<double>();
        for (var i = (long)Math.Ceiling((least / step) - 1e-9); i <= (most / step) + 1e-9; i++)
            values.Add(i * step);
        return values;
    }

    /// <summary>The least of 1, 2, 2.5, 5, 10, ... times a power of ten that is not below.</summary>
    public static double RoundStep(double atLeast)
    {
        if (!(atLeast > 0))
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 2.5, 5])
        {
            if (factor * power >= atLeast * (1 - 1e-9))
                return factor * power;
        }

        return 10 * power;
    }
}
