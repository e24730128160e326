using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Learning.Training;
using Quarterpoint.Testing;
using TorchSharp;

namespace Quarterpoint.Shell.Tests.Learning;

public sealed class TrainerTests
{
    private static readonly TrainingSettings Quick = new()
    {
        Network = Spec(dropout: 0),
        BatchRows = 256,
        MaxEpochs = 12,
        LearningRate = 5e-3,
        Device = TrainingDevice.Cpu,
    };

    private static FeedForwardSpec Spec(double dropout) => new() { HiddenUnits = [64], Dropout = dropout };

    private static TrainedNetwork Train(TrainingSettings settings, Samples training, Samples validation) =>
        Trainer.Train(
            new TrainingJob
            {
                Settings = settings,
                Training = _ => training,
                Validation = validation,
            },
            null,
            TestContext.Current.CancellationToken
        );

    [Theory]
    [InlineData(ModelKind.Logistic, 0.1)]
    [InlineData(ModelKind.FeedForward, 0.1)]
    [InlineData(ModelKind.FeedForward, 0.0)]
    [Trait("Spec", "M1")]
    public void Learns_what_can_be_learnt_and_no_more(ModelKind model, double dropout)
    {
        var training = ToyMarket.Draw(40_000, 11, edge: 1.5);
        var validation = ToyMarket.Draw(20_000, 12, edge: 1.5, 0, out var bayes);

        var trained = Train(
            Quick with
            {
                Network = model == ModelKind.Logistic ? new LogisticSpec() : Spec(dropout),
            },
            training,
            validation
        );

        // The log-loss of the drawn classes differs from the expected one by some 0.5 / sqrt(20,000) = 0.004.
        Assert.InRange(trained.ValidationLogLoss, bayes - 0.012, bayes + 0.015);
        Assert.Equal(model == ModelKind.Logistic ? 1 : 2, trained.Network.Layers.Count);
        Assert.Equal("cpu", trained.Device);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    [Trait("Spec", "M1")]
    public void Takes_up_to_three_hidden_layers(int units)
    {
        var samples = ToyMarket.Draw(2_000, 1, 1);

        var trained = Train(
            Quick with
            {
                Network = new FeedForwardSpec { HiddenUnits = [units, 64, 64], Dropout = 0 },
                MaxEpochs = 1,
            },
            samples,
            samples
        );

        Assert.Equal([(6, units), (units, 64), (64, 64), (64, 3)], trained.Network.Layers.Select(l => (l.Inputs, l.Outputs)));
    }

    [Fact]
    public void Noise_does_not_beat_the_prior()
    {
        var training = ToyMarket.Draw(20_000, 21, edge: 0, flat: 1.4);
        var validation = ToyMarket.Draw(20_000, 22, edge: 0, flat: 1.4);
        var prior = -ToyMarket.Frequencies(validation).Sum(p => p * Math.Log(p));

        var trained = Train(Quick with { MaxEpochs = 6, Network = Spec(0.2) }, training, validation);

        Assert.InRange(trained.ValidationLogLoss, prior - 5e-4, prior + 0.01);
    }

    [Fact]
    [Trait("Spec", "M2")]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        var samples = ToyMarket.Draw(3_000, 1, 1);
        var settings = Quick with { MaxEpochs = 2, Network = Spec(0.3) };

        var once = ToyMarket.Bytes(Train(settings, samples, samples).Network);

        Assert.Equal(once, ToyMarket.Bytes(Train(settings, samples, samples).Network));
        Assert.NotEqual(once, ToyMarket.Bytes(Train(settings with { Seed = 2 }, samples, samples).Network));
    }

    [Fact]
    [Trait("Spec", "M2")]
    public void Two_trainings_at_once_do_not_disturb_each_other()
    {
        var samples = ToyMarket.Draw(3_000, 1, 1);
        var settings = Quick with { MaxEpochs = 3, Network = Spec(0.3) };
        var alone = ToyMarket.Bytes(Train(settings, samples, samples).Network);
        var both = new string[2];

        Parallel.For(0, 2, i => both[i] = ToyMarket.Bytes(Train(settings, samples, samples).Network));

        Assert.All(both, bytes => Assert.Equal(alone, bytes));
    }

