using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Quarterpoint.Reporting.Charts;

namespace Quarterpoint.Reporting.Html;

/// <summary>
/// Builds markup in which every value is encoded unless it says otherwise: the literal parts of an interpolated string are markup, its
/// holes are text. What is markup already is passed to <see cref="Raw"/>.
/// </summary>
internal sealed class HtmlBuilder
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>A line may break between a minus and a dollar sign, unless a word joiner stands there.</summary>
    private const string MinusDollar = "\u2212$";
    private const string MinusDollarUnbroken = "\u2212\u2060$";

    private readonly StringBuilder _text = new();
    private readonly List<Chart> _charts = [];

    /// <summary>The charts that were placed, in the order of the page.</summary>
    public IReadOnlyList<Chart> Charts => _charts;

#pragma warning disable CA1822 // The handler writes into this builder before the call: it is passed as its argument.
    public HtmlBuilder Add([InterpolatedStringHandlerArgument("")] ref Markup markup) => markup.Builder;
#pragma warning restore CA1822

    public HtmlBuilder Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>Leaves the place in which the page's script draws the chart.</summary>
    public HtmlBuilder Add(Chart chart)
    {
        _charts.Add(chart);
        return AddPlace(chart.Id, chart.Label, chart.Height);
    }

    /// <summary>Leaves a place for a chart that is chosen on the page.</summary>
    public HtmlBuilder AddPlace(string id, string label, int height) =>
        Add($"<div class=\"plot\" id=\"chart-{id}\" role=\"group\" aria-label=\"{label}\" style=\"height:{height}px\"></div>\n");

    public override string ToString() => _text.ToString();

    [InterpolatedStringHandler]
    public readonly ref struct Markup
    {
        public Markup(int literalLength, int formattedCount, HtmlBuilder builder) => Builder = builder;

        internal HtmlBuilder Builder { get; }

        public void AppendLiteral(string markup) => Builder._text.Append(markup);

        public void AppendFormatted(string? text)
        {
            if (text is not null)
                Builder._text.Append(Encoder.Encode(text.Replace(MinusDollar, MinusDollarUnbroken, StringComparison.Ordinal)));
        }

        public void AppendFormatted<T>(T value, string? format = null)
            where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));
    }
}
