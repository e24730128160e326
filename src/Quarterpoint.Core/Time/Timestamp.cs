using System.Globalization;

namespace Quarterpoint.Core.Time;

/// <summary>An instant: nanoseconds since 1970 in UTC. <c>default</c> is the start of 1970, long before any market data.</summary>
public readonly record struct Timestamp(long Nanoseconds) : IComparable<Timestamp>
{
    public const long NanosPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds in a tick of <see cref="TimeSpan"/> and <see cref="DateTime"/>.</summary>
    internal const long NanosPerTick = 100;

    /// <summary>Later than every deadline.</summary>
    public static readonly Timestamp Never = new(long.MaxValue);

    public static Timestamp FromUnixSeconds(long seconds) => new(seconds * NanosPerSecond);

    /// <param name="utc">Taken as UTC whatever its kind.</param>
    public static Timestamp FromUtc(DateTime utc) => new((utc - DateTime.UnixEpoch).Ticks * NanosPerTick);

    /// <summary>Whole seconds since 1970, rounded down.</summary>
    public long UnixSeconds => Math.DivRem(Nanoseconds, NanosPerSecond, out var rest) - (rest < 0 ? 1 : 0);

    /// <summary>Rounded down to 100 ns.</summary>
    public DateTime ToUtc() => DateTime.UnixEpoch.AddTicks(Nanoseconds / NanosPerTick);

    public Timestamp AddSeconds(long seconds) => new(Nanoseconds + (seconds * NanosPerSecond));

    public static Timestamp operator +(Timestamp time, TimeSpan span) => new(time.Nanoseconds + (span.Ticks * NanosPerTick));

    public static Timestamp operator -(Timestamp time, TimeSpan span) => new(time.Nanoseconds - (span.Ticks * NanosPerTick));

    public static TimeSpan operator -(Timestamp left, Timestamp right) => new((left.Nanoseconds - right.Nanoseconds) / NanosPerTick);

    public static bool operator <(Timestamp left, Timestamp right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Timestamp left, Timestamp right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Timestamp left, Timestamp right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Timestamp left, Timestamp right) => left.Nanoseconds >= right.Nanoseconds;

    public static Timestamp Min(Timestamp a, Timestamp b) => a.Nanoseconds <= b.Nanoseconds ? a : b;

    public static Timestamp Max(Timestamp a, Timestamp b) => a.Nanoseconds >= b.Nanoseconds ? a : b;

    public int CompareTo(Timestamp other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>ISO 8601 in UTC, with as many decimals as needed (at most seven); <see cref="Never"/> as "never".</summary>
    public override string ToString() =>
        this == Never ? "never" : ToUtc().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
