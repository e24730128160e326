using System.Runtime.CompilerServices;
using Quarterpoint.Core.Accounting;
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

    private bool UsesNativeBrackets => (_capabilities & Capabilities.NativeBrackets) != 0;

    private bool UsesQuotes => (_capabilities & Capabilities.Quotes) != 0;

    /// <summary>How old the last good quote is, where the venue quotes and it is too old; null else.</summary>
    private TimeSpan? StaleQuote => UsesQuotes && _now - _quotedAt is var age && age > RiskGate.OldestQuote ? age : null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MarkPosition(in Bar bar, IntentBuffer intents)
    {
        _ledger.NoteExtremes(bar.Low, bar.High);
        if (_risk.MarkBar(bar, _now))
            Heed(intents);
    }

    /// <summary>
    /// A venue that quotes marks by its quotes: a long at the bid, a short at the ask. A one-sided, locked, or crossed quote is ignored,
    /// and the mark counts as unknown until the next good one.
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
        if (_risk.RailsOn)
            _risk.OnSpread(quote.Ask - quote.Bid, _now);
        if (!_ledger.IsFlat)
        {
            var mark = _ledger.Net > 0 ? quote.Bid : quote.Ask;
            _ledger.NoteExtremes(mark, mark);
            _risk.MarkQuote(mark, _now);
        }

        Heed(intents);
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
            _risk.Latches.Has(Latch.EndOfDay)
        );
        if (level == stop.Price)
            return;
        SendModify(ref stop, level, stop.Size, Rule.Trailing, intents);
    }

    private void OnTradeClosed(in RoundTrip trade, OrderRole role, IntentBuffer intents)
    {
        _closedTrades.Add(trade);
        _deadlines.Clear(Deadline.HoldingTime);
        _deadlines.Clear(Deadline.Protection);
        _risk.SettleTrade(trade, _now);
        Heed(intents);
        LeaveNoOrphans(role, intents);
        _reverseBy = FillBy(isReversal: true);
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
