using MathNet.Numerics.Distributions;

namespace Quarterpoint.Core.Statistics;

/// <summary>A 95 % confidence interval.</summary>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>The two-sided 95 % quantile of the normal distribution: 1.96.</summary>
    public const double Normal95 = 1.959963984540054;

    /// <summary>
    /// The interval of a mean: mean +- 1.96 sd / sqrt(n), which assumes that the values are independent. Null for fewer than two values.
    /// </summary>
    public static Interval? OfMean(ReadOnlySpan<double> values)
    {
        if (values.Length < 2)
            return null;
        return Around(Ratios.Mean(values), Normal95 * Ratios.Deviation(values) / Math.Sqrt(values.Length));
    }

    /// <summary>
    /// The interval of a mean per trade, where trades of one day depend on each other and days do not. With G(d) and n(d) the sum and the
    /// number of day d's trades, m the mean over all N trades, and D the number of days that traded, the variance of m is
    /// D / (D - 1) x sum (G(d) - m n(d))^2 / N^2. A few days say little about their spread, so the quantile is Student's with D - 1 degrees
    /// of freedom (4.30 for three days, 1.98 for a hundred). Null for fewer than two such days.
    /// </summary>
    public static Interval? OfMeanByBlock(ReadOnlySpan<double> sums, ReadOnlySpan<int> counts)
    {
        Require.That(sums.Length == counts.Length, "every block has a sum and a count");
        var (total, number, blocks) = (0.0, 0L, 0);
        for (var i = 0; i < sums.Length; i++)
        {
            if (counts[i] == 0)
                continue;
            total += sums[i];
            number += counts[i];
            blocks++;
        }

        if (blocks < 2)
            return null;
        var mean = total / number;
        var squares = 0.0;
        for (var i = 0; i < sums.Length; i++)
        {
            var excess = sums[i] - (mean * counts[i]);
            if (counts[i] > 0)
                squares += excess * excess;
        }

        var quantile = StudentT.InvCDF(0, 1, blocks - 1, 0.975);
        return Around(mean, quantile * Math.Sqrt(squares * blocks / (blocks - 1)) / number);
    }

    /// <summary>
    /// The interval of a rate by Wilson's score, which stays between 0 and 1 and is also valid for few trials. Null for no trials.
    /// </summary>
    public static Interval? Wilson(long successes, long trials, double z = Normal95)
    {
        Require.That(successes >= 0 && successes <= trials, "successes are some of the trials");
        if (trials == 0)
            return null;
        double n = trials;
        var rate = successes / n;
        var scale = 1 + (z * z / n);
        var centre = (rate + (z * z / (2 * n))) / scale;
        var half = z * Math.Sqrt((rate * (1 - rate) / n) + (z * z / (4 * n * n))) / scale;
        return new Interval(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    private static Interval Around(double mean, double half) => new(mean - half, mean + half);
}
