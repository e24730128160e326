using System.Globalization;
using ParquetSharp;

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

/// <summary>Whole ticks, in files whose metadata says so.</summary>
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

/// <summary>A decimal of any width, as big-endian bytes of a length that the column's type states.</summary>
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
