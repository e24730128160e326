namespace Quarterpoint.Learning.Training;

/// <summary>How far a training is.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="EpochShare">Of this epoch's batches, from 0 to 1; 1 with a new <paramref name="ValidationLogLoss"/>.</param>
/// <param name="TrainLoss">The mean over this epoch so far of what is minimised, dropout and weights included; NaN before its first batch.</param>
/// <param name="ValidationLogLoss">Of the last epoch that ended; null in the first.</param>
/// <param name="BestLogLoss">The least of all epochs; null in the first.</param>
/// <param name="SamplesPerSecond">Training rows, loading included, validation excluded, since this process began.</param>
/// <param name="TimeLeft">If no epoch is spared by early stopping.</param>
/// <param name="Device">"cpu" or "cuda".</param>
public readonly record struct TrainingProgress(
    int Epoch,
    int MaxEpochs,
    double EpochShare,
    double TrainLoss,
    double? ValidationLogLoss,
    double? BestLogLoss,
    double SamplesPerSecond,
    TimeSpan TimeLeft,
    string Device
);
