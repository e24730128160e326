using System.Diagnostics;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Learning.Native;
using Quarterpoint.Learning.Training;
using TorchSharp;

namespace Quarterpoint.Benchmarks;

/// <summary>
/// Measures training of the network 64-128-64-3 with batches of 1024 on one thread: whole epochs as in a training (check, shuffle, gather,
/// step) against the same number of steps on a batch that never changes. The two alternate, so that noise on the machine affects both.
/// </summary>
internal static class TrainingBench
{
    private const int Width = 64;
    private const int BatchRows = 1024;
    private const int Batches = 500;

    /// <summary>Rows in an epoch.</summary>
    public const int Rows = Batches * BatchRows;

    private const int Rounds = 7;

    public static TrainingSpeed Run(double dropout)
    {
        TorchLoader.Load();
        torch.set_num_threads(1);
        var settings = new TrainingSettings
        {
            Network = new FeedForwardSpec { HiddenUnits = [128, 64], Dropout = dropout },
            BatchRows = BatchRows,
            Device = TrainingDevice.Cpu,
        };
        var samples = Noise(Batches * BatchRows);
        using var run = new TrainingRun(settings, Width, [1, 1, 1], torch.CPU);
        Epoch(run, samples, 0);
        var bare = new double[Rounds];
        var loaded = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            loaded[round] = RowsPerSecond(() => Epoch(run, samples, round));
            bare[round] = RowsPerSecond(() => SameBatch(run));
        }

        return new TrainingSpeed(Median(bare), Median(loaded), Median([.. bare.Zip(loaded, (b, l) => l / b)]));
    }

    private static void SameBatch(TrainingRun run)
    {
        for (var batch = 0; batch < Batches; batch++)
            run.Step(BatchRows, 0, batch, 1e-3);
    }

    private static void Epoch(TrainingRun run, Samples samples, int epoch)
    {
        TrainingSamples.Check(samples, "training samples", Width, null);
        var order = new int[samples.Count];
        TrainingRun.Shuffle(order, 1, epoch);
        for (var batch = 0; batch < Batches; batch++)
        {
            run.Gather(samples, order.AsSpan(batch * BatchRows, BatchRows));
            run.Step(BatchRows, epoch, batch, 1e-3);
        }
    }

    private static double RowsPerSecond(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Batches * BatchRows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static Samples Noise(int rows)
    {
        var random = new SplitMix64(1);
        var features = new float[rows * Width];
        for (var i = 0; i < features.Length; i++)
            features[i] = (float)((2 * random.NextUnit()) - 1);
        var classes = new sbyte[rows];
        for (var i = 0; i < rows; i++)
            classes[i] = (sbyte)random.NextBelow(3);
        return new Samples(Width, rows, features, classes);
    }
}

/// <summary>Rows a second, medians of the rounds, and the median of each round's ratio.</summary>
internal sealed record TrainingSpeed(double Bare, double Loaded, double Ratio);
