using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Inference.Onnx;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Inference;

public sealed class OnnxCheckTests(ITestOutputHelper output)
{
    private static readonly float[] Six = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Takes_networks_of_every_depth()
    {
        foreach (
            var hidden in (int[][])
                [
                    [],
                    [64],
                    [128, 64],
                    [256, 128, 64],
                ]
        )
            OnnxCheck.Check(OnnxBytes.Of(OnnxBytes.RandomNetwork(1, 44, hidden)), 44, "m.onnx");
    }

    [Fact]
    public void Takes_every_operator_of_its_list()
    {
        var graph = Two()
            .Node("MatMul", ["features", "m"], "a")
            .Node("Add", ["a", "row"], "b")
            .Node("Sub", ["one", "b"], "c")
            .Node("LogSoftmax", ["c"], "d", ("axis", -1))
            .Node("Max", ["d", "one"], "e")
            .Node("Log", ["e"], "f")
            .Node("Div", ["f", "a"], "g")
            .Node("Mul", ["g", "one"], "h")
            .Node("Relu", ["h"], "i")
            .Node("Gemm", ["features", "m", "row"], "j", ("transA", 0), ("transB", 0))
            .Node("Add", ["i", "j"], "k")
            .Node("Softmax", ["k"], "probabilities", ("axis", 1));
        OnnxCheck.Check(graph.ToModel(), 2, "m.onnx");
        using var model = new OnnxModel(graph.ToModel(), 2);
        var found = new float[3];
        model.RunOne([0.5f, -0.5f], found);
        Assert.Equal(1, found.Sum(), 1e-5f);
    }

    [Fact]
    public void Takes_names_versions_and_properties_which_change_nothing()
    {
        var graph = new OnnxGraph(2, 3)
        {
            MoreOfModel = m =>
                m.Text(3, "1.0")
                    .Text(4, "trading")
                    .Integer(5, 3)
                    .Text(6, "a model")
                    .Message(14, new OnnxMessage().Text(1, "feature_set").Text(2, "seconds-v1")),
            MoreOfGraph = g => g.Text(10, "a graph"),
        };
        var gemm = new OnnxMessage()
            .Text(1, "features")
            .Text(1, "m")
            .Text(2, "a")
            .Text(3, "first")
            .Text(4, "Gemm")
            .Text(6, "a node")
            .Text(7, "");
        gemm.Message(5, new OnnxMessage().Text(1, "alpha").Float(2, 1).Integer(20, 1))
            .Message(5, new OnnxMessage().Text(1, "beta").Float(2, 1).Integer(20, 1));
        OnnxCheck.Check(graph.Constant("m", [2, 3], Six).Add(gemm).Node("Softmax", ["a"], "probabilities").ToModel(), 2, "m.onnx");
        Refused(new OnnxGraph(2, 3) { MoreOfModel = m => m.Message(14, new OnnxMessage().Text(3, "x")) }, "field 3");
        Refused(new OnnxGraph(2, 3) { MoreOfModel = m => m.Message(8, new OnnxMessage().Text(3, "x")) }, "field 3");
        Refused(Two().Add(new OnnxMessage().Text(9, "x")), "field 9");
    }

    [Fact]
    public void Refuses_attributes_that_the_runtime_would_read_otherwise()
    {
        Refused(Gemm("alpha", a => a.Float(2, 0.5f).Integer(20, 1)), "alpha = 0.5");
        Refused(Gemm("beta", a => a.Float(2, 0).Integer(20, 1)), "beta = 0");
        Refused(Gemm("alpha", a => a.Integer(3, 1).Integer(20, 2)), "type 2 of 'alpha'");
        Refused(Gemm("transB", a => a.Float(2, 0).Integer(20, 1)), "type 1 of 'transB'");
        Refused(Gemm("transB", a => a.Integer(3, 0)), "type 0 of 'transB'");
        Refused(Gemm("transB", a => a.Integer(3, 2).Integer(20, 2)), "transB = 2");
        Refused(Gemm("alpha", a => a.Bytes(2, [0, 0])), "wire type 2");
        OnnxGraph Gemm(string name, Func<OnnxMessage, OnnxMessage> value) =>
            Two()
                .Add(
                    new OnnxMessage()
                        .Text(1, "features")
                        .Text(1, "m")
                        .Text(2, "a")
                        .Text(4, "Gemm")
                        .Message(5, value(new OnnxMessage().Text(1, name)))
                );
    }

