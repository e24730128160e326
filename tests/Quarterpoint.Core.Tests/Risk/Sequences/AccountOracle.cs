using System.Runtime.CompilerServices;
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
/// The account once more, written from SPEC section 5 and from the facts alone: money by counting cash (what was paid and received, and what is held is worth),
/// never by average prices; limits, pauses, and conduct by comparing times. It asks the engine nothing that it then compares with the engine. What it
/// cannot know, what the venue's word alone decides, it takes over when a person has reviewed.
/// </summary>
internal sealed class AccountOracle
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
    private readonly long _tick;
    private readonly long _closing;
    private readonly HashSet<long> _trades = [];
    private readonly List<Timestamp> _entries = [];
    private readonly List<(Timestamp At, Side Side, int Multiplier)> _wishes = [];
    private readonly List<(Rule Limit, long Amount)> _gaps = [];

    private Timestamp _now;
    private int _session;
    private bool _isBegun;
    private long _cash;
    private int _position;
    private long _flatBefore;
    private long _highWater;
    private long _baseline;
    private long _peak;
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

    /// <summary>What the account is worth is not known any more: until a review only what must hold all the same is checked.</summary>
    private bool _isLost;
    private bool _gapToday;

    /// <summary>Somebody else traded, and the venue of this test does not know of it: what we close can then be more than what we hold.</summary>
    private bool _hasForeignTrades;
    private int _sessionsSeen;

    public AccountOracle(EngineSettings settings, RiskState first, bool hasQuotes, bool isExact, RiskCoverage seen)
    {
        (_settings, _hasQuotes, _isExact, _seen, _calendar) = (settings, hasQuotes, isExact, seen, settings.Calendar);
        (_tick, _closing) = (settings.Instrument.TickValue.MicroDollars, settings.Fees.PerSide.MicroDollars);
        (_cash, _highWater, _streak) = (first.Balance.MicroDollars, first.HighWater.MicroDollars, first.LossStreak);
        _flatBefore = _baseline = _peak = _cash;
    }

    /// <summary>Every latch that was held at some event.</summary>
    public Latch Held { get; private set; }

    public int Fills { get; private set; }

    private RiskLimits Limits => _settings.Limits;

    private TradingSession Session => _calendar.Sessions[_session];

    private EndOfDay End { get; set; }

    /// <summary>Latches that only a person ends, or nobody.</summary>
    private bool IsFinal => _final != 0;

    public void NotePrice(int ticks) => _mark = ticks;

    /// <summary>The engine has taken an event.</summary>
    public void After(in EngineEvent e, EngineHost host)
    {
        var engine = host.Engine;
        _gaps.Clear();
        AdvanceTo(e.Time);
        if (e.Kind == EventKind.BarClosed && _wish.Side != Side.None)
            _wishes.Add((e.Time, _wish.Side, MultiplierOf(_wish.Confidence)));
        Take(e, engine);
        FollowTheVenue(engine);
        NoteLatches(engine.Latches.Held);
        CompareLatches(e, engine);
        CompareMoney(engine);
        CompareGaps(host);
    }

    /// <summary>What the next bar's close wishes, and how sure a model is of it; null where none speaks.</summary>
    public void NoteWish(Side side, int? confidence) => _wish = (side, confidence);

    /// <summary>The engine wants something.</summary>
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
                Hold(
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

    /// <summary>From the flat-by time on nothing is held, whatever went wrong before.</summary>
    public void AtDeadline(EngineHost host) =>
        Hold(
            host.Venue is { Position: 0, HasWorkingOrders: false },
            $"{host.Venue.Position} contracts are held, or an order works, after the flat-by time"
        );

    public void AtDayEnd(EngineHost host)
    {
        if (_isLost || _position != 0)
            return;
        Hold(
            Worth(0) - _baseline >= -Limits.DailyLoss.MicroDollars || _gapToday,
            $"the day lost {Worth(0) - _baseline} with no gap recorded"
        );
    }

    private static void Hold(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Words what)
    {
        if (!condition)
            throw new InvalidOperationException(what.ToString());
    }

    private static void Hold(bool condition, string what)
    {
        if (!condition)
            throw new InvalidOperationException(what);
    }

    private long Worth(int mark) => _cash + ((long)_position * mark * _tick) - (_closing * Math.Abs(_position));

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
        _baseline = _peak = Worth(_mark);
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
                if (e.OrderReport.Side.Sign() * _position < 0)
                    NoteStop(e.OrderReport);
                break;
            case EventKind.BarClosed when _position != 0 && (!_hasQuotes || _now - _quotedAt > TimeSpan.FromSeconds(1.5)):
                var bar = e.Bar;
                Mark(Worth((_position > 0 ? bar.Low : bar.High).InTicks), Worth(bar.Close.InTicks), engine);
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
                Trip(_cash, null);
                NoteRoom(_cash);
                break;
            default:
                break;
        }
    }

    /// <summary>The stop of the trade under way, at its tightest so far; a late report may tell of an earlier one.</summary>
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
                _highWater = Worth(0);
                NoteRoom(_cash);
                break;
            default:
                break;
        }
    }

    /// <summary>A person has looked at an account of which nobody knew what it is worth: what the engine then says is where the oracle goes on from.</summary>
    private void TakeOver(TradingEngine engine)
    {
        _isLost = false;
        (_cash, _position) = (engine.Balance.MicroDollars, 0);
        (_flatBefore, _baseline, _peak) = (_cash, engine.Day.Baseline.MicroDollars, engine.Day.Peak.MicroDollars);
        (_streak, _gapToday) = (engine.LossStreak, true);
        _lossStop = engine.Latches.UntilOf(Latch.DailyLoss);
        _drawdownStop = engine.Latches.UntilOf(Latch.DailyDrawdown);
        _exhausted = engine.Latches.UntilOf(Latch.DayExhausted);
        _pause = engine.Latches.UntilOf(Latch.LossPause);
        _longPause = engine.Latches.UntilOf(Latch.LongLossPause);
    }

    /// <summary>A trade told twice counts once; one that is larger than what is held closes it and opens another.</summary>
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
            var closes = _position * sign < 0;
            var size = closes ? Math.Min(left, Math.Abs(_position)) : left;
            if (_position == 0)
            {
                (_flatBefore, _bestStop) = (_cash, null);
                Hold(
                    !_isExact || _isLost || _hasForeignTrades || (_now < End.CutoffAt && Session.Contains(_now)),
                    "a trade opens from the cut-off on"
                );
            }

            _cash -= ((long)sign * size * fill.Price.InTicks * _tick) + (fill.Fees.MicroDollars / fill.Size * size);
            _position += sign * size;
            left -= size;
            if (closes && _position == 0)
                Settle(_cash - (fill.Fees.MicroDollars / fill.Size * left));
        }
    }

    private static bool IsForeign(in FillFacts fill) => fill.VenueOrderId >= RiskWorld.ForeignIds;

    /// <summary>A trade has ended.</summary>
    /// <param name="balance">What the account then has, less what the rest of its last fill is charged.</param>
    private void Settle(long balance)
    {
        if (balance > _peak)
            _peak = balance;
        if (balance > _highWater)
            _highWater = balance;
        _exited = _now;
        foreach (var (rule, level) in Levels())
        {
            if (balance >= level)
                continue;
            _gaps.Add((rule, level - balance));
            if (rule == Rule.DailyLoss)
                _gapToday = true;
        }

        Trip(balance, null);
        if (_cash > _flatBefore)
            _streak = 0;
        if (_cash < _flatBefore)
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
        if (peak > _peak)
            _peak = peak;
        if (peak > _highWater)
            _highWater = peak;
    }

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
        if (_position == 0)
            return;
        var mark = Worth((_position > 0 ? quote.Bid : quote.Ask).InTicks);
        Mark(mark, mark, engine);
    }

    private IEnumerable<(Rule Rule, long Level)> Levels() =>
        [
            (Rule.DailyLoss, _baseline - Limits.DailyLoss.MicroDollars),
            (Rule.DailyDrawdown, _peak - Limits.DailyDrawdown.MicroDollars),
            (Rule.AccountDrawdown, _highWater - Limits.AccountDrawdown.MicroDollars),
            (Rule.KillSwitch, Limits.Capital.MicroDollars - Limits.KillLoss.MicroDollars),
        ];

    private long Highest() =>
        Math.Max(
            Math.Max(_baseline - Limits.DailyLoss.MicroDollars, _peak - Limits.DailyDrawdown.MicroDollars),
            Math.Max(_highWater - Limits.AccountDrawdown.MicroDollars, Limits.Capital.MicroDollars - Limits.KillLoss.MicroDollars)
        );

    /// <summary>Limits fire at equality; what has fired fires no second time while it holds.</summary>
    private void Trip(long equity, TradingEngine? engine)
    {
        if (_isLost || equity > Highest())
            return;
        var before = (_final, _lossStop, _drawdownStop);
        foreach (var (rule, level) in Levels())
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
        if (engine is not null && _position != 0 && !_isLost && before != (_final, _lossStop, _drawdownStop))
            Hold(engine.Exposure == Exposure.Flattening, "a limit fired and the position is not being closed");
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
        var worst = WorstCase(1, stop);
        var ever = Math.Max(
            balance - Math.Min(Limits.DailyLoss.MicroDollars, Limits.DailyDrawdown.MicroDollars),
            Math.Max(_highWater - Limits.AccountDrawdown.MicroDollars, 700 * Dollar)
        );
        var isStarved =
            balance < Limits.BalanceFloor.MicroDollars
            || RiskOfTrade(stop, atRth: true) > 25 * Dollar
            || SizeByMoney(balance, 2000, stop) == 0
            || balance - worst <= Math.Max(ever, Limits.BalanceFloor.MicroDollars - 1);
        if (isStarved)
        {
            _final |= Latch.Starved;
            _seen.Fire(25);
        }

        if (balance - worst <= Math.Max(_baseline - Limits.DailyLoss.MicroDollars, _peak - Limits.DailyDrawdown.MicroDollars))
            _exhausted = Timestamp.Max(_exhausted, _calendar.Sessions[_session + 1].Open);
    }

    /// <summary>R10's table.</summary>
    private static int MultiplierOf(int? confidence) =>
        confidence switch
        {
            null or (>= 700_000 and < 800_000) => 1000,
            < 600_000 => 0,
            < 700_000 => 500,
            <= 900_000 => 1500,
            _ => 2000,
        };

    /// <summary>That of the last wish for the side; where answers are late, a reversal may be the one before's.</summary>
    private int MultiplierBehind(Side side)
    {
        var last = _wishes.FindLast(wish => wish.Side == side);
        return _isExact
            ? last.Multiplier
            : _wishes.Where(wish => wish.Side == side && wish.At.AddSeconds(10) >= last.At).Max(wish => wish.Multiplier);
    }

    private static long CostOfRoundTrip => 1_220_000;

    private long WorstCase(int size, int stop) => size * (((stop + 4) * _tick) + CostOfRoundTrip);

    private long RiskOfTrade(int stop, bool atRth) => ((stop + (atRth ? 1 : 2)) * _tick) + CostOfRoundTrip;

    /// <summary>R9's table, and R8.</summary>
    private int Tier(long money) =>
        (money / Dollar) switch
        {
            < 700 => 0,
            < 1000 => 1,
            < 1500 => 2,
            < 2000 => 3,
            < 3000 => 4,
            var more => (int)Math.Min(Limits.MostContracts, 2 + (more / 1000)),
        };

    private int SizeByMoney(long money, int multiplier, int stop)
    {
        var perMille = money >= 3000 * Dollar ? 15 : 20;
        var budget = (Int128)money * perMille * multiplier / 1_000_000;
        return (int)Int128.Min(Math.Min(Tier(money), Limits.MostContracts), budget / (stop * _tick));
    }

    /// <summary>What the venue's word alone decides: somebody else's trades, and a position that is not what we count.</summary>
    private void FollowTheVenue(TradingEngine engine)
    {
        if (engine.Latches.Has(Latch.StateLost))
            _isLost = true;
        foreach (var latch in (ReadOnlySpan<Latch>)[Latch.StateLost, Latch.ForeignActivity])
        {
            if (engine.Latches.Has(latch))
                _final |= latch;
        }

        // Five sessions in which money alone refused: not reckoned here.
        if (_sessionsSeen + 1 >= StarvationWatch.Sessions && engine.Latches.Has(Latch.Starved))
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
        // What a start finds past fires with the event after it.
        if (e.Kind == EventKind.Started)
            return;

        // Whether a stop can be had is the venue's to say: a position that stays without one is closed, and a person looks (N1).
        if (engine.Latches.Has(Latch.Halted) && _position != 0 && engine.Exposure == Exposure.Flattening)
            _final |= Latch.Halted;
        Hold(
            (engine.Latches.Held & Latch.Killed) == (_final & Latch.Killed) || _isLost,
            $"killed: {engine.Latches.Held}, and {_final} was expected"
        );
        if (engine.Latches.Has(Latch.Killed))
            _final |= Latch.Killed;
        if (_isLost)
        {
            Hold(engine.Latches.IsFinal, $"an account that is worth nobody knows what is {engine.Latches.Held}");
            return;
        }

        var expected = Expected();
        Hold(
            (engine.Latches.Held & Watched) == (expected & Watched),
            $"held are {engine.Latches.Held & Watched}, and {expected & Watched} were expected"
        );
        Hold(
            (expected & (Latch.StateLost | Latch.ForeignActivity) & ~engine.Latches.Held) == 0,
            $"held are {engine.Latches.Held}, without {expected}"
        );
    }

    private void CompareMoney(TradingEngine engine)
    {
        if (_isLost)
            return;
        Hold(engine.Ledger.Net == _position, $"{engine.Ledger.Net} contracts are counted, and {_position} were told");
        Hold(
            engine.EquityAt(new Price(_mark)).MicroDollars == Worth(_mark),
            $"equity is {engine.EquityAt(new Price(_mark)).MicroDollars}, and {Worth(_mark)} was expected"
        );
        if (_position == 0)
            Hold(engine.Balance.MicroDollars == _cash, $"the balance is {engine.Balance.MicroDollars}, and {_cash} was expected");
        Hold(engine.LossStreak == _streak, $"the streak is {engine.LossStreak}, and {_streak} was expected");
        Hold(
            engine.HighWater.MicroDollars == _highWater,
            $"the high-water mark is {engine.HighWater.MicroDollars}, and {_highWater} was expected"
        );
        Hold(
            (engine.Day.Baseline.MicroDollars, engine.Day.Peak.MicroDollars) == (_baseline, _peak),
            $"the day is {engine.Day}, and {(_baseline, _peak)} was expected"
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

        Hold(_isLost || told.SequenceEqual(_gaps), $"gaps told: {string.Join(", ", told)}; expected: {string.Join(", ", _gaps)}");
    }

    private void CheckEntry(in Intent intent, EngineHost host)
    {
        var engine = host.Engine;
        Hold(engine.Latches.Blocking == Latch.None, $"an entry while {engine.Latches.Blocking}");
        Hold(!_isLost && _final == Latch.None, $"an entry while {_final}");
        Hold((Expected() & ~Latch.EndOfDay & ~Limits.HalvingInstead) == Latch.None, $"an entry while {Expected()}");
        Hold(host.Venue.Position == 0 && !host.Venue.HasWorkingOrders, "an entry while the venue holds something of ours");

        var isReversal = intent.Rule == Rule.Reversal;
        var fillsBy = _now.AddSeconds(_settings.EntryTimeoutSeconds + (isReversal ? 1 : 0));
        Hold(Session.Contains(_now), "an entry outside of a session");
        Hold(fillsBy < End.CutoffAt, "an entry that could fill from the cut-off on");
        Hold(_settings.EntriesInEth || (Session.HasRth && _now >= Session.RthOpen), "an entry before 09:30");
        Hold(!Session.HasHalt || fillsBy < Session.HaltStart || _now >= Session.HaltEnd, "an entry that could fill in the halt");
        Hold(isReversal || _exited == default || _now >= _exited.AddSeconds(30), "an entry in the cooldown");
        Hold(!_hasQuotes || _now - _quotedAt <= TimeSpan.FromSeconds(1.5), "an entry on a quote that is too old");
        Hold(_entries.Count == 0 || _now >= _entries[^1].AddSeconds(2), "an entry within two seconds of another");
        Hold(_entries.Count(sent => sent.AddSeconds(3600) > _now) < 30, "more than thirty entries in an hour");
        Hold(_entriesToday < 100, "more than a hundred entries in a day");
        Hold(_cash >= Limits.BalanceFloor.MicroDollars, "an entry below the lowest balance");
        CheckSize(intent, engine);
    }

    private void CheckSize(in Intent intent, TradingEngine engine)
    {
        var multiplier = MultiplierBehind(intent.Side);
        var stop = intent.Stop.Count;
        var byTrade = (int)(25 * Dollar / RiskOfTrade(stop, Session.PhaseAt(_now) == SessionPhase.Rth));
        var byMoney = SizeByMoney(_cash, multiplier, stop);
        var asked = _settings.Contracts > 0 ? _settings.Contracts : int.MaxValue;
        var reductions = System.Numerics.BitOperations.PopCount((uint)(engine.Latches.Held & (Latch.EndOfDay | Limits.HalvingInstead)));
        var size = Math.Min(Math.Min(asked, byTrade), byMoney) >> reductions;
        var floor = Math.Max(Highest(), Limits.BalanceFloor.MicroDollars - 1);
        if (size > 0 && _cash - WorstCase(size, stop) <= floor)
            _seen.Fire(7);
        while (size > 0 && _cash - WorstCase(size, stop) <= floor)
            size--;
        Hold(
            _cash - WorstCase(intent.Size, stop) > floor,
            $"{intent.Size} contracts, stopped out, leave {_cash - WorstCase(intent.Size, stop)}; a limit fires at {floor}"
        );
        Hold(_isExact ? intent.Size == size : intent.Size <= size, $"the size is {intent.Size}, and {size} was expected");

        if (Tier(_cash) == intent.Size && reductions == 0)
            _seen.Fire(9);
        if (multiplier != 1000)
            _seen.Fire(10);
        if (_settings.Stop.Kind != StopKind.Fixed)
            _seen.Fire(11);
    }

    /// <summary>What is said of a failure, put into words only where there is one: a hundred million things are looked at.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Words
    {
        private readonly System.Text.StringBuilder? _text;

        public Words(int literalLength, int formattedCount, bool condition, out bool isBroken)
        {
            _text = condition ? null : new System.Text.StringBuilder(literalLength + (16 * formattedCount));
            isBroken = !condition;
        }

        public void AppendLiteral(string text) => _text!.Append(text);

        public void AppendFormatted<T>(T value) => _text!.Append(value);

        public override string ToString() => _text!.ToString();
    }
}
