using Quarterpoint.Core.Time;

namespace Quarterpoint.Reporting.Charts;

/// <summary>
/// Instants for an axis of time: New York's wall clock in seconds, as if it were UTC, so that no page needs a table of time zones. In a
/// series each is the step from the one before, which is a tenth of the text.
/// </summary>
public static class ChartTime
{
    /// <summary>One instant, to the millisecond.</summary>
    public static double Of(Timestamp time) => Milliseconds(time) / 1e3;

    /// <summary>The first as <see cref="Of"/> has it, then the seconds from each to the next.</summary>
    public static IReadOnlyList<double> Steps(IEnumerable<Timestamp> times)
    {
        var steps = new List<double>();
        var last = 0L;
        foreach (var time in times)
        {
            var now = Milliseconds(time);
            steps.Add((now - last) / 1e3);
            last = now;
        }

        return steps;
    }

    private static long Milliseconds(Timestamp time) => (NewYork.Local(time) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
}
