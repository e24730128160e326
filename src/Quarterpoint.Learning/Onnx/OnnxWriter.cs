using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Onnx;

/// <summary>
/// Writes a network as an ONNX model with its weights inside: <c>features</c> [batch, width] in, <c>probabilities</c> [batch, classes] out.
/// Equal networks give equal bytes. Field numbers are those of onnx.proto3. The network's kind makes the graph up to the logits (<see
/// cref="ExportableKinds"/>); what follows is the same for all: the focal loss undone where there was one, the temperature, the softmax.
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
    private const string BatchAxis = "batch";

    /// <summary>Writes the file beside its place and then moves it there, so that nobody ever reads half of it.</summary>
    public static void Write(string path, Network network, OnnxModelInfo info)
    {
        var partial = path + ".partial";
        File.WriteAllBytes(partial, ToBytes(network, info));
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>The file's content.</summary>
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
        if (network.Parameters.FirstOrDefault(parameter => !parameter.Values.All(float.IsFinite)) is { } odd)
            throw new BadInputException(
                "ONNX model",
                0,
                string.Create(CultureInfo.InvariantCulture, $"layer {odd.Shape.Layer}"),
                "a weight that is not finite",
                "numbers"
            );

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
        var graph = new GraphBuilder();
        var values = ExportableKinds.All[network.Kind](graph, Input, network);
        if (network.FocalGamma > 0)
            values = UndoFocal(graph, values, network);
        values = graph.Node("Mul", "tempered", [values, graph.Constant("inverse_temperature", [], [(float)(1 / temperature)])]);
        graph.Node("Softmax", Output, [values], ("axis", 1));
        return graph.Finish("network", Tensor(Input, network.Inputs), Tensor(Output, network.Outputs));
    }

    /// <summary>
    /// <see cref="Network.UndoFocal"/> in single precision. The probability of all other classes is their sum, not one minus the class's
    /// own, which would round to zero.
    /// </summary>
    private static string UndoFocal(GraphBuilder graph, string logits, Network network)
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
            .Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Integer(1, GraphBuilder.Float).Message(2, shape)));
    }
}
