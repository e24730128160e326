using System.Globalization;
using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Onnx;

/// <summary>Affine layers as ONNX has them: Gemm, with Relu between.</summary>
internal static class DenseExport
{
    /// <summary>Adds the layers and returns the name of their logits.</summary>
    public static string Add(GraphBuilder graph, string values, DenseNetwork network)
    {
        var tensors = network.Parameters;
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"layer{i}");
            if (i > 0)
                values = graph.Node("Relu", $"{name}.relu", [values]);
            var (weights, bias) = (tensors[2 * i], tensors[(2 * i) + 1]);
            values = graph.Node("Gemm", $"{name}.logits", [values, Constant(graph, weights), Constant(graph, bias)], ("transB", 1));
        }

        return values;
    }

    private static string Constant(GraphBuilder graph, Parameter tensor) =>
        graph.Constant(tensor.Shape.Name, tensor.Shape.Sizes, tensor.Values);
}
