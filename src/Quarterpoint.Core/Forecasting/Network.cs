namespace Quarterpoint.Core.Forecasting;

/// <summary>One affine layer: <c>y = W x + b</c>, with W row by row, one row an output.</summary>
public sealed record DenseLayer(int Inputs, int Outputs, float[] Weights, float[] Bias);

/// <summary>
/// A trained feed-forward network, free of the library that trained it: affine layers with ReLU between them, logits out, in the order DOWN,
/// FLAT, UP. One layer alone is a multinomial logistic regression.
/// </summary>
public sealed record Network(IReadOnlyList<DenseLayer> Layers)
{
    /// <summary>
    /// The exponent of the focal loss it was trained with, 0 for plain cross-entropy. The softmax of a focal network is not the class
    /// probabilities but a distortion of them that has a closed inverse; <see cref="Logits"/> applies it, whoever runs the layers must too.
    /// </summary>
    public double FocalGamma { get; init; }

    public int Inputs => Layers[0].Inputs;

    public int Outputs => Layers[^1].Outputs;

    /// <summary>The logits of one row, in double: the yardstick that an exported model is held against, not the way to run one.</summary>
    public double[] Logits(ReadOnlySpan<float> row)
    {
        var values = new double[Inputs];
        for (var i = 0; i < values.Length; i++)
            values[i] = row[i];
        for (var depth = 0; depth < Layers.Count; depth++)
        {
            var layer = Layers[depth];
            var next = new double[layer.Outputs];
            for (var output = 0; output < layer.Outputs; output++)
            {
                double sum = layer.Bias[output];
                for (var input = 0; input < layer.Inputs; input++)
                    sum += layer.Weights[(output * layer.Inputs) + input] * values[input];
                next[output] = depth < Layers.Count - 1 ? Math.Max(sum, 0) : sum;
            }

            values = next;
        }

        if (FocalGamma > 0)
            UndoFocal(values, FocalGamma);
        return values;
    }

    /// <summary>
    /// Turns the logits that the focal loss <c>l(q) = -(1-q)^gamma ln q</c> settles at into those of the class probabilities. Where the
    /// expected loss is least, <c>p l'(q)</c> is the same for every class, so that <c>p ~ q (1-q)^-gamma / (1 - gamma q ln q / (1-q))</c>.
    /// </summary>
    public static void UndoFocal(Span<double> logits, double gamma)
    {
        Span<double> others = stackalloc double[logits.Length];
        Span<double> undone = stackalloc double[logits.Length];
        for (var k = 0; k < logits.Length; k++)
        {
            // ln of the sum of the other classes' exponentials: 1 - q itself would be lost where q is nearly 1.
            var top = double.NegativeInfinity;
            for (var j = 0; j < logits.Length; j++)
                top = j == k ? top : Math.Max(top, logits[j]);
            var sum = 0.0;
            for (var j = 0; j < logits.Length; j++)
                sum += j == k ? 0 : Math.Exp(logits[j] - top);
            others[k] = top + Math.Log(sum);
        }

        for (var k = 0; k < logits.Length; k++)
        {
            var odds = logits[k] - others[k];
            var logQ = -SoftPlus(-odds);
            var logRest = -SoftPlus(odds);
            // q ln q / (1-q), which tends to -1 as q tends to 1; beyond e^30 to one it is there.
            var slope = odds > 30 ? -1 : Math.Exp(odds) * logQ;
            undone[k] = logQ - (gamma * logRest) - Math.Log(1 - (gamma * slope));
        }

        undone.CopyTo(logits);
    }

    /// <summary>ln(1 + e^x) without overflow, exact where it is nearly zero.</summary>
    private static double SoftPlus(double x)
    {
        var small = Math.Exp(-Math.Abs(x));
        return Math.Max(x, 0) + (small < 1e-5 ? small - (0.5 * small * small) : Math.Log(1 + small));
    }
}
