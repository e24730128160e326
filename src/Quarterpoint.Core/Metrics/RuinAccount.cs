using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Metrics;

/// <summary>A fresh account that lives through days of a run, trade by trade, under the limits that the engine obeys.</summary>
internal sealed class RuinAccount(RuinRules rules)
{
    private Money _highWater;
    private DayBook _day;
    private AccountLevels _levels;
    private StarvationWatch _starvation;

    /// <summary>The highest of the levels: what equity is compared with once.</summary>
    private Money _floor;

    /// <summary>The least equity that is known not to be starved below this high-water mark.</summary>
    private Money _fedAt;

    /// <summary>Balance and equity alike: it is looked at between trades.</summary>
    public Money Equity { get; private set; }

    /// <summary>The latches of the limits that have fired since the account was fresh.</summary>
    public Latch Fired { get; private set; }

    public bool IsOver => (Fired & LatchTable.Final) != 0;

    public void Begin()
    {
        (Equity, _highWater, _fedAt) = (rules.Limits.Capital, rules.Limits.Capital, new Money(long.MaxValue));
        (_starvation, Fired) = (default, Latch.None);
        FireIfStarved();
    }

    /// <summary>Lives through one more day, until it ends, is stopped, or ends the account.</summary>
    public void Live(ReadOnlySpan<RuinTrade> day)
    {
        _day = new DayBook(default, Equity, Equity);
        RefreshLevels();
        foreach (ref readonly var trade in day)
        {
            if (!Take(trade))
                break;
        }

        if (_starvation.EndSession() && !IsOver)
            Fired |= Latch.Starved;
    }

    /// <summary>False where nothing more is traded that day.</summary>
    private bool Take(in RuinTrade trade)
    {
        var size = SizeOf(trade);
        if (size == 0)
            return true;

        // In what order a trade saw its worst and its best is not known. That it fell from its best to its result is.
        var worst = Equity + Part(trade.Worst, trade.Contracts, size);
        if (worst <= _floor)
        {
            // At what price the flattening would have filled nobody knows: the worst that the trade saw is the unkind guess.
            Equity = worst;
            FireLimits();
            return false;
        }

        RaisePeaks(Equity + Part(trade.Best, trade.Contracts, size));
        Equity += Part(trade.Net, trade.Contracts, size);
        if (Equity > _floor)
            return HasRoomLeft();
        FireLimits();
        return false;
    }

    private int SizeOf(in RuinTrade trade)
    {
        // Away from every limit the gate's word is known, and to ask it anew would take ten times as long as all the rest.
        var isWhole = Equity >= trade.WholeFrom && Equity - trade.Reserve > _floor;
        var verdict = isWhole ? trade.Whole : rules.Size(trade.Contracts, trade.Stop, Equity, _levels);
        _starvation.Note(verdict);
        return verdict.Entry.Size;
    }

    private void FireLimits()
    {
        foreach (var (rule, latch) in AccountLevels.Limits)
        {
            if (Equity <= _levels[rule])
                Fired |= latch;
        }

        FireIfStarved();
    }

    /// <summary>Whether one contract at the smallest stop is still permitted, today and ever.</summary>
    private bool HasRoomLeft()
    {
        FireIfStarved();
        if (!IsOver && !rules.IsDayExhausted(Equity, _levels))
            return true;
        if (!IsOver)
            Fired |= Latch.DayExhausted;
        return false;
    }

    private void FireIfStarved()
    {
        if (IsOver || Equity >= _fedAt)
            return;
        if (rules.IsStarved(Equity, _highWater))
            Fired |= Latch.Starved;
        else
            _fedAt = Equity;
    }

    private void RaisePeaks(Money equity)
    {
        if (equity <= _day.Peak)
            return;
        _day = _day with { Peak = equity };
        if (equity > _highWater)
        {
            // R4's level rises with the mark, and what was enough before must be as much more.
            _fedAt += equity - _highWater;
            _highWater = equity;
        }

        RefreshLevels();
    }

    private void RefreshLevels()
    {
        _levels = AccountLevels.Of(rules.Limits, _day, _highWater);
        _floor = Money.Max(Money.Max(_levels.DailyLoss, _levels.DailyDrawdown), Money.Max(_levels.AccountDrawdown, _levels.KillSwitch));
    }

    private static Money Part(Money amount, int contracts, int size) =>
        size == contracts ? amount : new Money(amount.MicroDollars * size / contracts);
}
