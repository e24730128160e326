using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Core.Tests.Forecasting;

/// <summary>
/// Against numbers computed by other software: the vector "temperature" of <c>reference_numbers.json</c> (scipy minimisation in double;
/// twelve rows), copied here.
/// </summary>
public sealed class CalibrationTests
{
    private static readonly float[] Logits =
    [
        2.0f,
        0.5f,
        -1.0f,
        0.2f,
        1.5f,
        0.1f,
        -0.5f,
        0.3f,
        2.2f,
        1.1f,
        1.0f,
        -0.2f,
        3.0f,
        0.0f,
        0.0f,
        0.0f,
        2.5f,
        -1.0f,
        -1.0f,
        0.2f,
        0.9f,
        2.2f,
        -0.3f,
        1.9f,
        0.4f,
        0.1f,
        0.0f,
        -2.0f,
        1.0f,
        3.0f,
        1.8f,
        0.2f,
        0.3f,
        0.1f,
        3.0f,
        0.5f,
    ];

    private static readonly sbyte[] Classes = [0, 1, 2, 1, 0, 1, 1, 2, 0, 2, 1, 0];

    [Fact]
    [Trait("Spec", "M4")]
    public void The_temperature_is_where_the_log_loss_is_least() =>
        Assert.Equal(1.3265165953295237, TemperatureScaling.Fit(Logits, Classes), 1e-6);

    [Fact]
    [Trait("Spec", "M4")]
    public void Scores_before_and_after_are_those_of_other_software()
    {
        var before = ForecastScore.Of(At(1), Classes, [0.2, 0.6, 0.2]);
        var after = ForecastScore.Of(At(1.3265165953295237), Classes, [0.2, 0.6, 0.2]);

        Assert.Equal(0.835800085777371, before.LogLoss, 1e-6);
        Assert.Equal(0.8166590851022426, after.LogLoss, 1e-6);
        Assert.Equal(0.4918469004050756, before.Brier, 1e-6);
        Assert.Equal(0.1661774634958425, before.CalibrationError, 1e-6);
        Assert.Equal(0.2558489744565757, after.CalibrationError, 1e-6);
    }

    /// <summary>Four forecasts: UP at 0.7 came, at UP 0.65 DOWN came, DOWN at 0.6 came, at FLAT 0.5 UP came.</summary>
    [Fact]
    [Trait("Spec", "M4")]
    public void Precision_at_each_rung_counts_the_sides_said_at_least_so_surely()
    {
        float[] said = [0.1f, 0.2f, 0.7f, 0.15f, 0.2f, 0.65f, 0.6f, 0.2f, 0.2f, 0.2f, 0.5f, 0.3f];
        var score = ForecastScore.Of(said, [2, 0, 0, 2], [0.2, 0.6, 0.2]);

        Assert.Equal([(3, 2), (1, 1), (0, 0), (0, 0)], score.PrecisionAtConfidence.Select(p => (p.Signals, p.Hits)));
        Assert.Equal((4, 3), (score.Moves, score.DirectionsRight));

        // Two up and two down: UP counts as the commoner side. The model beats it on the DOWN that it forecast, and loses to it nowhere.
        Assert.Equal((2, 0.5, 1, 0), (score.MovesUp, score.CommonerSide, score.RightAgainstCommoner, score.WrongAgainstCommoner));
        Assert.Equal(0.5, score.Accuracy);
        Assert.Equal(0.5, score.Classes[2].Precision);
        Assert.Null(score.PrecisionAtConfidence[2].Precision);
    }

    [Fact]
    [Trait("Spec", "M4")]
    public void A_band_of_few_trials_leans_on_those_below_it_and_never_on_too_little()
    {
        var calibration = new BracketCalibration("8/16", [new(340_000, 1000, 330), new(600_000, 300, 150), new(700_000, 199, 190)]);

        // Wilson's lower end of 150 of 300, computed by hand: centre (0.5 + 3.8415 / 600) / (1 + 3.8415 / 300) = 0.5, half 0.05622.
        Assert.Equal(0.44378, calibration.LowerBound(650_000), 1e-5);

        // 199 alone are too few: with the band below they are 340 of 499.
        Assert.Equal(Quarterpoint.Core.Statistics.Interval.Wilson(340, 499)!.Value.Low, calibration.LowerBound(900_000));
        Assert.Equal(0, calibration.LowerBound(339_999));
        Assert.Equal(0, new BracketCalibration("8/16", [new(600_000, 199, 199)]).LowerBound(700_000));
    }

    private static float[] At(double temperature)
    {
        var probabilities = new float[Logits.Length];
        for (var i = 0; i < Classes.Length; i++)
        {
            var (down, flat, up) = TemperatureScaling.Softmax(Logits[i * 3], Logits[(i * 3) + 1], Logits[(i * 3) + 2], temperature);
            (probabilities[i * 3], probabilities[(i * 3) + 1], probabilities[(i * 3) + 2]) = ((float)down, (float)flat, (float)up);
        }

        return probabilities;
    }
}