    [Theory]
    [InlineData("LSTM")]
    [InlineData("If")]
    [InlineData("Loop")]
    [InlineData("Conv")]
    [InlineData("")]
    public void Refuses_an_operator_that_is_not_on_its_list(string operation) =>
        Refused(Two().Node(operation, ["features"], "probabilities"), $"operator '{operation}'");

    [Fact]
    public void Refuses_an_operator_of_another_domain() =>
        Refused(
            Two().Add(new OnnxMessage().Text(1, "features").Text(2, "probabilities").Text(4, "Relu").Text(7, "com.acme")),
            "domain 'com.acme'"
        );

    [Fact]
    public void Refuses_data_outside_the_file()
    {
        var external = new OnnxMessage().Text(1, "location").Text(2, "../../etc/passwd");
        Refused(
            Two().AddConstant(new OnnxMessage().Integer(1, 2).Integer(2, 1).Text(8, "w").Message(13, external).Integer(14, 1)),
            "data outside the file"
        );
        Refused(Two().AddConstant(OnnxGraph.ConstantOf("w", [6], Six).Integer(14, 1)), "data outside the file");
    }

    [Fact]
    public void Refuses_functions_training_steps_and_what_it_does_not_know()
    {
        foreach (var field in (int[])[20, 25, 26, 63, 64, 1000])
            Refused(
                new OnnxGraph(2, 3) { MoreOfModel = m => m.Message(field, new OnnxMessage()) },
                string.Create(CultureInfo.InvariantCulture, $"field {field}")
            );
        foreach (var field in (int[])[13, 14, 15, 16])
            Refused(
                new OnnxGraph(2, 3) { MoreOfGraph = g => g.Message(field, new OnnxMessage()) },
                string.Create(CultureInfo.InvariantCulture, $"field {field}")
            );
    }

    [Fact]
    public void Refuses_a_subgraph_in_an_attribute()
    {
        var attribute = new OnnxMessage().Text(1, "then_branch").Message(6, new OnnxMessage()).Integer(20, 5);
        Refused(Two().Add(new OnnxMessage().Text(1, "features").Text(2, "probabilities").Text(4, "Relu").Message(5, attribute)), "field 6");
        Refused(Two().Node("Relu", ["features"], "a", ("axis", 1)), "attribute 'axis'");
        Refused(
            Two()
                .Add(
                    new OnnxMessage()
                        .Text(1, "features")
                        .Text(2, "a")
                        .Text(4, "Relu")
                        .Message(5, new OnnxMessage().Text(1, "x").Integer(20, 4))
                ),
            "type 4"
        );
    }

    [Fact]
    public void Refuses_a_second_graph_because_another_reader_would_merge_the_two() =>
        Refused(new OnnxGraph(2, 3) { MoreOfModel = m => m.Message(7, new OnnxMessage()) }, "field 7 twice");

