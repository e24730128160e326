using Quarterpoint.Core.Forecasting;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quarterpoint.Learning.Training;

/// <summary>What a graph is made of, whatever its kind.</summary>
/// <param name="Parameters">The tensors that are trained.</param>
/// <param name="Settings">What is trained, and how.</param>
/// <param name="ClassWeights">What each class weighs in the loss.</param>
/// <param name="BatchRows">The most rows of a batch.</param>
/// <param name="Device">Where it runs.</param>
internal sealed record GraphParts(
    ParameterVector Parameters,
    TrainingSettings Settings,
    IReadOnlyList<double> ClassWeights,
    int BatchRows,
    Device Device
);

/// <summary>
/// A network in the training library: rows in, logits out, and the loss, which is the same for every kind. A batch's dropout masks depend
/// on its seed alone, not on earlier batches nor on what else this process trains.
/// </summary>
internal abstract class TrainingGraph : IDisposable
{
    private readonly TrainingSettings _settings;
    private readonly Scalar _one = 1.0;
    private readonly Scalar _least = 1e-7;
    private readonly Scalar _gamma;
    private readonly Tensor? _classWeights;

    protected TrainingGraph(GraphParts parts)
    {
        _settings = parts.Settings;
        _gamma = parts.Settings.FocalGamma;
        if (_settings.Balance == ClassBalancing.InverseFrequency)
            _classWeights = tensor(parts.ClassWeights.Select(w => (float)w).ToArray(), device: parts.Device).DetachFromDisposeScope();
    }

    public Tensor Logits(Tensor rows) => Logits(rows, null);

    /// <summary>What is minimised, of one batch, with hidden units silenced by the masks of <paramref name="maskSeed"/>.</summary>
    public Tensor Loss(Tensor rows, Tensor classes, ulong maskSeed)
    {
        var logits = Logits(rows, maskSeed);
        if (_settings.Balance != ClassBalancing.Focal)
            return functional.cross_entropy(logits, classes, _classWeights, label_smoothing: _settings.LabelSmoothing);
        var own = functional.log_softmax(logits, 1).gather(1, classes.unsqueeze(1));

        // Where the class is certain, the base of the power is zero and its slope may be infinite; the bound keeps it finite.
        return (own.exp().neg().add(_one, _one).clamp_min(_least).pow(_gamma) * own).mean().neg();
    }

    public virtual void Dispose()
    {
        foreach (var scalar in (Scalar[])[_one, _least, _gamma])
            scalar.Dispose();
        _classWeights?.Dispose();
    }

    /// <param name="rows">Features.</param>
    /// <param name="maskSeed">The seed of the dropout masks; null to silence nothing.</param>
    protected abstract Tensor Logits(Tensor rows, ulong? maskSeed);
}
