using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Metrics;

/// <summary>A fresh account that lives through days of a run, trade by trade, under the same limits as in the engine.</summary>
internal sealed class RuinAccount(RuinRules rules)
{
    private Money _highWater;
    private DayBook _day;
    private AccountLevels _levels;
    private StarvationWatch _starvation;

    /// <summary>The highest of the limits' levels, so that one comparison is enough while no limit is near.</summary>
    private Money _floor;

    /// <summary>The smallest equity that is known not to be starved, at the present high-water mark.</summary>
    private Money _fedAt;

    /// <summary>Between trades, so it is the balance too.</summary>
    public Money Equity { get; private set; }

    /// <summary>The latches of the limits that have fired since <see cref="Begin"/>.</summary>
    public Latch Fired { get; private set; }

    public bool IsOver => (Fired & LatchTable.Final) != 0;

    public void Begin()
    {
        (Equity, _highWater, _fedAt) = (rules.Limits.Capital, rules.Limits.Capital, new Money(long.MaxValue));
        (_starvation, Fired) = (default, Latch.None);
        FireIfStarved();
    }

    /// <summary>Lives through one more day, until the day ends or a limit stops it.</summary>
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

    /// <summary>Makes a trade. False: nothing more is traded that day.</summary>
    private bool Take(in RuinTrade trade)
    {
        var size = SizeOf(trade);
        if (size == 0)
            return true;

        // Whether a trade reached its worst or its best first is unknown; that it fell from its best to its result is certain.
        var worst = Equity + Part(trade.Worst, trade.Contracts, size);
        if (worst <= _floor)
        {
            // Nobody knows at what price flattening would have filled, so the trade's worst is assumed.
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
        // Far from every limit the verdict is known; asking the gate again would take ten times as long as everything else.
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

    /// <summary>Whether one contract with the smallest stop is still permitted, on this day and later.</summary>
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
            // R4's level rises with the high-water mark, so the equity that was enough rises by as much.
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
