using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Learning.Native;
using Quarterpoint.Learning.Onnx;
using Quarterpoint.Learning.Training;
using Quarterpoint.Testing;
using TorchSharp;

namespace Quarterpoint.Shell.Tests.Learning;

public sealed class OnnxWriterTests
{
    private const int Rows = 1_000;
    private const double Tolerance = 1e-5;

    private static readonly OnnxModelInfo Info = new()
    {
        FeatureSet = "seconds",
        FeatureHash = "abc",
        Temperature = 1,
        MadeBy = "Quarterpoint 0.1.0",
    };

    [Theory]
    [InlineData(ModelKind.Logistic, 1.0, 0.0)]
    [InlineData(ModelKind.FeedForward, 1.0, 0.0)]
    [InlineData(ModelKind.FeedForward, 1.7, 0.0)]
    [InlineData(ModelKind.FeedForward, 0.8, 2.0)]
    [InlineData(ModelKind.Logistic, 1.0, 5.0)]
    [Trait("Spec", "M6")]
    public void The_runtime_gives_the_probabilities_of_the_network(ModelKind model, double temperature, double gamma)
    {
        var network = RandomNetwork(model, 20) with { FocalGamma = gamma };
        var rows = RandomRows(20);

        var found = Run(OnnxWriter.ToBytes(network, Info with { Temperature = temperature }), rows, 20);

        for (var i = 0; i < Rows; i++)
        {
            var expected = ToyMarket.Softmax([.. network.Logits(rows.AsSpan(i * 20, 20)).Select(z => z / temperature)]);
            for (var k = 0; k < 3; k++)
                Assert.Equal(expected[k], found[(i * 3) + k], Tolerance);
        }
    }

    [Fact]
    [Trait("Spec", "M6")]
    public void The_runtime_gives_what_the_training_library_gives()
    {
        TorchLoader.Load();
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var settings = new TrainingSettings { Network = new FeedForwardSpec { HiddenUnits = [128, 64] } };
        using var parameters = new ParameterVector(settings.Network.Parameters(20, 3), torch.CPU);
        using var graph = TrainableKinds.GraphOf(new GraphParts(parameters, settings, [1, 1, 1], Rows, torch.CPU));
        var values = parameters.Initial(8).Select(v => 3 * v).ToArray();
        parameters.Values.copy_(torch.tensor(values));
        var rows = RandomRows(20);

        var theirs = MemoryMarshal
            .Cast<byte, float>(torch.nn.functional.softmax(graph.Logits(torch.tensor(rows).view(Rows, 20)), 1).bytes)
            .ToArray();
        var ours = Run(OnnxWriter.ToBytes(settings.Network.Build(20, 3, parameters.Split(values)), Info), rows, 20);

        for (var i = 0; i < ours.Length; i++)
            Assert.Equal(theirs[i], ours[i], Tolerance);
    }

    [Fact]
    public void A_network_so_sure_that_single_precision_ends_is_still_within_bounds()
    {
        var network = new DenseNetwork([new DenseLayer(1, 3, [1, 0, -1], [0, 0, 0])]) { FocalGamma = 2 };
        float[] rows = [0, 5, 20, 60, 200, -200];

        var found = Run(OnnxWriter.ToBytes(network, Info), rows, 1);

        for (var i = 0; i < rows.Length; i++)
        {
            var expected = ToyMarket.Softmax(network.Logits(rows.AsSpan(i, 1)));
            for (var k = 0; k < 3; k++)
                Assert.Equal(expected[k], found[(i * 3) + k], Tolerance);
        }
    }

    [Fact]
    public void The_file_says_what_it_was_made_from()
    {
        using var session = new InferenceSession(
            OnnxWriter.ToBytes(RandomNetwork(ModelKind.Logistic, 4), Info with { Temperature = 1.25 })
        );

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["feature_set"] = "seconds",
                ["feature_hash"] = "abc",
                ["temperature"] = "1.25",
                ["made_by"] = "Quarterpoint 0.1.0",
            },
            session.ModelMetadata.CustomMetadataMap
        );
        Assert.Equal([-1, 4], session.InputMetadata["features"].Dimensions);
        Assert.Equal([-1, 3], session.OutputMetadata["probabilities"].Dimensions);
    }

    [Fact]
    public void Equal_networks_give_equal_bytes_in_a_file_that_appears_whole()
    {
        var folder = Directory.CreateTempSubdirectory("onnx").FullName;
        try
        {
            var path = Path.Combine(folder, "model.onnx");
            OnnxWriter.Write(path, RandomNetwork(ModelKind.FeedForward, 4), Info);

            Assert.Equal(OnnxWriter.ToBytes(RandomNetwork(ModelKind.FeedForward, 4), Info), File.ReadAllBytes(path));
            Assert.Equal([path], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_temperature_that_is_none_is_refused(double temperature) =>
        Assert.Equal(
            "temperature",
            Assert
                .Throws<BadInputException>(() =>
                    OnnxWriter.ToBytes(RandomNetwork(ModelKind.Logistic, 4), Info with { Temperature = temperature })
                )
                .Field
        );

    [Fact]
    public void A_weight_that_is_no_number_is_refused()
    {
        var network = RandomNetwork(ModelKind.FeedForward, 4);
        network.Layers[1].Bias[0] = float.NaN;

        Assert.Equal("layer 1", Assert.Throws<BadInputException>(() => OnnxWriter.ToBytes(network, Info)).Field);
    }

    private static Network RandomNetwork(ModelKind model, int width)
    {
        var random = new SplitMix64(7);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextUnit() - 0.5))];
        NetworkSpec spec = model == ModelKind.Logistic ? new LogisticSpec() : new FeedForwardSpec { HiddenUnits = [64, 96] };
        return spec.Build(width, 3, [.. spec.Parameters(width, 3).Select(shape => Draw(shape.Count))]);
    }

    private static float[] RandomRows(int width)
    {
        var random = new SplitMix64(9);
        return [.. Enumerable.Range(0, Rows * width).Select(_ => (float)((2 * random.NextUnit()) - 1))];
    }

    private static float[] Run(byte[] model, float[] rows, int width)
    {
        using var session = new InferenceSession(model);
        using var results = session.Run([
            NamedOnnxValue.CreateFromTensor("features", new DenseTensor<float>(rows, [rows.Length / width, width])),
        ]);
        return [.. results[0].AsEnumerable<float>()];
    }
}
