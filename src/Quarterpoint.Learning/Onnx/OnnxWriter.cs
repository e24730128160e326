using System.Buffers.Binary;
using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Onnx;

/// <summary>
/// Writes a network as an ONNX model, weights inside: <c>features</c> [batch, width] in, <c>probabilities</c> [batch, classes] out. Equal
/// networks give equal bytes. Field numbers are those of onnx.proto3; the graph is made of Gemm, Relu, Mul, and Softmax, and for a focal
/// network of what undoes the focal loss as well.
/// </summary>
public static class OnnxWriter
{
    public const string Input = "features";
    public const string Output = "probabilities";
    public const string FeatureSetKey = "feature_set";
    public const string FeatureHashKey = "feature_hash";
    public const string TemperatureKey = "temperature";
    public const string MadeByKey = "made_by";

    private const int IrVersion = 8;
    private const int Opset = 17;
    private const int Float = 1;
    private const string BatchAxis = "batch";

    // AttributeProto.AttributeType
    private const int IntegerAttribute = 2;

    /// <summary>Replaces the file in one move.</summary>
    public static void Write(string path, Network network, OnnxModelInfo info)
    {
        var partial = path + ".partial";
        File.WriteAllBytes(partial, ToBytes(network, info));
        File.Move(partial, path, overwrite: true);
    }

    /// <exception cref="BadInputException">The temperature is not a positive number, or a weight is not a number.</exception>
    public static byte[] ToBytes(Network network, OnnxModelInfo info)
    {
        if (info.Temperature is not (> 0 and < double.PositiveInfinity))
            throw new BadInputException(
                "ONNX model",
                0,
                "temperature",
                info.Temperature.ToString(CultureInfo.InvariantCulture),
                "a positive number"
            );
        for (var i = 0; i < network.Layers.Count; i++)
        {
            if (network.Layers[i].Weights.Concat(network.Layers[i].Bias).Any(w => !float.IsFinite(w)))
                throw new BadInputException(
                    "ONNX model",
                    0,
                    string.Create(CultureInfo.InvariantCulture, $"layer {i}"),
                    "a weight that is not finite",
                    "numbers"
                );
        }

        return new ProtobufWriter()
            .Integer(1, IrVersion)
            .Text(2, "Quarterpoint")
            .Message(7, Graph(network, info.Temperature))
            .Message(8, new ProtobufWriter().Text(1, "").Integer(2, Opset))
            .Message(14, Property(FeatureSetKey, info.FeatureSet))
            .Message(14, Property(FeatureHashKey, info.FeatureHash))
            .Message(14, Property(TemperatureKey, info.Temperature.ToString("R", CultureInfo.InvariantCulture)))
            .Message(14, Property(MadeByKey, info.MadeBy))
            .ToArray();
    }

    private static ProtobufWriter Property(string key, string value) => new ProtobufWriter().Text(1, key).Text(2, value);

    private static ProtobufWriter Graph(Network network, double temperature)
    {
        var graph = new Builder();
        var values = Input;
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            var name = string.Create(CultureInfo.InvariantCulture, $"layer{i}");
            if (i > 0)
                values = graph.Node("Relu", $"{name}.relu", [values]);
            var weights = graph.Constant($"{name}.weights", [layer.Outputs, layer.Inputs], layer.Weights);
            var bias = graph.Constant($"{name}.bias", [layer.Outputs], layer.Bias);
            values = graph.Node("Gemm", $"{name}.logits", [values, weights, bias], ("transB", 1));
        }

        if (network.FocalGamma > 0)
            values = UndoFocal(graph, values, network);
        values = graph.Node("Mul", "tempered", [values, graph.Constant("inverse_temperature", [], [(float)(1 / temperature)])]);
        graph.Node("Softmax", Output, [values], ("axis", 1));
        return graph.Finish("network", Tensor(Input, network.Inputs), Tensor(Output, network.Outputs));
    }

    /// <summary>
    /// <see cref="Network.UndoFocal"/> in single precision. What is left beside a class is the sum of the other probabilities, never one
    /// minus its own, which would round to zero.
    /// </summary>
    private static string UndoFocal(Builder graph, string logits, Network network)
    {
        var classes = network.Outputs;
        var others = Enumerable.Range(0, classes * classes).Select(i => i / classes == i % classes ? 0f : 1f).ToArray();
        var gamma = graph.Constant("focal.gamma", [], [(float)network.FocalGamma]);
        var one = graph.Constant("focal.one", [], [1]);
        var least = graph.Constant("focal.least", [], [1e-30f]);
        var q = graph.Node("Softmax", "focal.q", [logits], ("axis", 1));
        var logQ = graph.Node("LogSoftmax", "focal.log_q", [logits], ("axis", 1));
        var sum = graph.Node("MatMul", "focal.sum", [q, graph.Constant("focal.others", [classes, classes], others)]);
        var rest = graph.Node("Max", "focal.rest", [sum, least]);
        var logRest = graph.Node("Log", "focal.log_rest", [rest]);
        var slope = graph.Node("Div", "focal.slope", [graph.Node("Mul", "focal.q_log_q", [q, logQ]), rest]);
        var bend = graph.Node(
            "Log",
            "focal.log_bend",
            [graph.Node("Sub", "focal.bend", [one, graph.Node("Mul", "focal.gamma_slope", [gamma, slope])])]
        );
        var odds = graph.Node("Sub", "focal.odds", [logQ, graph.Node("Mul", "focal.gamma_log_rest", [gamma, logRest])]);
        return graph.Node("Sub", "focal.undone", [odds, bend]);
    }

    private static ProtobufWriter Tensor(string name, int width)
    {
        var shape = new ProtobufWriter()
            .Message(1, new ProtobufWriter().Text(2, BatchAxis))
            .Message(1, new ProtobufWriter().Integer(1, width));
        return new ProtobufWriter()
            .Text(1, name)
            .Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Integer(1, Float).Message(2, shape)));
    }

    /// <summary>Nodes in the order of their making, which is one in which they can be run; each is named after its one output.</summary>
    private sealed class Builder
    {
        private readonly List<ProtobufWriter> _nodes = [];
        private readonly List<ProtobufWriter> _constants = [];

        public string Node(string operation, string output, string[] inputs, params (string Name, int Value)[] attributes)
        {
            var node = new ProtobufWriter();
            foreach (var input in inputs)
                node.Text(1, input);
            node.Text(2, output).Text(3, output).Text(4, operation);
            foreach (var (name, value) in attributes)
                node.Message(5, new ProtobufWriter().Text(1, name).Integer(3, value).Integer(20, IntegerAttribute));
            _nodes.Add(node);
            return output;
        }

        public string Constant(string name, int[] shape, float[] values)
        {
            var raw = new byte[values.Length * sizeof(float)];
            for (var i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * sizeof(float)), values[i]);
            var tensor = new ProtobufWriter();
            foreach (var size in shape)
                tensor.Integer(1, size);
            _constants.Add(tensor.Integer(2, Float).Text(8, name).Bytes(9, raw));
            return name;
        }

        public ProtobufWriter Finish(string name, ProtobufWriter input, ProtobufWriter output)
        {
            var graph = new ProtobufWriter();
            foreach (var node in _nodes)
                graph.Message(1, node);
            graph.Text(2, name);
            foreach (var constant in _constants)
                graph.Message(5, constant);
            return graph.Message(11, input).Message(12, output);
        }
    }
}
