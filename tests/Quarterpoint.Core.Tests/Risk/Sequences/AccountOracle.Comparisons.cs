using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

// The engine beside the oracle, after every event.
internal sealed partial class AccountOracle
{
    private Latch Expected()
    {
        var held = _conditions | _final;
        if (_isWide)
            held |= Latch.Spread;
        if (_now < _pause)
            held |= Latch.LossPause;
        if (_now < _longPause)
            held |= Latch.LongLossPause;
        if (_now < _lossStop)
            held |= Latch.DailyLoss;
        if (_now < _drawdownStop)
            held |= Latch.DailyDrawdown;
        if (_now < _exhausted)
            held |= Latch.DayExhausted;
        if (_now >= End.ReduceAt && _now < Session.Close)
            held |= Latch.EndOfDay;
        return held;
    }

    private void CompareLatches(in EngineEvent e, TradingEngine engine)
    {
        // A limit that a start finds passed fires with the event after it.
        if (e.Kind == EventKind.Started)
            return;

        // Only the venue knows whether a stop can be placed; a position that stays without one is closed and needs a review (N1).
        if (engine.Risk.Latches.Has(Latch.Halted) && _money.Position != 0 && engine.Exposure == Exposure.Flattening)
            _final |= Latch.Halted;
        Claim.Hold(
            (engine.Risk.Latches.Held & Latch.Killed) == (_final & Latch.Killed) || _isLost,
            $"killed: {engine.Risk.Latches.Held}, and {_final} was expected"
        );
        if (engine.Risk.Latches.Has(Latch.Killed))
            _final |= Latch.Killed;
        if (_isLost)
        {
            Claim.Hold(engine.Risk.Latches.IsFinal, $"an account that is worth nobody knows what is {engine.Risk.Latches.Held}");
            return;
        }

        var expected = Expected();
        Claim.Hold(
            (engine.Risk.Latches.Held & Watched) == (expected & Watched),
            $"held are {engine.Risk.Latches.Held & Watched}, and {expected & Watched} were expected"
        );
        Claim.Hold(
            (expected & (Latch.StateLost | Latch.ForeignActivity) & ~engine.Risk.Latches.Held) == 0,
            $"held are {engine.Risk.Latches.Held}, without {expected}"
        );
    }

    private void CompareMoney(TradingEngine engine)
    {
        if (_isLost)
            return;
        Claim.Hold(engine.Ledger.Net == _money.Position, $"{engine.Ledger.Net} contracts are counted, and {_money.Position} were told");
        Claim.Hold(
            engine.Risk.EquityAt(new Price(_mark)).MicroDollars == _money.Worth(_mark),
            $"equity is {engine.Risk.EquityAt(new Price(_mark)).MicroDollars}, and {_money.Worth(_mark)} was expected"
        );
        if (_money.Position == 0)
            Claim.Hold(
                engine.Risk.Balance.MicroDollars == _money.Cash,
                $"the balance is {engine.Risk.Balance.MicroDollars}, and {_money.Cash} was expected"
            );
        Claim.Hold(engine.Risk.LossStreak == _streak, $"the streak is {engine.Risk.LossStreak}, and {_streak} was expected");
        Claim.Hold(
            engine.Risk.HighWater.MicroDollars == _levels.HighWater,
            $"the high-water mark is {engine.Risk.HighWater.MicroDollars}, and {_levels.HighWater} was expected"
        );
        Claim.Hold(
            (engine.Risk.Day.Baseline.MicroDollars, engine.Risk.Day.Peak.MicroDollars) == (_levels.Baseline, _levels.Peak),
            $"the day is {engine.Risk.Day}, and {(_levels.Baseline, _levels.Peak)} was expected"
        );
    }

    private void CompareGaps(EngineHost host)
    {
        List<(Rule, long)> told = [];
        for (; _factsSeen < host.RiskFacts.Count; _factsSeen++)
        {
            var fact = host.RiskFacts[_factsSeen];
            if (fact.Kind == RiskFactKind.Gap)
                told.Add((fact.Limit, fact.Amount.MicroDollars));
        }

        Claim.Hold(_isLost || told.SequenceEqual(_gaps), $"gaps told: {string.Join(", ", told)}; expected: {string.Join(", ", _gaps)}");
    }
}
