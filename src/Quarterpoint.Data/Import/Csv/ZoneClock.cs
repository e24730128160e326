namespace Quarterpoint.Data.Import.Csv;

/// <summary>
/// Wall-clock times of one zone to instants. In the hour that clocks show twice (November) it takes the instant that keeps time going
/// forward: the first, unless that lies before the time read last. Feed it the rows in their order.
/// </summary>
internal sealed class ZoneClock(TimeZoneInfo zone)
{
    private const long NanosPerHour = 3600 * StampText.NanosPerSecond;
    private const long NanosPerTick = 100;

    private long _last = long.MinValue;
    private long _hour = long.MinValue;
    private Offsets _offsetsOfHour;

    public string Zone => zone.Id;

    /// <summary>False where clocks skip this time.</summary>
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

    /// <summary>A look-up costs 50 ns, so the answer is kept for the hour, unless clocks change within it.</summary>
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

        // The larger offset is the earlier instant: clocks go back from it.
        var both = zone.GetAmbiguousTimeOffsets(local);
        return new Offsets(both.Max().Ticks * NanosPerTick, both.Min().Ticks * NanosPerTick, Skipped: false);
    }

    private readonly record struct Offsets(long First, long Second, bool Skipped);
}
