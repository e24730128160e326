using System.Buffers.Binary;
using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>
/// weights.bin of every kind that is made of tensors: the tensors of <see cref="NetworkSpec.Parameters"/> one after another, each row by
/// row, little endian. The card says how large they are.
/// </summary>
internal static class WeightLayout
{
    /// <summary>Checks that the network is the one that the card describes.</summary>
    /// <exception cref="BadInputException">The network has another shape than the card says, or a weight is not a number.</exception>
    public static void CheckFits(ModelCard card, Network network, string file)
    {
        var expected = card.Training.Network.Layout(card.Features.Columns.Count, OnnxModel.Classes);
        if (network.Layout != expected)
            throw new BadInputException(file, 0, "layers", network.Layout, expected + ", as the card says");
        var shapes = card.Training.Network.Parameters(card.Features.Columns.Count, OnnxModel.Classes);
        foreach (var (shape, (_, values)) in shapes.Zip(network.Parameters))
        {
            Require.That(values.Length == shape.Count, "a tensor has as many numbers as its shape says");
            if (!values.All(float.IsFinite))
                throw new BadInputException(file, shape.Layer + 1, "layer", "a weight that is not finite", "numbers");
        }
    }

    /// <summary>The file's content.</summary>
    public static byte[] Bytes(Network network)
    {
        var values = network.Parameters.SelectMany(parameter => parameter.Values).ToArray();
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }

    /// <summary>Reads the network that the card describes.</summary>
    /// <exception cref="BadInputException">There are more or fewer weights than the card says, or one is not a number.</exception>
    public static Network Read(ModelCard card, ReadOnlySpan<byte> bytes, string file)
    {
        var (spec, inputs) = (card.Training.Network, card.Features.Columns.Count);
        var shapes = spec.Parameters(inputs, OnnxModel.Classes);
        var expected = shapes.Sum(shape => (long)shape.Count * sizeof(float));
        if (bytes.Length != expected)
            throw new BadInputException(
                file,
                0,
                "size",
                bytes.Length.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{expected} bytes for {spec.Layout(inputs, OnnxModel.Classes)}")
            );
        var values = new List<float[]>();
        var at = 0;
        foreach (var shape in shapes)
            values.Add(Take(bytes, shape.Count, ref at));
        var network = spec.Build(inputs, OnnxModel.Classes, values) with
        {
            FocalGamma = card.Training.Balance == ClassBalancing.Focal ? card.Training.FocalGamma : 0,
        };
        CheckFits(card, network, file);
        return network;
    }

    private static float[] Take(ReadOnlySpan<byte> bytes, int count, ref int at)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(at + (i * sizeof(float)))..]);
        at += count * sizeof(float);
        return values;
    }
}
