using Quarterpoint.Core.Forecasting;
using Quarterpoint.Learning.Onnx;
using Quarterpoint.Learning.Training;

namespace Quarterpoint.Learning;

/// <summary>What training and export have to know of a kind of model.</summary>
/// <param name="Graph">The network in the training library.</param>
/// <param name="Export">
/// Adds the network to an ONNX graph, from the value with that name (its input) to its logits, whose name it returns.
/// </param>
internal sealed record TrainableKind(
    Func<NetworkSpec, GraphParts, TrainingGraph> Graph,
    Func<GraphBuilder, string, Network, string> Export
);

/// <summary>The kinds that can be trained and exported: the one place of this project that tells them apart.</summary>
internal static class TrainableKinds
{
    private static readonly TrainableKind Dense = new(
        (spec, parts) => new DenseGraph((DenseSpec)spec, parts),
        (graph, values, network) => DenseExport.Add(graph, values, (DenseNetwork)network)
    );

    public static IReadOnlyDictionary<ModelKind, TrainableKind> All { get; } =
        new OrderedDictionary<ModelKind, TrainableKind> { [ModelKind.FeedForward] = Dense, [ModelKind.Logistic] = Dense };

    /// <summary>The graph of the kind that the settings name.</summary>
    public static TrainingGraph GraphOf(GraphParts parts) => All[parts.Settings.Network.Kind].Graph(parts.Settings.Network, parts);
}
