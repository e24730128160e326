using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Metrics;

/// <summary>
/// How often a latch was held, and how many of the run's entry hours it was held for; <paramref name="Share"/> is those over all entry hours,
/// null where there were none. A latch that is held for longer is held once.
/// </summary>
public readonly record struct LatchUse(Latch Latch, int Times, double Hours, double? Share);

/// <summary>A limit that was passed: by how much, and when the trade that passed it had ended (SPEC R7).</summary>
public readonly record struct LimitGap(Timestamp Time, Rule Limit, Money Amount);

/// <summary>What a day with a position left of each limit at its worst moment, in dollars; zero or below where the limit fired.</summary>
public readonly record struct RoomLeft(TradingDay Day, Money DailyLoss, Money DailyDrawdown, Money AccountDrawdown, Money KillSwitch)
{
    public static RoomLeft Of(in DayRoom day, RiskLimits limits)
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
/// A breaker of the market: of how many of the run's minutes it knew what it compares. Zero of them, and it was inactive, which is not the same
/// as a calm market.
/// </summary>
public readonly record struct BreakerUse(Rule Breaker, long Minutes, long Known)
{
    public bool IsInactive => Known == 0;
}

/// <summary>
/// What the limits of SPEC section 5 did to a run, and what its days say of accounts to come. Refusals and ends of lives stand in
/// <see cref="Performance"/>. docs/metrics.md defines each member.
/// </summary>
public sealed record RiskReport
{
    /// <summary>The hours in which the clock let a position be opened: what <see cref="LatchUse.Share"/> is a share of.</summary>
    public required double EntryHours { get; init; }

    /// <summary>A row for each latch that was ever held, in the order of <see cref="LatchTable"/>.</summary>
    public required IReadOnlyList<LatchUse> Latches { get; init; }

    public required IReadOnlyList<LimitGap> Gaps { get; init; }

    /// <summary>A row for every day with a position; none with the rails off, where nothing measured a distance that mattered.</summary>
    public required IReadOnlyList<RoomLeft> Rooms { get; init; }

    public required IReadOnlyList<BreakerUse> Breakers { get; init; }

    /// <summary>Null where the rails were off, or where too few days traded.</summary>
    public required RuinOdds? Ruin { get; init; }

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

    /// <summary>How often a latch of that state began to be held: pauses, stops for the day, halts.</summary>
    public int TimesIn(TradingState state) => Latches.Where(use => LatchTable.Of(use.Latch).State == state).Sum(use => use.Times);

    /// <summary>The day that came closest to that limit; null where no day had a position.</summary>
    public RoomLeft? ClosestTo(Rule limit) => Rooms.Count == 0 ? null : Rooms.MinBy(day => day.To(limit).MicroDollars);
}
