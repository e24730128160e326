using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>Whether anything may open now, whatever its size: all that this depends on.</summary>
public readonly record struct EntryMoment
{
    public required Timestamp Now { get; init; }

    /// <summary>The last instant at which the entry could still fill.</summary>
    public required Timestamp FillBy { get; init; }

    /// <summary>The session under way; null where nothing trades.</summary>
    public required TradingSession? Session { get; init; }

    public required EndOfDay EndOfDay { get; init; }

    public bool EntriesInEth { get; init; }

    /// <summary>Latches held that block.</summary>
    public Latch Blocking { get; init; }

    /// <summary>A position is open: there is no adding (R24).</summary>
    public bool IsHolding { get; init; }

    /// <summary>An order of ours works, or its fate is unknown, or the position is being closed.</summary>
    public bool OrderPending { get; init; }

    /// <summary>
    /// The venue quotes, but not so lately that the market is known: how old the last quote is; null where nobody quotes or it is fresh.
    /// </summary>
    public TimeSpan? StaleQuote { get; init; }

    public bool NewsIsNear { get; init; }

    public Timestamp CooldownUntil { get; init; }

    public bool IsReversal { get; init; }

    /// <summary>B: capital + gross realised P&amp;L - charged costs.</summary>
    public required Money Balance { get; init; }

    /// <summary>E; equal to B while flat.</summary>
    public required Money Equity { get; init; }
}

/// <summary>How large an entry may be: all that this depends on.</summary>
public readonly record struct EntryRequest
{
    public required Side Side { get; init; }

    public required Ticks? Stop { get; init; }

    public Ticks Target { get; init; }

    /// <summary>The confidence that sizes it, in millionths; null where no model speaks.</summary>
    public int? Confidence { get; init; }

    /// <summary>At most so many contracts; 0 for as many as the rules give, or one where the rails are off.</summary>
    public int Contracts { get; init; }

    /// <summary>Whether it is RTH, for the slippage that R3 expects.</summary>
    public required bool AtRth { get; init; }

    /// <summary>How often the size is halved.</summary>
    public int Reductions { get; init; }

    public required Money Balance { get; init; }

    public required Money Equity { get; init; }

    public required AccountLevels Levels { get; init; }

    /// <summary>What all that is open, working, or not known to be dead would still lose at stressed slippage.</summary>
    public Money AtRisk { get; init; }

    public required Money TickValue { get; init; }
}

/// <summary>
/// The last stage before an entry leaves. It counts the worst case before an order exists, and answers with a size or with the rule that
/// refused and its numbers.
/// </summary>
public sealed class RiskGate
{
    /// <summary>Quotes older than this say nothing of the market (SPEC section 5).</summary>
    public static readonly TimeSpan OldestQuote = TimeSpan.FromSeconds(1.5);

    private readonly RiskLimits _limits;
    private readonly Money _roundTrip;

    /// <param name="limits">The numbers.</param>
    /// <param name="charged">What this account is charged; the dearer of it and the live venue's counts.</param>
    public RiskGate(RiskLimits limits, FeeSchedule charged = default)
    {
        Require.That(limits.Pace.EntriesAnHour is > 0 and <= EntryPace.Remembered, "as many entries are remembered as an hour may have");
        _limits = limits;
        _roundTrip = Money.Max(limits.LiveFees.RoundTrip, charged.RoundTrip);
    }

