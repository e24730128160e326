namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// The yardstick of a model: a logistic regression that sees volatility only. Most of a three-class score is volatility (METHODS.md 0), so
/// a model that scores no better than this one knows nothing of direction.
/// </summary>
public static class VolatilityBaseline
{
    private const int Classes = 3;

    /// <summary>
    /// How it is trained: a handful of weights with few steps an epoch on a short set, which at a network's pace would not get to their
    /// place.
    /// </summary>
    public static TrainingSettings Training(ulong seed) =>
        new()
        {
            Network = new LogisticSpec(),
            Seed = seed,
            LearningRate = 0.05,
            BatchRows = 256,
            MaxEpochs = 40,
            Device = TrainingDevice.Cpu,
        };

    /// <summary>Which of the features it sees, by their places.</summary>
    public static IReadOnlyList<int> ColumnsOf(IReadOnlyList<string> features) =>
        [
            .. Enumerable
                .Range(0, features.Count)
                .Where(i => features[i].StartsWith("volatility", StringComparison.Ordinal) || features[i] == "atr_14"),
        ];

    /// <summary>The same rows with only those columns.</summary>
    public static Samples Narrow(Samples samples, IReadOnlyList<int> columns)
    {
        var features = new float[samples.Count * columns.Count];
        for (var row = 0; row < samples.Count; row++)
        {
            for (var i = 0; i < columns.Count; i++)
                features[(row * columns.Count) + i] = samples.Features[(row * samples.Width) + columns[i]];
        }

        return new Samples(columns.Count, samples.Count, features, samples.Classes);
    }

    /// <summary>Its log-loss on days it has not seen, calibrated as the model is: by a temperature.</summary>
    /// <param name="network">The trained baseline.</param>
    /// <param name="validation">What the temperature is fitted on, narrowed.</param>
    /// <param name="test">What it is judged on, narrowed.</param>
    /// <param name="priors">Shares of the classes in the training part.</param>
    public static double LogLoss(Network network, Samples validation, Samples test, IReadOnlyList<double> priors)
    {
        var temperature = TemperatureScaling.Fit(LogitsOf(network, validation), validation.Classes.AsSpan(0, validation.Count));
        var said = new float[test.Count * Classes];
        for (var i = 0; i < test.Count; i++)
        {
            var logits = network.Logits(test.Row(i));
            var (down, flat, up) = TemperatureScaling.Softmax(logits[0], logits[1], logits[2], temperature);
            (said[i * Classes], said[(i * Classes) + 1], said[(i * Classes) + 2]) = ((float)down, (float)flat, (float)up);
        }

        return ForecastScore.Of(said, test.Classes.AsSpan(0, test.Count), priors).LogLoss;
    }

    private static float[] LogitsOf(Network network, Samples samples)
    {
        var logits = new float[samples.Count * Classes];
        for (var i = 0; i < samples.Count; i++)
        {
            var row = network.Logits(samples.Row(i));
            for (var c = 0; c < Classes; c++)
                logits[(i * Classes) + c] = (float)row[c];
        }

        return logits;
    }
}
