using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using static TorchSharp.torch;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// All parameters of a network in one tensor, and all gradients in another; the layers see parts of them. So the optimiser is a handful of
/// operations whatever the network looks like, and a checkpoint is a few arrays. The parameters that weight decay shrinks come first.
/// </summary>
internal sealed class ParameterVector : IDisposable
{
    private readonly IReadOnlyList<ParameterShape> _shapes;

    /// <summary>Where each tensor begins.</summary>
    private readonly int[] _starts;
    private readonly Tensor[] _gradientParts;

    public ParameterVector(IReadOnlyList<ParameterShape> shapes, Device device)
    {
        _shapes = shapes;
        DecayingCount = shapes.Where(shape => shape.Decays).Sum(shape => shape.Count);
        Count = shapes.Sum(shape => shape.Count);
        Values = zeros(Count, ScalarType.Float32, device).DetachFromDisposeScope();
        Gradients = zeros(Count, ScalarType.Float32, device).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        _starts = new int[shapes.Count];
        _gradientParts = new Tensor[shapes.Count];
        var tensors = new Tensor[shapes.Count];
        var (decaying, other) = (0, DecayingCount);
        for (var i = 0; i < shapes.Count; i++)
        {
            ref var next = ref shapes[i].Decays ? ref decaying : ref other;
            _starts[i] = next;
            tensors[i] = Leaf(i);
            next += shapes[i].Count;
        }

        Tensors = tensors;
    }

    public int Count { get; }

    /// <summary>The first so many are shrunk by weight decay, the others are not.</summary>
    public int DecayingCount { get; }

    public Tensor Values { get; }

    /// <summary>The gradients of <see cref="Values"/>; each backward pass adds to them in place.</summary>
    public Tensor Gradients { get; }

    /// <summary>The parts of <see cref="Values"/>, one for each shape, in the order of the shapes.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>
    /// First values: uniform within one over the root of a layer's inputs, for weights and biases, from a stream of the seed. They are the
    /// same on every device.
    /// </summary>
    public float[] Initial(ulong seed)
    {
        var random = SplitMix64.Stream(seed, name: 0x1217);
        var values = new float[Count];
        for (var i = 0; i < _shapes.Count; i++)
        {
            var bound = 1 / Math.Sqrt(_shapes[i].FanIn);
            foreach (ref var value in values.AsSpan(_starts[i], _shapes[i].Count))
                value = (float)(((2 * random.NextUnit()) - 1) * bound);
        }

        return values;
    }

    /// <summary>Those values cut into tensors, in the order of the shapes.</summary>
    public IReadOnlyList<float[]> Split(float[] values) =>
        [.. _shapes.Select((shape, i) => values.AsSpan(_starts[i], shape.Count).ToArray())];

    public void Dispose()
    {
        foreach (var part in (IEnumerable<Tensor>)[.. Tensors, .. _gradientParts, Values, Gradients])
            part.Dispose();
    }

    private Tensor Leaf(int i)
    {
        long[] sizes = [.. _shapes[i].Sizes.Select(size => (long)size)];
        var leaf = Values.narrow(0, _starts[i], _shapes[i].Count).view(sizes).detach().requires_grad_(true).DetachFromDisposeScope();
        _gradientParts[i] = Gradients.narrow(0, _starts[i], _shapes[i].Count).view(sizes).DetachFromDisposeScope();
        leaf.grad = _gradientParts[i];
        return leaf;
    }
}