    [Fact]
    public void Refuses_other_inputs_and_outputs()
    {
        Refused(new OnnxGraph(2, 3) { Input = "x" }, "expected features");
        Refused(new OnnxGraph(2, 3) { Output = "y" }, "expected probabilities");
        Refused(new OnnxGraph(5, 3), "shape [*,5]");
        Refused(new OnnxGraph(2, 4), "shape [*,4]");
        Refused(new OnnxGraph(2, 3) { MoreOfGraph = g => g.Message(11, OnnxGraph.ValueOf("features", 2)) }, "2 inputs");
        Refused(new OnnxGraph(2, 3) { MoreOfGraph = g => g.Message(12, OnnxGraph.ValueOf("probabilities", 3)) }, "2 outputs");
        Refused(new OnnxGraph(2, 3) { MoreOfGraph = g => g.Message(11, OnnxGraph.ValueOf("features", 2, type: 11)) }, "element type 11");
        Refused(new OnnxGraph(2, 3), "no node that makes the output");
        Refused(new OnnxMessage().Integer(1, 8).Message(8, new OnnxMessage().Integer(2, 17)).ToArray(), "no graph");
        Refused(
            new OnnxMessage().Integer(1, 8).Message(7, new OnnxMessage()).Message(8, new OnnxMessage().Integer(2, 17)).ToArray(),
            "0 inputs"
        );
        Refused(
            new OnnxMessage()
                .Integer(1, 8)
                .Message(7, new OnnxMessage().Message(11, OnnxGraph.ValueOf("features", 2)))
                .Message(8, new OnnxMessage().Integer(2, 17))
                .ToArray(),
            "0 outputs"
        );
    }

    [Fact]
    public void Refuses_a_batch_of_fixed_size_and_a_value_without_a_type()
    {
        var shape = new OnnxMessage().Message(1, new OnnxMessage().Integer(1, 1)).Message(1, new OnnxMessage().Integer(1, 2));
        var value = new OnnxMessage()
            .Text(1, "features")
            .Message(2, new OnnxMessage().Message(1, new OnnxMessage().Integer(1, 1).Message(2, shape)));
        Refused(new OnnxGraph(2, 3) { MoreOfGraph = g => g.Message(11, value) }, "shape [1,2]");
        Refused(new OnnxGraph(2, 3) { MoreOfGraph = g => g.Message(11, new OnnxMessage().Text(1, "features")) }, "no type");
        Refused(
            new OnnxGraph(2, 3) { MoreOfGraph = g => g.Message(11, new OnnxMessage().Text(1, "features").Message(2, new OnnxMessage())) },
            "no tensor"
        );
        Refused(
            new OnnxGraph(2, 3)
            {
                MoreOfGraph = g =>
                    g.Message(11, new OnnxMessage().Text(1, "features").Message(2, new OnnxMessage().Message(4, new OnnxMessage()))),
            },
            "field 4"
        );
        var three = new OnnxMessage()
            .Message(1, new OnnxMessage())
            .Message(1, new OnnxMessage().Integer(1, 2))
            .Message(1, new OnnxMessage());
        var cube = new OnnxMessage()
            .Text(1, "features")
            .Message(2, new OnnxMessage().Message(1, new OnnxMessage().Integer(1, 1).Message(2, three)));
        Refused(new OnnxGraph(2, 3) { MoreOfGraph = g => g.Message(11, cube) }, "two dimensions");
    }

    [Fact]
    public void Refuses_another_opset_and_another_format()
    {
        Refused(new OnnxGraph(2, 3) { Opset = 18 }, "version 18");
        Refused(new OnnxGraph(2, 3) { Opset = 16 }, "version 16");
        Refused(new OnnxGraph(2, 3) { IrVersion = 9 }, "IR version 9");
        Refused(
            new OnnxGraph(2, 3) { MoreOfModel = m => m.Message(8, new OnnxMessage().Text(1, "ai.onnx.ml").Integer(2, 3)) },
            "'ai.onnx.ml'"
        );
        Refused(new OnnxGraph(2, 3) { MoreOfModel = m => m.Message(8, new OnnxMessage().Integer(2, 17)) }, "2 operator sets");
    }

