using System.Runtime.InteropServices;
using CsCheck;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Learning.Native;
using Quarterpoint.Learning.Training;
using TorchSharp;

namespace Quarterpoint.Shell.Tests.Learning;

public sealed class OptimiserTests
{
    public OptimiserTests() => TorchLoader.Load();

    [Fact]
    public void Steps_as_the_librarys_own_optimiser_does()
    {
        using var scope = torch.NewDisposeScope();
        using var parameters = new ParameterVector(new LogisticSpec().Parameters(4, 3), torch.CPU);
        using var ours = new AdamW(parameters, weightDecay: 0.1, clipNorm: 1e9);
        var start = torch.tensor(parameters.Initial(3));
        Copy(parameters.Values, start);
        var weights = new TorchSharp.Modules.Parameter(start.narrow(0, 0, 12).clone());
        var biases = new TorchSharp.Modules.Parameter(start.narrow(0, 12, 3).clone());
        using var decayed = torch.optim.AdamW([weights], lr: 0.01, weight_decay: 0.1);
        using var plain = torch.optim.AdamW([biases], lr: 0.01, weight_decay: 0);

        for (var step = 0; step < 20; step++)
        {
            var gradient = torch.randn(15);
            Copy(parameters.Gradients, gradient);
            weights.grad = gradient.narrow(0, 0, 12).clone();
            biases.grad = gradient.narrow(0, 12, 3).clone();
            ours.Step(0.01);
            decayed.step();
            plain.step();
        }

        var theirs = torch.cat([weights.detach(), biases.detach()]);
        Assert.True((parameters.Values - theirs).abs().max().item<float>() < 1e-6f);
    }

    [Theory]
    [InlineData(30f, 40f, 0.5, 0.5)]
    [InlineData(0.03f, 0.04f, 0.5, 0.05)]
    [Trait("Spec", "M2")]
    public void A_gradient_is_never_longer_than_the_bound_and_a_short_one_is_left_alone(
        float first,
        float second,
        double bound,
        double expected
    )
    {
        using var scope = torch.NewDisposeScope();
        using var parameters = new ParameterVector(new LogisticSpec().Parameters(1, 1), torch.CPU);
        using var optimiser = new AdamW(parameters, 0, bound);
        Copy(parameters.Gradients, torch.tensor([first, second]));

        optimiser.Step(0.1);

        var clipped = MemoryMarshal.Cast<byte, float>(parameters.Gradients.bytes);
        Assert.Equal(expected, Math.Sqrt((clipped[0] * clipped[0]) + (clipped[1] * clipped[1])), 1e-5);
        Assert.Equal(0.75, clipped[0] / clipped[1], 1e-5);
    }

    [Theory]
    [InlineData(LearningRateShape.WarmupCosine, 0.0, 0.01)]
    [InlineData(LearningRateShape.WarmupCosine, 0.05, 0.5)]
    [InlineData(LearningRateShape.WarmupCosine, 0.1, 1.0)]
    [InlineData(LearningRateShape.WarmupCosine, 0.55, 0.505)]
    [InlineData(LearningRateShape.WarmupCosine, 1.0, 0.01)]
    [InlineData(LearningRateShape.OneCycle, 0.0, 0.04)]
    [InlineData(LearningRateShape.OneCycle, 0.15, 0.52)]
    [InlineData(LearningRateShape.OneCycle, 0.3, 1.0)]
    [InlineData(LearningRateShape.OneCycle, 0.65, 0.50005)]
    [InlineData(LearningRateShape.OneCycle, 1.0, 0.0001)]
    [Trait("Spec", "M2")]
    public void The_learning_rate_rises_and_falls(LearningRateShape shape, double progress, double share)
    {
        var settings = new TrainingSettings
        {
            Schedule = shape,
            WarmupShare = 0.1,
            LearningRate = 2,
        };

        Assert.Equal(2 * share, LearningRate.At(settings, progress), 1e-12);
    }

    [Fact]
    [Trait("Spec", "M2")]
    public void Weights_are_undone_as_in_the_worked_example()
    {
        double[] weights = [1 / 0.17, 1 / 0.66, 1 / 0.17];
        double[] logits = [Math.Log(0.30), Math.Log(0.25), Math.Log(0.45)];

        PriorCorrection.Undo(logits, weights);

        var p = ToyMarket.Softmax(logits);
        Assert.Equal(0.17436, p[0], 5e-6);
        Assert.Equal(0.56410, p[1], 5e-6);
        Assert.Equal(0.26154, p[2], 5e-6);
    }

    [Fact]
    public void Classes_weigh_the_inverse_of_their_frequency()
    {
        // 1, 2, and 1 of 4: 4 / (3 n).
        var samples = new Samples(1, 4, new float[4], [0, 1, 1, 2]);

        Assert.Equal([4.0 / 3, 2.0 / 3, 4.0 / 3], PriorCorrection.InverseFrequency(samples));
    }

