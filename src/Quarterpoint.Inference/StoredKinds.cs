using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>Looks at an ONNX file before the runtime does.</summary>
internal delegate void OnnxChecker(ReadOnlySpan<byte> bytes, int width, string file);

/// <summary>Makes the network of a card out of the bytes of its weights.</summary>
internal delegate Network WeightReader(ModelCard card, ReadOnlySpan<byte> bytes, string file);

/// <summary>What a model folder has to know of a kind of model.</summary>
/// <param name="JsonType">How its settings stand in a card.</param>
/// <param name="ToJson">Its own part of them.</param>
/// <param name="CheckOnnx">Which graphs are accepted for it.</param>
/// <param name="ReadWeights">How its weights lie in the file.</param>
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
