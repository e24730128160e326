using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>A model whose folder has passed every check. It may be shared among threads; what <see cref="Open"/> returns may not.</summary>
public sealed class StoredModel
{
    private readonly byte[] _onnx;

    internal StoredModel(ModelCard card, Network network, byte[] onnx)
    {
        Card = card;
        Network = network;
        _onnx = onnx;
    }

    public ModelCard Card { get; }

    /// <summary>The network as it was trained, to compare with and to export again.</summary>
    public Network Network { get; }

    /// <summary>A new instance in ONNX Runtime, for one thread.</summary>
    public OnnxModel Open() => new(_onnx, Card.Features.Columns.Count);
}
