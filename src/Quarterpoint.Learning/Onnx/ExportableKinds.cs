using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Onnx;

/// <summary>
/// Adds a network to an ONNX graph, from the value with that name, which is its input, to its logits, whose name it returns.
/// </summary>
internal delegate string NetworkExport(GraphBuilder graph, string values, Network network);

/// <summary>The kinds of model that can be exported: the one place of the export that tells them apart.</summary>
internal static class ExportableKinds
{
    private static readonly NetworkExport Dense = (graph, values, network) => DenseExport.Add(graph, values, (DenseNetwork)network);

    public static IReadOnlyDictionary<ModelKind, NetworkExport> All { get; } =
        new OrderedDictionary<ModelKind, NetworkExport> { [ModelKind.FeedForward] = Dense, [ModelKind.Logistic] = Dense };
}