    /// <summary>The first half: may anything open now? <see cref="Rule.None"/> where it may.</summary>
    public Verdict Permit(in EntryMoment moment, EntryPace pace)
    {
        var byTime = RefusalByTime(moment);
        if (byTime.Rule != Rule.None)
            return byTime;
        if (moment.Blocking != Latch.None && RefusalByLatch(moment) is { Rule: not Rule.None } byLatch)
            return byLatch;
        if (moment.IsHolding)
            return Verdict.Refuse(Rule.PositionHeld);
        if (moment.OrderPending)
            return Verdict.Refuse(Rule.OrderPending);
        if (moment.StaleQuote is { } age)
            return Verdict.Refuse(Rule.MarkUnknown, age.Ticks * Timestamp.NanosPerTick, OldestQuote.Ticks * Timestamp.NanosPerTick);
        if (moment.NewsIsNear)
            return Verdict.Refuse(Rule.News, moment.Now.Nanoseconds);
        if (!_limits.RailsOn)
            return default;
        if (!moment.IsReversal && moment.Now < moment.CooldownUntil)
            return Verdict.Refuse(Rule.Cooldown, moment.Now.Nanoseconds, moment.CooldownUntil.Nanoseconds);
        if (RefusalByFloor(moment) is { Rule: not Rule.None } byFloor)
            return byFloor;
        return pace.Check(moment.Now, _limits.Pace);
    }

    /// <summary>The second half: how large, or why not at all.</summary>
    public Verdict Size(in EntryRequest request) => ApprovedEntry.Ask(this, request);

    /// <summary>How many contracts are granted; 0 with the rule that refused. What to enter, <see cref="Size"/> alone says.</summary>
    internal int LargestSize(in EntryRequest request, out Verdict refusal)
    {
        refusal = default;
        if (request.Stop is not { } stop)
            return Refused(Verdict.Refuse(Rule.StopUnavailable), out refusal);
        var asked = request.Contracts > 0 ? request.Contracts : int.MaxValue;
        if (!_limits.RailsOn)
        {
            var free = (request.Contracts > 0 ? request.Contracts : 1) >> request.Reductions;
            return free > 0
                ? free
                : Refused(Verdict.Refuse(Rule.SizeReduced, Math.Max(1, request.Contracts), 1L << request.Reductions), out refusal);
        }

        if (request.Confidence < PositionSize.LeastConfidenceMillionths)
            return Refused(
                Verdict.Refuse(Rule.LowConfidence, request.Confidence.Value, PositionSize.LeastConfidenceMillionths),
                out refusal
            );
        var risk = TradeRisk(stop, request.AtRth, request.TickValue);
        var size = (int)Math.Min(asked, _limits.TradeRisk.MicroDollars / risk.MicroDollars);
        if (size == 0)
            return Refused(Verdict.Refuse(Rule.TradeRisk, risk.MicroDollars, _limits.TradeRisk.MicroDollars), out refusal);

        var basis = Money.Min(request.Balance, request.Equity);
        var multiplier = request.Confidence is { } confidence ? PositionSize.Multiplier(confidence) : PositionSize.NoModel;
        size = Math.Min(size, PositionSize.Of(basis, multiplier, stop, request.TickValue, _limits));
        if (size == 0)
            return Refused(
                Verdict.Refuse(
                    Rule.SizeZero,
                    (request.TickValue * stop.Count).MicroDollars,
                    PositionSize.Budget(basis, multiplier, _limits).MicroDollars
                ),
                out refusal
            );

        var reduced = size >> request.Reductions;
        if (reduced == 0)
            return Refused(Verdict.Refuse(Rule.SizeReduced, size, 1L << request.Reductions), out refusal);
        return Surviving(request, stop, reduced, out refusal);
    }

    /// <summary>
    /// R25: true where no trade is permitted on any day, not even one contract at the smallest stop and the highest confidence.
    /// <paramref name="equity"/> is that of a flat account.
    /// </summary>
    public bool IsStarved(Money equity, Money highWater, Ticks smallestStop, Money tickValue)
    {
        if (!_limits.RailsOn)
            return false;
        var freshDay = AccountLevels.Of(_limits, new DayBook(default, equity, equity), highWater);
        return equity < _limits.BalanceFloor
            || TradeRisk(smallestStop, atRth: true, tickValue) > _limits.TradeRisk
            || PositionSize.Of(equity, PositionSize.HighestMultiplier, smallestStop, tickValue, _limits) == 0
            || equity - WorstLoss(1, smallestStop, tickValue) <= SurvivalFloor(freshDay).Level;
    }