    [Theory]
    [InlineData(ClassBalancing.InverseFrequency)]
    [InlineData(ClassBalancing.Focal)]
    [Trait("Spec", "M2")]
    public void Class_balances_are_undone_so_that_the_probabilities_are_those_of_the_data(ClassBalancing balance)
    {
        var training = ToyMarket.Draw(40_000, 31, edge: 1, flat: 2);
        var validation = ToyMarket.Draw(20_000, 32, edge: 1, flat: 2, out var bayes);
        var settings = Quick with { Network = new LogisticSpec(), Balance = balance };

        var trained = Train(settings, training, validation);

        var mean = ToyMarket.MeanProbabilities(trained.Network, validation);
        var found = ToyMarket.Frequencies(validation);
        for (var k = 0; k < 3; k++)
            Assert.InRange(mean[k], found[k] - 0.02, found[k] + 0.02);
        Assert.InRange(trained.ValidationLogLoss, bayes - 0.02, bayes + 0.02);
        Assert.Equal(ToyMarket.LogLoss(trained.Network, validation), trained.ValidationLogLoss, 1e-5);
    }

    [Fact]
    [Trait("Spec", "M2")]
    public void Balanced_classes_leave_noise_no_better_than_a_third_each()
    {
        var noise = ToyMarket.Draw(20_000, 33, edge: 0, flat: 1.4);
        var settings = Quick with { Network = new LogisticSpec(), MaxEpochs = 6 };
        var frequencies = ToyMarket.Frequencies(noise);

        var weighted = Train(settings with { Balance = ClassBalancing.InverseFrequency }, noise, noise);

        for (var k = 0; k < 3; k++)
            Assert.Equal(1 / (3 * frequencies[k]), weighted.ClassWeights[k], 1e-12);
        Assert.Equal(Math.Log(3), weighted.History[^1].TrainLoss, 0.01);

        // The least expected focal loss of these priors, found by a search over all probabilities.
        double Focal(double q, double p) => -p * Math.Pow(1 - q, 2) * Math.Log(q);
        var least = (
            from a in Enumerable.Range(1, 98)
            from b in Enumerable.Range(1, 99 - a)
            select Focal(a / 100.0, frequencies[0]) + Focal(b / 100.0, frequencies[1]) + Focal(1 - ((a + b) / 100.0), frequencies[2])
        ).Min();
        Assert.Equal(least, Train(settings with { Balance = ClassBalancing.Focal }, noise, noise).History[^1].TrainLoss, 0.005);
    }

    [Fact]
    public void Smoothed_labels_move_every_probability_towards_a_third()
    {
        var noise = ToyMarket.Draw(20_000, 34, edge: 0, flat: 1.4);
        var frequencies = ToyMarket.Frequencies(noise);

        var trained = Train(Quick with { Network = new LogisticSpec(), LabelSmoothing = 0.3 }, noise, noise);

        var mean = ToyMarket.MeanProbabilities(trained.Network, noise);
        for (var k = 0; k < 3; k++)
            Assert.Equal((0.7 * frequencies[k]) + 0.1, mean[k], 0.01);
    }

    [Fact]
    [Trait("Spec", "M2")]
    public void Nothing_is_balanced_or_smoothed_unless_asked()
    {
        var settings = new TrainingSettings();

        Assert.Equal((ClassBalancing.None, 0.0), (settings.Balance, settings.LabelSmoothing));
        var samples = ToyMarket.Draw(1_000, 1, 1);
        Assert.Equal([1.0, 1.0, 1.0], Train(Quick with { MaxEpochs = 1 }, samples, samples).ClassWeights);
    }

    [Fact]
    [Trait("Spec", "M2")]
    public void Early_stopping_keeps_the_best_epoch()
    {
        var training = ToyMarket.Draw(400, 41, edge: 0.5);
        var validation = ToyMarket.Draw(4_000, 42, edge: 0.5);

        var trained = Train(Quick with { MaxEpochs = 60, LearningRate = 0.02, BatchRows = 64, PatienceEpochs = 4 }, training, validation);

        Assert.True(trained.StoppedEarly);
        Assert.Equal(trained.BestEpoch + 4 + 1, trained.History.Count);
        Assert.Equal(trained.History.Min(e => e.ValidationLogLoss), trained.ValidationLogLoss);
        Assert.Equal(trained.ValidationLogLoss, ToyMarket.LogLoss(trained.Network, validation), 1e-5);
    }

