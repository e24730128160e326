using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>
/// A second implementation of the account, written from SPEC section 5 and fed with facts alone: money by counting cash (what was paid and
/// received, and what the position is worth), never by average prices; limits, pauses, and pacing by comparing times. It never asks the
/// engine for what it then compares with the engine. What it cannot know, because the venue's word alone decides, it takes over after a
/// review.
/// </summary>
internal sealed partial class AccountOracle
{
    private const long Dollar = Money.MicrosPerDollar;
    private const Latch Watched =
        Latch.EndOfDay
        | Latch.Feed
        | Latch.Market
        | Latch.Connection
        | Latch.Clock
        | Latch.Store
        | Latch.AccountBlocked
        | Latch.Spread
        | Latch.OperatorPause
        | Latch.LossPause
        | Latch.LongLossPause
        | Latch.DailyLoss
        | Latch.DailyDrawdown
        | Latch.DayExhausted
        | Latch.AccountDrawdown
        | Latch.ManualKill
        | Latch.Halted
        | Latch.Starved
        | Latch.Killed;

    private readonly EngineSettings _settings;
    private readonly bool _hasQuotes;
    private readonly bool _isExact;
    private readonly RiskCoverage _seen;
    private readonly SessionCalendar _calendar;
    private readonly OracleMoney _money;
    private readonly OracleLevels _levels;
    private readonly OracleSizes _sizes;
    private readonly HashSet<long> _trades = [];
    private readonly List<Timestamp> _entries = [];
    private readonly List<(Timestamp At, Side Side, int Multiplier)> _wishes = [];
    private readonly List<(Rule Limit, long Amount)> _gaps = [];

    private Timestamp _now;
    private int _session;
    private bool _isBegun;
    private int _mark;
    private int _streak;
    private Price? _bestStop;
    private Timestamp _exited;
    private int _entriesToday;
    private (Side Side, int? Confidence) _wish;
    private Latch _heldLast;
    private int _factsSeen;

    private Timestamp _pause;
    private Timestamp _longPause;
    private Timestamp _lossStop;
    private Timestamp _drawdownStop;
    private Timestamp _exhausted;
    private Latch _conditions;
    private Latch _final;
    private int _connections;
    private Timestamp _quotedAt;
    private bool _isWide;

    /// <summary>The account's worth is no longer known: until a review only what must hold in any case is checked.</summary>
    private bool _isLost;
    private bool _gapToday;

    /// <summary>Somebody else traded, which the venue of this test does not know: we may then close more than we hold.</summary>
    private bool _hasForeignTrades;
    private int _sessionsSeen;

    public AccountOracle(EngineSettings settings, RiskState first, bool hasQuotes, bool isExact, RiskCoverage seen)
    {
        (_settings, _hasQuotes, _isExact, _seen, _calendar) = (settings, hasQuotes, isExact, seen, settings.Calendar);
        (_money, _levels, _sizes) = (new OracleMoney(settings), new OracleLevels(settings.Limits), new OracleSizes(settings));
        _money.Begin(first.Balance.MicroDollars);
        _levels.BeginDay(first.Balance.MicroDollars);
        (_levels.HighWater, _streak) = (first.HighWater.MicroDollars, first.LossStreak);
    }

    /// <summary>Every latch that was ever held.</summary>
    public Latch Held { get; private set; }

    public int Fills { get; private set; }

    private RiskLimits Limits => _settings.Limits;

    private TradingSession Session => _calendar.Sessions[_session];

    private EndOfDay End { get; set; }

    /// <summary>A latch is held that only a person can end, or nobody.</summary>
    private bool IsFinal => _final != 0;

    public void NotePrice(int ticks) => _mark = ticks;

    /// <summary>The engine has taken an event.</summary>
    public void After(in EngineEvent e, EngineHost host)
    {
        var engine = host.Engine;
        _gaps.Clear();
        AdvanceTo(e.Time);
        if (e.Kind == EventKind.BarClosed && _wish.Side != Side.None)
            _wishes.Add((e.Time, _wish.Side, OracleSizes.MultiplierOf(_wish.Confidence)));
        Take(e, engine);
        FollowTheVenue(engine);
        NoteLatches(engine.Risk.Latches.Held);
        CompareLatches(e, engine);
        CompareMoney(engine);
        CompareGaps(host);
    }

    /// <summary>The next bar's close will wish for that side, with that confidence of a model, or null for a rule without one.</summary>
    public void NoteWish(Side side, int? confidence) => _wish = (side, confidence);

