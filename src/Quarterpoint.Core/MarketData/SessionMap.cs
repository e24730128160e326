using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>Which session each row of a chunk belongs to.</summary>
public static class SessionMap
{
    /// <summary>
    /// Groups rows by session. Rows that no session holds (a stray print in a halt, a day the calendar has closed) belong to none: they are
    /// in no group, and <paramref name="outside"/> counts them.
    /// </summary>
    public static IReadOnlyList<SessionRows> Assign(
        ReadOnlySpan<uint> times,
        int firstRow,
        int segment,
        SessionCalendar calendar,
        out int outside
    )
    {
        var groups = new List<SessionRows>();
        var sessions = calendar.Sessions;
        outside = 0;
        var row = 0;
        while (row < times.Length)
        {
            var time = Timestamp.FromUnixSeconds(times[row]);
            var index = calendar.FirstClosingAfter(time);
            if (index >= sessions.Length)
            {
                outside += times.Length - row;
                break;
            }

            var session = sessions[index];
            if (time < session.Open)
            {
                row++;
                outside++;
                continue;
            }

            var end = row + LowerBound(times[row..], session.Close.UnixSeconds);
            groups.Add(new SessionRows(firstRow + row, end - row, session, segment));
            row = end;
        }

        return groups;
    }

    /// <summary>Index of the first time at or after that second.</summary>
    public static int LowerBound(ReadOnlySpan<uint> times, long second)
    {
        var low = 0;
        var high = times.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (times[middle] < second)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
