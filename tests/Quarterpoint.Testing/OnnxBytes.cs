using System.Buffers.Binary;
using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Testing;

/// <summary>
/// ONNX files written by hand: the graph of a network, and any other graph that a test expects to be refused. Field numbers are those of
/// onnx.proto3.
/// </summary>
public static class OnnxBytes
{
    /// <summary>Gemm and ReLU by turns, logits over the temperature, softmax.</summary>
    public static byte[] Of(Network network, double temperature = 1)
    {
        var graph = new OnnxGraph(network.Inputs, network.Outputs);
        var value = "features";
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            graph.Constant($"w{i}", [layer.Outputs, layer.Inputs], layer.Weights).Constant($"b{i}", [layer.Outputs], layer.Bias);
            graph.Node("Gemm", [value, $"w{i}", $"b{i}"], $"y{i}", ("transB", 1));
            value = $"y{i}";
            if (i == network.Layers.Count - 1)
                break;
            graph.Node("Relu", [value], $"r{i}");
            value = $"r{i}";
        }

        graph
            .Constant("t", [], [(float)(1 / temperature)])
            .Node("Mul", [value, "t"], "tempered")
            .Node("Softmax", ["tempered"], "probabilities", ("axis", 1));
        return graph.ToModel();
    }

    /// <summary>A network of random weights with about unit gain a layer; hidden layers of those sizes.</summary>
    public static Network RandomNetwork(ulong seed, int inputs, params int[] hidden)
    {
        var random = new SplitMix64(seed);
        var layers = new List<DenseLayer>();
        var width = inputs;
        foreach (var outputs in (int[])[.. hidden, 3])
        {
            var scale = Math.Sqrt(6.0 / width);
            var weights = new float[outputs * width];
            for (var i = 0; i < weights.Length; i++)
                weights[i] = (float)(((2 * random.NextUnit()) - 1) * scale);
            var bias = new float[outputs];
            for (var i = 0; i < outputs; i++)
                bias[i] = (float)(random.NextUnit() - 0.5);
            layers.Add(new DenseLayer(width, outputs, weights, bias));
            width = outputs;
        }

        return new DenseNetwork(layers);
    }

    /// <summary>Rows in [-1, 1), one after another.</summary>
    public static float[] RandomRows(ulong seed, int rows, int width)
    {
        var random = new SplitMix64(seed);
        var values = new float[rows * width];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)((2 * random.NextUnit()) - 1);
        return values;
    }
}

/// <summary>One ONNX graph under construction; nothing in it is checked.</summary>
public sealed class OnnxGraph(int inputs, int outputs)
{
    private readonly List<OnnxMessage> _nodes = [];
    private readonly List<OnnxMessage> _constants = [];

    public string Input { get; init; } = "features";

    public string Output { get; init; } = "probabilities";

    public long Opset { get; init; } = 17;

    public long IrVersion { get; init; } = 8;

    /// <summary>Fields that a test adds to the graph and to the model.</summary>
    public Action<OnnxMessage>? MoreOfGraph { get; init; }

    public Action<OnnxMessage>? MoreOfModel { get; init; }

    public OnnxGraph Node(string operation, string[] from, string to, params (string Name, long Value)[] attributes)
    {
        var node = new OnnxMessage();
        foreach (var name in from)
            node.Text(1, name);
        node.Text(2, to).Text(4, operation);
        foreach (var (name, value) in attributes)
            node.Message(5, new OnnxMessage().Text(1, name).Integer(3, value).Integer(20, 2));
        return Add(node);
    }

    public OnnxGraph Add(OnnxMessage node)
    {
        _nodes.Add(node);
        return this;
    }

    public OnnxGraph Constant(string name, long[] shape, float[] values) => AddConstant(ConstantOf(name, shape, values));

    public OnnxGraph AddConstant(OnnxMessage constant)
    {
        _constants.Add(constant);
        return this;
    }

    public static OnnxMessage ConstantOf(string name, long[] shape, float[] values)
    {
        var raw = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * sizeof(float)), values[i]);
        var tensor = new OnnxMessage();
        foreach (var size in shape)
            tensor.Integer(1, size);
        return tensor.Integer(2, 1).Text(8, name).Bytes(9, raw);
    }

    public static OnnxMessage ValueOf(string name, int width, long type = 1)
    {
        var shape = new OnnxMessage().Message(1, new OnnxMessage().Text(2, "batch")).Message(1, new OnnxMessage().Integer(1, width));
        return new OnnxMessage()
            .Text(1, name)
            .Message(2, new OnnxMessage().Message(1, new OnnxMessage().Integer(1, type).Message(2, shape)));
    }

    public byte[] ToModel()
    {
        var graph = new OnnxMessage();
        foreach (var node in _nodes)
            graph.Message(1, node);
        graph.Text(2, "network");
        foreach (var constant in _constants)
            graph.Message(5, constant);
        graph.Message(11, ValueOf(Input, inputs)).Message(12, ValueOf(Output, outputs));
        MoreOfGraph?.Invoke(graph);
        var model = new OnnxMessage()
            .Integer(1, IrVersion)
            .Text(2, "by hand")
            .Message(7, graph)
            .Message(8, new OnnxMessage().Text(1, "").Integer(2, Opset));
        MoreOfModel?.Invoke(model);
        return model.ToArray();
    }
}

/// <summary>A protobuf message, field by field.</summary>
public sealed class OnnxMessage
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public OnnxMessage Integer(int field, long value)
    {
        Varint((ulong)(field << 3));
        Varint(unchecked((ulong)value));
        return this;
    }

    public OnnxMessage Float(int field, float value)
    {
        Varint((ulong)((field << 3) | 5));
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public OnnxMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public OnnxMessage Message(int field, OnnxMessage message) => Bytes(field, message.ToArray());

    public OnnxMessage Bytes(int field, byte[] value)
    {
        Varint((ulong)((field << 3) | 2));
        Varint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Add((byte)((value & 0x7f) | 0x80));
        _bytes.Add((byte)value);
    }
}
