namespace Quarterpoint.Core.Time;

/// <summary>
/// New York wall-clock time, daylight saving included (SPEC K3). The zone's rules come from the machine; <c>qp doctor</c> checks them. A
/// look-up costs about 50 ns, so hot paths ask a <see cref="SessionCalendar"/>, which looks up once per session.
/// </summary>
public static class NewYork
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    /// <summary>
    /// The instant at which clocks in New York show this date and time; the first of the two where they show it twice (November).
    /// </summary>
    /// <exception cref="ArgumentException">Clocks skip this time (the hour after 02:00 on the second Sunday of March).</exception>
    public static Timestamp At(DateOnly date, TimeOnly time)
    {
        var local = date.ToDateTime(time, DateTimeKind.Unspecified);
        if (Zone.IsInvalidTime(local))
            throw new ArgumentException(
                $"{local:yyyy-MM-dd HH:mm:ss} does not exist in New York: clocks go forward over it.",
                nameof(time)
            );
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return Timestamp.FromUtc(DateTime.SpecifyKind(local - offset, DateTimeKind.Utc));
    }

    /// <summary>What clocks in New York show at that instant.</summary>
    public static DateTime Local(Timestamp instant) => TimeZoneInfo.ConvertTimeFromUtc(instant.ToUtc(), Zone);

    /// <summary>How far New York is from UTC at that instant: -5 or -4 hours.</summary>
    public static TimeSpan UtcOffset(Timestamp instant) => Zone.GetUtcOffset(instant.ToUtc());
}
