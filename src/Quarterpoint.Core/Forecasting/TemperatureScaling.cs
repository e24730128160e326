namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// One number that makes a network's probabilities honest: logits are divided by T > 0, which keeps their order (Guo et al. 2017,
/// METHODS.md 4). T is where the log-loss is least on rows that training did not see.
/// </summary>
public static class TemperatureScaling
{
    private const double Lowest = 0.05;
    private const double Highest = 20;

    /// <summary>The temperature with the least log-loss, held between 0.05 and 20.</summary>
    /// <param name="logits">Three a row, in the order DOWN, FLAT, UP.</param>
    /// <param name="classes">The class of each row.</param>
    public static double Fit(ReadOnlySpan<float> logits, ReadOnlySpan<sbyte> classes)
    {
        Require.That(classes.Length > 0 && logits.Length == 3 * classes.Length, "every row has three logits and a class");

        // The log-loss is convex in 1/T, so its slope has one root, and bisection always finds it.
        var (low, high) = (1 / Highest, 1 / Lowest);
        if (Slope(logits, classes, low) >= 0)
            return Highest;
        if (Slope(logits, classes, high) <= 0)
            return Lowest;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (Slope(logits, classes, middle) < 0)
                low = middle;
            else
                high = middle;
        }

        return 2 / (low + high);
    }

    /// <summary>The probabilities of one row at a temperature.</summary>
    public static (double Down, double Flat, double Up) Softmax(double down, double flat, double up, double temperature)
    {
        var most = Math.Max(down, Math.Max(flat, up));
        var (d, f, u) = (Math.Exp((down - most) / temperature), Math.Exp((flat - most) / temperature), Math.Exp((up - most) / temperature));
        var sum = d + f + u;
        return (d / sum, f / sum, u / sum);
    }

    /// <summary>The slope of the summed log-loss in b = 1/T: the expected logit minus the logit of the class that came.</summary>
    private static double Slope(ReadOnlySpan<float> logits, ReadOnlySpan<sbyte> classes, double b)
    {
        var slope = 0.0;
        for (var i = 0; i < classes.Length; i++)
        {
            var row = logits.Slice(i * 3, 3);
            var (down, flat, up) = Softmax(row[0], row[1], row[2], 1 / b);
            slope += (down * row[0]) + (flat * row[1]) + (up * row[2]) - row[classes[i]];
        }

        return slope;
    }
}
