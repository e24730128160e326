using System.Globalization;
using ParquetSharp;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Parquet;

internal readonly struct DoublePrice(PriceGrid grid) : IColumnConverter<double, int>
{
    public int Convert(ReadOnlySpan<double> values, Span<int> meanings) => grid.ToTicks(values, meanings);

    public BadCell Describe(double value) => PriceText.Describe(value.ToString("R", CultureInfo.InvariantCulture), value, grid);
}

internal readonly struct FloatPrice(PriceGrid grid) : IColumnConverter<float, int>
{
    public int Convert(ReadOnlySpan<float> values, Span<int> meanings) => grid.ToTicks(values, meanings);

    public BadCell Describe(float value) => PriceText.Describe(value.ToString("R", CultureInfo.InvariantCulture), value, grid);
}

/// <summary>Whole billionths of a point, as on Databento's wire.</summary>
internal readonly struct NanosPrice(PriceGrid grid) : IColumnConverter<long, int>
{
    public int Convert(ReadOnlySpan<long> values, Span<int> meanings) => grid.ToTicks(values, meanings);

    public BadCell Describe(long value) =>
        PriceText.Describe(value.ToString(CultureInfo.InvariantCulture) + " billionths", (Int128)value, grid);
}

/// <summary>Ticks, in files that our own metadata marks so.</summary>
internal readonly struct TicksPrice(PriceGrid grid) : IColumnConverter<int, int>
{
    public int Convert(ReadOnlySpan<int> values, Span<int> meanings)
    {
        values.CopyTo(meanings);
        return values.Length;
    }

    public BadCell Describe(int value) => PriceText.Describe($"{value} ticks", (Int128)value * grid.Instrument.TickSizeNanos, grid);
}

internal readonly struct LongTicksPrice(PriceGrid grid) : IColumnConverter<long, int>
{
    public int Convert(ReadOnlySpan<long> values, Span<int> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (values[row] is > int.MaxValue or < -int.MaxValue)
                return row;
            meanings[row] = (int)values[row];
        }

        return values.Length;
    }

    public BadCell Describe(long value) => PriceText.Describe($"{value} ticks", (Int128)value * grid.Instrument.TickSizeNanos, grid);
}

internal readonly struct Decimal32Price(PriceGrid grid, int scale) : IColumnConverter<int, int>
{
    public int Convert(ReadOnlySpan<int> values, Span<int> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (!DecimalText.TryToTicks(values[row], scale, grid, out meanings[row]))
                return row;
        }

        return values.Length;
    }

    public BadCell Describe(int value) => DecimalText.Describe(value, scale, grid);
}

internal readonly struct Decimal64Price(PriceGrid grid, int scale) : IColumnConverter<long, int>
{
    public int Convert(ReadOnlySpan<long> values, Span<int> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (!DecimalText.TryToTicks(values[row], scale, grid, out meanings[row]))
                return row;
        }

        return values.Length;
    }

    public BadCell Describe(long value) => DecimalText.Describe(value, scale, grid);
}

/// <summary>A decimal of any width, as big-endian bytes of the length that the column's type states.</summary>
internal readonly unsafe struct FixedBytesPrice(PriceGrid grid, int scale, int length) : IColumnConverter<FixedLenByteArray, int>
{
    public int Convert(ReadOnlySpan<FixedLenByteArray> values, Span<int> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (!DecimalText.TryToTicks(ValueOf(values[row]), scale, grid, out meanings[row]))
                return row;
        }

        return values.Length;
    }

    public BadCell Describe(FixedLenByteArray value) => DecimalText.Describe(ValueOf(value), scale, grid);

    private Int128? ValueOf(FixedLenByteArray value) => DecimalText.Read(new ReadOnlySpan<byte>((void*)value.Pointer, length));
}

