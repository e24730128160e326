using System.Buffers.Binary;
using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>
/// weights.bin: of each layer in order its weights row by row and then its bias, little endian. The card says how wide the layers are.
/// </summary>
internal static class WeightLayout
{
    /// <exception cref="BadInputException">The network has another shape than the card says, or a weight is no number.</exception>
    public static void CheckFits(ModelCard card, Network network, string file)
    {
        var expected = Widths(card);
        int[] found = [network.Inputs, .. network.Layers.Select(layer => layer.Outputs)];
        if (!found.SequenceEqual(expected))
            throw new BadInputException(file, 0, "layers", string.Join('-', found), string.Join('-', expected) + ", as the card says");
        for (var i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            Require.That(
                layer.Inputs == expected[i] && layer.Weights.Length == layer.Inputs * layer.Outputs && layer.Bias.Length == layer.Outputs,
                "a layer has a weight for each pair and a bias for each output"
            );
            if (!layer.Weights.Concat(layer.Bias).All(float.IsFinite))
                throw new BadInputException(file, i + 1, "layer", "a weight that is not finite", "numbers");
        }
    }

    public static byte[] Bytes(Network network)
    {
        var values = network.Layers.SelectMany(layer => layer.Weights.Concat(layer.Bias)).ToArray();
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }

    /// <exception cref="BadInputException">There are more or fewer weights than the card says, or one is no number.</exception>
    public static Network Read(ModelCard card, ReadOnlySpan<byte> bytes, string file)
    {
        var widths = Widths(card);
        var expected = 0L;
        for (var i = 1; i < widths.Length; i++)
            expected += (widths[i - 1] + 1L) * widths[i] * sizeof(float);
        if (bytes.Length != expected)
            throw new BadInputException(
                file,
                0,
                "size",
                bytes.Length.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{expected} bytes for {string.Join('-', widths)}")
            );
        var layers = new List<DenseLayer>();
        var at = 0;
        for (var i = 1; i < widths.Length; i++)
        {
            var weights = Take(bytes, widths[i - 1] * widths[i], ref at);
            layers.Add(new DenseLayer(widths[i - 1], widths[i], weights, Take(bytes, widths[i], ref at)));
        }

        var network = new Network(layers) { FocalGamma = card.Training.Balance == ClassBalancing.Focal ? card.Training.FocalGamma : 0 };
        CheckFits(card, network, file);
        return network;
    }

    /// <summary>Inputs, units of each hidden layer, classes.</summary>
    private static int[] Widths(ModelCard card) =>
        [card.Features.Columns.Count, .. card.Training.Model == ModelKind.Logistic ? [] : card.Training.HiddenUnits, OnnxModel.Classes];

    private static float[] Take(ReadOnlySpan<byte> bytes, int count, ref int at)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(at + (i * sizeof(float)))..]);
        at += count * sizeof(float);
        return values;
    }
}
