using System.Buffers.Binary;
using System.Globalization;
using Quarterpoint.Core;

namespace Quarterpoint.Inference.Onnx;

/// <summary>
/// Reads an ONNX file before ONNX Runtime sees it. What passes is a plain chain of the operators named here over rows of features, with all
/// its numbers inside the file and every shape known and small. No other file, subgraph, function, or foreign operator is ever loaded. An
/// unknown field is refused, because its effect is unknown too.
/// </summary>
public static class OnnxCheck
{
    /// <summary>A larger file is not read; no model of ours comes near it.</summary>
    public const int MostBytes = 8 << 20;

    /// <summary>The version of the standard operators.</summary>
    public const int Opset = 17;

    /// <summary>Name of the one input.</summary>
    public const string Input = "features";

    /// <summary>Name of the one output.</summary>
    public const string Output = "probabilities";

    private const int IrVersion = 8;
    private const int FloatType = 1;
    private const int FloatAttribute = 1;
    private const int IntegerAttribute = 2;
    private const int MostNodes = 64;
    private const int MostConstants = 256;

    /// <summary>The widest value between two operators; it bounds the memory that a block of rows needs.</summary>
    private const int MostColumns = 4096;

    private enum Shape : byte
    {
        /// <summary>Multiplies rows by a matrix of the file; Gemm adds a bias.</summary>
        Matrix,

        /// <summary>One value in and one out, of the same width.</summary>
        Unary,

        /// <summary>Two values in, one out; a number or a row of the file is used for every row.</summary>
        Binary,
    }

    /// <summary>The operators that are allowed. Those from Sub on are needed to undo a focal loss.</summary>
    private static readonly Dictionary<string, Shape> Operators = new()
    {
        ["Gemm"] = Shape.Matrix,
        ["MatMul"] = Shape.Matrix,
        ["Relu"] = Shape.Unary,
        ["Softmax"] = Shape.Unary,
        ["Add"] = Shape.Binary,
        ["Mul"] = Shape.Binary,
        ["Div"] = Shape.Binary,
        ["Sub"] = Shape.Binary,
        ["Max"] = Shape.Binary,
        ["Log"] = Shape.Unary,
        ["LogSoftmax"] = Shape.Unary,
    };

    /// <summary>Accepts the file or refuses it.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="width">Features a row that the model must take.</param>
    /// <param name="file">The file's name, for the error.</param>
    /// <exception cref="BadInputException">It holds anything else; the error names what.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, int width, string file)
    {
        if (bytes.Length > MostBytes)
            throw new BadInputException(file, Say($"{bytes.Length} bytes"), Say($"at most {MostBytes}"));
        var model = new ProtobufReader(bytes, file, "ONNX model");
        ReadOnlySpan<byte> graph = default;
        var (hasGraph, ir, opsets) = (false, 0L, 0);
        while (model.Next())
        {
            switch (model.Field)
            {
                case 1:
                    model.Once();
                    ir = model.Integer();
                    break;
                case 2 or 3 or 4 or 6:
                    model.Once();
                    model.Text();
                    break;
                case 5:
                    model.Once();
                    model.Integer();
                    break;
                case 7:
                    model.Once();
                    graph = model.Bytes();
                    hasGraph = true;
                    break;
                case 8:
                    CheckOpset(model.Inner("operator set"));
                    opsets++;
                    break;
                case 14:
                    CheckProperty(model.Inner("metadata"));
                    break;
                default:
                    throw model.Unknown("a model without functions, training steps, or anything newer than this program");
            }
        }

        if (ir != IrVersion)
            throw model.Bad(Say($"IR version {ir}"), Say($"{IrVersion}"));
        if (opsets != 1)
            throw model.Bad(Say($"{opsets} operator sets"), "one");
        if (!hasGraph)
            throw model.Bad("no graph", "a graph");
        new Graph(width).Check(new ProtobufReader(graph, file, "graph"));
    }

    private static void CheckOpset(ProtobufReader opset)
    {
        var (domain, version) = ("", 0L);
        while (opset.Next())
        {
            opset.Once();
            if (opset.Field == 1)
                domain = opset.Text();
            else if (opset.Field == 2)
                version = opset.Integer();
            else
                throw opset.Unknown("domain and version");
        }

        if (domain.Length > 0 || version != Opset)
            throw opset.Bad(Say($"version {version} of '{domain}'"), Say($"version {Opset} of ''"));
    }

