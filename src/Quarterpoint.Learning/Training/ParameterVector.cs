using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using static TorchSharp.torch;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// All parameters of a network in one tensor, and all gradients in another: the layers see parts of them. So the optimiser is a handful of
/// operations whatever the network looks like, and a checkpoint is a few arrays. Weights lie first, layer by layer, then the biases.
/// </summary>
internal sealed class ParameterVector : IDisposable
{
    private readonly IReadOnlyList<(int Inputs, int Outputs)> _shapes;
    private readonly Tensor[] _gradientParts;

    public ParameterVector(IReadOnlyList<(int Inputs, int Outputs)> shapes, Device device)
    {
        _shapes = shapes;
        WeightCount = shapes.Sum(s => s.Inputs * s.Outputs);
        Count = WeightCount + shapes.Sum(s => s.Outputs);
        Values = zeros(Count, ScalarType.Float32, device).DetachFromDisposeScope();
        Gradients = zeros(Count, ScalarType.Float32, device).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        Weights = new Tensor[shapes.Count];
        Biases = new Tensor[shapes.Count];
        _gradientParts = new Tensor[shapes.Count * 2];
        var (weight, bias) = (0, WeightCount);
        for (var i = 0; i < shapes.Count; i++)
        {
            var (inputs, outputs) = shapes[i];
            Weights[i] = Leaf(weight, _gradientParts.AsSpan(i), outputs, inputs);
            Biases[i] = Leaf(bias, _gradientParts.AsSpan(shapes.Count + i), outputs);
            weight += inputs * outputs;
            bias += outputs;
        }
    }

    public int Count { get; }

    /// <summary>The first so many are weights, the others biases.</summary>
    public int WeightCount { get; }

    public Tensor Values { get; }

    /// <summary>Added to by each backward pass, into the same memory.</summary>
    public Tensor Gradients { get; }

    /// <summary>One row an output.</summary>
    public Tensor[] Weights { get; }

    public Tensor[] Biases { get; }

    /// <summary>Uniform within one over the root of a layer's inputs, weights and biases alike, from a stream of the seed: the same on every device.</summary>
    public float[] Initial(ulong seed)
    {
        var random = SplitMix64.Stream(seed, name: 0x1217);
        var values = new float[Count];
        var (weight, bias) = (0, WeightCount);
        foreach (var (inputs, outputs) in _shapes)
        {
            var bound = 1 / Math.Sqrt(inputs);
            for (var i = 0; i < inputs * outputs; i++)
                values[weight++] = (float)(((2 * random.NextUnit()) - 1) * bound);
            for (var i = 0; i < outputs; i++)
                values[bias++] = (float)(((2 * random.NextUnit()) - 1) * bound);
        }

        return values;
    }

    /// <summary>The network that those values make.</summary>
    public Network ToNetwork(float[] values)
    {
        var layers = new List<DenseLayer>();
        var (weight, bias) = (0, WeightCount);
        foreach (var (inputs, outputs) in _shapes)
        {
            layers.Add(new DenseLayer(inputs, outputs, values[weight..(weight + (inputs * outputs))], values[bias..(bias + outputs)]));
            weight += inputs * outputs;
            bias += outputs;
        }

        return new Network(layers);
    }

    public void Dispose()
    {
        foreach (var part in (IEnumerable<Tensor>)[.. Weights, .. Biases, .. _gradientParts, Values, Gradients])
            part.Dispose();
    }

    private Tensor Leaf(int start, Span<Tensor> gradient, params long[] shape)
    {
        var length = shape.Aggregate(1L, (product, size) => product * size);
        var leaf = Values.narrow(0, start, length).view(shape).detach().requires_grad_(true).DetachFromDisposeScope();
        gradient[0] = Gradients.narrow(0, start, length).view(shape).DetachFromDisposeScope();
        leaf.grad = gradient[0];
        return leaf;
    }
}