    /// <summary>The engine has an intent.</summary>
    public void Before(in Intent intent, EngineHost host)
    {
        switch (intent.Kind)
        {
            case IntentKind.Enter:
                CheckEntry(intent, host);
                _entries.Add(_now);
                _entriesToday++;
                break;
            case IntentKind.Modify or IntentKind.PlaceProtection when intent.Role == OrderRole.Stop:
                Claim.Hold(
                    _bestStop is not { } best || (intent.Price - best).Count * intent.Side.Opposite().Sign() >= 0,
                    $"a stop moves from {_bestStop?.InTicks} to {intent.Price.InTicks}, away from the price"
                );
                if (intent.Rule == Rule.Trailing)
                    _seen.Fire(12);
                break;
            case IntentKind.ClosePosition when intent.Rule == Rule.EndOfDayExit:
                _seen.Fire(13);
                break;
            default:
                break;
        }
    }

    public void AtRestart(RiskState state, RiskRecord record)
    {
        if (state.LossStreak > 0 || state.Latches.Length > 0 || state.CarriedOver.MicroDollars != 0)
            _seen.Fire(21);
        (_conditions, _connections, _quotedAt, _isWide) = (_conditions & Latch.OperatorPause, 0, default, false);
        _heldLast = Latch.None;
        if (record == RiskRecord.Damaged || state.Position != 0)
            _isLost = true;
    }

    /// <summary>From the flat-by time on nothing may be held, whatever went wrong before.</summary>
    public void AtDeadline(EngineHost host) =>
        Claim.Hold(
            host.Venue is { Position: 0, HasWorkingOrders: false },
            $"{host.Venue.Position} contracts are held, or an order works, after the flat-by time"
        );

    public void AtDayEnd(EngineHost host)
    {
        if (_isLost || _money.Position != 0)
            return;
        Claim.Hold(
            _money.Worth(0) - _levels.Baseline >= -Limits.DailyLoss.MicroDollars || _gapToday,
            $"the day lost {_money.Worth(0) - _levels.Baseline} with no gap recorded"
        );
    }

    private void AdvanceTo(Timestamp now)
    {
        foreach (var stop in (ReadOnlySpan<Timestamp>)[_lossStop, _drawdownStop])
        {
            if (_now < stop && now >= stop)
                _seen.Fire(16);
        }

        _now = now;
        if (!_isBegun)
        {
            _session = _calendar.FirstClosingAfter(now);
            End = EndOfDay.Of(Session, _settings.EndOfDay);
            _isBegun = true;
        }

        while (_calendar.Sessions[_session + 1].Open <= now)
            BeginDay(_session + 1);
    }

    private void BeginDay(int session)
    {
        _session = session;
        End = EndOfDay.Of(Session, _settings.EndOfDay);
        _levels.BeginDay(_money.Worth(_mark));
        _entriesToday = 0;
        _gapToday = false;
        _sessionsSeen++;
    }

    private void Take(in EngineEvent e, TradingEngine engine)
    {
        switch (e.Kind)
        {
            case EventKind.Fill:
                Fill(e.Fill);
                break;
            case EventKind.VenueSnapshot:
                foreach (var trade in ((VenueSnapshot)e.Detail!).Trades)
                    Fill(trade);
                break;
            case EventKind.OrderReport when e.OrderReport is { Type: OrderType.Stop, Status: VenueOrderStatus.Working }:
                if (e.OrderReport.Side.Sign() * _money.Position < 0)
                    NoteStop(e.OrderReport);
                break;
            case EventKind.BarClosed when _money.Position != 0 && (!_hasQuotes || _now - _quotedAt > TimeSpan.FromSeconds(1.5)):
                var bar = e.Bar;
                Mark(_money.Worth((_money.Position > 0 ? bar.Low : bar.High).InTicks), _money.Worth(bar.Close.InTicks), engine);
                break;
            case EventKind.Quote when _hasQuotes:
                Quote(e.Quote, engine);
                break;
            case EventKind.FeedChanged:
                Condition(Latch.Feed, (FeedState)e.Code is FeedState.Stale or FeedState.Lost);
                break;
            case EventKind.MarketStatus:
                Condition(Latch.Market, (MarketState)e.Code != MarketState.Open);
                break;
            case EventKind.ConnectionChanged:
                var which = 1 << (e.Code >> 1);
                _connections = (e.Code & 1) == 0 ? _connections | which : _connections & ~which;
                Condition(Latch.Connection, _connections != 0);
                break;
            case EventKind.ClockSuspect:
                Condition(Latch.Clock, e.Code != 0);
                break;
            case EventKind.AccountReport:
                Condition(Latch.AccountBlocked, !e.AccountReport.CanTrade);
                break;
            case EventKind.StoreFailed:
                Condition(Latch.Store, true);
                break;
            case EventKind.Operator:
                Command((OperatorCommand)e.Code, engine);
                break;
            case EventKind.Started:
                Trip(_money.Cash, null);
                NoteRoom(_money.Cash);
                break;
            default:
                break;
        }
    }

    /// <summary>The tightest stop of the open trade so far; a late report may show an earlier one.</summary>
    private void NoteStop(in OrderReportFacts stop)
    {
        if (_bestStop is not { } best || (stop.Price - best).Count * stop.Side.Opposite().Sign() > 0)
            _bestStop = stop.Price;
    }

