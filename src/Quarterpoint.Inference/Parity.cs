using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>Compares an exported model with the network it was made from (SPEC M6).</summary>
internal static class Parity
{
    /// <summary>How far a probability may be off.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>How many rows are drawn at random, each feature over its range.</summary>
    public const int RandomRows = 1000;

    /// <summary>Two classes closer than this are a tie: which of them is larger depends on rounding.</summary>
    private const double Tie = 1e-6;

    private const ulong Seed = 20_240_305;

    /// <summary>Compares them on random rows and on the given ones.</summary>
    /// <param name="model">The exported model.</param>
    /// <param name="network">The network it was made from.</param>
    /// <param name="temperature">What the logits are divided by.</param>
    /// <param name="columns">The features, whose ranges the random rows fill.</param>
    /// <param name="realRows">Rows of real data, one after another.</param>
    /// <param name="file">The model's file, for the error.</param>
    /// <exception cref="BadInputException">A row's probabilities differ.</exception>
    public static void Check(
        OnnxModel model,
        Network network,
        double temperature,
        IReadOnlyList<FeatureColumn> columns,
        ReadOnlySpan<float> realRows,
        string file
    )
    {
        CheckRows(model, network, temperature, DrawRows(columns), file, "a random row");
        CheckRows(model, network, temperature, realRows, file, "a real row");
    }

    private static float[] DrawRows(IReadOnlyList<FeatureColumn> columns)
    {
        var random = new SplitMix64(Seed);
        var rows = new float[RandomRows * columns.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            var column = columns[i % columns.Count];
            rows[i] = (float)(column.Least + ((column.Greatest - column.Least) * random.NextUnit()));
        }

        return rows;
    }

    private static void CheckRows(OnnxModel model, Network network, double temperature, ReadOnlySpan<float> rows, string file, string kind)
    {
        var count = rows.Length / model.Width;
        var found = new float[count * OnnxModel.Classes];
        model.Run(rows, count, found);
        for (var row = 0; row < count; row++)
        {
            var expected = Softmax(network.Logits(rows.Slice(row * model.Width, model.Width)), temperature);
            var said = found.AsSpan(row * OnnxModel.Classes, OnnxModel.Classes);
            for (var k = 0; k < OnnxModel.Classes; k++)
            {
                if (!(Math.Abs(said[k] - expected[k]) <= Tolerance))
                    throw Differs(file, kind, row, said, expected);
            }

            var (best, theirs) = (Likeliest(expected), LikeliestOf(said));
            if (best != theirs && expected[best] - expected[theirs] > Tie)
                throw Differs(file, kind, row, said, expected);
        }
    }

    private static BadInputException Differs(string file, string kind, int row, ReadOnlySpan<float> said, double[] expected) =>
        new(
            file,
            row + 1,
            "probabilities of " + kind,
            string.Create(CultureInfo.InvariantCulture, $"{said[0]} {said[1]} {said[2]}"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{expected[0]:R} {expected[1]:R} {expected[2]:R} within {Tolerance}, as the network says"
            )
        );

    private static double[] Softmax(double[] logits, double temperature)
    {
        var most = logits.Max();
        var powers = Array.ConvertAll(logits, logit => Math.Exp((logit - most) / temperature));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }

    private static int Likeliest(double[] values) => Array.IndexOf(values, values.Max());

    private static int LikeliestOf(ReadOnlySpan<float> values) =>
        values[0] >= values[1] && values[0] >= values[2] ? 0
        : values[1] >= values[2] ? 1
        : 2;
}
