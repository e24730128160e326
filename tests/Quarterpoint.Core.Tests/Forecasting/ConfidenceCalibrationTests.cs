using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Core.Tests.Forecasting;

/// <summary>
/// How far a confidence can be trusted (SPEC R10). The expected numbers come from a script in another language: Newton's method on the same
/// rows, in double precision.
/// </summary>
[Trait("Spec", "R10")]
[Trait("Spec", "M4")]
public sealed class ConfidenceCalibrationTests
{
    /// <summary>
    /// A thousand rows from 40 to 85 %, whose sides come true with logit -0.1 + 0.8 logit(c), drawn by a linear congruential generator.
    /// </summary>
    private static (double[] Said, bool[] Came) Rows(int count)
    {
        var (said, came) = (new double[count], new bool[count]);
        var seed = 12345L;
        for (var i = 0; i < count; i++)
        {
            seed = ((seed * 1_103_515_245L) + 12_345L) % (1L << 31);
            said[i] = 0.40 + (0.45 * (i / 999.0));
            came[i] = seed / (double)(1L << 31) < 1 / (1 + Math.Exp(-(-0.1 + (0.8 * Math.Log(said[i] / (1 - said[i]))))));
        }

        return (said, came);
    }

    [Fact]
    public void The_fit_and_its_bounds_are_those_of_another_program()
    {
        var (said, came) = Rows(1000);
        var fit = ConfidenceCalibration.Fit(said, came);

        Assert.Equal((1000, 586), (fit.Rows, came.Count(c => c)));
        Assert.Equal(-0.09320426411190248, fit.Intercept, 1e-9);
        Assert.Equal(0.8322435831286156, fit.Slope, 1e-9);
        Assert.Equal(0.007723692168892838, fit.InterceptVariance, 1e-9);
        Assert.Equal(-0.006714025369668057, fit.Covariance, 1e-9);
        Assert.Equal(0.013387787703987894, fit.SlopeVariance, 1e-9);
        Assert.Equal([528_233, 613_174, 739_292], ((int[])[600_000, 700_000, 850_000]).Select(fit.LowerBound));
    }

    [Theory]
    [InlineData(199, 0)]
    [InlineData(200, 1)]
    public void Fewer_than_two_hundred_rows_show_nothing(int rows, int isTrusted)
    {
        var (said, came) = Rows(1000);
        var fit = ConfidenceCalibration.Fit(said.AsSpan(800 - rows, rows), came.AsSpan(800 - rows, rows));

        Assert.Equal(rows, fit.Rows);
        Assert.Equal(isTrusted, Math.Sign(fit.LowerBound(700_000)));
    }

    [Fact]
    public void A_bound_is_never_above_the_confidence_itself_however_modest_the_model_was()
    {
        // Everything came true, so every confidence was too low.
        var (said, _) = Rows(1000);
        var fit = ConfidenceCalibration.Fit(said, [.. said.Select((_, i) => i % 50 != 0)]);
        foreach (var confidence in (int[])[450_000, 600_000, 799_999, 850_000])
            Assert.Equal(confidence, fit.LowerBound(confidence));
    }

    [Fact]
    public void One_confidence_for_all_rows_shows_no_slope_and_so_nothing()
    {
        var came = Enumerable.Range(0, 500).Select(i => i % 3 != 0).ToArray();
        Assert.Equal(0, ConfidenceCalibration.Fit([.. came.Select(_ => 0.65)], came).LowerBound(650_000));
        Assert.Equal(0, ConfidenceCalibration.Nothing.LowerBound(999_999));
    }

    [Fact]
    public void Certainty_and_impossibility_are_bounded_too()
    {
        var (said, came) = Rows(1000);
        var fit = ConfidenceCalibration.Fit([.. said[..998], 1, 0], came);

        Assert.InRange(fit.LowerBound(1_000_000), 1, 1_000_000);
        Assert.Equal(0, fit.LowerBound(0));
    }
}