    /// <summary>Whether what is left of today's limits holds not even one contract at the smallest stop.</summary>
    public bool IsDayExhausted(Money equity, in AccountLevels levels, Ticks smallestStop, Money tickValue) =>
        _limits.RailsOn && equity - WorstLoss(1, smallestStop, tickValue) <= Money.Max(levels.DailyLoss, levels.DailyDrawdown);

    /// <summary>R3 for one contract: (stop + expected slippage) x tick value + a round trip.</summary>
    public Money TradeRisk(Ticks stop, bool atRth, Money tickValue)
    {
        var slippage = atRth ? _limits.ExpectedSlippageRth : _limits.ExpectedSlippageEth;
        return (tickValue * (stop + slippage).Count) + _roundTrip;
    }

    /// <summary>What R7 reserves: so many contracts stopped out at stressed slippage, with costs.</summary>
    public Money WorstLoss(int size, Ticks stop, Money tickValue) =>
        ((tickValue * (stop + _limits.StressedSlippage).Count) + _roundTrip) * size;

    private static Verdict RefusalByTime(in EntryMoment moment)
    {
        if (moment.Session is not { } session)
            return Verdict.Refuse(Rule.NoSession, moment.Now.Nanoseconds);
        if (moment.FillBy >= moment.EndOfDay.CutoffAt)
            return Verdict.Refuse(Rule.EndOfDayCutoff, moment.FillBy.Nanoseconds, moment.EndOfDay.CutoffAt.Nanoseconds);
        var opens = moment.EntriesInEth ? session.Open : session.RthOpen;
        if (moment.Now < opens || (!moment.EntriesInEth && !session.HasRth))
            return Verdict.Refuse(Rule.OutsideEntryWindow, moment.Now.Nanoseconds, opens.Nanoseconds);
        if (session.HasHalt && moment.FillBy >= session.HaltStart && moment.Now < session.HaltEnd)
            return Verdict.Refuse(Rule.MarketHalted, moment.FillBy.Nanoseconds, session.HaltStart.Nanoseconds);
        return default;
    }

    /// <summary>
    /// The strictest latch speaks; but where the balance itself is too low, that is the plainer reason than to be starved by it.
    /// </summary>
    private Verdict RefusalByLatch(in EntryMoment moment)
    {
        var row = LatchTable.Strictest(moment.Blocking);
        if (row.Latch == Latch.Starved && RefusalByFloor(moment) is { Rule: not Rule.None } byFloor)
            return byFloor;
        return Verdict.Refuse(row.Rule, (long)moment.Blocking);
    }

    private Verdict RefusalByFloor(in EntryMoment moment)
    {
        var basis = Money.Min(moment.Balance, moment.Equity);
        return _limits.RailsOn && basis < _limits.BalanceFloor
            ? Verdict.Refuse(Rule.BalanceFloor, basis.MicroDollars, _limits.BalanceFloor.MicroDollars)
            : default;
    }

    /// <summary>R7: stopped out at stressed slippage, with all else that is at risk, equity must stay strictly above every level.</summary>
    private int Surviving(in EntryRequest request, Ticks stop, int size, out Verdict refusal)
    {
        refusal = default;
        var (floor, binding) = SurvivalFloor(request.Levels);
        for (var left = size; left > 0; left--)
        {
            if (request.Equity - request.AtRisk - WorstLoss(left, stop, request.TickValue) > floor)
                return left;
        }

        var worst = request.Equity - request.AtRisk - WorstLoss(1, stop, request.TickValue);
        return Refused(Verdict.Refuse(Rule.SurvivalCheck, worst.MicroDollars, floor.MicroDollars, binding), out refusal);
    }

    private static int Refused(in Verdict verdict, out Verdict refusal)
    {
        refusal = verdict;
        return 0;
    }

    /// <summary>R1, R2, R4, and R5 fire at their level, R6 only below its own.</summary>
    private (Money Level, Rule Limit) SurvivalFloor(in AccountLevels levels)
    {
        var highest = levels.Highest();
        var balance = _limits.BalanceFloor - new Money(1);
        return balance > highest.Level ? (balance, Rule.BalanceFloor) : highest;
    }
}
