using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>Assigns rows to sessions.</summary>
public static class SessionMap
{
    /// <summary>
    /// Groups rows by session. Rows outside every session (a stray print between two sessions, or on a day that the calendar closes) are in
    /// no group, and <paramref name="outside"/> counts them.
    /// </summary>
    /// <param name="times">Opening times in Unix seconds, ascending.</param>
    /// <param name="firstRow">The row number of the first of them.</param>
    /// <param name="segment">The contract that the rows belong to.</param>
    /// <param name="calendar">The sessions.</param>
    /// <param name="outside">Receives the number of rows outside every session.</param>
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

    /// <summary>Index of the first time at or after that second; the length where all are earlier.</summary>
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
