using MathNet.Numerics;

namespace Quarterpoint.Data.Synthetic;

/// <summary>
/// The edge that a synthetic market has, and what can be known of it. Standardised changes z are averaged as s' = f s + sqrt(1 - f^2) z
/// with f = 1 - 2/51, which is the distance from an EMA of 50 in local volatility; the next second's mean is k s standard deviations. With
/// k = 0 nothing can be known.
/// </summary>
public sealed class PlantedEdge
{
    /// <summary>How far ahead the edge's moves are measured.</summary>
    public const int HorizonSeconds = 30;

    /// <summary>Decay of an EMA of 50.</summary>
    private const double Decay = 1 - (2.0 / 51);

    /// <summary>
    /// A large change strengthens both the signal and the volatility after it, so strong signals coincide with large moves. Measured over
    /// two years, the pooled coefficient is this many times that of constant volatility.
    /// </summary>
    private const double ClusteringGain = 1.065;

    private static readonly double Intake = Math.Sqrt(1 - (Decay * Decay));

    /// <summary>Mean of the horizon's move, in standard deviations of a second, for s = 1.</summary>
    private readonly double _meanPerSignal;

    /// <summary>
    /// Variance of the horizon's move around its mean, for a variance of 1 a second; later seconds depend on earlier ones.
    /// </summary>
    private readonly double _variance;

    /// <param name="informationCoefficient">Correlation of the 30-second move with its conditional mean, 0 to 0.5.</param>
    public PlantedEdge(double informationCoefficient)
    {
        if (!(informationCoefficient >= 0 && informationCoefficient <= 0.5))
            throw new ArgumentOutOfRangeException(nameof(informationCoefficient), informationCoefficient, "an edge is between 0 and 0.5");
        Strength = Solve(informationCoefficient / ClusteringGain);
        (_meanPerSignal, _variance, var total, _) = Moments(Strength);
        Amplification = total / HorizonSeconds;
    }

    /// <summary>k: the next second's mean in standard deviations, for s = 1.</summary>
    public double Strength { get; }

    /// <summary>The factor by which the edge raises the variance of the horizon's move, because later moves follow earlier ones.</summary>
    public double Amplification { get; }

    /// <summary>The signal s after a second's change.</summary>
    public static double NextSignal(double signal, double standardisedChange) => (Decay * signal) + (Intake * standardisedChange);

    /// <summary>
    /// The probabilities of DOWN, FLAT, UP over 30 seconds for a threshold in ticks, given the signal and the expected variance of a
    /// second. Moves are whole ticks and nearly Skellam: approximated by a normal corrected for the fourth cumulant, at half a tick beyond
    /// the threshold.
    /// </summary>
    public (double Down, double Flat, double Up) Classes(double signal, double variancePerSecond, double thresholdTicks)
    {
        var mean = _meanPerSignal * Math.Sqrt(variancePerSecond) * signal;
        var variance = _variance * variancePerSecond;
        var edge = Math.Floor(thresholdTicks) + 0.5;
        var down = Below((-edge - mean) / Math.Sqrt(variance), HorizonSeconds * variancePerSecond);
        var up = Below((mean - edge) / Math.Sqrt(variance), HorizonSeconds * variancePerSecond);
        return (down, 1 - down - up, up);
    }

    /// <summary>Expected 30-second move in ticks, given the signal and the expected variance of a second.</summary>
    public double MeanMove(double signal, double variancePerSecond) => _meanPerSignal * Math.Sqrt(variancePerSecond) * signal;

    /// <summary>
    /// The probability of a value below <paramref name="z"/>, by an Edgeworth expansion: a Skellam sum has an excess kurtosis of 1 /
    /// variance.
    /// </summary>
    private static double Below(double z, double stepCount)
    {
        var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        var correction = density * ((z * z * z) - (3 * z)) / (24 * stepCount);
        return Math.Clamp((0.5 * SpecialFunctions.Erfc(-z / Math.Sqrt(2))) - correction, 1e-9, 1 - 1e-9);
    }

    private static double Solve(double target)
    {
        if (target == 0)
            return 0;
        var (low, high) = (0.0, 0.9 * (1 - Decay) / Intake);
        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            if (Moments(middle).Coefficient < target)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }

    private static (double MeanPerSignal, double Variance, double Total, double Coefficient) Moments(double strength)
    {
        var persistence = Decay + (strength * Intake);
        var mean = 0.0;
        for (var second = 0; second < HorizonSeconds; second++)
            mean += strength * Math.Pow(persistence, second);

        // A shock moves the price at once and, through s, in every second that is left.
        var variance = 0.0;
        for (var left = 0; left < HorizonSeconds; left++)
        {
            var echo = 0.0;
            for (var second = 0; second < left; second++)
                echo += strength * Intake * Math.Pow(persistence, second);
            variance += (1 + echo) * (1 + echo);
        }

        var signalVariance = (1 - (Decay * Decay)) / (1 - (persistence * persistence));
        var explained = mean * mean * signalVariance;
        return (mean, variance, explained + variance, Math.Sqrt(explained / (explained + variance)));
    }
}
