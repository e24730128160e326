using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Training;

/// <summary>How one epoch ended.</summary>
/// <param name="TrainLoss">The mean of what was minimised.</param>
/// <param name="ValidationLogLoss">The log-loss on the validation part.</param>
/// <param name="LearningRate">The learning rate of its last step.</param>
public readonly record struct EpochResult(double TrainLoss, double ValidationLogLoss, double LearningRate);

/// <summary>The outcome of a training.</summary>
public sealed record TrainedNetwork
{
    /// <summary>
    /// The network of the best epoch. Its logits are those of the class probabilities, however the classes were balanced in training.
    /// </summary>
    public required Network Network { get; init; }

    /// <summary>The epoch with the least validation log-loss, from 0: <c>History[BestEpoch]</c>.</summary>
    public required int BestEpoch { get; init; }

    public required IReadOnlyList<EpochResult> History { get; init; }

    /// <summary>
    /// What each class weighed in the loss, in the order DOWN, FLAT, UP; all 1 unless balanced by frequency. <see cref="Network"/> has it
    /// undone already.
    /// </summary>
    public required IReadOnlyList<double> ClassWeights { get; init; }

    /// <summary>Whether patience ended it before the last epoch.</summary>
    public required bool StoppedEarly { get; init; }

    /// <summary>"cpu" or "cuda".</summary>
    public required string Device { get; init; }

    /// <summary>The validation log-loss of the best epoch.</summary>
    public double ValidationLogLoss => History[BestEpoch].ValidationLogLoss;
}
