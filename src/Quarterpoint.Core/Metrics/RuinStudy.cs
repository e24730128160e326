using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Statistics;

namespace Quarterpoint.Core.Metrics;

/// <summary>How <see cref="RuinStudy"/> simulates.</summary>
public sealed record RuinSettings
{
    /// <summary>Simulated accounts. With 10,000 a probability of 5 % is known to within 0.43 % (at 95 %).</summary>
    public int Paths { get; init; } = 10_000;

    /// <summary>
    /// Mean length of a block of days drawn together. A trading week is longer than most effects of one day on the next, and short enough
    /// that a month of days is not one block.
    /// </summary>
    public int MeanBlockDays { get; init; } = 5;

    public ulong Seed { get; init; } = 1;

    /// <summary>In trading days, ascending; the default is a month, a quarter, and a year.</summary>
    public IReadOnlyList<int> Horizons { get; init; } = [20, 60, 250];
}

/// <summary>
/// A Monte Carlo simulation of days: how likely each limit is to fire within so many trading days, if future days are like those of the
/// run. It draws whole days (<see cref="StationaryBootstrap"/>), never single trades, and each path is a fresh account that lives through
/// them (<see cref="RuinAccount"/>). docs/metrics.md says what it cannot tell.
/// </summary>
public static class RuinStudy
{
    /// <summary>A trading month. Fewer days are too alike to tell anything about sixty days.</summary>
    public const int LeastDaysTraded = 20;

    private static readonly (Rule Limit, Latch Latch)[] Limits =
    [
        .. AccountLevels.Limits,
        (Rule.DayExhausted, Latch.DayExhausted),
        (Rule.Starved, Latch.Starved),
    ];

    /// <summary>
    /// Simulates. Null where the run's limits were off, or where fewer than <see cref="LeastDaysTraded"/> days had a trade.
    /// </summary>
    public static RuinOdds? Of(BacktestResult result, RuinSettings? settings = null)
    {
        // Days after the account had ended say nothing about the strategy.
        var alive = result.Days.SkipLast(result.DaysOver).ToList();
        if (!result.Limits.RailsOn || alive.Count(day => day.Trades > 0) < LeastDaysTraded)
            return null;
        settings ??= new RuinSettings();
        var rules = new RuinRules(result);
        var days = RuinDays.Of(result, alive, rules);
        var account = new RuinAccount(rules);
        var tallies = settings.Horizons.Select(horizon => new Tally(horizon, settings.Paths)).ToArray();
        for (var path = 0; path < settings.Paths; path++)
        {
            var draws = new StationaryBootstrap(days.Count, settings.MeanBlockDays, SplitMix64.Stream(settings.Seed, (ulong)path));
            account.Begin();
            var lived = 0;
            foreach (var tally in tallies)
            {
                for (; lived < tally.Days && !account.IsOver; lived++)
                    account.Live(days[draws.Next()]);
                tally.Add(path, account);
            }
        }

        return new RuinOdds
        {
            Paths = settings.Paths,
            Seed = settings.Seed,
            MeanBlockDays = settings.MeanBlockDays,
            DaysDrawnFrom = days.Count,
            Horizons = [.. tallies.Select(tally => tally.Odds())],
        };
    }

    /// <summary>The results of all paths at one horizon.</summary>
    private sealed class Tally(int days, int paths)
    {
        private readonly long[] _equity = new long[paths];
        private readonly int[] _fired = new int[Limits.Length];
        private int _ended;

        public int Days => days;

        public void Add(int path, RuinAccount account)
        {
            _equity[path] = account.Equity.MicroDollars;
            if (account.IsOver)
                _ended++;
            for (var i = 0; i < Limits.Length; i++)
            {
                if ((account.Fired & Limits[i].Latch) != 0)
                    _fired[i]++;
            }
        }

        public HorizonOdds Odds()
        {
            Array.Sort(_equity);
            return new HorizonOdds
            {
                Days = days,
                Limits = [.. Limits.Select((limit, i) => new LimitOdds(limit.Limit, Share(_fired[i]), Within(_fired[i])))],
                Ended = new Odds(Share(_ended), Within(_ended)),
                EquityLow = NotExceededBy(5),
                EquityMedian = NotExceededBy(50),
                EquityHigh = NotExceededBy(95),
            };
        }

        private double Share(int count) => (double)count / paths;

        private Interval Within(int count) => Interval.Wilson(count, paths)!.Value;

        /// <summary>The smallest equity that this percentage of paths does not exceed: that of a path, never interpolated.</summary>
        private Money NotExceededBy(int percent) => new(_equity[((((long)paths * percent) + 99) / 100) - 1]);
    }
}
