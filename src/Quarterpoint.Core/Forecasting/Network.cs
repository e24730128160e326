namespace Quarterpoint.Core.Forecasting;

/// <summary>One tensor of a network with its numbers.</summary>
public sealed record Parameter(ParameterShape Shape, float[] Values);

/// <summary>
/// A trained network, free of the library that trained it: features in, logits out, in the order DOWN, FLAT, UP. There is one sealed type
/// for each way to compute them.
/// </summary>
public abstract record Network
{
    private protected Network() { }

    public abstract ModelKind Kind { get; }

    /// <summary>
    /// The exponent of the focal loss it was trained with, 0 for plain cross-entropy. The softmax of a focal network is not the class
    /// probabilities but a distortion of them that has a closed inverse; <see cref="Logits"/> applies it, and so must whoever runs it
    /// elsewhere.
    /// </summary>
    public double FocalGamma { get; init; }

    /// <summary>Features a row.</summary>
    public abstract int Inputs { get; }

    /// <summary>Classes that are told apart.</summary>
    public abstract int Outputs { get; }

    /// <summary>Its layout in a word, to compare with <see cref="NetworkSpec.Layout"/>.</summary>
    public abstract string Layout { get; }

    /// <summary>Its tensors in the order of <see cref="NetworkSpec.Parameters"/>.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The logits of one row, in double: the yardstick that an exported model is held against, not the way to run one.</summary>
    public double[] Logits(ReadOnlySpan<float> row)
    {
        var logits = LogitsAsTrained(row);
        if (FocalGamma > 0)
            UndoFocal(logits, FocalGamma);
        return logits;
    }

    /// <summary>The same network with those numbers added to the logits it was trained to, one a class.</summary>
    public abstract Network ShiftLogits(IReadOnlyList<double> by);

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

    private protected abstract double[] LogitsAsTrained(ReadOnlySpan<float> row);

    /// <summary>ln(1 + e^x) without overflow, exact where it is nearly zero.</summary>
    private static double SoftPlus(double x)
    {
        var small = Math.Exp(-Math.Abs(x));
        return Math.Max(x, 0) + (small < 1e-5 ? small - (0.5 * small * small) : Math.Log(1 + small));
    }
}