    [Fact]
    [Trait("Spec", "M2")]
    public void The_undone_focal_output_is_where_the_expected_focal_loss_is_least() =>
        Gen.Select(Gen.Double[-4, 4], Gen.Double[-4, 4], Gen.Double[1, 5])
            .Sample(
                (a, b, gamma) =>
                {
                    double[] logits = [a, b, 0];
                    var q = ToyMarket.Softmax(logits);
                    Network.UndoFocal(logits, gamma);
                    var p = ToyMarket.Softmax(logits);

                    double Expected(double x0, double x1) => Loss(p[0], x0) + Loss(p[1], x1) + Loss(p[2], 1 - x0 - x1);
                    double Loss(double weight, double x) => -weight * Math.Pow(1 - x, gamma) * Math.Log(x);
                    var step = 1e-4 * q.Min();
                    var along0 = (Expected(q[0] + step, q[1]) - Expected(q[0] - step, q[1])) / (2 * step);
                    var along1 = (Expected(q[0], q[1] + step) - Expected(q[0], q[1] - step)) / (2 * step);
                    return Math.Abs(along0) < 1e-4 && Math.Abs(along1) < 1e-4;
                }
            );

    [Fact]
    public void Undoing_the_focal_loss_survives_certainty()
    {
        double[] logits = [900, 0, -900];

        Network.UndoFocal(logits, 2);

        Assert.Equal([1.0, 0.0, 0.0], ToyMarket.Softmax(logits));
    }

    [Fact]
    public void Masks_silence_the_share_asked_for_keep_the_mean_and_do_not_repeat()
    {
        var mask = new float[100_003];
        DropoutMask.Fill(mask, 0.2, seed: 5);
        var other = new float[100_003];
        DropoutMask.Fill(other, 0.2, seed: 6);

        // Four standard errors of a share of 0.2 in 100,003: 0.005.
        Assert.InRange(mask.Count(v => v == 0) / 100_003.0, 0.195, 0.205);
        Assert.All(mask.Distinct(), v => Assert.Contains(v, (float[])[0f, 1.25f]));
        Assert.InRange(mask.Zip(other).Count(v => v.First == 0 && v.Second == 0) / 100_003.0, 0.0375, 0.0425);
        Assert.InRange(mask.Zip(mask.Skip(1)).Count(v => v.First == 0 && v.Second == 0) / 100_003.0, 0.0375, 0.0425);
    }

    [Theory]
    [InlineData("hidden units", 63)]
    [InlineData("hidden units", 257)]
    [Trait("Spec", "M1")]
    public void Hidden_layers_outside_the_plan_are_refused(string field, int units) =>
        Assert.Equal(field, Assert.Throws<BadInputException>(() => Of(new FeedForwardSpec { HiddenUnits = [units] }).Validate()).Field);

    [Fact]
    public void Settings_out_of_range_are_refused_by_name()
    {
        var good = new TrainingSettings();
        good.Validate();
        foreach (
            var (field, bad) in ((string, TrainingSettings)[])
                [
                    ("hidden layers", Of(new FeedForwardSpec { HiddenUnits = [64, 64, 64, 64] })),
                    ("hidden layers", Of(new FeedForwardSpec { HiddenUnits = [] })),
                    ("dropout", Of(new FeedForwardSpec { Dropout = 1 })),
                    ("dropout", Of(new LogisticSpec { Dropout = -1 })),
                    ("batch rows", good with { BatchRows = 0 }),
                    ("batch rows on a GPU", good with { BatchRowsOnGpu = 0 }),
                    ("epochs", good with { MaxEpochs = 0 }),
                    ("learning rate", good with { LearningRate = double.NaN }),
                    ("warm-up", good with { WarmupShare = 1 }),
                    ("weight decay", good with { WeightDecay = -1 }),
                    ("clip norm", good with { ClipNorm = 0 }),
                    ("label smoothing", good with { LabelSmoothing = 1 }),
                    ("patience", good with { PatienceEpochs = 0 }),
                    ("focal gamma", good with { Balance = ClassBalancing.Focal, FocalGamma = 0.5 }),
                    ("threads", good with { Threads = 0 }),
                    ("label smoothing", good with { Balance = ClassBalancing.Focal, LabelSmoothing = 0.1 }),
                ]
        )
            Assert.Equal(field, Assert.Throws<BadInputException>(bad.Validate).Field);
    }

    private static TrainingSettings Of(NetworkSpec network) => new() { Network = network };

    private static void Copy(torch.Tensor to, torch.Tensor from)
    {
        using var still = torch.no_grad();
        to.copy_(from);
    }
}
