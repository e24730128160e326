using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>The open position: its mark against the limits, and its stop. Also the account's latches.</summary>
public sealed partial class TradingEngine
{
    private LatchSet _latches;
    private StarvationWatch _starvation;
    private int _connectionsDown;
    private long _capital;
    private long _carriedOver;
    private long _highWater;
    private long _equityFloor;

    /// <summary>Equity = base + mark x per tick, while a position is open; kept so that a bar costs one multiplication.</summary>
    private long _equityBase;
    private long _equityPerTick;

    private Timestamp _holdUntil = Timestamp.Never;

    /// <summary>B: capital + gross realised P&amp;L - charged costs.</summary>
    public Money Balance => new(_capital + _carriedOver + _ledger.Realised.MicroDollars - _ledger.Charged.MicroDollars);

    /// <summary>E at the last bar's close: B + open P&amp;L - the cost of closing.</summary>
    public Money Equity => EquityAt(_lastBar.Close);

    public Money HighWater => new(_highWater);

    public LatchSet Latches => _latches;

    public RiskState RiskSnapshot => new()
    {
        Capital = new Money(_capital),
        CarriedOver = Balance - new Money(_capital),
        HighWater = new Money(_highWater),
        Latches = _latches,
        Starvation = _starvation,
    };

    public Money EquityAt(Price mark) => new(_equityBase + (_equityPerTick * mark.InTicks));

    private bool UsesNativeBrackets => (_capabilities & Capabilities.NativeBrackets) != 0;

    private void StartRisk(StartFacts facts)
    {
        var state = facts.Risk ?? RiskState.Fresh(_settings.Limits.Capital);
        _capital = state.Capital.MicroDollars;
        _carriedOver = state.CarriedOver.MicroDollars;
        _highWater = state.HighWater.MicroDollars;
        _latches = state.Latches;
        if (facts.Record is RiskRecord.Missing or RiskRecord.Damaged) SetLatch(Latch.ManualReview, true);
        _cooldownUntil = default;
        _starvation = state.Starvation;
        RefreshFloor();
        CheckStarved();
    }

    private void RefreshFloor() =>
        _equityFloor = _settings.Limits.RailsOn ? _gate.EquityFloor(new Money(_highWater)).MicroDollars : long.MinValue;

    private void RefreshEquity()
    {
        var closing = _settings.Fees.PerSide.MicroDollars * Math.Abs(_ledger.Net);
        _equityPerTick = _ledger.Net * _settings.Instrument.TickValue.MicroDollars;
        _equityBase = Balance.MicroDollars + _ledger.OpenAt(default).MicroDollars - closing;
    }

    /// <summary>Limits read the bar's adverse extreme, the high-water mark its close (SPEC section 5).</summary>
    private void MarkPosition(in Bar bar, IntentBuffer intents)
    {
        _ledger.NoteExtremes(bar.Low, bar.High);
        var adverse = _equityPerTick > 0 ? bar.Low : bar.High;
        var worst = EquityAt(adverse);
        if (worst.MicroDollars <= _equityFloor) TripAccount(worst, intents);
        RaiseHighWater(EquityAt(bar.Close));
    }

    private void RaiseHighWater(Money equity)
    {
        if (equity.MicroDollars <= _highWater) return;
        _highWater = equity.MicroDollars;
        RefreshFloor();
    }

    private void TripAccount(Money equity, IntentBuffer intents)
    {
        if (_latches.IsFinal) return;
        var killed = _gate.IsKilled(equity);
        SetLatch(killed ? Latch.Killed : Latch.ManualReview, true);
        BeginFlatten(killed ? Rule.KillSwitch : Rule.AccountDrawdown, intents);
    }

    private void CheckStarved()
    {
        if (_latches.IsFinal) return;
        if (_gate.IsStarved(Balance, HighWater, _settings.Stop.Smallest, _settings.Instrument.TickValue)) SetLatch(Latch.Starved, true);
    }

    private void SetLatch(Latch latch, bool set) => _latches = set ? _latches.With(latch, _now) : _latches.Without(latch);

    /// <summary>A person looked: the high-water mark becomes the equity now. What R5 ended stays ended (SPEC R17).</summary>
    private void Review()
    {
        if (_latches.Has(Latch.Killed)) return;
        _highWater = Balance.MicroDollars;
        RefreshFloor();
        SetLatch(Latch.ManualReview, false);
        SetLatch(Latch.Starved, false);
        _starvation = default;
        CheckStarved();
    }

    private void FollowWithStop(IntentBuffer intents)
    {
        var slot = _orders.FindLive(OrderRole.Stop);
        if (slot < 0 || _flatten.Step != FlattenStep.None) return;
        ref var stop = ref _orders[slot];
        if (stop.Pending != PendingChange.None || !stop.IsConfirmed || stop.Certainty != Certainty.Known) return;

        var level = _settings.Trail.Follow(_ledger.Side, _ledger.EntryPrice, stop.Price, _lastBar.Close, _study, _reduced);
        if (level == stop.Price) return;
        SendModify(ref stop, level, stop.Size, Rule.Trailing, intents);
    }

    private void OnTradeClosed(in RoundTrip trade, OrderRole role, IntentBuffer intents)
    {
        _closedTrades.Add(trade);
        _holdUntil = Timestamp.Never;
        _protectBy = Timestamp.Never;
        _cooldownUntil = _now.AddSeconds(_settings.Limits.CooldownSeconds);
        RaiseHighWater(Balance);
        if (Balance.MicroDollars <= _equityFloor) TripAccount(Balance, intents);
        CheckStarved();
        LeaveNoOrphans(role, intents);
        _reverseBy = FillBy(isReversal: true);
        RefreshDeadline();
    }

    private static ExitReason ReasonOf(OrderRole role, Rule rule, FillFlags flags)
    {
        if ((flags & FillFlags.EndOfData) != 0) return ExitReason.EndOfData;
        return role switch
        {
            OrderRole.Stop => ExitReason.Stop,
            OrderRole.Target => ExitReason.Target,
            _ => rule switch
            {
                Rule.Signal or Rule.Reversal => ExitReason.Signal,
                Rule.HoldingTime => ExitReason.Time,
                Rule.EndOfDayExit or Rule.FlatByDeadline or Rule.EndOfDayCutoff => ExitReason.EodFlatten,
                Rule.Operator => ExitReason.Manual,
                Rule.EndOfData => ExitReason.EndOfData,
                _ => ExitReason.Risk,
            },
        };
    }
}
