using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>What the account's risk asks of orders and position, and what it is told of them.</summary>
public sealed partial class TradingEngine
{
    /// <summary>The account: balance, equity, limits, latches.</summary>
    public AccountRisk Risk => _risk;

    /// <summary>What must survive a restart, as it is now (SPEC R21).</summary>
    public RiskState RiskSnapshot => _risk.Snapshot(_highestTrade);

    public void ClearRiskFacts() => _risk.ClearFacts();

    public void ClearRoom() => _risk.ClearRoom();

    private void StartRisk(StartFacts facts, IntentBuffer intents)
    {
        var state = facts.Risk ?? RiskState.Fresh(_settings.Limits.Capital);
        (_highestTrade, _knownTrades) = (Math.Max(_highestTrade, state.LastTrade), state.LastTrade);

        // What was lost today is not known either, so the day's limit counts as used.
        var isLost = facts.Record is RiskRecord.Missing or RiskRecord.Damaged;
        _risk.Start(state, isLost, facts.MarketMemory.IsDefault ? default : facts.MarketMemory.AsMemory(), _now);
        Heed(intents);

        // An account under such a latch is proved flat before anything else.
        if (_risk.Latches.MustBeFlat)
            BeginFlatten(LatchTable.Strictest(_risk.Latches.Held & LatchTable.Flattening).Rule, intents);
    }

    private void OnMinute(IntentBuffer intents)
    {
        _risk.OnMinute(_study, (_capabilities & Capabilities.Volume) != 0, _now);
        Heed(intents);
    }

    private void SetCondition(Latch latch, bool holds, IntentBuffer intents)
    {
        _risk.SetCondition(latch, holds, _now);
        Heed(intents);
    }

    private void Hold(Latch latch, Timestamp until, IntentBuffer intents)
    {
        _risk.Hold(latch, until, _now);
        Heed(intents);
    }

    private void Release(Latch latch)
    {
        _risk.Release(latch, _now);
        _deadlines.Set(Deadline.LatchRelease, _risk.Latches.NextRelease);
    }

    /// <summary>Carries out what newly held latches ask for: whoever calls the account's risk calls this next.</summary>
    private void Heed(IntentBuffer intents)
    {
        _deadlines.Set(Deadline.LatchRelease, _risk.Latches.NextRelease);
        while (_risk.TryTakeHeld(out var latch))
        {
            var row = LatchTable.Of(latch);
            if (!_risk.Latches.Halves(latch))
                CancelLive(OrderRole.Entry, row.Rule, intents);
            if (row.Effect == LatchEffect.Flattens)
                BeginFlatten(row.Rule, intents);
        }
    }

    /// <summary>A person has looked (SPEC R17). What R5 ended stays ended, and only an account at rest can be reviewed.</summary>
    private void Review(IntentBuffer intents)
    {
        if (_risk.Latches.Has(Latch.Killed) || !IsAtRest)
            return;
        _risk.Review(_now);
        Heed(intents);
    }

    /// <summary>
    /// What entries that still may fill would lose, stopped out at stressed slippage (SPEC R7): those that work, and those of this session
    /// that are only presumed dead. An open position needs no place here: beside one nothing opens.
    /// </summary>
    private Money AtRisk()
    {
        var tickValue = _settings.Instrument.TickValue;
        var atRisk = Money.Zero;
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            ref var order = ref _orders[i];
            var mayFill = order.IsLive || (order.Lifecycle == Lifecycle.PresumedDead && order.SentAt >= _session.Open);
            if (order.Role == OrderRole.Entry && order.Remaining > 0 && mayFill)
                atRisk += _gate.WorstLoss(order.Remaining, order.Stop, tickValue);
        }

        return atRisk;
    }
}