    private static void CheckProperty(ProtobufReader property)
    {
        while (property.Next())
        {
            property.Once();
            if (property.Field is not (1 or 2))
                throw property.Unknown("key and value");
            property.Text();
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The values of a graph by name, each with its shape: constants first, then what each node makes of earlier values.</summary>
    private sealed class Graph(int width)
    {
        private readonly Dictionary<string, int[]> _constants = [];

        /// <summary>The columns of each value that has one row for each row of features.</summary>
        private readonly Dictionary<string, int> _rows = [];

        public void Check(ProtobufReader graph)
        {
            // The constants are read first: nodes need them, and they come later in the file.
            var (inputs, outputs, nodes) = (0, 0, 0);
            var first = graph;
            while (first.Next())
            {
                switch (first.Field)
                {
                    case 1:
                        first.Bytes();
                        if (++nodes > MostNodes)
                            throw first.Bad("more nodes", Say($"at most {MostNodes}"));
                        break;
                    case 2 or 10:
                        first.Once();
                        first.Text();
                        break;
                    case 5:
                        AddConstant(first.Inner("initialiser"));
                        break;
                    case 11:
                        CheckValue(first.Inner("input"), Input, width);
                        inputs++;
                        break;
                    case 12:
                        CheckValue(first.Inner("output"), Output, OnnxModel.Classes);
                        outputs++;
                        break;
                    default:
                        throw first.Unknown("nodes, initialisers, inputs, and outputs only");
                }
            }

            if (inputs != 1)
                throw graph.Bad(Say($"{inputs} inputs"), $"one, '{Input}'");
            if (outputs != 1)
                throw graph.Bad(Say($"{outputs} outputs"), $"one, '{Output}'");
            AddRows(Input, width, graph);
            while (graph.Next())
            {
                if (graph.Field == 1)
                    AddNode(graph.Inner("node"));
                else
                    graph.Bytes();
            }

            if (!_rows.TryGetValue(Output, out var columns))
                throw graph.Bad("no node that makes the output", $"one that makes '{Output}'");
            if (columns != OnnxModel.Classes)
                throw graph.Bad(Say($"'{Output}' of {columns} columns"), Say($"{OnnxModel.Classes}"));
        }

        private static void CheckValue(ProtobufReader value, string name, int columns)
        {
            var found = "";
            var isTyped = false;
            while (value.Next())
            {
                value.Once();
                switch (value.Field)
                {
                    case 1:
                        found = value.Text();
                        break;
                    case 2:
                        CheckType(value.Inner("type of " + name), columns);
                        isTyped = true;
                        break;
                    case 3:
                        value.Text();
                        break;
                    default:
                        throw value.Unknown("name and type");
                }
            }

            if (found != name)
                throw value.Bad(found, name);
            if (!isTyped)
                throw value.Bad("no type", Say($"float [batch, {columns}]"));
        }

        private static void CheckType(ProtobufReader type, int columns)
        {
            var isTensor = false;
            while (type.Next())
            {
                type.Once();
                if (type.Field != 1)
                    throw type.Unknown("a tensor");
                var tensor = type.Inner(type.Message);
                var element = 0L;
                var shape = "";
                while (tensor.Next())
                {
                    tensor.Once();
                    if (tensor.Field == 1)
                        element = tensor.Integer();
                    else if (tensor.Field == 2)
                        shape = ShapeOf(tensor.Inner(type.Message));
                    else
                        throw tensor.Unknown("element type and shape");
                }

                if (element != FloatType)
                    throw type.Bad(Say($"element type {element}"), Say($"{FloatType}, float"));
                if (shape != Say($"*,{columns}"))
                    throw type.Bad($"shape [{shape}]", Say($"[*,{columns}], the first one free"));
                isTensor = true;
            }

            if (!isTensor)
                throw type.Bad("no tensor", "a tensor");
        }

        /// <summary>The sizes with commas between them, and * for a free one.</summary>
        private static string ShapeOf(ProtobufReader shape)
        {
            var text = "";
            var dimensions = 0;
            while (shape.Next())
            {
                if (shape.Field != 1 || ++dimensions > 2)
                    throw shape.Unknown("two dimensions");
                var dimension = shape.Inner(shape.Message);
                var size = "*";
                while (dimension.Next())
                {
                    dimension.Once();
                    if (dimension.Field == 1)
                        size = Say($"{dimension.Integer()}");
                    else if (dimension.Field == 2)
                        dimension.Text();
                    else
                        throw dimension.Unknown("a size or a name");
                }

                text += text.Length == 0 ? size : "," + size;
            }

            return text;
        }

        private void AddConstant(ProtobufReader tensor)
        {
            var shape = new List<int>();
            var name = "";
            var type = 0L;
            ReadOnlySpan<byte> raw = default;
            while (tensor.Next())
            {
                if (tensor.Field != 1)
                    tensor.Once();
                switch (tensor.Field)
                {
                    case 1:
                        var size = tensor.Integer();
                        if (size is < 1 or > MostBytes / sizeof(float) || shape.Count == 2)
                            throw tensor.Bad(Say($"a dimension of {size} after {shape.Count}"), "at most two, each at least 1");
                        shape.Add((int)size);
                        break;
                    case 2:
                        type = tensor.Integer();
                        break;
                    case 8:
                        name = tensor.Text();
                        break;
                    case 9:
                        raw = tensor.Bytes();
                        break;
                    case 13 or 14:
                        throw tensor.Bad("data outside the file", "its numbers inside");
                    default:
                        throw tensor.Unknown("dimensions, type, name, and raw data only");
                }
            }

            if (type != FloatType)
                throw tensor.Bad(Say($"element type {type} of '{name}'"), Say($"{FloatType}, float"));
            var count = shape.Aggregate(1L, (product, size) => product * size);
            if (raw.Length != count * sizeof(float))
                throw tensor.Bad(Say($"{raw.Length} bytes of '{name}'"), Say($"{count * sizeof(float)} bytes for its shape"));
            for (var i = 0; i < raw.Length; i += sizeof(float))
            {
                if (!float.IsFinite(BinaryPrimitives.ReadSingleLittleEndian(raw[i..])))
                    throw tensor.Bad(Say($"a number of '{name}' that is not finite, the {i / sizeof(float)}th"), "numbers");
            }

            if (_constants.Count == MostConstants)
                throw tensor.Bad("more initialisers", Say($"at most {MostConstants}"));
            if (name.Length == 0 || !_constants.TryAdd(name, [.. shape]))
                throw tensor.Bad($"the name '{name}'", "a name that no other has");
        }

        private void AddNode(ProtobufReader node)
        {
            var inputs = new List<string>();
            var outputs = new List<string>();
            var attributes = new Dictionary<string, double>();
            var operation = "";
            while (node.Next())
            {
                switch (node.Field)
                {
                    case 1:
                        inputs.Add(node.Text());
                        break;
                    case 2:
                        outputs.Add(node.Text());
                        break;
                    case 3 or 6:
                        node.Once();
                        node.Text();
                        break;
                    case 4:
                        node.Once();
                        operation = node.Text();
                        break;
                    case 5:
                        AddAttribute(node.Inner("attribute"), attributes);
                        break;
                    case 7:
                        node.Once();
                        if (node.Text() is { Length: > 0 } domain)
                            throw node.Bad($"the operator domain '{domain}'", "the standard one");
                        break;
                    default:
                        throw node.Unknown("inputs, outputs, name, operator, and attributes only");
                }
            }

            if (!Operators.TryGetValue(operation, out var shape))
                throw node.Bad($"the operator '{operation}'", "one of " + string.Join(", ", Operators.Keys));
            if (outputs.Count != 1)
                throw node.Bad(Say($"{outputs.Count} outputs of {operation}"), "one");
            var columns = shape switch
            {
                Shape.Matrix => ColumnsOfProduct(node, operation, inputs, attributes),
                Shape.Unary => ColumnsOfUnary(node, operation, inputs, attributes),
                _ => ColumnsOfBinary(node, operation, inputs),
            };
            if (attributes.Keys.FirstOrDefault() is { } left)
                throw node.Bad($"the attribute '{left}' of {operation}", "none such");
            AddRows(outputs[0], columns, node);
        }

        private static void AddAttribute(ProtobufReader attribute, Dictionary<string, double> attributes)
        {
            var name = "";
            var (real, whole, type) = (0f, 0L, 0L);
            while (attribute.Next())
            {
                attribute.Once();
                switch (attribute.Field)
                {
                    case 1:
                        name = attribute.Text();
                        break;
                    case 2:
                        real = attribute.Float();
                        break;
                    case 3:
                        whole = attribute.Integer();
                        break;
                    case 20:
                        type = attribute.Integer();
                        break;
                    default:
                        throw attribute.Unknown("a name and one number: no graph, tensor, or text");
                }
            }

            // The runtime ignores a number of the wrong type and takes the operator's default instead.
            var isReal = name is "alpha" or "beta";
            if (type != (isReal ? FloatAttribute : IntegerAttribute))
                throw attribute.Bad(Say($"type {type} of '{name}'"), Say($"type {(isReal ? FloatAttribute : IntegerAttribute)}"));
            if (!attributes.TryAdd(name, isReal ? real : whole))
                throw attribute.Bad($"'{name}' twice", "it once");
        }

        private int ColumnsOfProduct(ProtobufReader node, string operation, List<string> inputs, Dictionary<string, double> attributes)
        {
            var isGemm = operation == "Gemm";
            if (inputs.Count != 2 && !(isGemm && inputs.Count == 3))
                throw node.Bad(Say($"{inputs.Count} inputs of {operation}"), isGemm ? "two or three" : "two");
            var from = RowsOf(inputs[0], node);
            var matrix = ConstantOf(inputs[1], node);
            attributes.Remove("transB", out var turned);
            if (turned is not (0 or 1) || (turned != 0 && !isGemm))
                throw node.Bad(Say($"transB = {turned} of {operation}"), "0 or 1, of Gemm");
            foreach (var (name, usual) in (ReadOnlySpan<(string, double)>)[("alpha", 1), ("beta", 1), ("transA", 0)])
            {
                if (isGemm && attributes.Remove(name, out var value) && value != usual)
                    throw node.Bad(Say($"{name} = {value}"), Say($"{usual}"));
            }

            if (matrix.Length != 2)
                throw node.Bad(Say($"'{inputs[1]}' of {matrix.Length} dimensions"), "a matrix");
            var (rows, columns) = turned != 0 ? (matrix[1], matrix[0]) : (matrix[0], matrix[1]);
            if (rows != from)
                throw node.Bad(Say($"'{inputs[1]}' that takes {rows} columns"), Say($"{from}, those of '{inputs[0]}'"));
            if (inputs.Count == 3)
                CheckFits(inputs[2], columns, node);
            return columns;
        }

        private int ColumnsOfUnary(ProtobufReader node, string operation, List<string> inputs, Dictionary<string, double> attributes)
        {
            if (inputs.Count != 1)
                throw node.Bad(Say($"{inputs.Count} inputs of {operation}"), "one");
            if (operation.EndsWith("Softmax", StringComparison.Ordinal) && attributes.Remove("axis", out var axis) && axis is not (1 or -1))
                throw node.Bad(Say($"axis = {axis} of {operation}"), "1, along a row");
            return RowsOf(inputs[0], node);
        }

        private int ColumnsOfBinary(ProtobufReader node, string operation, List<string> inputs)
        {
            if (inputs.Count != 2)
                throw node.Bad(Say($"{inputs.Count} inputs of {operation}"), "two");
            var rows = inputs.FirstOrDefault(_rows.ContainsKey)
                ?? throw node.Bad($"{operation} of '{inputs[0]}' and '{inputs[1]}'", "one made of the features");
            foreach (var input in inputs)
            {
                if (!_rows.TryGetValue(input, out var columns))
                    CheckFits(input, _rows[rows], node);
                else if (columns != _rows[rows])
                    throw node.Bad(Say($"'{input}' of {columns} columns"), Say($"{_rows[rows]}, those of '{rows}'"));
            }

            return _rows[rows];
        }

        /// <summary>Accepts a constant that is one number or one row, which cannot make more columns than there are.</summary>
        private void CheckFits(string name, int columns, in ProtobufReader node)
        {
            var shape = ConstantOf(name, node);
            var isNumber = shape.All(size => size == 1);
            var isRow = shape.Length > 0 && shape[^1] == columns && (shape.Length == 1 || shape[0] == 1);
            if (!isNumber && !isRow)
                throw node.Bad($"'{name}' of shape [{string.Join(",", shape)}]", Say($"a number or {columns} of them"));
        }

        private int RowsOf(string name, in ProtobufReader node) =>
            _rows.TryGetValue(name, out var columns)
                ? columns
                : throw node.Bad($"the value '{name}'", "one made of the features by a node before");

        private int[] ConstantOf(string name, in ProtobufReader node) =>
            _constants.TryGetValue(name, out var shape) ? shape : throw node.Bad($"the value '{name}'", "an initialiser of the file");

        private void AddRows(string name, int columns, in ProtobufReader at)
        {
            if (columns is < 1 or > MostColumns)
                throw at.Bad(Say($"{columns} columns of '{name}'"), Say($"1 to {MostColumns}"));
            if (name.Length == 0 || _constants.ContainsKey(name) || !_rows.TryAdd(name, columns))
                throw at.Bad($"the name '{name}'", "a name that no other has");
        }
    }
}
