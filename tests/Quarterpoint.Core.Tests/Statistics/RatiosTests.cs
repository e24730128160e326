using Quarterpoint.Core.Statistics;

namespace Quarterpoint.Core.Tests.Statistics;

/// <summary>
/// Expected values from METHODS.md section 9: the test-suites of empyrical and pypbo, and Rollinger and Hoffman's worked example.
/// </summary>
public sealed class RatiosTests
{
    private static readonly double[] Mixed = [0.01, 0.10, -0.04, 0.02, 0.03, 0.02, 0.01, -0.10];
    private static readonly double[] Losing = [0, -0.06, -0.07, -0.01, -0.09, -0.02, -0.06, -0.08, -0.05];
    private static readonly double[] Rising = [0.01, 0.02, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01];

    [Fact]
    [Trait("Spec", "X9")]
    public void Sharpe_is_that_of_empyrical()
    {
        Assert.Equal(1.7238613961706866, Ratios.Sharpe(Mixed)!.Value, 12);
        Assert.Equal(-24.406808633910085, Ratios.Sharpe(Losing)!.Value, 11);
        Assert.Equal(52.915026221291804, Ratios.Sharpe(Rising)!.Value, 11);
        Assert.Equal(0.9136465399704637, Ratios.Deviation(Mixed) * Math.Sqrt(252), 12);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void Sortino_divides_by_the_number_of_all_returns()
    {
        Assert.Equal(2.605531251673693, Ratios.Sortino(Mixed)!.Value, 12);
        Assert.Equal(-13.532743075043401, Ratios.Sortino(Losing)!.Value, 11);
        Assert.Equal(4.417261, Ratios.Sortino([0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04], periodsPerYear: 1)!.Value, 6);
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void The_deepest_fall_is_measured_from_the_highest_level_so_far()
    {
        Assert.Equal(0.10, Ratios.DeepestFall(Compounded(Mixed)), 12);
        Assert.Equal(0.10, Ratios.DeepestFall(Compounded([0.10, -0.10, 0.10])), 12);
        Assert.Equal(0, Ratios.DeepestFall(Compounded(Rising)));
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void Calmar_is_a_years_return_over_the_deepest_fall()
    {
        Assert.Equal(19.135925373194233, Ratios.Calmar(1.9135925373194231, Ratios.DeepestFall(Compounded(Mixed)))!.Value, 10);
        Assert.Null(Ratios.Calmar(0.5, 0));
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void A_ratio_without_risk_to_divide_by_is_null()
    {
        Assert.Null(Ratios.Sharpe([]));
        Assert.Null(Ratios.Sharpe([0.01]));
        Assert.Null(Ratios.Sortino([-0.01]));
        Assert.Null(Ratios.Sortino(Rising));

        // 0.1 is no binary fraction: the mean of ten of them is not 0.1, and a naive deviation is not zero.
        Assert.Null(Ratios.Sharpe([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]));
    }

    private static double[] Compounded(double[] returns)
    {
        var levels = new double[returns.Length + 1];
        levels[0] = 1;
        for (var i = 0; i < returns.Length; i++)
            levels[i + 1] = levels[i] * (1 + returns[i]);
        return levels;
    }
}
