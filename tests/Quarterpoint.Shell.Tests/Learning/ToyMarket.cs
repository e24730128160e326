using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Learning;

/// <summary>
/// Rows whose class probabilities are known, because a softmax of a few features draws the class. So the log-loss that nobody can beat is
/// known too.
/// </summary>
internal static class ToyMarket
{
    public const int Width = 6;

    /// <summary>Draws rows whose logits are linear in the features; with <paramref name="edge"/> 0 the features say nothing.</summary>
    public static Samples Draw(int rows, ulong seed, double edge, double flat = 0) => Draw(rows, seed, edge, flat, out _);

    public static Samples Draw(int rows, ulong seed, double edge, double flat, out double bayesLogLoss)
    {
        var random = new SplitMix64(seed);
        var features = new float[rows * Width];
        var classes = new sbyte[rows];
        var sum = 0.0;
        for (var row = 0; row < rows; row++)
        {
            var x = features.AsSpan(row * Width, Width);
            for (var i = 0; i < Width; i++)
                x[i] = (float)((2 * random.NextUnit()) - 1);
            var p = Softmax([(-edge * x[0]) + (edge * x[1]), flat + (0.5 * edge * x[2]), edge * x[0]]);
            var u = random.NextUnit();
            classes[row] = (sbyte)(
                u < p[0] ? 0
                : u < p[0] + p[1] ? 1
                : 2
            );
            sum -= p.Sum(v => v * Math.Log(v));
        }

        bayesLogLoss = sum / rows;
        return new Samples(Width, rows, features, classes);
    }

    public static double[] Softmax(double[] logits)
    {
        var top = logits.Max();
        var exponentials = logits.Select(z => Math.Exp(z - top)).ToArray();
        return [.. exponentials.Select(e => e / exponentials.Sum())];
    }

    public static double LogLoss(Network network, Samples samples) =>
        Enumerable.Range(0, samples.Count).Average(i => -Math.Log(Softmax(network.Logits(samples.Row(i)))[samples.Classes[i]]));

    public static double[] MeanProbabilities(Network network, Samples samples)
    {
        var mean = new double[3];
        for (var i = 0; i < samples.Count; i++)
        {
            var p = Softmax(network.Logits(samples.Row(i)));
            for (var k = 0; k < 3; k++)
                mean[k] += p[k] / samples.Count;
        }

        return mean;
    }

    public static double[] Frequencies(Samples samples) =>
        [.. Enumerable.Range(0, 3).Select(k => samples.Classes.Take(samples.Count).Count(c => c == k) / (double)samples.Count)];

    /// <summary>All weights and biases as one text, to compare networks bit for bit.</summary>
    public static string Bytes(Network network) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(
                System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(
                    network.Layers.SelectMany(l => l.Weights.Concat(l.Bias)).ToArray()
                )
            )
        );
}
