using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Risk;

/// <summary>What the gate is asked: all that an entry depends on, so that its answer can be tested without an engine.</summary>
public readonly record struct EntryFacts
{
    public required Side Side { get; init; }

    public required Timestamp Now { get; init; }

    /// <summary>The last instant at which the entry could still fill.</summary>
    public required Timestamp FillBy { get; init; }

    /// <summary>The session under way; null where nothing trades.</summary>
    public required TradingSession? Session { get; init; }

    public required EndOfDay EndOfDay { get; init; }

    public bool EntriesInEth { get; init; }

    public LatchSet Latches { get; init; }

    /// <summary>An order of ours works, or its fate is unknown, or the position is being closed.</summary>
    public bool OrderPending { get; init; }

    public bool NewsIsNear { get; init; }

    public Timestamp CooldownUntil { get; init; }

    public bool IsReversal { get; init; }

    public required Ticks? Stop { get; init; }

    public Ticks Target { get; init; }

    /// <summary>Contracts asked for.</summary>
    public required int Contracts { get; init; }

    /// <summary>B: capital + gross realised P&amp;L - charged costs.</summary>
    public required Money Balance { get; init; }

    /// <summary>E; equal to B while flat.</summary>
    public required Money Equity { get; init; }

    public required Money HighWater { get; init; }

    public required Money TickValue { get; init; }
}

/// <summary>An entry that passed the gate, which alone can make one.</summary>
public readonly record struct ApprovedEntry
{
    internal ApprovedEntry(Side side, int size, Ticks stop, Ticks target)
    {
        Side = side;
        Size = size;
        Stop = stop;
        Target = target;
    }

    public Side Side { get; }

    public int Size { get; }

    public Ticks Stop { get; }

    public Ticks Target { get; }
}

/// <summary>
/// The last stage before an entry leaves. It counts the worst case before an order exists, and answers with a size or with the rule that
/// refused and its numbers.
/// </summary>
public sealed class RiskGate(RiskLimits limits)
{
    public Verdict Check(in EntryFacts facts)
    {
        var refusal = RefusalByState(facts);
        if (refusal.Rule != Rule.None) return refusal;
        if (facts.Stop is not { } stop) return Verdict.Refuse(Rule.StopUnavailable);
        var size = facts.Contracts;
        if (limits.RailsOn)
        {
            var atRth = facts.Session!.Value.PhaseAt(facts.Now) == SessionPhase.Rth;
            var risk = TradeRisk(stop, atRth, facts.TickValue);
            size = (int)Math.Min(size, limits.TradeRisk.MicroDollars / risk.MicroDollars);
            if (size == 0) return Verdict.Refuse(Rule.TradeRisk, risk.MicroDollars, limits.TradeRisk.MicroDollars);
        }

        if (facts.Now >= facts.EndOfDay.ReduceAt) size /= 2;
        if (size == 0) return Verdict.Refuse(Rule.SizeZero, facts.Contracts, 1);

        if (limits.RailsOn)
        {
            if (facts.Balance < limits.BalanceFloor)
                return Verdict.Refuse(Rule.BalanceFloor, facts.Balance.MicroDollars, limits.BalanceFloor.MicroDollars);
            size = SurvivingSize(facts, stop, size, out var worst, out var floor);
            if (size == 0) return Verdict.Refuse(Rule.SurvivalCheck, worst, floor);
        }

        return Verdict.Approve(new ApprovedEntry(facts.Side, size, stop, facts.Target));
    }

    /// <summary>
    /// R25: true where not even one contract at the smallest stop is permitted any more. <paramref name="equity"/> is that of a flat account.
    /// </summary>
    public bool IsStarved(Money equity, Money highWater, Ticks smallestStop, Money tickValue)
    {
        if (!limits.RailsOn) return false;
        return equity < limits.BalanceFloor
            || TradeRisk(smallestStop, atRth: true, tickValue) > limits.TradeRisk
            || equity - WorstLoss(1, smallestStop, tickValue) <= SurvivalFloor(highWater);
    }

    /// <summary>The equity at which R4 or R5 fires, whichever is higher; at equality it fires.</summary>
    public Money EquityFloor(Money highWater) => Money.Max(highWater - limits.AccountDrawdown, limits.Capital - limits.KillLoss);

    /// <summary>R5 outranks R4.</summary>
    public bool IsKilled(Money equity) => equity <= limits.Capital - limits.KillLoss;

    /// <summary>R3 for one contract: (stop + expected slippage) x tick value + the live venue's round trip.</summary>
    public Money TradeRisk(Ticks stop, bool atRth, Money tickValue)
    {
        var slippage = atRth ? limits.ExpectedSlippageRth : limits.ExpectedSlippageEth;
        return (tickValue * (stop + slippage).Count) + limits.LiveFees.RoundTrip;
    }

    private static Verdict RefusalByTime(in EntryFacts facts)
    {
        if (facts.Session is not { } session) return Verdict.Refuse(Rule.NoSession, facts.Now.Nanoseconds);
        if (facts.FillBy >= facts.EndOfDay.CutoffAt)
            return Verdict.Refuse(Rule.EndOfDayCutoff, facts.FillBy.Nanoseconds, facts.EndOfDay.CutoffAt.Nanoseconds);
        var opens = facts.EntriesInEth ? session.Open : session.RthOpen;
        if (facts.Now < opens || (!facts.EntriesInEth && !session.HasRth))
            return Verdict.Refuse(Rule.OutsideEntryWindow, facts.Now.Nanoseconds, opens.Nanoseconds);
        if (session.HasHalt && facts.FillBy >= session.HaltStart && facts.Now < session.HaltEnd)
            return Verdict.Refuse(Rule.MarketHalted, facts.FillBy.Nanoseconds, session.HaltStart.Nanoseconds);
        return default;
    }

    private Verdict RefusalByState(in EntryFacts facts)
    {
        var byTime = RefusalByTime(facts);
        if (byTime.Rule != Rule.None) return byTime;
        if (facts.Latches.Any) return Verdict.Refuse(Rule.Latched, (long)facts.Latches.Set);
        if (facts.OrderPending) return Verdict.Refuse(Rule.OrderPending);
        if (facts.NewsIsNear) return Verdict.Refuse(Rule.News, facts.Now.Nanoseconds);
        if (limits.RailsOn && !facts.IsReversal && facts.Now < facts.CooldownUntil)
            return Verdict.Refuse(Rule.Cooldown, facts.Now.Nanoseconds, facts.CooldownUntil.Nanoseconds);
        return default;
    }

    /// <summary>R7 for the limits that exist here: stopped out at stressed slippage, equity must stay strictly above the floor.</summary>
    private int SurvivingSize(in EntryFacts facts, Ticks stop, int size, out long worst, out long floor)
    {
        floor = SurvivalFloor(facts.HighWater).MicroDollars;
        do
        {
            worst = (facts.Equity - WorstLoss(size, stop, facts.TickValue)).MicroDollars;
            if (worst > floor) return size;
        }
        while (--size > 0);

        return 0;
    }

    /// <summary>What an entry's worst case must stay above: R4 and R5 fire at their level, R6 only below its own.</summary>
    private Money SurvivalFloor(Money highWater) => Money.Max(EquityFloor(highWater), limits.BalanceFloor - new Money(1));

    private Money WorstLoss(int size, Ticks stop, Money tickValue) =>
        ((tickValue * (stop + limits.StressedSlippage).Count) + limits.LiveFees.RoundTrip) * size;
}
