using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Metrics;

/// <summary>
/// How long each latch was held during entry hours, in which the clock lets positions be opened. Nights and weekends do not count: a stop
/// for the day that is released the next morning cost the rest of one day, not eighteen hours.
/// </summary>
internal static class LatchHours
{
    public static IReadOnlyList<LatchUse> Of(BacktestResult result)
    {
        var clock = new EntryClock(result.EntryHours);
        var (since, times, hours) = (
            new Timestamp?[LatchTable.Rows.Count],
            new int[LatchTable.Rows.Count],
            new double[LatchTable.Rows.Count]
        );

        void End(int latch, Timestamp time)
        {
            if (since[latch] is { } from)
                hours[latch] += (clock.At(time) - clock.At(from)).TotalHours;
            since[latch] = null;
        }

        foreach (var fact in result.RiskFacts)
        {
            if (fact.Kind is not (RiskFactKind.Held or RiskFactKind.Released))
                continue;
            var latch = LatchTable.Of(fact.Latch).Index;
            if (fact.Kind == RiskFactKind.Released)
            {
                End(latch, fact.Time);
            }
            else if (since[latch] is null)
            {
                since[latch] = fact.Time;
                times[latch]++;
            }
        }

        var all = result.TradableTime.TotalHours;
        for (var latch = 0; latch < since.Length; latch++)
            End(latch, result.Last);
        return
        [
            .. LatchTable
                .Rows.Where(row => times[row.Index] > 0)
                .Select(row => new LatchUse(row.Latch, times[row.Index], hours[row.Index], all > 0 ? hours[row.Index] / all : null)),
        ];
    }

    /// <summary>Tells how many entry hours a run has had by an instant.</summary>
    private sealed class EntryClock
    {
        private readonly IReadOnlyList<EntryHours> _days;

        /// <summary>Entry hours of all days before each day.</summary>
        private readonly TimeSpan[] _before;

        public EntryClock(IReadOnlyList<EntryHours> days)
        {
            _days = days;
            _before = new TimeSpan[days.Count + 1];
            for (var i = 0; i < days.Count; i++)
                _before[i + 1] = _before[i] + (days[i].To - days[i].From);
        }

        public TimeSpan At(Timestamp time)
        {
            var (low, high) = (0, _days.Count);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (_days[middle].To <= time)
                    low = middle + 1;
                else
                    high = middle;
            }

            return low < _days.Count && _days[low].From < time ? _before[low] + (time - _days[low].From) : _before[low];
        }
    }
}
