using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Backtesting;

/// <summary>A trade with its place in the run. <see cref="Day"/> is the trading day it ended on.</summary>
public readonly record struct TradeRecord(RoundTrip Trip, string Contract, TradingDay Day, int Life);

/// <summary>A trading day, what its trades earned after costs, and how many ended on it.</summary>
public readonly record struct DayResult(TradingDay Day, Money Net, int Trades);

/// <summary>An account that reached its end, and the limit that ended it (SPEC X13).</summary>
public readonly record struct LifeEnd(Timestamp Time, Rule Limit, Money Equity);

/// <summary>How a position missed the flat-by time.</summary>
public enum ViolationKind : byte
{
    /// <summary>Still in a position at the flat-by time.</summary>
    NotFlatByDeadline,

    /// <summary>No bar filled the exit in time: booked at the last close.</summary>
    BookedAtDeadline,
}

/// <summary>The time of one day in which a position could be opened: from 09:30 (or the open, with ETH) to the cut-off.</summary>
public readonly record struct EntryHours(Timestamp From, Timestamp To);

/// <summary>What a day left of each limit at its worst; <see cref="Baseline"/> is the equity it began with.</summary>
public readonly record struct DayRoom(TradingDay Day, Money Baseline, LimitRoom Room);

/// <summary>A position that was not closed by a bar before the flat-by time (SPEC X5).</summary>
public readonly record struct Violation(Timestamp Time, ViolationKind Kind);

/// <summary>Everything that a run produced, before any statistics.</summary>
public sealed record BacktestResult
{
    public required IReadOnlyList<TradeRecord> Trades { get; init; }

    /// <summary>Every trading day that the run saw, those without a trade included.</summary>
    public required IReadOnlyList<DayResult> Days { get; init; }

    public required IReadOnlyList<EquityPoint> Equity { get; init; }

    public required DrawdownSpell MaxDrawdown { get; init; }

    /// <summary>The ten deepest, deepest first; the first is <see cref="MaxDrawdown"/>.</summary>
    public IReadOnlyList<DrawdownSpell> DeepestDrawdowns { get; init; } = [];

    public required TimeSpan LongestDrawdown { get; init; }

    public required long LongestDrawdownBars { get; init; }

    /// <summary>How many trading days ended during the longest drawdown.</summary>
    public int LongestDrawdownDays { get; init; }

    public required IReadOnlyList<LifeEnd> Lives { get; init; }

    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>Entries refused, by rule.</summary>
    public required IReadOnlyDictionary<Rule, long> Refusals { get; init; }

    /// <summary>What happened to latches and limits, in order of time. A fresh account releases what the one before it held.</summary>
    public IReadOnlyList<RiskFact> RiskFacts { get; init; } = [];

    /// <summary>One for every day on which a position was held.</summary>
    public IReadOnlyList<DayRoom> Rooms { get; init; } = [];

    public BreakerCoverage BreakerCoverage { get; init; }

    /// <summary>Whether the data had quotes, without which R19 is inactive.</summary>
    public bool HasQuotes { get; init; }

    public RiskLimits Limits { get; init; } = new();

    /// <summary>What a tick of the traded instrument is worth on one contract.</summary>
    public required Money TickValue { get; init; }

    /// <summary>What the account was charged.</summary>
    public FeeSchedule Fees { get; init; } = FeeSchedule.Plan;

    /// <summary>The closest stop that the settings allow: an account that cannot afford it is starved (SPEC R25).</summary>
    public Ticks SmallestStop { get; init; } = new(StopSettings.LeastTicks);

    public required Money Capital { get; init; }

    public required long Bars { get; init; }

    public required long BarsInPosition { get; init; }

    /// <summary>One for every day on which a position could be opened at all, in order.</summary>
    public IReadOnlyList<EntryHours> EntryHours { get; init; } = [];

    /// <summary>The sum of <see cref="EntryHours"/>: how long a position could be opened.</summary>
    public TimeSpan TradableTime => new(EntryHours.Sum(hours => (hours.To - hours.From).Ticks));

    /// <summary>How many of the last <see cref="Days"/> a real account was already at its end: nothing could be traded on them.</summary>
    public int DaysOver { get; init; }

    public required Timestamp First { get; init; }

    public required Timestamp Last { get; init; }
}
