namespace Quarterpoint.Core.Statistics;

/// <summary>
/// How a quantity is distributed over trades: extremes, quartiles, mean. Quantiles are interpolated between the two nearest values, as
/// NumPy, R, and spreadsheets do by default.
/// </summary>
public readonly record struct Distribution(
    double Least,
    double LowerQuartile,
    double Median,
    double UpperQuartile,
    double Most,
    double Mean
)
{
    /// <summary>Null for no values. Sorts <paramref name="values"/>.</summary>
    public static Distribution? Of(Span<double> values)
    {
        if (values.Length == 0)
            return null;
        values.Sort();
        return new Distribution(
            values[0],
            Quantile(values, 0.25),
            Quantile(values, 0.5),
            Quantile(values, 0.75),
            values[^1],
            Ratios.Mean(values)
        );
    }

    private static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
