using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// How rare classes are helped in training (SPEC M2). Whatever is chosen, it is undone afterwards: the trained network's logits are those
/// of the true class probabilities.
/// </summary>
public enum ClassBalancing : byte
{
    None,

    /// <summary>Each class weighs the inverse of its frequency in the first epoch's samples.</summary>
    InverseFrequency,

    /// <summary>Focal loss: a row that is already predicted well counts less.</summary>
    Focal,
}

/// <summary>How the learning rate goes over the course of a training.</summary>
public enum LearningRateShape : byte
{
    /// <summary>Rises along a line, then falls along a cosine to a hundredth.</summary>
    WarmupCosine,

    /// <summary>Rises along a cosine for three tenths of the training, then falls along another to almost nothing.</summary>
    OneCycle,
}

/// <summary>Where a network is trained.</summary>
public enum TrainingDevice : byte
{
    /// <summary>A GPU where libtorch has one, else the processor.</summary>
    Auto,
    Cpu,
    Cuda,
}

/// <summary>What is trained, and how. Two trainings with equal settings, samples, and device end with the same bytes.</summary>
public sealed record TrainingSettings
{
    /// <summary>What is trained: its kind, and all that shapes it.</summary>
    public NetworkSpec Network { get; init; } = new FeedForwardSpec();

    /// <summary>Rows of a batch on the processor.</summary>
    public int BatchRows { get; init; } = 1024;

    /// <summary>Rows of a batch on a GPU: more, because at a thousand rows it mostly waits for the next call.</summary>
    public int BatchRowsOnGpu { get; init; } = 8192;

    /// <summary>The most passes over the training part.</summary>
    public int MaxEpochs { get; init; } = 30;

    /// <summary>The highest learning rate of the schedule.</summary>
    public double LearningRate { get; init; } = 2e-3;

    public LearningRateShape Schedule { get; init; } = LearningRateShape.WarmupCosine;

    /// <summary>The share of all epochs over which the rate rises, for <see cref="LearningRateShape.WarmupCosine"/>.</summary>
    public double WarmupShare { get; init; } = 0.05;

    /// <summary>At each step, weights shrink by the learning rate times this; biases do not.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>A gradient that is longer than this, as one vector, is scaled down to this length.</summary>
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>The share of each label that is spread over all classes; 0 for none.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How rare classes are helped.</summary>
    public ClassBalancing Balance { get; init; } = ClassBalancing.None;

    /// <summary>The exponent of the focal loss; used with <see cref="ClassBalancing.Focal"/> only.</summary>
    public double FocalGamma { get; init; } = 2.0;

    /// <summary>Epochs without a better validation log-loss after which training stops.</summary>
    public int PatienceEpochs { get; init; } = 5;

    /// <summary>Everything drawn at random comes from it.</summary>
    public ulong Seed { get; init; } = 1;

    public TrainingDevice Device { get; init; } = TrainingDevice.Auto;

    /// <summary>
    /// Threads inside one operation. Networks of this size gain nothing from a second one; run several trainings instead.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="BadInputException">Names the first setting that is out of its range.</exception>
    public void Validate()
    {
        Network.Validate();
        Check(BatchRows is >= 1 and <= 1 << 20, "batch rows", BatchRows, "1 to 1048576");
        Check(BatchRowsOnGpu is >= 1 and <= 1 << 20, "batch rows on a GPU", BatchRowsOnGpu, "1 to 1048576");
        Check(MaxEpochs is >= 1 and <= 10_000, "epochs", MaxEpochs, "1 to 10000");
        Check(LearningRate is > 0 and <= 10, "learning rate", LearningRate, "more than 0, at most 10");
        Check(Enum.IsDefined(Schedule), "schedule", Schedule, "WarmupCosine or OneCycle");
        Check(WarmupShare is >= 0 and < 1, "warm-up", WarmupShare, "0 or more, and less than 1");
        Check(WeightDecay is >= 0 and <= 10, "weight decay", WeightDecay, "0 to 10");
        Check(ClipNorm is > 0 and <= 1e9, "clip norm", ClipNorm, "more than 0, at most 1e9");
        Check(LabelSmoothing is >= 0 and < 1, "label smoothing", LabelSmoothing, "0 or more, and less than 1");
        Check(Enum.IsDefined(Balance), "class balance", Balance, "None, InverseFrequency, or Focal");
        Check(Balance != ClassBalancing.Focal || FocalGamma is >= 1 and <= 10, "focal gamma", FocalGamma, "1 to 10");
        Check(
            Balance != ClassBalancing.Focal || LabelSmoothing == 0,
            "label smoothing",
            LabelSmoothing,
            "0 with a focal loss, which could not be undone otherwise"
        );
        Check(PatienceEpochs >= 1, "patience", PatienceEpochs, "1 or more");
        Check(Enum.IsDefined(Device), "device", Device, "Auto, Cpu, or Cuda");
        Check(Threads is >= 1 and <= 256, "threads", Threads, "1 to 256");
    }

    /// <summary>
    /// A hash of everything that shapes the trained bytes, so that a checkpoint of other settings is never continued.
    /// </summary>
    /// <param name="device">The device that the training runs on, which only the trainer knows.</param>
    public string Hash(string device)
    {
        var text = string.Join(
            '\n',
            (
                (IEnumerable<object>)
                    [
                        1,
                        device,
                        .. Network.HashParts,
                        BatchRows,
                        BatchRowsOnGpu,
                        MaxEpochs,
                        LearningRate,
                        Schedule,
                        WarmupShare,
                        WeightDecay,
                        ClipNorm,
                        LabelSmoothing,
                        Balance,
                        FocalGamma,
                        PatienceEpochs,
                        Seed,
                        Threads,
                    ]
            ).Select(v => Convert.ToString(v, CultureInfo.InvariantCulture))
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    internal static void Check(bool holds, string field, object found, string expected)
    {
        if (!holds)
            throw new BadInputException("training settings", 0, field, Convert.ToString(found, CultureInfo.InvariantCulture)!, expected);
    }
}
