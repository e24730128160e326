namespace Quarterpoint.Core.Forecasting;

/// <summary>One affine layer: <c>y = W x + b</c>, with W row by row, one row an output.</summary>
public sealed record DenseLayer(int Inputs, int Outputs, float[] Weights, float[] Bias)
{
    /// <summary>Weights, then bias: the tensors of a layer in the order in which every file holds them.</summary>
    internal static IEnumerable<ParameterShape> Shapes(int layer, int inputs, int outputs) =>
        [
            new($"layer{layer}.weights", layer, [outputs, inputs], inputs, Decays: true),
            new($"layer{layer}.bias", layer, [outputs], inputs, Decays: false),
        ];
}

/// <summary>Affine layers with ReLU between them. One layer alone is a multinomial logistic regression.</summary>
public sealed record DenseNetwork(IReadOnlyList<DenseLayer> Layers) : Network
{
    public override ModelKind Kind => Layers.Count == 1 ? ModelKind.Logistic : ModelKind.FeedForward;

    public override int Inputs => Layers[0].Inputs;

    public override int Outputs => Layers[^1].Outputs;

    public override string Layout => string.Join('-', Layers.Select(layer => layer.Inputs).Append(Outputs));

    public override IReadOnlyList<Parameter> Parameters =>
        [
            .. Layers.SelectMany(
                (layer, i) =>
                    DenseLayer
                        .Shapes(i, layer.Inputs, layer.Outputs)
                        .Zip([layer.Weights, layer.Bias], (shape, values) => new Parameter(shape, values))
            ),
        ];

    public override Network ShiftLogits(IReadOnlyList<double> by)
    {
        var last = Layers[^1];
        float[] bias = [.. last.Bias.Select((b, k) => (float)(b + by[k]))];
        return this with { Layers = [.. Layers.SkipLast(1), last with { Bias = bias }] };
    }

    private protected override double[] LogitsAsTrained(ReadOnlySpan<float> row)
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

        return values;
    }
}
