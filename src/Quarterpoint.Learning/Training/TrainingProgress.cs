namespace Quarterpoint.Learning.Training;

/// <summary>How far a training is.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="MaxEpochs">The most epochs that it may take.</param>
/// <param name="EpochShare">
/// The share of this epoch's batches that is done; 1 comes with a new <paramref name="ValidationLogLoss"/>.
/// </param>
/// <param name="TrainLoss">
/// The mean over this epoch so far of what is minimised, with dropout and class weights; NaN before the epoch's first batch.
/// </param>
/// <param name="ValidationLogLoss">The validation log-loss of the last epoch that ended; null in the first.</param>
/// <param name="BestLogLoss">The least validation log-loss of all epochs; null in the first.</param>
/// <param name="SamplesPerSecond">Training rows a second since this process began, with loading and without validation.</param>
/// <param name="TimeLeft">The time left if early stopping spares no epoch.</param>
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
