using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Labels;

namespace Quarterpoint.Learning.Training;

/// <summary>The border between features and training: every number that passes is finite.</summary>
internal static class TrainingSamples
{
    /// <summary>DOWN, FLAT, and UP.</summary>
    public const int Classes = 3;

    /// <exception cref="BadInputException">Names the first row (from 1) and column that cannot be learnt from.</exception>
    public static void Check(Samples samples, string what, int? width, IReadOnlyList<string>? names)
    {
        void Expect(bool holds, string field, long found, string expected)
        {
            if (!holds)
                throw new BadInputException(what, 0, field, found.ToString(CultureInfo.InvariantCulture), expected);
        }

        Expect(
            samples.Width >= 1 && (width ?? samples.Width) == samples.Width,
            "width",
            samples.Width,
            width is null ? "one feature or more" : string.Create(CultureInfo.InvariantCulture, $"{width}, as in the validation samples")
        );
        Expect(
            names is null || names.Count == samples.Width,
            "width",
            samples.Width,
            string.Create(CultureInfo.InvariantCulture, $"{names?.Count} features, as many as there are names")
        );
        Expect(samples.Count >= 1, "rows", samples.Count, "one or more");
        Expect(
            samples.Features.LongLength >= (long)samples.Count * samples.Width,
            "features",
            samples.Features.LongLength,
            "rows times width"
        );
        Expect(samples.Classes.Length >= samples.Count, "classes", samples.Classes.Length, "one a row");
        var classes = samples.Classes.AsSpan(0, samples.Count);
        if (classes.IndexOfAnyExceptInRange(MoveClass.Down, MoveClass.Up) is var odd and >= 0)
            throw new BadInputException(
                what,
                odd + 1,
                "class",
                classes[odd].ToString(CultureInfo.InvariantCulture),
                "0 (DOWN), 1 (FLAT), or 2 (UP)"
            );
        if (FirstNotFinite(samples.Features.AsSpan(0, samples.Count * samples.Width)) is var bad and >= 0)
        {
            var column = bad % samples.Width;
            throw new BadInputException(
                what,
                (bad / samples.Width) + 1,
                names?[column] ?? string.Create(CultureInfo.InvariantCulture, $"column {column}"),
                samples.Features[bad].ToString(CultureInfo.InvariantCulture),
                "a finite number"
            );
        }
    }

    private static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        // x - x is 0 for every finite x and NaN for the others; NaN survives any sum.
        var blocks = MemoryMarshal.Cast<float, Vector<float>>(values);
        var odd = Vector<float>.Zero;
        foreach (var block in blocks)
            odd += block - block;
        var clean = Vector.EqualsAll(odd, Vector<float>.Zero);
        for (var i = clean ? blocks.Length * Vector<float>.Count : 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }

        return -1;
    }
}
