using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Training;

/// <summary>The kinds of model that can be trained: the one place of training that tells them apart.</summary>
internal static class TrainableKinds
{
    private static readonly Func<GraphParts, TrainingGraph> Dense = parts => new DenseGraph((DenseSpec)parts.Settings.Network, parts);

    /// <summary>How the network of each kind is built in the training library.</summary>
    public static IReadOnlyDictionary<ModelKind, Func<GraphParts, TrainingGraph>> All { get; } =
        new OrderedDictionary<ModelKind, Func<GraphParts, TrainingGraph>> { [ModelKind.FeedForward] = Dense, [ModelKind.Logistic] = Dense };

    /// <summary>The graph of the kind that the settings name.</summary>
    public static TrainingGraph GraphOf(GraphParts parts) => All[parts.Settings.Network.Kind](parts);
}
