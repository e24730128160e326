using System.Globalization;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Reporting.Runs;

/// <summary>Instants as ISO 8601 text in UTC, exact to the nanosecond in both directions.</summary>
internal static class IsoTime
{
    private const string Seconds = "yyyy-MM-dd'T'HH:mm:ss";
    private const int SecondsLength = 19;

    /// <summary>With as many decimals of the second as the instant needs: 2024-03-04T14:45:00Z.</summary>
    public static string Format(Timestamp time)
    {
        var whole = DateTime.UnixEpoch.AddSeconds(time.UnixSeconds).ToString(Seconds, CultureInfo.InvariantCulture);
        var nanos = time.Nanoseconds - (time.UnixSeconds * Timestamp.NanosPerSecond);
        if (nanos == 0)
            return whole + "Z";
        return whole + "." + nanos.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0') + "Z";
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Timestamp time)
    {
        time = default;
        if (text.Length <= SecondsLength || text[^1] != 'Z')
            return false;
        if (!DateTime.TryParseExact(text[..SecondsLength], Seconds, CultureInfo.InvariantCulture, DateTimeStyles.None, out var whole))
            return false;
        var seconds = (whole - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        var fraction = text[SecondsLength..^1];
        var nanos = 0L;
        if (fraction.Length > 0)
        {
            if (fraction[0] != '.' || fraction.Length is < 2 or > 10)
                return false;
            if (!long.TryParse(fraction[1..], NumberStyles.None, CultureInfo.InvariantCulture, out nanos))
                return false;
            for (var digits = fraction.Length - 1; digits < 9; digits++)
                nanos *= 10;
        }

        if (seconds is > 9_000_000_000 or < -9_000_000_000)
            return false;
        time = new Timestamp((seconds * Timestamp.NanosPerSecond) + nanos);
        return true;
    }
}
