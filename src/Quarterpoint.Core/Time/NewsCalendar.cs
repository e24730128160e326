using System.Globalization;

namespace Quarterpoint.Core.Time;

/// <summary>One scheduled economic release.</summary>
public readonly record struct NewsRelease(Timestamp Time, string Name);

/// <summary>
/// Scheduled releases in order of time (SPEC K7). Within <see cref="Window"/> of one nothing is entered, and fills slip more.
/// </summary>
public sealed class NewsCalendar
{
    /// <summary>How long before and after a release counts as near it.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(2);

    private readonly NewsRelease[] _releases;

    private NewsCalendar(NewsRelease[] releases) => _releases = releases;

    public static NewsCalendar None { get; } = new([]);

    /// <summary>The releases that ship with the program: FOMC decisions, consumer prices, and the jobs report.</summary>
    public static NewsCalendar UnitedStates { get; } = Parse(EmbeddedText.Read("us-news.csv"), "us-news.csv");

    public ReadOnlySpan<NewsRelease> Releases => _releases;

    /// <summary>Reads lines of <c>YYYY-MM-DD,HH:MM,NAME</c> in New York time; # begins a comment line.</summary>
    /// <exception cref="FormatException">Names the source, the line, and what was expected there.</exception>
    public static NewsCalendar Parse(string text, string source)
    {
        var releases = new List<NewsRelease>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var fields = line.Split(',', 3);
            if (
                fields.Length != 3
                || !DateOnly.TryParseExact(fields[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                || !TimeOnly.TryParseExact(fields[1], "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            )
                throw new FormatException($"{source} line {number}: '{line}': expected YYYY-MM-DD,HH:MM,NAME in New York time.");
            releases.Add(new NewsRelease(NewYork.At(date, time), fields[2]));
        }

        releases.Sort((a, b) => a.Time.CompareTo(b.Time));
        return new NewsCalendar([.. releases]);
    }

    /// <summary>These releases together with others.</summary>
    public NewsCalendar With(NewsCalendar more)
    {
        NewsRelease[] all = [.. _releases, .. more._releases];
        Array.Sort(all, (a, b) => a.Time.CompareTo(b.Time));
        return new NewsCalendar(all);
    }

    /// <summary>Whether a release lies within <see cref="Window"/> before or after that instant, both ends included.</summary>
    public bool IsNear(Timestamp time) => Nearest(time - Window) is { } next && next.Time <= time + Window;

    /// <summary>The first release at or after that instant; null where there is none.</summary>
    public NewsRelease? Nearest(Timestamp from)
    {
        var low = 0;
        var high = _releases.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_releases[middle].Time < from)
                low = middle + 1;
            else
                high = middle;
        }

        return low < _releases.Length ? _releases[low] : null;
    }
}