    [Fact]
    public void Refuses_numbers_that_are_none()
    {
        foreach (var number in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
            Refused(Two().Constant("w", [6], [1, 2, 3, 4, 5, number]), "the 5th");
    }

    [Fact]
    public void Refuses_initialisers_of_another_type_or_size()
    {
        Refused(Two().AddConstant(OnnxGraph.ConstantOf("w", [7], Six)), "24 bytes of 'w'");
        Refused(Two().AddConstant(OnnxGraph.ConstantOf("w", [6, 1, 1], Six)), "after 2");
        Refused(Two().AddConstant(OnnxGraph.ConstantOf("w", [0], [])), "a dimension of 0");
        Refused(Two().AddConstant(OnnxGraph.ConstantOf("w", [-1], [])), "a dimension of -1");
        Refused(Two().AddConstant(OnnxGraph.ConstantOf("w", [long.MaxValue], [])), "a dimension of 9223372036854775807");
        Refused(Two().AddConstant(new OnnxMessage().Integer(1, 6).Integer(2, 10).Text(8, "w").Bytes(9, new byte[12])), "element type 10");
        Refused(Two().AddConstant(new OnnxMessage().Integer(1, 1).Integer(2, 1).Text(8, "w").Bytes(4, new byte[4])), "field 4");
        Refused(Two().Constant("m", [6], Six), "the name 'm'");
        Refused(Two().Constant("", [6], Six), "the name ''");
    }

    [Fact]
    public void Refuses_shapes_that_do_not_fit_or_that_grow()
    {
        Refused(Two().Node("Gemm", ["features", "m"], "a", ("transB", 1)), "takes 3 columns");
        Refused(Two().Node("MatMul", ["features", "m"], "a", ("transB", 1)), "transB = 1 of MatMul");
        Refused(Two().Node("Gemm", ["features", "m"], "a", ("transA", 1)), "transA = 1");
        Refused(Two().Node("Gemm", ["features", "row"], "a"), "1 dimensions");
        Refused(Two().Node("Gemm", ["features", "m", "pair"], "a"), "shape [2]");
        Refused(Two().Node("Gemm", ["features"], "a"), "1 inputs of Gemm");
        Refused(Two().Node("MatMul", ["features", "m", "row"], "a"), "3 inputs of MatMul");
        Refused(Two().Node("MatMul", ["m", "m"], "a"), "the value 'm'");
        Refused(Two().Node("MatMul", ["features", "features"], "a"), "the value 'features'");
        Refused(Two().Node("Relu", ["later"], "a").Node("Relu", ["features"], "later"), "the value 'later'");
        Refused(Two().Node("Relu", ["features", "features"], "a"), "2 inputs of Relu");
        Refused(Two().Node("Softmax", ["features"], "a", ("axis", 0)), "axis = 0");
        Refused(Two().Node("Add", ["features", "row"], "a"), "shape [3]");
        Refused(Two().Node("Add", ["features"], "a"), "1 inputs of Add");
        Refused(Two().Node("Add", ["row", "row"], "a"), "Add of 'row' and 'row'");
        Refused(Two().Node("MatMul", ["features", "m"], "a").Node("Add", ["a", "features"], "b"), "of 2 columns");
        Refused(Two().Constant("wide", [2, 5000], new float[10_000]).Node("MatMul", ["features", "wide"], "a"), "5000 columns");

        // One column of rows and one row of columns: a product that no limit on the file would bound.
        Refused(Two().Constant("tall", [4, 1], [1, 2, 3, 4]).Node("Add", ["features", "tall"], "a"), "shape [4,1]");
        Refused(Two().Node("Relu", ["features"], "probabilities"), "of 2 columns");
        Refused(Two().Node("Relu", ["features"], "m"), "the name 'm'");
        Refused(Two().Node("Relu", ["features"], ""), "the name ''");
        Refused(Two().Add(new OnnxMessage().Text(1, "features").Text(4, "Relu")), "0 outputs of Relu");
        Refused(Two().Node("Gemm", ["features", "m"], "a", ("transB", 0), ("transB", 0)), "'transB' twice");
    }

    [Fact]
    public void Refuses_more_than_a_model_can_need()
    {
        var many = Two();
        for (var i = 0; i < 65; i++)
            many.Node("Relu", ["features"], string.Create(CultureInfo.InvariantCulture, $"n{i}"));
        Refused(many, "at most 64");
        var constants = Two();
        for (var i = 0; i < 257; i++)
            constants.Constant(string.Create(CultureInfo.InvariantCulture, $"c{i}"), [1], [1]);
        Refused(constants, "at most 256");
        Refused(new byte[OnnxCheck.MostBytes + 1], "8388609 bytes");
        Refused([], "IR version 0");
    }

    [Fact]
    public void Refuses_what_is_no_protobuf()
    {
        Refused([0x08], "the end of the file inside a number");
        Refused([0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], "more than ten bytes");
        Refused([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f], "a length of 4294967295");
        Refused([0x0b], "wire type 3");
        Refused([0x00], "a field 0");
        Refused([0x0d, 0, 0, 0, 0], "wire type 5 in field 1");
        Refused([0x12, 0x01, 0xff], "not UTF-8");
        Refused([0x3a, 0x00, 0x3a, 0x00], "field 7 twice");
        Refused(Two().Add(new OnnxMessage().Bytes(5, [0x15, 0, 0])), "inside a float");
    }

    [Fact]
    public void Names_the_file_in_every_error() =>
        Assert.Equal(
            "models/x/model.onnx",
            Assert.Throws<BadInputException>(() => OnnxCheck.Check([1, 2, 3], 44, "models/x/model.onnx")).File
        );

    [Fact]
    [Trait("Spec", "Q6")]
    public void Damaged_files_are_refused_or_run_and_nothing_else()
    {
        const int Inputs = 20_000;
        var original = OnnxBytes.Of(OnnxBytes.RandomNetwork(3, 6, 4), 1.5);
        OnnxCheck.Check(original, 6, "fuzz");
        var passed = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var seed = 0; seed < Inputs; seed++)
        {
            var random = SplitMix64.Stream(20_240_305, (ulong)seed);
            var damaged = Damage(original, ref random);
            try
            {
                OnnxCheck.Check(damaged, 6, "fuzz");
                passed++;
            }
            catch (BadInputException)
            {
                continue;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.GetType().Name}: {e.Message}", e);
            }

            // What passes must be something that the runtime can load and run.
            using var model = new OnnxModel(damaged, 6);
            model.RunOne([1, 2, 3, 4, 5, 6], new float[3]);
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Inputs;
        output.WriteLine($"{Inputs} damaged files: {passed} passed and ran; {each} bytes allocated for each");
        Assert.InRange(passed, 0, Inputs / 2);
        Assert.InRange(each, 0, 100_000);
    }

    private static byte[] Damage(byte[] original, ref SplitMix64 random)
    {
        var bytes = new List<byte>(original);
        for (var times = 1 + random.NextBelow(3); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.NextBelow(bytes.Count);
            var length = Math.Min(bytes.Count - at, 1 + random.NextBelow(20));
            switch (random.NextBelow(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.NextBelow(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.NextBelow(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.NextBelow(bytes.Count - length + 1), length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.Insert(at, 0xff);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Two features, with constants to make three columns of them.</summary>
    private static OnnxGraph Two() =>
        new OnnxGraph(2, 3)
            .Constant("m", [2, 3], Six)
            .Constant("row", [3], [1, 2, 3])
            .Constant("one", [], [1])
            .Constant("pair", [2], [1, 2]);

    private static void Refused(OnnxGraph graph, string why) => Refused(graph.ToModel(), why);

    private static void Refused(byte[] bytes, string why) =>
        Assert.Contains(why, Assert.Throws<BadInputException>(() => OnnxCheck.Check(bytes, 2, "m.onnx")).Message, StringComparison.Ordinal);
}
