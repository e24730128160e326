using System.Runtime.InteropServices;
using Quarterpoint.Core.Forecasting;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// Affine layers with ReLU and dropout between them, and the loss. A batch's dropout masks depend on its seed alone, not on what came before
/// it, nor on what else this process trains.
/// </summary>
internal sealed class FeedForwardGraph : IDisposable
{
    private readonly ParameterVector _parameters;
    private readonly TrainingSettings _settings;
    private readonly Tensor[] _masks;
    private readonly Generator? _gpuGenerator;
    private readonly Scalar _keptScale;
    private readonly Scalar _one = 1.0;
    private readonly Scalar _least = 1e-7;
    private readonly Scalar _gamma;
    private readonly Tensor? _classWeights;

    public FeedForwardGraph(
        ParameterVector parameters,
        TrainingSettings settings,
        IReadOnlyList<double> classWeights,
        int batchRows,
        Device device
    )
    {
        (_parameters, _settings) = (parameters, settings);
        (_keptScale, _gamma) = (1 / (1 - settings.Dropout), settings.FocalGamma);
        _gpuGenerator = device.type == DeviceType.CPU ? null : new Generator(0, device);
        _masks =
            settings.Dropout == 0
                ? []
                :
                [
                    .. parameters
                        .Biases.SkipLast(1)
                        .Select(b => empty(batchRows, b.shape[0], ScalarType.Float32, device).DetachFromDisposeScope()),
                ];
        if (settings.Balance == ClassBalancing.InverseFrequency)
            _classWeights = tensor(classWeights.Select(w => (float)w).ToArray(), device: device).DetachFromDisposeScope();
    }

    public Tensor Logits(Tensor rows) => Logits(rows, null);

    /// <summary>What is minimised, of one batch, with hidden units silenced by the masks of <paramref name="maskSeed"/>.</summary>
    public Tensor Loss(Tensor rows, Tensor classes, ulong maskSeed)
    {
        var logits = Logits(rows, _masks.Length == 0 ? null : maskSeed);
        if (_settings.Balance != ClassBalancing.Focal)
            return functional.cross_entropy(logits, classes, _classWeights, label_smoothing: _settings.LabelSmoothing);
        var own = functional.log_softmax(logits, 1).gather(1, classes.unsqueeze(1));

        // Where the class is certain, the power's slope is that of zero to a power; the bound keeps it finite.
        return (own.exp().neg().add(_one).clamp_min(_least).pow(_gamma) * own).mean().neg();
    }

    public void Dispose()
    {
        foreach (var mask in _masks)
            mask.Dispose();
        _gpuGenerator?.Dispose();
        foreach (var scalar in (Scalar[])[_keptScale, _one, _least, _gamma])
            scalar.Dispose();
        _classWeights?.Dispose();
    }

    private Tensor Logits(Tensor rows, ulong? maskSeed)
    {
        if (maskSeed is { } batchSeed)
            _gpuGenerator?.manual_seed(unchecked((long)batchSeed));
        var values = rows;
        for (var i = 0; i < _parameters.Weights.Length; i++)
        {
            if (i > 0)
                values = values.relu_();
            if (i > 0 && maskSeed is { } seed)
                values = values.mul(Mask(_masks[i - 1], rows.shape[0], unchecked(seed + (ulong)i)));
            values = functional.linear(values, _parameters.Weights[i], _parameters.Biases[i]);
        }

        return values;
    }

    private Tensor Mask(Tensor whole, long rows, ulong seed)
    {
        var mask = whole.narrow(0, 0, rows);
        using var still = no_grad();
        if (_gpuGenerator is not null)
            return mask.bernoulli_(1 - _settings.Dropout, _gpuGenerator).mul_(_keptScale);
        DropoutMask.Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), _settings.Dropout, seed);
        return mask;
    }
}
