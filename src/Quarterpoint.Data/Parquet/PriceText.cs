using System.Globalization;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Parquet;

/// <summary>Decimals as Parquet stores them: a whole number, and how many of its digits come after the point (the scale).</summary>
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

    /// <summary>Reads two's complement, most significant byte first; null where it needs more than 128 bits.</summary>
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
    // The largest price that a SourceRow can hold: whole billionths in 64 bits.
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
