namespace Quarterpoint.Data.Import.Csv;

/// <summary>How the time stamps of a file are written; decided once, by the first row that can be read.</summary>
internal enum StampUnit
{
    /// <summary>Dates with times of day.</summary>
    Calendar,

    /// <summary>
    /// Dates alone. Where the first row has a time of day, a later row without one is damaged, and does not mean midnight.
    /// </summary>
    Dates,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

/// <summary>Turns the stamps of one file into UTC nanoseconds.</summary>
internal sealed class StampReader(StampUnit unit, TimeZoneInfo? zone)
{
    public const string NoZone = "a time with its zone (Z or an offset), or the zone given as --time-zone America/New_York";

    // In 1973. A smaller number is not Unix time but, for example, a spreadsheet's day number.
    private const long FirstSeconds = 100_000_000;
    private const long FirstMilliseconds = 100_000_000_000;
    private const long FirstMicroseconds = 100_000_000_000_000;
    private const long FirstNanoseconds = 100_000_000_000_000_000;

    private readonly ZoneClock? _clock = zone is null ? null : new ZoneClock(zone);

    /// <summary>
    /// The unit of a file's first stamp. The size of a Unix time tells its unit: each limit is in 1973 for the finer unit and in the year
    /// 5138 for the coarser one. Eight, twelve, and fourteen digits are dates: as Unix times they would be before all electronic markets,
    /// or far in the future.
    /// </summary>
    public static StampUnit UnitOf(ReadOnlySpan<byte> stamp)
    {
        var digits = StampText.Digits(stamp);
        var isNumber =
            digits is not (0 or 8 or 12 or 14) && DecimalText.Read(stamp, DecimalText.PriceDecimals, out _) != DecimalText.NotANumber;
        if (isNumber && DecimalText.Read(stamp[..digits], 0, out var value) is null)
            return UnitOf(value);
        return StampText.TryTakeDate(ref stamp, out _) && stamp.IsEmpty ? StampUnit.Dates : StampUnit.Calendar;
    }

    /// <summary>Reads a stamp in one column. Returns null on success, otherwise what was expected instead.</summary>
    public string? Read(ReadOnlySpan<byte> stamp, out long utcNanos)
    {
        if (unit is not (StampUnit.Calendar or StampUnit.Dates))
            return ReadUnix(stamp, out utcNanos);
        utcNanos = 0;
        if (!StampText.TryTakeDate(ref stamp, out var day))
            return StampText.Known;
        if (unit == StampUnit.Dates)
            return stamp.IsEmpty ? ToUtc(day * StampText.NanosPerDay, out utcNanos) : "a date alone, as in the first row";
        if (!stamp.IsEmpty && stamp[0] is (byte)'T' or (byte)'t')
            stamp = stamp[1..];
        return ReadTime(day, stamp.TrimStart((byte)' '), out utcNanos);
    }

    /// <summary>
    /// Reads a stamp whose date and time are in two columns. Returns null on success, otherwise what was expected instead.
    /// </summary>
    public string? Read(ReadOnlySpan<byte> date, ReadOnlySpan<byte> time, out long utcNanos)
    {
        if (StampText.TryTakeDate(ref date, out var day) && date.IsEmpty)
            return ReadTime(day, time, out utcNanos);
        utcNanos = 0;
        return "a date such as 2024-06-03, 20240603, 06/03/2024, or 03.06.2024";
    }

    private static StampUnit UnitOf(long value) =>
        value switch
        {
            < FirstMilliseconds => StampUnit.Seconds,
            < FirstMicroseconds => StampUnit.Milliseconds,
            < FirstNanoseconds => StampUnit.Microseconds,
            _ => StampUnit.Nanoseconds,
        };

    private string? ReadUnix(ReadOnlySpan<byte> stamp, out long utcNanos)
    {
        var decimals = unit switch
        {
            StampUnit.Seconds => 9,
            StampUnit.Milliseconds => 6,
            StampUnit.Microseconds => 3,
            _ => 0,
        };
        utcNanos = 0;
        var digits = StampText.Digits(stamp);
        var isTime =
            DecimalText.Read(stamp[..digits], 0, out var whole) is null
            && whole >= FirstSeconds
            && UnitOf(whole) == unit
            && DecimalText.Read(stamp, decimals, out utcNanos) is null
            && utcNanos < long.MaxValue;
        return isTime ? null : $"Unix time in {unit.ToString().ToLowerInvariant()}, as in the first row";
    }

    private string? ReadTime(int day, ReadOnlySpan<byte> time, out long utcNanos)
    {
        utcNanos = day * StampText.NanosPerDay;
        if (!StampText.TryTakeTime(ref time, out var nanos))
            return StampText.Known;
        utcNanos += nanos;
        if (time.IsEmpty)
            return ToUtc(utcNanos, out utcNanos);
        if (!StampText.TryTakeZone(ref time, out var aheadSeconds) || !time.IsEmpty)
            return StampText.Known;
        utcNanos -= aheadSeconds * StampText.NanosPerSecond;
        return null;
    }

    private string? ToUtc(long localNanos, out long utcNanos)
    {
        utcNanos = localNanos;
        if (_clock is null)
            return NoZone;
        return _clock.TryToUtc(localNanos, out utcNanos) ? null : $"a time that clocks in {_clock.Zone} show: they skip this one";
    }
}