    private void Condition(Latch latch, bool holds) => _conditions = holds ? _conditions | latch : _conditions & ~latch;

    private void Command(OperatorCommand command, TradingEngine engine)
    {
        switch (command)
        {
            case OperatorCommand.Pause or OperatorCommand.ReduceOnly:
                Condition(Latch.OperatorPause, true);
                break;
            case OperatorCommand.Resume:
                Condition(Latch.OperatorPause, false);
                break;
            case OperatorCommand.Halt:
                _final |= Latch.Halted;
                break;
            case OperatorCommand.Kill:
                _final |= Latch.ManualKill;
                break;
            case OperatorCommand.Review when engine.IsAtRest && (_final & Latch.Killed) == 0:
                _seen.Fire(17);
                _final = Latch.None;
                if (_isLost)
                    TakeOver(engine);
                _levels.HighWater = _money.Worth(0);
                NoteRoom(_money.Cash);
                break;
            default:
                break;
        }
    }

    /// <summary>A person has reviewed an account whose worth was not known: the oracle goes on from the engine's figures.</summary>
    private void TakeOver(TradingEngine engine)
    {
        _isLost = false;
        _money.Begin(engine.Risk.Balance.MicroDollars);
        (_levels.Baseline, _levels.Peak) = (engine.Risk.Day.Baseline.MicroDollars, engine.Risk.Day.Peak.MicroDollars);
        (_streak, _gapToday) = (engine.Risk.LossStreak, true);
        _lossStop = engine.Risk.Latches.UntilOf(Latch.DailyLoss);
        _drawdownStop = engine.Risk.Latches.UntilOf(Latch.DailyDrawdown);
        _exhausted = engine.Risk.Latches.UntilOf(Latch.DayExhausted);
        _pause = engine.Risk.Latches.UntilOf(Latch.LossPause);
        _longPause = engine.Risk.Latches.UntilOf(Latch.LongLossPause);
    }

    /// <summary>A trade reported twice counts once; one larger than the position closes it and opens another.</summary>
    private void Fill(in FillFacts fill)
    {
        if (!_trades.Add(fill.TradeId))
            return;
        Fills++;
        if (IsForeign(fill))
            (_final, _hasForeignTrades) = (_final | Latch.ForeignActivity, true);
        var (left, sign) = (fill.Size, fill.Side.Sign());
        while (left > 0)
        {
            var closes = _money.Position * sign < 0;
            var size = closes ? Math.Min(left, Math.Abs(_money.Position)) : left;
            if (_money.Position == 0)
            {
                _money.BeginTrade();
                _bestStop = null;
                Claim.Hold(
                    !_isExact || _isLost || _hasForeignTrades || (_now < End.CutoffAt && Session.Contains(_now)),
                    "a trade opens from the cut-off on"
                );
            }

            var fee = _money.Take(fill, size);
            left -= size;
            if (closes && _money.Position == 0)
                Settle(_money.Cash - (fee * left));
        }
    }

    private static bool IsForeign(in FillFacts fill) => fill.VenueOrderId >= RiskWorld.ForeignIds;

    private void Quote(in Quote quote, TradingEngine engine)
    {
        if (!quote.IsTwoSided)
        {
            _quotedAt = default;
            return;
        }

        _quotedAt = _now;
        var spread = (quote.Ask - quote.Bid).Count;
        _isWide = spread > (_isWide ? 1 : 2);
        if (_money.Position == 0)
            return;
        var mark = _money.Worth((_money.Position > 0 ? quote.Bid : quote.Ask).InTicks);
        Mark(mark, mark, engine);
    }

    /// <summary>What only the venue can know: somebody else's trades, and a position that differs from our count.</summary>
    private void FollowTheVenue(TradingEngine engine)
    {
        if (engine.Risk.Latches.Has(Latch.StateLost))
            _isLost = true;
        foreach (var latch in (ReadOnlySpan<Latch>)[Latch.StateLost, Latch.ForeignActivity])
        {
            if (engine.Risk.Latches.Has(latch))
                _final |= latch;
        }

        // The oracle does not count the five sessions on which money alone refused every entry.
        if (_sessionsSeen + 1 >= StarvationWatch.Sessions && engine.Risk.Latches.Has(Latch.Starved))
            _final |= Latch.Starved;
    }

    private void NoteLatches(Latch held)
    {
        var begun = held & ~_heldLast;
        if ((begun & Latch.Volatility) != 0)
            _seen.Fire(18);
        if ((begun & Latch.Spread) != 0)
            _seen.Fire(19);
        if ((begun & Latch.Volume) != 0)
            _seen.Fire(20);
        if ((begun & Latch.ManualKill) != 0)
            _seen.Fire(23);
        (_heldLast, Held) = (held, Held | held);
    }
}
