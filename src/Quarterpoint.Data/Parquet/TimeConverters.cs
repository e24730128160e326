using System.Globalization;
using System.Runtime.CompilerServices;
using ParquetSharp;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Parquet;

internal interface ITimeUnit
{
    static abstract long PerSecond { get; }
}

internal readonly struct Nanoseconds : ITimeUnit
{
    public static long PerSecond => 1_000_000_000;
}

internal readonly struct Microseconds : ITimeUnit
{
    public static long PerSecond => 1_000_000;
}

internal readonly struct Milliseconds : ITimeUnit
{
    public static long PerSecond => 1_000;
}

/// <summary>Turns UTC stamps into whole seconds. The unit is a type, so that the division is by a constant.</summary>
internal readonly struct UtcTime<TUnit> : IColumnConverter<long, uint>
    where TUnit : ITimeUnit
{
    // Fully optimised on first use: a load is over before the runtime would notice that this is a hot loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Convert(ReadOnlySpan<long> values, Span<uint> meanings)
    {
        unchecked
        {
            for (var row = 0; row < values.Length; row++)
            {
                // A time before 1970 becomes a very large unsigned number, beyond every second of 32 bits.
                var value = (ulong)values[row];
                var second = value / (ulong)TUnit.PerSecond;
                if (second > uint.MaxValue || second * (ulong)TUnit.PerSecond != value)
                    return row;
                meanings[row] = (uint)second;
            }
        }

        return values.Length;
    }

    public BadCell Describe(long value) => TimeText.Describe(value, TUnit.PerSecond);
}

/// <summary>
/// Turns stamps of a Julian day and nanoseconds of the day, as old Spark and Impala write them, into seconds; taken as UTC.
/// </summary>
internal readonly struct Int96Time : IColumnConverter<Int96, uint>
{
    private const long JulianDayOf1970 = 2_440_588;
    private const long SecondsPerDay = 86_400;

    public int Convert(ReadOnlySpan<Int96> values, Span<uint> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            var (seconds, rest) = Math.DivRem(NanosOfDay(values[row]), Timestamp.NanosPerSecond);
            var second = ((values[row].C - JulianDayOf1970) * SecondsPerDay) + seconds;
            if (rest != 0 || second is < 0 or > uint.MaxValue)
                return row;
            meanings[row] = (uint)second;
        }

        return values.Length;
    }

    public BadCell Describe(Int96 value) =>
        new(0, default, string.Create(CultureInfo.InvariantCulture, $"Julian day {value.C} + {NanosOfDay(value)} ns"), TimeText.Expected);

    private static long NanosOfDay(Int96 value) => unchecked(((long)value.B << 32) | (uint)value.A);
}

/// <summary>
/// Turns stamps in local time into UTC seconds. A time that clocks show twice is taken as the first of the two; a time that they skip is
/// bad. The offset is looked up once for each quarter of an hour, within which it never changes.
/// </summary>
internal struct LocalTime(long unitsPerSecond, TimeZoneInfo zone) : IColumnConverter<long, uint>
{
    private const long Quarter = 900;

    private long _quarter = long.MinValue;
    private long _offset;
    private bool _exists;

    public int Convert(ReadOnlySpan<long> values, Span<uint> meanings)
    {
        for (var row = 0; row < values.Length; row++)
        {
            var second = values[row] / unitsPerSecond;
            if (second * unitsPerSecond != values[row] || second is < 0 or > uint.MaxValue)
                return row;
            if (second / Quarter != _quarter)
                LookUp(second);
            if (!_exists || second - _offset is < 0 or > uint.MaxValue)
                return row;
            meanings[row] = (uint)(second - _offset);
        }

        return values.Length;
    }

    public readonly BadCell Describe(long value) =>
        TimeText.Describe(value, unitsPerSecond) with
        {
            Expected = $"{TimeText.Expected}, at a time that clocks in {zone.Id} show",
        };

    private void LookUp(long second)
    {
        _quarter = second / Quarter;
        var local = DateTime.SpecifyKind(DateTime.UnixEpoch.AddSeconds(second), DateTimeKind.Unspecified);
        _exists = !zone.IsInvalidTime(local);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        _offset = offset.Ticks / TimeSpan.TicksPerSecond;
    }
}

internal static class TimeText
{
    public const string Expected = "a whole second from 1970 to 2106";

    public static BadCell Describe(long value, long unitsPerSecond)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        var nanosPerUnit = Timestamp.NanosPerSecond / unitsPerSecond;
        if (value >= 0 && value <= long.MaxValue / nanosPerUnit)
            text += $" ({new Timestamp(value * nanosPerUnit)})";
        return new BadCell(0, default, text, Expected);
    }
}
