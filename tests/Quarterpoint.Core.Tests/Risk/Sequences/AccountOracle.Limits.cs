using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

// What money does to the account: limits that fire, pauses after losses, and the room that is left.
internal sealed partial class AccountOracle
{
    /// <summary>A trade has ended.</summary>
    /// <param name="balance">The account's cash after the trade, less what the rest of its last fill is charged.</param>
    private void Settle(long balance)
    {
        _levels.Rise(balance);
        _exited = _now;
        foreach (var (rule, level) in _levels.All)
        {
            if (balance >= level)
                continue;
            _gaps.Add((rule, level - balance));
            if (rule == Rule.DailyLoss)
                _gapToday = true;
        }

        Trip(balance, null);
        if (_money.Cash > _money.BeforeTrade)
            _streak = 0;
        if (_money.Cash < _money.BeforeTrade)
        {
            _streak++;
            if (_streak == Limits.LossesToPause)
            {
                _pause = Timestamp.Max(_pause, _now.AddSeconds(Limits.PauseSeconds));
                _seen.Fire(14);
            }

            if (_streak >= Limits.LossesToLongPause)
            {
                _longPause = Timestamp.Max(_longPause, _now.AddSeconds(Limits.LongPauseSeconds));
                _seen.Fire(15);
            }
        }

        NoteRoom(balance);
    }

    private void Mark(long worst, long peak, TradingEngine engine)
    {
        Trip(worst, engine);
        _levels.Rise(peak);
    }

    /// <summary>Limits fire at equality; a limit that has fired does not fire again while its latch holds.</summary>
    private void Trip(long equity, TradingEngine? engine)
    {
        if (_isLost || equity > _levels.Highest)
            return;
        var before = (_final, _lossStop, _drawdownStop);
        foreach (var (rule, level) in _levels.All)
        {
            if (equity > level)
                continue;
            switch (rule)
            {
                case Rule.DailyLoss when _lossStop < NextTradedDay():
                    _lossStop = NextTradedDay();
                    _seen.Fire(1);
                    break;
                case Rule.DailyDrawdown when _drawdownStop < NextTradedDay():
                    _drawdownStop = NextTradedDay();
                    _seen.Fire(2);
                    break;
                case Rule.AccountDrawdown when (_final & Latch.AccountDrawdown) == 0:
                    _final |= Latch.AccountDrawdown;
                    _seen.Fire(4);
                    break;
                case Rule.KillSwitch when (_final & Latch.Killed) == 0:
                    _final |= Latch.Killed;
                    _seen.Fire(5);
                    break;
                default:
                    break;
            }
        }

        // R24: at once, not at the next bar.
        if (engine is not null && _money.Position != 0 && !_isLost && before != (_final, _lossStop, _drawdownStop))
            Claim.Hold(engine.Exposure == Exposure.Flattening, "a limit fired and the position is not being closed");
    }

    private Timestamp NextTradedDay()
    {
        var next = _session + 1;
        while (!_calendar.Sessions[next].HasRth)
            next++;
        return _calendar.Sessions[next].RthOpen;
    }

    /// <summary>R25, and what is left of the day.</summary>
    private void NoteRoom(long balance)
    {
        if (IsFinal || _isLost)
            return;
        var stop = _settings.Stop.Kind == StopKind.Fixed ? _settings.Stop.FixedTicks : 4;
        var worst = _sizes.WorstCase(1, stop);
        var ever = Math.Max(
            balance - Math.Min(Limits.DailyLoss.MicroDollars, Limits.DailyDrawdown.MicroDollars),
            Math.Max(_levels.HighWater - Limits.AccountDrawdown.MicroDollars, 700 * Dollar)
        );
        var isStarved =
            balance < Limits.BalanceFloor.MicroDollars
            || _sizes.RiskOfTrade(stop, atRth: true) > 25 * Dollar
            || _sizes.ByMoney(balance, 2000, stop) == 0
            || balance - worst <= Math.Max(ever, Limits.BalanceFloor.MicroDollars - 1);
        if (isStarved)
        {
            _final |= Latch.Starved;
            _seen.Fire(25);
        }

        if (balance - worst <= _levels.HighestOfDay)
            _exhausted = Timestamp.Max(_exhausted, _calendar.Sessions[_session + 1].Open);
    }
}
