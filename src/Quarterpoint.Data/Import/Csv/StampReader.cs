namespace Quarterpoint.Data.Import.Csv;

/// <summary>What a file's stamps count; decided once, by the first row that can be read.</summary>
internal enum StampUnit
{
    /// <summary>Dates with times of day.</summary>
    Calendar,

    /// <summary>Dates alone. Where the first row has a time of day, one without is a damaged row and not midnight.</summary>
    Dates,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

/// <summary>Stamps of one file to UTC nanoseconds.</summary>
internal sealed class StampReader(StampUnit unit, TimeZoneInfo? zone)
{
    public const string NoZone = "a time with its zone (Z or an offset), or the zone named by the user: --time-zone America/New_York";

    // 1973: what is smaller is no Unix time but, say, a spreadsheet's day number.
    private const long FirstSeconds = 100_000_000;
    private const long FirstMilliseconds = 100_000_000_000;
    private const long FirstMicroseconds = 100_000_000_000_000;
    private const long FirstNanoseconds = 100_000_000_000_000_000;

    private readonly ZoneClock? _clock = zone is null ? null : new ZoneClock(zone);

    /// <summary>
    /// The unit of a first stamp. Unix time is told by its size: the limits lie in 1973 for the finer and in the year 5138 for the coarser
    /// unit. Eight, twelve, and fourteen digits are dates: as Unix times they would lie before any electronic market or after all of them.
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

    /// <summary>Returns what was expected instead, or null.</summary>
    public string? Read(ReadOnlySpan<byte> stamp, out long utcNanos)
    {
        if (unit is not (StampUnit.Calendar or StampUnit.Dates))
            return ReadUnix(stamp, out utcNanos);
        utcNanos = 0;
        if (!StampText.TryTakeDate(ref stamp, out var day))
            return StampText.Known;
        if (unit == StampUnit.Dates)
            return stamp.IsEmpty ? ToUtc(day * StampText.NanosPerDay, out utcNanos) : "a date alone, as the file began";
        if (!stamp.IsEmpty && stamp[0] is (byte)'T' or (byte)'t')
            stamp = stamp[1..];
        return ReadTime(day, stamp.TrimStart((byte)' '), out utcNanos);
    }

    /// <summary>Returns what was expected instead, or null. Date and time stand in columns of their own.</summary>
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
        return isTime ? null : $"Unix time in {unit.ToString().ToLowerInvariant()}, as the file began";
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
        return _clock.TryToUtc(localNanos, out utcNanos)
            ? null
            : $"a time that clocks in {_clock.Zone} show: they go forward over this one";
    }
}
