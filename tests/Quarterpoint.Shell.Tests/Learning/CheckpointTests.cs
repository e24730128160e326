using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Learning.Training;

namespace Quarterpoint.Shell.Tests.Learning;

/// <summary>A training that is interrupted anywhere and started again ends with the same bytes as one that was not.</summary>
public sealed class CheckpointTests : IDisposable
{
    private static readonly TrainingSettings Settings = new()
    {
        Network = new FeedForwardSpec { HiddenUnits = [64], Dropout = 0.2 },
        BatchRows = 128,
        MaxEpochs = 4,
        Balance = ClassBalancing.InverseFrequency,
        Device = TrainingDevice.Cpu,
        PatienceEpochs = 2,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoint").FullName;
    private readonly Samples _validation = ToyMarket.Draw(500, 99, 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Checkpoint => Path.Combine(_folder, "training.checkpoint");

    /// <summary>Each epoch has other rows, and another number of them, as with a random phase.</summary>
    private TrainingJob Job(TimeProvider? clock = null) =>
        new()
        {
            Settings = Settings,
            Training = epoch => ToyMarket.Draw(1_000 + (130 * epoch), 5 + (ulong)epoch, 1),
            Validation = _validation,
            CheckpointPath = Checkpoint,
            DataHash = "toy",
            Clock = clock ?? TimeProvider.System,
        };

    private static TrainedNetwork Train(TrainingJob job, CancellationToken cancellation = default) =>
        Trainer.Train(job, null, cancellation);

    [Fact]
    [Trait("Spec", "M2")]
    public void Cancelled_at_any_batch_and_continued_it_ends_with_the_same_bytes()
    {
        var alone = Train(Job() with { CheckpointPath = null });

        // The clock is read at every batch, so counting its reads says where to interrupt.
        foreach (var reads in (int[])[2, 5, 11, 12, 13, 24, 37])
        {
            File.Delete(Checkpoint);
            using var cut = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => Train(Job(new CountingClock(reads, cut.Cancel)), cut.Token));
            Assert.True(File.Exists(Checkpoint));
            Same(alone, Train(Job()));
        }
    }

    [Fact]
    [Trait("Spec", "M2")]
    public void Killed_between_two_checkpoints_it_repeats_what_was_lost()
    {
        var alone = Train(Job() with { CheckpointPath = null });
        foreach (var reads in (int[])[9, 30])
        {
            File.Delete(Checkpoint);
            var killed = Job(new CountingClock(reads, () => throw new InvalidOperationException("killed")));
            Assert.Throws<InvalidOperationException>(() => Train(killed with { CheckpointEvery = TimeSpan.FromTicks(3) }));
            Same(alone, Train(Job()));
        }
    }

    [Fact]
    public void Cancelled_while_it_validates_it_does_not_train_the_epoch_again()
    {
        var alone = Train(Job() with { CheckpointPath = null });
        using var cut = new CancellationTokenSource();
        var epochs = new List<int>();
        TrainingJob Counting(TimeProvider clock) =>
            Job(clock) with
            {
                Training = epoch =>
                {
                    epochs.Add(epoch);
                    return Job().Training(epoch);
                },
            };

        // The clock is read 3 times before the first batch, once for each of 8 batches, and once after the last; the next read is in validation.
        Assert.Throws<OperationCanceledException>(() => Train(Counting(new CountingClock(11, cut.Cancel)), cut.Token));
        Same(alone, Train(Counting(TimeProvider.System)));
        Assert.Equal([0, 0, 1, 2, 3], epochs);
    }

    [Fact]
    public void A_training_that_ended_gives_its_outcome_again_without_its_samples()
    {
        var first = Train(Job());

        Same(first, Train(Job() with { Training = _ => throw new InvalidOperationException("asked for samples") }));
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused()
    {
        Train(Job());

        Assert.Equal("settings", Refusal(Job() with { Settings = Settings with { Seed = 9 } }).Field);
        Assert.Equal("data", Refusal(Job() with { DataHash = "other" }).Field);
        var narrow = new Samples(2, 300, _validation.Features, _validation.Classes);
        Assert.Equal("parameters", Refusal(Job() with { Validation = narrow, Training = _ => narrow }).Field);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_with_its_name()
    {
        Train(Job());
        var bytes = File.ReadAllBytes(Checkpoint);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(Checkpoint, bytes);
        Assert.Equal((Checkpoint, "a damaged file"), Refusal(Job()) is var e ? (e.File, e.Value) : default);

        File.WriteAllBytes(Checkpoint, bytes.AsSpan(0, 30));
        Assert.Equal("a file of another kind", Refusal(Job()).Value);
    }

    [Fact]
    public void Samples_that_changed_since_the_checkpoint_are_refused()
    {
        using var cut = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(Job(new CountingClock(7, cut.Cancel)), cut.Token));

        Assert.Equal("rows", Refusal(Job() with { Training = _ => ToyMarket.Draw(900, 5, 1) }).Field);
    }

    private static BadInputException Refusal(TrainingJob job) => Assert.Throws<BadInputException>(() => Train(job));

    private static void Same(TrainedNetwork expected, TrainedNetwork found)
    {
        Assert.Equal(ToyMarket.Bytes(expected.Network), ToyMarket.Bytes(found.Network));
        Assert.Equal(expected.History, found.History);
        Assert.Equal((expected.BestEpoch, expected.StoppedEarly), (found.BestEpoch, found.StoppedEarly));
        Assert.Equal(expected.ClassWeights, found.ClassWeights);
    }

    /// <summary>A clock that is one tick later at every reading, and does something at one of them.</summary>
    private sealed class CountingClock(int reading, Action then) : TimeProvider
    {
        private long _readings;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            if (++_readings == reading)
                then();
            return _readings;
        }
    }
}
