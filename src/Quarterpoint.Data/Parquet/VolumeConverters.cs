using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Quarterpoint.Data.Parquet;

/// <summary>Integers of 32 bits or fewer.</summary>
internal readonly struct IntVolume(bool isSigned) : IColumnConverter<int, uint>
{
    public int Convert(ReadOnlySpan<int> values, Span<uint> meanings)
    {
        MemoryMarshal.Cast<int, uint>(values).CopyTo(meanings);
        if (!isSigned)
            return values.Length;

        // Checks the sign of all values together, because almost no block has a negative one.
        var signs = Vector<int>.Zero;
        var row = 0;
        for (; row <= values.Length - Vector<int>.Count; row += Vector<int>.Count)
            signs |= new Vector<int>(values[row..]);
        for (row = Vector.GreaterThanOrEqualAll(signs, Vector<int>.Zero) ? row : 0; row < values.Length; row++)
        {
            if (values[row] < 0)
                return row;
        }

        return values.Length;
    }

    public BadCell Describe(int value) => VolumeText.Describe(value.ToString(CultureInfo.InvariantCulture));
}

internal readonly struct LongVolume : IColumnConverter<long, uint>
{
    public int Convert(ReadOnlySpan<long> values, Span<uint> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (values[row] is < 0 or > uint.MaxValue)
                return row;
            meanings[row] = (uint)values[row];
        }

        return values.Length;
    }

    public BadCell Describe(long value) => VolumeText.Describe(value.ToString(CultureInfo.InvariantCulture));
}

internal readonly struct DoubleVolume : IColumnConverter<double, uint>
{
    public int Convert(ReadOnlySpan<double> values, Span<uint> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (!VolumeText.TryConvert(values[row], out meanings[row]))
                return row;
        }

        return values.Length;
    }

    public BadCell Describe(double value) => VolumeText.Describe(value.ToString("R", CultureInfo.InvariantCulture));
}

internal readonly struct FloatVolume : IColumnConverter<float, uint>
{
    public int Convert(ReadOnlySpan<float> values, Span<uint> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (!VolumeText.TryConvert(values[row], out meanings[row]))
                return row;
        }

        return values.Length;
    }

    public BadCell Describe(float value) => VolumeText.Describe(value.ToString("R", CultureInfo.InvariantCulture));
}

internal static class VolumeText
{
    public static BadCell Describe(string value) => new(0, default, value, "a whole number of contracts from 0 to 4294967295");

    public static bool TryConvert(double value, out uint volume)
    {
        volume = 0;
        if (!(value >= 0 && value <= uint.MaxValue) || Math.Floor(value) != value)
            return false;
        volume = (uint)value;
        return true;
    }
}