    [Fact]
    public void Nothing_is_left_behind_in_native_memory()
    {
        var samples = ToyMarket.Draw(2_000, 1, 1);
        Train(Quick with { MaxEpochs = 1 }, samples, samples);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var during = new List<long>();

        Trainer.Train(
            new TrainingJob
            {
                Settings = Quick with { MaxEpochs = 4, Network = Spec(0.2), Balance = ClassBalancing.InverseFrequency },
                Validation = samples,
                Training = _ =>
                {
                    during.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
                    return samples;
                },
            },
            null,
            TestContext.Current.CancellationToken
        );

        // The first call is before the tensors are made.
        Assert.Equal(4, during.Count);
        Assert.Single(during.Skip(1).Distinct());
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Reports_every_epoch_with_what_is_left()
    {
        var samples = ToyMarket.Draw(2_000, 1, 1);
        var reports = new Reports();

        Trainer.Train(
            new TrainingJob
            {
                Settings = Quick with { MaxEpochs = 3 },
                Training = _ => samples,
                Validation = samples,
            },
            reports,
            TestContext.Current.CancellationToken
        );

        var ends = reports.All.Where(r => r.EpochShare == 1).ToList();
        Assert.Equal([0, 1, 2], ends.Select(r => r.Epoch));
        Assert.All(ends, r =>
            Assert.True(r.SamplesPerSecond > 0 && r.ValidationLogLoss < 2 && r.BestLogLoss <= r.ValidationLogLoss && r.TrainLoss > 0)
        );
        Assert.Equal(TimeSpan.Zero, ends[^1].TimeLeft);
        Assert.True(ends[0].TimeLeft > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_feature_that_is_no_number_is_refused_with_its_row_and_name(float value)
    {
        var good = ToyMarket.Draw(500, 1, 1);
        var bad = ToyMarket.Draw(500, 2, 1);
        bad.Features[(123 * ToyMarket.Width) + 4] = value;
        var job = new TrainingJob
        {
            Settings = Quick,
            Training = _ => bad,
            Validation = good,
            FeatureNames = ["a", "b", "c", "d", "momentum", "f"],
        };

        var error = Assert.Throws<BadInputException>(() => Trainer.Train(job, null, TestContext.Current.CancellationToken));

        Assert.Equal((124, "momentum", "training samples"), (error.Row, error.Field, error.File));
        error = Assert.Throws<BadInputException>(() =>
            Trainer.Train(job with { Validation = bad, FeatureNames = null }, null, TestContext.Current.CancellationToken)
        );
        Assert.Equal((124, "column 4", "validation samples"), (error.Row, error.Field, error.File));
    }

    [Fact]
    public void Samples_that_do_not_fit_are_refused()
    {
        var good = ToyMarket.Draw(100, 1, 1);
        BadInputException Refusal(Samples training) => Assert.Throws<BadInputException>(() => Train(Quick, training, good));

        var unlabelled = ToyMarket.Draw(100, 1, 1);
        unlabelled.Classes[7] = -1;
        Assert.Equal((8, "class", "-1"), Refusal(unlabelled) is var e ? (e.Row, e.Field, e.Value) : default);
        Assert.Equal("width", Refusal(new Samples(3, 100, good.Features, good.Classes)).Field);
        Assert.Equal("rows", Refusal(good with { Count = 0 }).Field);
        Assert.Equal("features", Refusal(good with { Features = new float[5] }).Field);
        Assert.Equal("classes", Refusal(good with { Classes = new sbyte[5] }).Field);

        var oneSided = ToyMarket.Draw(100, 1, 1);
        Array.Fill(oneSided.Classes, (sbyte)1);
        Assert.Contains(
            "class 0",
            Assert.Throws<BadInputException>(() => Train(Quick with { Balance = ClassBalancing.InverseFrequency }, oneSided, good)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_loss_that_is_no_number_any_more_ends_the_training_with_a_reason()
    {
        var samples = ToyMarket.Draw(2_000, 1, 1);
        for (var i = 0; i < samples.Features.Length; i++)
            samples.Features[i] *= 1e38f;

        var error = Assert.Throws<BadInputException>(() => Train(Quick with { LearningRate = 10 }, samples, samples));

        Assert.Contains("learning rate 10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gpu_that_is_not_there_is_refused_by_name()
    {
        Quarterpoint.Learning.Native.TorchLoader.Load();
        Assert.SkipWhen(torch.cuda.is_available(), "there is a GPU here");
        var samples = ToyMarket.Draw(100, 1, 1);

        Assert.Equal(
            "device",
            Assert.Throws<BadInputException>(() => Train(Quick with { Device = TrainingDevice.Cuda }, samples, samples)).Field
        );
        Assert.Equal("cpu", Train(Quick with { Device = TrainingDevice.Auto, MaxEpochs = 1 }, samples, samples).Device);
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }
}
