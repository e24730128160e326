using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

// What an entry may be, when it is asked for.
internal sealed partial class AccountOracle
{
    private void CheckEntry(in Intent intent, EngineHost host)
    {
        var engine = host.Engine;
        Claim.Hold(engine.Risk.Latches.Blocking == Latch.None, $"an entry while {engine.Risk.Latches.Blocking}");
        Claim.Hold(!_isLost && _final == Latch.None, $"an entry while {_final}");
        Claim.Hold((Expected() & ~Latch.EndOfDay & ~Limits.HalvingInstead) == Latch.None, $"an entry while {Expected()}");
        Claim.Hold(host.Venue.Position == 0 && !host.Venue.HasWorkingOrders, "an entry while the venue holds something of ours");

        var isReversal = intent.Rule == Rule.Reversal;
        var fillsBy = _now.AddSeconds(_settings.EntryTimeoutSeconds + (isReversal ? 1 : 0));
        Claim.Hold(Session.Contains(_now), "an entry outside of a session");
        Claim.Hold(fillsBy < End.CutoffAt, "an entry that could fill from the cut-off on");
        Claim.Hold(_settings.EntriesInEth || (Session.HasRth && _now >= Session.RthOpen), "an entry before 09:30");
        Claim.Hold(!Session.HasHalt || fillsBy < Session.HaltStart || _now >= Session.HaltEnd, "an entry that could fill in the halt");
        Claim.Hold(isReversal || _exited == default || _now >= _exited.AddSeconds(30), "an entry in the cooldown");
        Claim.Hold(!_hasQuotes || _now - _quotedAt <= TimeSpan.FromSeconds(1.5), "an entry on a quote that is too old");
        Claim.Hold(_entries.Count == 0 || _now >= _entries[^1].AddSeconds(2), "an entry within two seconds of another");
        Claim.Hold(_entries.Count(sent => sent.AddSeconds(3600) > _now) < 30, "more than thirty entries in an hour");
        Claim.Hold(_entriesToday < 100, "more than a hundred entries in a day");
        Claim.Hold(_money.Cash >= Limits.BalanceFloor.MicroDollars, "an entry below the lowest balance");
        CheckSize(intent, engine);
    }

    private void CheckSize(in Intent intent, TradingEngine engine)
    {
        var multiplier = MultiplierBehind(intent.Side);
        var stop = intent.Stop.Count;
        var byTrade = (int)(25 * Dollar / _sizes.RiskOfTrade(stop, Session.PhaseAt(_now) == SessionPhase.Rth));
        var byMoney = _sizes.ByMoney(_money.Cash, multiplier, stop);
        var asked = _settings.Contracts > 0 ? _settings.Contracts : int.MaxValue;
        var reductions = System.Numerics.BitOperations.PopCount(
            (uint)(engine.Risk.Latches.Held & (Latch.EndOfDay | Limits.HalvingInstead))
        );
        var size = Math.Min(Math.Min(asked, byTrade), byMoney) >> reductions;
        var floor = Math.Max(_levels.Highest, Limits.BalanceFloor.MicroDollars - 1);
        if (size > 0 && _money.Cash - _sizes.WorstCase(size, stop) <= floor)
            _seen.Fire(7);
        while (size > 0 && _money.Cash - _sizes.WorstCase(size, stop) <= floor)
            size--;
        Claim.Hold(
            _money.Cash - _sizes.WorstCase(intent.Size, stop) > floor,
            $"{intent.Size} contracts, stopped out, leave {_money.Cash - _sizes.WorstCase(intent.Size, stop)}; a limit fires at {floor}"
        );
        Claim.Hold(_isExact ? intent.Size == size : intent.Size <= size, $"the size is {intent.Size}, and {size} was expected");

        if (_sizes.Tier(_money.Cash) == intent.Size && reductions == 0)
            _seen.Fire(9);
        if (multiplier != 1000)
            _seen.Fire(10);
        if (_settings.Stop.Kind != StopKind.Fixed)
            _seen.Fire(11);
    }

    /// <summary>The multiplier of the last wish for that side; where answers are late, a reversal may belong to the wish before.</summary>
    private int MultiplierBehind(Side side)
    {
        var last = _wishes.FindLast(wish => wish.Side == side);
        return _isExact
            ? last.Multiplier
            : _wishes.Where(wish => wish.Side == side && wish.At.AddSeconds(10) >= last.At).Max(wish => wish.Multiplier);
    }
}
