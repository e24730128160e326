using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Training;

/// <summary>One training: what is learnt, from what, and where its checkpoint lies.</summary>
public sealed record TrainingJob
{
    public required TrainingSettings Settings { get; init; }

    /// <summary>
    /// The training samples of an epoch, counted from 0. It is called once an epoch. When a training goes on from a checkpoint inside an
    /// epoch, it is called again for that epoch and must give the same samples.
    /// </summary>
    public required Func<int, Samples> Training { get; init; }

    /// <summary>The samples whose log-loss says when to stop.</summary>
    public required Samples Validation { get; init; }

    /// <summary>Names for messages, one a column; without them columns are numbered from 0.</summary>
    public IReadOnlyList<string>? FeatureNames { get; init; }

    /// <summary>The checkpoint's file, which is continued where it exists; null to keep none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>A name for the data, so that a checkpoint of other data is never continued.</summary>
    public string DataHash { get; init; } = "";

    /// <summary>How often the checkpoint is written inside an epoch; it is written at each epoch's end besides.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where <see cref="Native.TorchLoader"/> may keep its patched copy; null for the user's cache directory.</summary>
    public string? NativeCacheFolder { get; init; }

    /// <summary>The clock of checkpoints and reports; it decides nothing that is trained.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
