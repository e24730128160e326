using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Training;

/// <summary>What one epoch came to: the mean of what was minimised, the validation log-loss, and the learning rate it ended with.</summary>
public readonly record struct EpochResult(double TrainLoss, double ValidationLogLoss, double LearningRate);

/// <summary>The outcome of a training.</summary>
public sealed record TrainedNetwork
{
    /// <summary>The weights of the best epoch; its logits are those of the class probabilities, however the classes were balanced in training.</summary>
    public required Network Network { get; init; }

    /// <summary>The epoch with the least validation log-loss, from 0: <c>History[BestEpoch]</c>.</summary>
    public required int BestEpoch { get; init; }

    public required IReadOnlyList<EpochResult> History { get; init; }

    /// <summary>What each class weighed in the loss, DOWN, FLAT, UP; all 1 unless balanced by frequency. Already undone in <see cref="Network"/>.</summary>
    public required IReadOnlyList<double> ClassWeights { get; init; }

    public required bool StoppedEarly { get; init; }

    /// <summary>"cpu" or "cuda".</summary>
    public required string Device { get; init; }

    public double ValidationLogLoss => History[BestEpoch].ValidationLogLoss;
}
