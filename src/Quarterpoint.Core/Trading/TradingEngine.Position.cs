using System.Runtime.CompilerServices;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>The open position: its mark against the limits, its stop, and its end.</summary>
public sealed partial class TradingEngine
{
    private Quote _quote;
    private Timestamp _quotedAt;

    /// <summary>What the position was marked at last: a bar's close, or the side of the quote that would close it.</summary>
    private Price _mark;

    /// <summary>Equity = base + mark x per tick, while a position is open; kept so that a bar costs one multiplication.</summary>
    private long _equityBase;
    private long _equityPerTick;

    private Timestamp _holdUntil = Timestamp.Never;

    /// <summary>B: capital + gross realised P&amp;L - charged costs.</summary>
    public Money Balance => new(_capital + _carriedOver + _ledger.Realised.MicroDollars - _ledger.Charged.MicroDollars);

    /// <summary>E at the last mark: B + open P&amp;L - the cost of closing.</summary>
    public Money Equity => EquityAt(_mark);

    public Money EquityAt(Price mark) => new(_equityBase + (_equityPerTick * mark.InTicks));

    private bool UsesNativeBrackets => (_capabilities & Capabilities.NativeBrackets) != 0;

    private bool UsesQuotes => (_capabilities & Capabilities.Quotes) != 0;

    /// <summary>How old the last good quote is, where the venue quotes and it is too old; null else.</summary>
    private TimeSpan? StaleQuote => UsesQuotes && _now - _quotedAt is var age && age > RiskGate.OldestQuote ? age : null;

    private void RefreshEquity()
    {
        var closing = _settings.Fees.PerSide.MicroDollars * Math.Abs(_ledger.Net);
        _equityPerTick = _ledger.Net * _settings.Instrument.TickValue.MicroDollars;
        _equityBase = Balance.MicroDollars + _ledger.OpenAt(default).MicroDollars - closing;
    }

    /// <summary>Limits read the bar's adverse extreme, peaks its close (SPEC section 5).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MarkPosition(in Bar bar, IntentBuffer intents)
    {
        _ledger.NoteExtremes(bar.Low, bar.High);
        var adverse = _equityPerTick > 0 ? bar.Low : bar.High;
        Mark(EquityAt(adverse), EquityAt(bar.Close), intents);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Mark(Money worst, Money peak, IntentBuffer intents)
    {
        NoteRoom(worst);
        if (worst.MicroDollars <= _equityFloor)
            TripLimits(worst, intents);
        if (peak.MicroDollars > _lowerPeak)
            RaisePeaks(peak);
    }

    /// <summary>
    /// A venue that quotes marks by its quotes: a long at the bid, a short at the ask. One that is one-sided, locked, or crossed says nothing, and
    /// until the next good one nothing is known.
    /// </summary>
    private void OnQuote(in Quote quote, IntentBuffer intents)
    {
        if (!UsesQuotes)
            return;
        if (!quote.IsTwoSided)
        {
            _quotedAt = default;
            return;
        }

        (_quote, _quotedAt) = (quote, _now);
        if (_railsOn)
            SetCondition(Latch.Spread, _breakers.IsWide(quote.Ask - quote.Bid, _latches.Has(Latch.Spread)), intents);
        if (_ledger.IsFlat)
            return;
        _mark = _ledger.Net > 0 ? quote.Bid : quote.Ask;
        _ledger.NoteExtremes(_mark, _mark);
        Mark(Equity, Equity, intents);
    }

    private void FollowWithStop(IntentBuffer intents)
    {
        var slot = _orders.FindLive(OrderRole.Stop);
        if (slot < 0 || _flatten.Step != FlattenStep.None)
            return;
        ref var stop = ref _orders[slot];
        if (stop.Pending != PendingChange.None || !stop.IsConfirmed || stop.Certainty != Certainty.Known)
            return;

        var level = _settings.Trail.Follow(
            _ledger.Side,
            _ledger.EntryPrice,
            stop.Price,
            _lastBar.Close,
            _study,
            _latches.Has(Latch.EndOfDay)
        );
        if (level == stop.Price)
            return;
        SendModify(ref stop, level, stop.Size, Rule.Trailing, intents);
    }

    private void OnTradeClosed(in RoundTrip trade, OrderRole role, IntentBuffer intents)
    {
        _closedTrades.Add(trade);
        _holdUntil = Timestamp.Never;
        _protectBy = Timestamp.Never;
        _cooldownUntil = _now.AddSeconds(_settings.Limits.CooldownSeconds);
        SettleAccount(trade, intents);
        LeaveNoOrphans(role, intents);
        _reverseBy = FillBy(isReversal: true);
        RefreshDeadline();
    }

    private static ExitReason ReasonOf(OrderRole role, Rule rule, FillFlags flags)
    {
        if ((flags & FillFlags.EndOfData) != 0)
            return ExitReason.EndOfData;
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
