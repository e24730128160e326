using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Core.Tests.Forecasting;

/// <summary>The yardstick of a model sees volatility and nothing else, and is calibrated as the model is.</summary>
[Trait("Spec", "M4")]
public sealed class VolatilityBaselineTests
{
    [Fact]
    public void It_sees_the_columns_of_volatility_and_the_average_range() =>
        Assert.Equal([1, 3], VolatilityBaseline.ColumnsOf(["return_1", "volatility_10", "volume", "atr_14", "atr_14_slope"]));

    [Fact]
    public void Its_training_is_a_logistic_regressions_with_the_models_seed()
    {
        var training = VolatilityBaseline.Training(seed: 7);
        training.Validate();
        Assert.Equal((new LogisticSpec(), 7UL), (training.Network, training.Seed));
    }

    /// <summary>Rows of an array that is longer than they are: what lies behind the last one is left where it is.</summary>
    [Fact]
    public void Narrowed_rows_keep_their_order_and_their_classes()
    {
        var narrow = VolatilityBaseline.Narrow(new Samples(3, 2, [1, 2, 3, 4, 5, 6, 99], [0, 2, 1]), [2, 0]);
        Assert.Equal((2, 2), (narrow.Width, narrow.Count));
        Assert.Equal([3, 1, 6, 4], narrow.Features);
        Assert.Equal([0, 2], narrow.Classes.Take(narrow.Count).Select(c => (int)c));
    }

    /// <summary>
    /// One feature that is the logit of UP against the rest, at its true worth: of ten rows at ln 8 eight rise and the others are split, so
    /// that the fitted temperature is 1 and the loss is -(0.8 ln 0.8 + 0.2 ln 0.1) = 0.63903 nats.
    /// </summary>
    [Fact]
    public void Its_log_loss_is_that_of_its_calibrated_probabilities()
    {
        var network = new DenseNetwork([new DenseLayer(1, 3, [0, 0, 1], [0, 0, 0])]);
        var rows = new Samples(1, 10, [.. Enumerable.Repeat((float)Math.Log(8), 10)], [2, 2, 2, 2, 2, 2, 2, 2, 0, 1]);
        Assert.Equal(0.63903, VolatilityBaseline.LogLoss(network, rows, rows, [0.1, 0.1, 0.8]), 1e-5);
    }

    [Fact]
    public void Shares_of_classes_count_the_rows_and_not_the_array() =>
        Assert.Equal([0.25, 0, 0.75], new Samples(1, 4, [0, 0, 0, 0, 0], [0, 2, 2, 2, 1]).ClassShares());
}
