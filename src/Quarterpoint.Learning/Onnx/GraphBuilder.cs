using System.Buffers.Binary;

namespace Quarterpoint.Learning.Onnx;

/// <summary>
/// An ONNX graph while it is put together. Nodes stay in the order in which they are added, and they can be run in it; each is named after
/// its one output.
/// </summary>
internal sealed class GraphBuilder
{
    /// <summary>ONNX's number for the element type of single-precision floats.</summary>
    public const int Float = 1;

    // AttributeProto.AttributeType
    private const int IntegerAttribute = 2;

    private readonly List<ProtobufWriter> _nodes = [];
    private readonly List<ProtobufWriter> _constants = [];

    /// <summary>Adds an operator and returns the name of its output.</summary>
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

    /// <summary>Adds a tensor of the file, no dimension for a single number, and returns its name.</summary>
    public string Constant(string name, IReadOnlyList<int> shape, float[] values)
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

    /// <summary>The graph as a message, with its one input and its one output.</summary>
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
