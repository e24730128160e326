using System.Buffers.Binary;
using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>golden.bin: in each row the features, then the three probabilities that the model gave, little endian.</summary>
internal static class GoldenRows
{
    /// <summary>How far a probability may be off: another processor adds in another order.</summary>
    public const double Tolerance = 1e-6;

    private static readonly string[] Classes = ["DOWN", "FLAT", "UP"];

    /// <summary>The file's content for those rows of features.</summary>
    public static byte[] Of(OnnxModel model, ReadOnlySpan<float> rows)
    {
        var count = rows.Length / model.Width;
        var probabilities = new float[count * OnnxModel.Classes];
        model.Run(rows, count, probabilities);
        var size = model.Width + OnnxModel.Classes;
        var bytes = new byte[count * size * sizeof(float)];
        for (var i = 0; i < count * size; i++)
        {
            var (row, column) = (i / size, i % size);
            var value =
                column < model.Width ? rows[(row * model.Width) + column] : probabilities[(row * OnnxModel.Classes) + column - model.Width];
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), value);
        }

        return bytes;
    }

    /// <summary>Asks the model again, and returns how many rows were answered as before.</summary>
    /// <exception cref="BadInputException">A row was answered differently, or there are too few rows.</exception>
    public static int Check(OnnxModel model, ReadOnlySpan<byte> bytes, string file)
    {
        var size = model.Width + OnnxModel.Classes;
        var count = bytes.Length / (size * sizeof(float));
        if (bytes.Length % (size * sizeof(float)) != 0 || count < ModelFolder.LeastGoldenRows)
            throw new BadInputException(
                file,
                0,
                "size",
                Say($"{bytes.Length}"),
                Say($"rows of {size * sizeof(float)} bytes, at least {ModelFolder.LeastGoldenRows}")
            );
        var values = new float[count * size];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        var rows = new float[count * model.Width];
        for (var row = 0; row < count; row++)
            values.AsSpan(row * size, model.Width).CopyTo(rows.AsSpan(row * model.Width));
        var found = new float[count * OnnxModel.Classes];
        model.Run(rows, count, found);
        for (var i = 0; i < found.Length; i++)
        {
            var (row, k) = (i / OnnxModel.Classes, i % OnnxModel.Classes);
            var expected = values[(row * size) + model.Width + k];
            if (!(Math.Abs((double)found[i] - expected) <= Tolerance))
                throw new BadInputException(
                    file,
                    row + 1,
                    Classes[k],
                    Say($"{found[i]:R}"),
                    Say($"{expected:R} within {Tolerance}, as when the model was accepted")
                );
        }

        return count;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
