using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>Looks at an ONNX file before the runtime does.</summary>
internal delegate void OnnxChecker(ReadOnlySpan<byte> bytes, int width, string file);

/// <summary>Makes the network of a card out of the bytes of its weights.</summary>
internal delegate Network WeightReader(ModelCard card, ReadOnlySpan<byte> bytes, string file);

/// <summary>What a model folder has to know of a kind of model.</summary>
/// <param name="JsonType">The type of its settings in a card.</param>
/// <param name="ToJson">Makes its own part of those settings.</param>
/// <param name="CheckOnnx">Accepts the graphs that it may have, and refuses all others.</param>
/// <param name="ReadWeights">Reads its weights as they lie in their file.</param>
internal sealed record StoredKind(Type JsonType, Func<NetworkSpec, TrainingJson> ToJson, OnnxChecker CheckOnnx, WeightReader ReadWeights);

/// <summary>The kinds of which a model folder can be written and read: the one place of this project that tells them apart.</summary>
internal static class StoredKinds
{
    private static readonly StoredKind Dense = new(
        typeof(DenseTrainingJson),
        spec => DenseTrainingJson.Of((DenseSpec)spec),
        OnnxCheck.Check,
        WeightLayout.Read
    );

    public static IReadOnlyDictionary<ModelKind, StoredKind> All { get; } =
        new OrderedDictionary<ModelKind, StoredKind> { [ModelKind.FeedForward] = Dense, [ModelKind.Logistic] = Dense };
}
