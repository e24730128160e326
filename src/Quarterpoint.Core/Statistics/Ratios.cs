namespace Quarterpoint.Core.Statistics;

/// <summary>
/// Reward for risk in a series of returns. Where a ratio is undefined (fewer than two returns, or no risk to divide by) it is null, never
/// NaN or infinity.
/// </summary>
public static class Ratios
{
    public const int TradingDaysPerYear = 252;

    /// <summary>Mean over standard deviation (n - 1), times the root of the periods in a year. Null where all returns are equal.</summary>
    public static double? Sharpe(ReadOnlySpan<double> returns, double periodsPerYear = TradingDaysPerYear)
    {
        var deviation = Deviation(returns);
        return deviation > 0 ? Mean(returns) / deviation * Math.Sqrt(periodsPerYear) : null;
    }

    /// <summary>
    /// Mean excess over downside deviation, annualised. The downside deviation divides by the number of all returns, not only of those
    /// below <paramref name="required"/>. Null where none is below.
    /// </summary>
    public static double? Sortino(ReadOnlySpan<double> returns, double required = 0, double periodsPerYear = TradingDaysPerYear)
    {
        if (returns.Length < 2)
            return null;
        var squares = 0.0;
        foreach (var value in returns)
        {
            var below = Math.Min(value - required, 0);
            squares += below * below;
        }

        var downside = Math.Sqrt(squares / returns.Length);
        return downside > 0 ? (Mean(returns) - required) / downside * Math.Sqrt(periodsPerYear) : null;
    }

    /// <summary>A year's return over the deepest fall, both as fractions of the same capital. Null where there was no fall.</summary>
    public static double? Calmar(double annualReturn, double deepestFall) => deepestFall > 0 ? annualReturn / deepestFall : null;

    /// <summary>
    /// The deepest fall of a series of levels below its highest so far, as a fraction of that highest: 0.1 for ten percent.
    /// </summary>
    public static double DeepestFall(ReadOnlySpan<double> levels)
    {
        var (peak, deepest) = (double.NegativeInfinity, 0.0);
        foreach (var level in levels)
        {
            peak = Math.Max(peak, level);
            if (peak > 0)
                deepest = Math.Max(deepest, (peak - level) / peak);
        }

        return deepest;
    }

    /// <summary>0 for no values.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return values.Length == 0 ? 0 : sum / values.Length;
    }

    /// <summary>
    /// Standard deviation with n - 1. It is 0 for fewer than two values, and exactly 0 where all are equal, where rounding in the mean
    /// would give a tiny number.
    /// </summary>
    public static double Deviation(ReadOnlySpan<double> values)
    {
        if (values.Length < 2 || values.IndexOfAnyExcept(values[0]) < 0)
            return 0;
        var mean = Mean(values);
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares / (values.Length - 1));
    }
}
