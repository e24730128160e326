using Quarterpoint.Core.Labels;

namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// How far a calibrated confidence can be trusted (SPEC R10): a logistic regression of "the side came true" on the logit of the side's
/// probability, over the validation rows on which a side was the likeliest class. Perfect calibration has intercept 0 and slope 1
/// (METHODS.md 4). The variances say how sure the fit is; it is less sure far from where the rows are.
/// </summary>
/// <param name="Rows">How many rows it rests on; they do not overlap.</param>
/// <param name="Intercept">The regression's intercept.</param>
/// <param name="Slope">The regression's slope.</param>
/// <param name="InterceptVariance">The variance of the intercept, from the inverse of Fisher's information.</param>
/// <param name="Covariance">The covariance of intercept and slope.</param>
/// <param name="SlopeVariance">The variance of the slope.</param>
public sealed record ConfidenceCalibration(
    int Rows,
    double Intercept,
    double Slope,
    double InterceptVariance,
    double Covariance,
    double SlopeVariance
)
{
    /// <summary>With fewer rows than this, no confidence is trusted (METHODS.md 4).</summary>
    public const int LeastRows = 200;

    private const int Whole = 1_000_000;

    /// <summary>The quantile of a two-sided 95 % interval, the same as for Wilson's intervals elsewhere.</summary>
    private const double Quantile = 1.959963984540054;

    /// <summary>Rests on no row: no confidence is trusted.</summary>
    public static readonly ConfidenceCalibration Nothing = new(0, 0, 0, 0, 0, 0);

    /// <summary>Fits over the rows on which a side is the likeliest class: those that could open a trade.</summary>
    /// <param name="logits">Three a row, in the order DOWN, FLAT, UP.</param>
    /// <param name="classes">The class of each row.</param>
    /// <param name="temperature">What the logits are divided by.</param>
    public static ConfidenceCalibration Fit(ReadOnlySpan<float> logits, ReadOnlySpan<sbyte> classes, double temperature)
    {
        var (said, came) = (new List<double>(), new List<bool>());
        for (var i = 0; i < classes.Length; i++)
        {
            var (down, flat, up) = TemperatureScaling.Softmax(logits[i * 3], logits[(i * 3) + 1], logits[(i * 3) + 2], temperature);
            if (flat >= Math.Max(down, up) || down == up)
                continue;
            said.Add(Math.Max(down, up));
            came.Add(classes[i] == (up > down ? MoveClass.Up : MoveClass.Down));
        }

        return Fit(said.ToArray(), came.ToArray());
    }

    /// <summary>Fits the regression by Newton's method on the log-likelihood, which is concave.</summary>
    /// <param name="confidences">The probability of the likelier side, one a row.</param>
    /// <param name="cameTrue">Whether that side came, one a row.</param>
    public static ConfidenceCalibration Fit(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> cameTrue)
    {
        Require.That(confidences.Length == cameTrue.Length, "every confidence has an outcome");
        if (confidences.Length < LeastRows)
            return Nothing with { Rows = confidences.Length };
        var (a, b) = (0.0, 1.0);
        for (var step = 0; step < 50; step++)
        {
            var (toA, toB, information) = Slopes(confidences, cameTrue, a, b);
            if (information.Determinant <= 1e-9 * information.AA * information.BB)
                return Nothing with { Rows = confidences.Length };
            var (stepA, stepB) = information.Solve(toA, toB);
            (a, b) = (a + Math.Clamp(stepA, -2, 2), b + Math.Clamp(stepB, -2, 2));
            if (Math.Abs(stepA) + Math.Abs(stepB) < 1e-12)
                break;
        }

        var found = Slopes(confidences, cameTrue, a, b).Information;
        return new ConfidenceCalibration(
            confidences.Length,
            a,
            b,
            found.BB / found.Determinant,
            -found.AB / found.Determinant,
            found.AA / found.Determinant
        );
    }

    /// <summary>
    /// The lower end of the interval at that confidence, never above the confidence itself; both are in millionths. 0 where too few rows
    /// were seen.
    /// </summary>
    public int LowerBound(int confidence)
    {
        if (Rows < LeastRows || confidence <= 0)
            return 0;
        var x = Logit((double)confidence / Whole);
        var variance = InterceptVariance + (2 * x * Covariance) + (x * x * SlopeVariance);
        if (!(variance > 0))
            return 0;
        var low = Sigmoid(Intercept + (Slope * x) - (Quantile * Math.Sqrt(variance)));
        return Math.Min(confidence, (int)Math.Floor(low * Whole));
    }

    private static (double ToA, double ToB, Symmetric Information) Slopes(
        ReadOnlySpan<double> confidences,
        ReadOnlySpan<bool> cameTrue,
        double a,
        double b
    )
    {
        var (toA, toB, information) = (0.0, 0.0, default(Symmetric));
        for (var i = 0; i < confidences.Length; i++)
        {
            var x = Logit(confidences[i]);
            var p = Sigmoid(a + (b * x));
            var missed = (cameTrue[i] ? 1 : 0) - p;
            var weight = p * (1 - p);
            (toA, toB) = (toA + missed, toB + (missed * x));
            information = new Symmetric(information.AA + weight, information.AB + (weight * x), information.BB + (weight * x * x));
        }

        return (toA, toB, information);
    }

    /// <summary>The logit of a probability; 0 and 1 are held a millionth away, where it would be infinite.</summary>
    private static double Logit(double p)
    {
        var held = Math.Clamp(p, 1e-6, 1 - 1e-6);
        return Math.Log(held / (1 - held));
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private readonly record struct Symmetric(double AA, double AB, double BB)
    {
        public double Determinant => (AA * BB) - (AB * AB);

        public (double A, double B) Solve(double a, double b) => (((BB * a) - (AB * b)) / Determinant, ((AA * b) - (AB * a)) / Determinant);
    }
}
