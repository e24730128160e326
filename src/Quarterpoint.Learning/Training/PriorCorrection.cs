using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// Class weights, and how they are undone. A loss that weighs class k by w_k is least at q_k ~ w_k p_k; subtracting ln w_k from its logit
/// gives p_k again (METHODS.md 5).
/// </summary>
public static class PriorCorrection
{
    /// <summary>The inverse of each class's frequency, scaled so that the samples weigh one on average.</summary>
    /// <exception cref="BadInputException">A class has no sample.</exception>
    public static double[] InverseFrequency(Samples samples)
    {
        var counts = new long[TrainingSamples.Classes];
        foreach (var c in samples.Classes.AsSpan(0, samples.Count))
            counts[c]++;
        var rare = Array.IndexOf(counts, 0);
        if (rare >= 0)
            throw new BadInputException(
                "training samples",
                0,
                "class",
                $"no sample of class {rare}",
                "samples of all three classes, for weights by frequency"
            );
        return [.. counts.Select(c => (double)samples.Count / (TrainingSamples.Classes * c))];
    }

    /// <summary>Undoes the weights in place, in logits.</summary>
    public static void Undo(Span<double> logits, IReadOnlyList<double> weights)
    {
        for (var k = 0; k < logits.Length; k++)
            logits[k] -= Math.Log(weights[k]);
    }

    /// <summary>The same network with the weights undone in its logits.</summary>
    public static Network Undo(Network network, IReadOnlyList<double> weights) =>
        network.ShiftLogits([.. weights.Select(weight => -Math.Log(weight))]);
}