internal readonly unsafe struct BytesPrice(PriceGrid grid, int scale) : IColumnConverter<ByteArray, int>
{
    public int Convert(ReadOnlySpan<ByteArray> values, Span<int> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (!DecimalText.TryToTicks(ValueOf(values[row]), scale, grid, out meanings[row]))
                return row;
        }

        return values.Length;
    }

    public BadCell Describe(ByteArray value) => DecimalText.Describe(ValueOf(value), scale, grid);

    private static Int128? ValueOf(ByteArray value) => DecimalText.Read(new ReadOnlySpan<byte>((void*)value.Pointer, value.Length));
}

/// <summary>Decimals as they stand in a file: a whole number and the number of its digits after the point.</summary>
internal static class DecimalText
{
    /// <summary>More digits after the point than 128 bits can have.</summary>
    public const int LargestScale = 38;

    private const int NanosScale = 9;
    private const int WidestBytes = 16;

    private static readonly Int128[] Powers =
    [
        .. Enumerable
            .Range(0, LargestScale + 1)
            .Select(power => Enumerable.Repeat((Int128)10, power).Aggregate(Int128.One, (a, b) => a * b)),
    ];

    /// <summary>Two's complement, most significant byte first; null where it needs more than 128 bits.</summary>
    public static Int128? Read(ReadOnlySpan<byte> bigEndian)
    {
        var isNegative = bigEndian.Length > 0 && (bigEndian[0] & 0x80) != 0;
        while (bigEndian.Length > WidestBytes)
        {
            if (bigEndian[0] != (isNegative ? 0xFF : 0))
                return null;
            bigEndian = bigEndian[1..];
        }

        var value = isNegative ? UInt128.MaxValue : UInt128.Zero;
        foreach (var b in bigEndian)
            value = (value << 8) | b;
        var result = unchecked((Int128)value);
        return result < 0 == isNegative ? result : null;
    }

    public static bool TryToTicks(Int128? unscaled, int scale, PriceGrid grid, out int ticks)
    {
        ticks = 0;
        if (unscaled is not { } value || !TryToNanos(value, scale, out var nanos) || !grid.Instrument.TryFromNanos(nanos, out var price))
            return false;
        ticks = price.InTicks;
        return true;
    }

    public static BadCell Describe(Int128? unscaled, int scale, PriceGrid grid)
    {
        if (unscaled is not { } value)
            return new BadCell(0, default, "more than 128 bits", PriceText.Expected(grid));
        var text =
            value.ToString(CultureInfo.InvariantCulture) + (scale == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"E-{scale}"));
        return TryToNanos(value, scale, out var nanos)
            ? PriceText.Describe(text, (Int128)nanos, grid)
            : new BadCell(0, default, text, PriceText.Expected(grid));
    }

    private static bool TryToNanos(Int128 value, int scale, out long nanos)
    {
        nanos = 0;
        if (scale > NanosScale)
        {
            (value, var rest) = Int128.DivRem(value, Powers[scale - NanosScale]);
            if (rest != 0)
                return false;
        }

        if (value > long.MaxValue || value < long.MinValue)
            return false;
        if (scale < NanosScale)
            value *= Powers[NanosScale - scale];
        if (value > long.MaxValue || value < long.MinValue)
            return false;
        nanos = (long)value;
        return true;
    }
}

internal static class PriceText
{
    // What SourceRow can hold: whole billionths in 64 bits.
    private const double Limit = 9_000_000_000.0;

    public static string Expected(PriceGrid grid) =>
        string.Create(CultureInfo.InvariantCulture, $"a price on {grid.Instrument.Symbol}'s grid of {grid.Instrument.TickSize}");

    public static BadCell Describe(string text, double value, PriceGrid grid) =>
        Math.Abs(value) < Limit
            ? new BadCell(0, default, text, Expected(grid), (long)Math.Round(value * Instrument.NanosPerPoint))
            : new BadCell(0, default, text, "a finite price");

    public static BadCell Describe(string text, Int128 nanos, PriceGrid grid) =>
        nanos >= -(Int128)Limit * Instrument.NanosPerPoint && nanos <= (Int128)Limit * Instrument.NanosPerPoint
            ? new BadCell(0, default, text, Expected(grid), (long)nanos)
            : new BadCell(0, default, text, Expected(grid));
}
