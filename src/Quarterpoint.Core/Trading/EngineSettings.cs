using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>All that the engine is told before its first event; fixed while it runs.</summary>
public sealed record EngineSettings
{
    public required Instrument Instrument { get; init; }

    /// <summary>Length of the bars, in seconds.</summary>
    public required int BarSeconds { get; init; }

    public SessionCalendar Calendar { get; init; } = SessionCalendar.CmeEquityIndex;

    public NewsCalendar News { get; init; } = NewsCalendar.UnitedStates;

    public EndOfDayPlan EndOfDay { get; init; } = EndOfDayPlan.Plan;

    /// <summary>Entries from 18:00 too, not only from 09:30.</summary>
    public bool EntriesInEth { get; init; }

    /// <summary>
    /// At most so many contracts an entry; 0 for as many as tier, confidence, and R3 give, or one where the rails are off.
    /// </summary>
    public int Contracts { get; init; }

    public StopSettings Stop { get; init; } = new();

    public TargetSettings Target { get; init; } = new();

    public TrailSettings Trail { get; init; } = new();

    /// <summary>Longest time in a position; 0 for no bound.</summary>
    public int MaxHoldingSeconds { get; init; }

    public OrderType EntryType { get; init; } = OrderType.Market;

    /// <summary>How far behind the last close a limit entry waits.</summary>
    public Ticks LimitOffset { get; init; }

    /// <summary>Seconds after which an entry that has not filled is cancelled (SPEC X2).</summary>
    public int EntryTimeoutSeconds { get; init; } = 5;

    public FeeSchedule Fees { get; init; } = FeeSchedule.Plan;

    public RiskLimits Limits { get; init; } = new();

    /// <summary>For a model's entries; null where none is asked for, as with rules that follow bars.</summary>
    public BreakEvenGate? BreakEven { get; init; }
}
