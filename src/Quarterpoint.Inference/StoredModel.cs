using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>A model whose folder has passed every check. It may be shared; what runs it may not.</summary>
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

    /// <summary>The weights as they were trained, for comparison and for another export.</summary>
    public Network Network { get; }

    /// <summary>A fresh instance, for one thread.</summary>
    public OnnxModel Open() => new(_onnx, Card.Features.Columns.Count);
}
