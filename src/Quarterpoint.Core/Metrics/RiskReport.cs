using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Metrics;

/// <summary>
/// How often a latch was held, and for how many of the run's entry hours. <paramref name="Share"/> is the share of all entry hours, null
/// where there were none. Extending a latch that is held does not count again.
/// </summary>
public readonly record struct LatchUse(Latch Latch, int Times, double Hours, double? Share);

/// <summary>A limit that equity fell below: by how much, and when the trade that caused it had ended (SPEC R7).</summary>
public readonly record struct LimitGap(Timestamp Time, Rule Limit, Money Amount);

/// <summary>The smallest distance of a day's equity from each limit, in dollars; zero or below where the limit fired.</summary>
public readonly record struct RoomLeft(TradingDay Day, Money DailyLoss, Money DailyDrawdown, Money AccountDrawdown, Money KillSwitch)
{
    internal static RoomLeft Of(in DayRoom day, RiskLimits limits)
    {
        var (room, baseline) = (day.Room, day.Baseline);
        return new RoomLeft(
            day.Day,
            room.To(Rule.DailyLoss, limits, baseline),
            room.To(Rule.DailyDrawdown, limits, baseline),
            room.To(Rule.AccountDrawdown, limits, baseline),
            room.To(Rule.KillSwitch, limits, baseline)
        );
    }

    /// <summary>The distance from one of the four limits.</summary>
    public Money To(Rule limit) =>
        limit switch
        {
            Rule.DailyLoss => DailyLoss,
            Rule.DailyDrawdown => DailyDrawdown,
            Rule.AccountDrawdown => AccountDrawdown,
            _ => KillSwitch,
        };
}

/// <summary>
/// In how many of the run's minutes a market breaker had the data that it needs. With none it was inactive, which does not mean that the
/// market was calm.
/// </summary>
public readonly record struct BreakerUse(Rule Breaker, long Minutes, long Known)
{
    /// <summary>Whether it never had its data.</summary>
    public bool IsInactive => Known == 0;
}

/// <summary>
/// What the limits of SPEC section 5 did in a run, and what its days suggest for future accounts. Refusals and ends of lives are in
/// <see cref="Performance"/>. docs/metrics.md defines each member.
/// </summary>
public sealed record RiskReport
{
    /// <summary>The hours in which the clock let positions be opened; <see cref="LatchUse.Share"/> is a share of them.</summary>
    public required double EntryHours { get; init; }

    /// <summary>A row for each latch that was ever held, in the order of <see cref="LatchTable"/>.</summary>
    public required IReadOnlyList<LatchUse> Latches { get; init; }

    public required IReadOnlyList<LimitGap> Gaps { get; init; }

    /// <summary>One for every day with a position; empty where the limits were off.</summary>
    public required IReadOnlyList<RoomLeft> Rooms { get; init; }

    public required IReadOnlyList<BreakerUse> Breakers { get; init; }

    /// <summary>Null where the limits were off, or where too few days had a trade.</summary>
    public required RuinOdds? Ruin { get; init; }

    /// <summary>Computes the report of a finished backtest.</summary>
    public static RiskReport Of(BacktestResult result)
    {
        var coverage = result.BreakerCoverage;
        return new RiskReport
        {
            EntryHours = result.TradableTime.TotalHours,
            Latches = LatchHours.Of(result),
            Gaps =
            [
                .. result
                    .RiskFacts.Where(fact => fact.Kind == RiskFactKind.Gap)
                    .Select(gap => new LimitGap(gap.Time, gap.Limit, gap.Amount)),
            ],
            Rooms = result.Limits.RailsOn ? [.. result.Rooms.Select(day => RoomLeft.Of(day, result.Limits))] : [],
            Breakers =
            [
                new BreakerUse(Rule.Volatility, coverage.Minutes, coverage.WithVolatility),
                new BreakerUse(Rule.Spread, coverage.Minutes, result.HasQuotes ? coverage.Minutes : 0),
                new BreakerUse(Rule.Volume, coverage.Minutes, coverage.WithVolume),
            ],
            Ruin = RuinStudy.Of(result),
        };
    }

    /// <summary>How often a latch began that leads to that state: a pause, a stop for the day, a halt.</summary>
    public int TimesIn(TradingState state) => Latches.Where(use => LatchTable.Of(use.Latch).State == state).Sum(use => use.Times);

    /// <summary>The day whose equity came closest to that limit; null where no day had a position.</summary>
    public RoomLeft? ClosestTo(Rule limit) => Rooms.Count == 0 ? null : Rooms.MinBy(day => day.To(limit).MicroDollars);
}
