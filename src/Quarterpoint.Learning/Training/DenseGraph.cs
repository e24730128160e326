using System.Runtime.InteropServices;
using Quarterpoint.Core.Forecasting;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quarterpoint.Learning.Training;

/// <summary>Affine layers with ReLU and dropout between them. The parameters hold each layer's weights and then its bias.</summary>
internal sealed class DenseGraph : TrainingGraph
{
    private readonly IReadOnlyList<Tensor> _tensors;
    private readonly double _dropout;
    private readonly Tensor[] _masks;
    private readonly Generator? _gpuGenerator;
    private readonly Scalar _keptScale;

    public DenseGraph(DenseSpec spec, GraphParts parts)
        : base(parts)
    {
        (_tensors, _dropout) = (parts.Parameters.Tensors, spec.Dropout);
        _keptScale = 1 / (1 - _dropout);
        _gpuGenerator = parts.Device.type == DeviceType.CPU ? null : new Generator(0, parts.Device);
        _masks =
            _dropout == 0
                ? []
                :
                [
                    .. HiddenWidths()
                        .Select(width => empty(parts.BatchRows, width, ScalarType.Float32, parts.Device).DetachFromDisposeScope()),
                ];
    }

    public override void Dispose()
    {
        foreach (var mask in _masks)
            mask.Dispose();
        _gpuGenerator?.Dispose();
        _keptScale.Dispose();
        base.Dispose();
    }

    protected override Tensor Logits(Tensor rows, ulong? maskSeed)
    {
        if (_masks.Length == 0)
            maskSeed = null;
        if (maskSeed is { } batchSeed)
            _gpuGenerator?.manual_seed(unchecked((long)batchSeed));
        var values = rows;
        for (var i = 0; i < _tensors.Count / 2; i++)
        {
            if (i > 0)
                values = values.relu_();
            if (i > 0 && maskSeed is { } seed)
                values = values.mul(Mask(_masks[i - 1], rows.shape[0], unchecked(seed + (ulong)i)));
            values = functional.linear(values, _tensors[2 * i], _tensors[(2 * i) + 1]);
        }

        return values;
    }

    private IEnumerable<long> HiddenWidths()
    {
        for (var bias = 1; bias < _tensors.Count - 1; bias += 2)
            yield return _tensors[bias].shape[0];
    }

    private Tensor Mask(Tensor whole, long rows, ulong seed)
    {
        var mask = whole.narrow(0, 0, rows);
        using var still = no_grad();
        if (_gpuGenerator is not null)
            return mask.bernoulli_(1 - _dropout, _gpuGenerator).mul_(_keptScale);
        DropoutMask.Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), _dropout, seed);
        return mask;
    }
}
