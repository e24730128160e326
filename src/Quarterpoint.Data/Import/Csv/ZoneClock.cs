namespace Quarterpoint.Data.Import.Csv;

/// <summary>
/// Turns wall-clock times of one zone into UTC. Of an hour that clocks show twice (November) it takes the first, unless that is before the
/// last time read: then the second, so that time does not run backwards. Rows must be given in their order.
/// </summary>
internal sealed class ZoneClock(TimeZoneInfo zone)
{
    private const long NanosPerHour = 3600 * StampText.NanosPerSecond;
    private const long NanosPerTick = 100;

    private long _last = long.MinValue;
    private long _hour = long.MinValue;
    private Offsets _offsetsOfHour;

    public string Zone => zone.Id;

    /// <summary>False where clocks in the zone skip this time.</summary>
    public bool TryToUtc(long localNanos, out long utcNanos)
    {
        var offsets = OffsetsAt(localNanos);
        utcNanos = localNanos - offsets.First;
        if (offsets.Skipped)
            return false;
        if (utcNanos < _last && localNanos - offsets.Second >= _last)
            utcNanos = localNanos - offsets.Second;
        _last = utcNanos;
        return true;
    }

    /// <summary>A look-up costs 50 ns, so the offset is kept for the whole hour, unless it changes within the hour.</summary>
    private Offsets OffsetsAt(long localNanos)
    {
        var hour = localNanos / NanosPerHour;
        if (hour == _hour)
            return _offsetsOfHour;
        var first = LookUp(hour * NanosPerHour);
        if (LookUp(((hour + 1) * NanosPerHour) - NanosPerTick) != first)
            return LookUp(localNanos);
        (_hour, _offsetsOfHour) = (hour, first);
        return first;
    }

    private Offsets LookUp(long localNanos)
    {
        var local = new DateTime(DateTime.UnixEpoch.Ticks + (localNanos / NanosPerTick), DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local))
            return new Offsets(0, 0, Skipped: true);
        if (!zone.IsAmbiguousTime(local))
        {
            var only = zone.GetUtcOffset(local).Ticks * NanosPerTick;
            return new Offsets(only, only, Skipped: false);
        }

        // The larger offset gives the earlier instant: it is the offset before clocks go back.
        var both = zone.GetAmbiguousTimeOffsets(local);
        return new Offsets(both.Max().Ticks * NanosPerTick, both.Min().Ticks * NanosPerTick, Skipped: false);
    }

    private readonly record struct Offsets(long First, long Second, bool Skipped);
}
