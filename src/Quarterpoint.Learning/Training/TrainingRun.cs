using System.Runtime.InteropServices;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using TorchSharp;
using static TorchSharp.torch;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// The tensors of one training, and the steps on them. <see cref="Trainer"/> decides when to stop, save, and report.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingSettings _settings;
    private readonly int _width;
    private readonly ParameterVector _parameters;
    private readonly TrainingGraph _graph;
    private readonly AdamW _optimiser;
    private readonly BatchBuffer _buffer;
    private readonly double[] _classWeights;
    private readonly double[] _logits = new double[TrainingSamples.Classes];

    public TrainingRun(TrainingSettings settings, int width, double[] classWeights, Device device)
    {
        (_settings, _width, _classWeights) = (settings, width, classWeights);
        BatchRows = device.type == DeviceType.CPU ? settings.BatchRows : settings.BatchRowsOnGpu;
        _parameters = new ParameterVector(settings.Network.Parameters(width, TrainingSamples.Classes), device);
        _graph = TrainableKinds.GraphOf(new GraphParts(_parameters, settings, classWeights, BatchRows, device));
        _optimiser = new AdamW(_parameters, settings.WeightDecay, settings.ClipNorm);
        _buffer = new BatchBuffer(BatchRows, width, device);
        Fill(_parameters.Values, _parameters.Initial(settings.Seed));
    }

    /// <summary>The most rows of a batch on this device.</summary>
    public int BatchRows { get; }

    public int ParameterCount => _parameters.Count;

    public long Steps => _optimiser.Steps;

    /// <summary>Fills with the order in which an epoch takes its rows.</summary>
    public static void Shuffle(Span<int> order, ulong seed, int epoch)
    {
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var random = SplitMix64.Stream(seed, 0x0DE2_0000_0000UL + (ulong)epoch);
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = random.NextBelow(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    /// <summary>Copies the rows that <paramref name="order"/> names into the batch.</summary>
    public void Gather(Samples samples, ReadOnlySpan<int> order) => _buffer.Gather(samples, order);

    /// <summary>Makes one step on the first rows of the gathered batch, and returns its mean loss.</summary>
    public double Step(int rows, int epoch, int batch, double rate)
    {
        using var scope = NewDisposeScope();
        var random = SplitMix64.Stream(_settings.Seed, 0x3A5C_0000_0000_0000UL + ((ulong)epoch << 32) + (ulong)batch);
        _parameters.Gradients.zero_();
        var loss = _graph.Loss(_buffer.Features(rows), _buffer.Classes(rows), random.Next());
        loss.backward();
        _optimiser.Step(rate);
        return loss.item<float>();
    }

    /// <summary>The mean log-loss of the class probabilities: with class balances undone, and without dropout.</summary>
    public double LogLoss(Samples samples, CancellationToken cancellation)
    {
        var sum = 0.0;
        for (var first = 0; first < samples.Count; first += BatchRows)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = Math.Min(BatchRows, samples.Count - first);
            using var scope = NewDisposeScope();
            using var still = no_grad();
            _buffer.Take(samples, first, rows);
            var logits = MemoryMarshal.Cast<byte, float>(_graph.Logits(_buffer.Features(rows)).cpu().bytes);
            for (var row = 0; row < rows; row++)
                sum += LogLoss(logits.Slice(row * TrainingSamples.Classes, TrainingSamples.Classes), samples.Classes[first + row]);
        }

        return sum / samples.Count;
    }

    public float[] Values() => Copy(_parameters.Values);

    public float[] Mean() => Copy(_optimiser.Mean);

    public float[] Square() => Copy(_optimiser.Square);

    public void Restore(TrainingCheckpoint checkpoint)
    {
        Fill(_parameters.Values, checkpoint.Values);
        Fill(_optimiser.Mean, checkpoint.Mean);
        Fill(_optimiser.Square, checkpoint.Square);
        _optimiser.Steps = checkpoint.Steps;
    }

    /// <summary>The network that those values make; its logits are those of the class probabilities.</summary>
    public Network ToNetwork(float[] values)
    {
        var network = _settings.Network.Build(_width, TrainingSamples.Classes, _parameters.Split(values)) with
        {
            FocalGamma = _settings.Balance == ClassBalancing.Focal ? _settings.FocalGamma : 0,
        };
        return _settings.Balance == ClassBalancing.InverseFrequency ? PriorCorrection.Undo(network, _classWeights) : network;
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _optimiser.Dispose();
        _graph.Dispose();
        _parameters.Dispose();
    }

    private static float[] Copy(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.cpu().bytes).ToArray();
    }

    private static void Fill(Tensor tensor, float[] values)
    {
        using var scope = NewDisposeScope();
        using var still = no_grad();
        tensor.copy_(torch.tensor(values));
    }

    private double LogLoss(ReadOnlySpan<float> logits, sbyte ofClass)
    {
        for (var k = 0; k < _logits.Length; k++)
            _logits[k] = logits[k];
        PriorCorrection.Undo(_logits, _classWeights);
        if (_settings.Balance == ClassBalancing.Focal)
            Network.UndoFocal(_logits, _settings.FocalGamma);
        var top = Math.Max(_logits[0], Math.Max(_logits[1], _logits[2]));
        var sum = 0.0;
        foreach (var logit in _logits)
            sum += Math.Exp(logit - top);
        return top + Math.Log(sum) - _logits[ofClass];
    }
}
