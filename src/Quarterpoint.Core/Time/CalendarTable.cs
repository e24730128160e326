using System.Globalization;

namespace Quarterpoint.Core.Time;

/// <summary>Regular hours over a range of days, in New York time.</summary>
/// <param name="First">The first day.</param>
/// <param name="Last">The last day.</param>
/// <param name="FirstWeekday">The first weekday with a session.</param>
/// <param name="LastWeekday">The last weekday with a session.</param>
/// <param name="Open">A time after <paramref name="Close"/> belongs to the day before.</param>
/// <param name="Close">When the session ends.</param>
/// <param name="Halt">A daily pause inside the session; null: none.</param>
public sealed record CalendarPeriod(
    DateOnly First,
    DateOnly Last,
    DayOfWeek FirstWeekday,
    DayOfWeek LastWeekday,
    TimeOnly Open,
    TimeOnly Close,
    (TimeOnly Start, TimeOnly End)? Halt
)
{
    public bool Covers(DayOfWeek weekday) => weekday >= FirstWeekday && weekday <= LastWeekday;
}

/// <summary>A day that differs from its period. <paramref name="Close"/> is its early close; null: closed all day.</summary>
public readonly record struct CalendarDay(DateOnly Day, TimeOnly? Close, string Name);

/// <summary>The calendar as text: <c>hours</c>, <c>closed</c>, and <c>early</c> lines, all in New York time.</summary>
public sealed class CalendarTable
{
    private static readonly string[] Weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    private readonly SortedDictionary<DateOnly, CalendarDay> _exceptions = [];
    private readonly List<CalendarPeriod> _periods = [];

    /// <summary>The table that ships with the program.</summary>
    public static CalendarTable CmeEquityIndex { get; } = Parse(EmbeddedText.Read("cme-equity-index.csv"), "cme-equity-index.csv");

    public IReadOnlyList<CalendarPeriod> Periods => _periods;

    /// <summary>How that day differs from its period; null where it does not.</summary>
    public CalendarDay? ExceptionOn(DateOnly date) => _exceptions.TryGetValue(date, out var found) ? found : null;

    /// <param name="text">Lines of comma-separated fields; # begins a comment line.</param>
    /// <param name="source">What messages call the text.</param>
    /// <exception cref="FormatException">Names the source, the line, and what was expected there.</exception>
    public static CalendarTable Parse(string text, string source)
    {
        var table = new CalendarTable();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (!table.TryAdd(line.Split(','), out var expected))
                throw new FormatException($"{source} line {number}: '{line}': expected {expected}.");
        }

        return table;
    }

    private bool TryAdd(string[] fields, out string expected)
    {
        switch (fields[0])
        {
            case "hours":
                expected = "hours,FIRST DAY,LAST DAY,WEEKDAYS (Mon-Fri),OPEN,CLOSE,HALT (16:15-16:30 or nothing)";
                return TryAddPeriod(fields);
            case "closed":
                expected = "closed,DAY,NAME with a day that stands only once";
                return fields.Length == 3
                    && TryDate(fields[1], out var closed)
                    && _exceptions.TryAdd(closed, new CalendarDay(closed, null, fields[2]));
            case "early":
                expected = "early,DAY,CLOSE,NAME with a day that stands only once";
                return fields.Length == 4
                    && TryDate(fields[1], out var day)
                    && TryTime(fields[2], out var close)
                    && _exceptions.TryAdd(day, new CalendarDay(day, close, fields[3]));
            default:
                expected = "a line that begins with hours, closed, or early";
                return false;
        }
    }

    private bool TryAddPeriod(string[] fields)
    {
        if (
            fields.Length != 7
            || !TryDate(fields[1], out var first)
            || !TryDate(fields[2], out var last)
            || last < first
            || !TryTime(fields[4], out var open)
            || !TryTime(fields[5], out var close)
        )
            return false;

        var weekdays = fields[3].Split('-');
        var from = Array.IndexOf(Weekdays, weekdays[0]);
        var to = Array.IndexOf(Weekdays, weekdays[^1]);
        if (weekdays.Length > 2 || from < 0 || to < from)
            return false;

        (TimeOnly, TimeOnly)? halt = null;
        if (fields[6].Length > 0)
        {
            var ends = fields[6].Split('-');
            if (ends.Length != 2 || !TryTime(ends[0], out var start) || !TryTime(ends[1], out var end) || end <= start)
                return false;
            halt = (start, end);
        }

        _periods.Add(new CalendarPeriod(first, last, (DayOfWeek)from, (DayOfWeek)to, open, close, halt));
        return true;
    }

    private static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
