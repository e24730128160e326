namespace Quarterpoint.Core.Models;

/// <summary>One affine layer: <c>y = W x + b</c>, with W row by row, one row an output.</summary>
public sealed record DenseLayer(int Inputs, int Outputs, float[] Weights, float[] Bias);

/// <summary>
/// A trained feed-forward network, free of the library that trained it: affine layers with ReLU between them, logits out, in the order DOWN,
/// FLAT, UP. One layer alone is a multinomial logistic regression.
/// </summary>
public sealed record Network(IReadOnlyList<DenseLayer> Layers)
{
    public int Inputs => Layers[0].Inputs;

    public int Outputs => Layers[^1].Outputs;

    /// <summary>The logits of one row, in double: the yardstick that an exported model is held against, not the way to run one.</summary>
    public double[] Logits(ReadOnlySpan<float> row)
    {
        var values = new double[Inputs];
        for (var i = 0; i < values.Length; i++) values[i] = row[i];
        for (var depth = 0; depth < Layers.Count; depth++)
        {
            var layer = Layers[depth];
            var next = new double[layer.Outputs];
            for (var output = 0; output < layer.Outputs; output++)
            {
                double sum = layer.Bias[output];
                for (var input = 0; input < layer.Inputs; input++) sum += layer.Weights[(output * layer.Inputs) + input] * values[input];
                next[output] = depth < Layers.Count - 1 ? Math.Max(sum, 0) : sum;
            }

            values = next;
        }

        return values;
    }
}
