using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Training;

/// <summary>One training: what is learnt from what, and where its checkpoint lies.</summary>
public sealed record TrainingJob
{
    public required TrainingSettings Settings { get; init; }

    /// <summary>
    /// The training samples of an epoch, counted from 0. Called once an epoch, and again for the epoch that a checkpoint broke off in, when
    /// it must give the same samples.
    /// </summary>
    public required Func<int, Samples> Training { get; init; }

    public required Samples Validation { get; init; }

    /// <summary>Names for messages, one a column; without them columns are numbered from 0.</summary>
    public IReadOnlyList<string>? FeatureNames { get; init; }

    /// <summary>A file that is continued where it exists and kept up to date; null to keep none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Names the data, so that a checkpoint of other data is not continued.</summary>
    public string DataHash { get; init; } = "";

    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where <see cref="Native.TorchLoader"/> may keep its patched copy; null for the user's cache directory.</summary>
    public string? NativeCacheFolder { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
