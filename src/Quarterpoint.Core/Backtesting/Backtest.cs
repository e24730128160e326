using System.Runtime.CompilerServices;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>What happens to an account that a limit has ended (SPEC X13).</summary>
public enum AccountMode : byte
{
    /// <summary>For research: the end is recorded, and a fresh account starts in the next session.</summary>
    Lives,

    /// <summary>It is over for good.</summary>
    Real,
}

/// <summary>
/// Feeds bars through the engine and the simulated venue, in the order that <see cref="TapeClock"/> gives. Chunks of the tape come in order
/// of time; memory does not grow with them, except for the list of trades.
/// </summary>
public sealed class Backtest
{
    private readonly TradingEngine _engine;
    private readonly SimulatedVenue _venue;
    private readonly TapeClock _clock;
    private readonly AccountMode _account;
    private readonly Bar[] _block = new Bar[256];
    private ForecastFacts[] _forecasts = [];
    private EngineEvent _barClosed = EngineEvent.BarClosed(default, default);
    private readonly IntentBuffer _intents = new();
    private readonly List<TradeRecord> _trades = [];
    private readonly List<DayResult> _days = [];
    private readonly List<LifeEnd> _lives = [];
    private readonly List<Violation> _violations = [];
    private readonly List<RiskFact> _riskFacts = [];
    private readonly List<DayRoom> _rooms = [];
    private readonly EquityCurve _equity = new();
    private readonly DrawdownTracker _drawdown = new();

    private long _seq;
    private int _epoch;
    private bool _started;
    private TradingDay _day;
    private int _tradesBeforeSession;

    /// <summary>P&amp;L of the lives that ended, so that the curve of all lives is one.</summary>
    private long _endedLives;
    private Timestamp _first;
    private long _bars;
    private long _barsInPosition;
    private readonly List<EntryHours> _entryHours = [];
    private int _daysOver;
    private int _venueViolations;

    /// <param name="engine">Not started yet: the run starts it at the open of its first session.</param>
    /// <param name="venue">The venue to trade at; nothing else drives it.</param>
    /// <param name="account">What happens after a limit has ended the account.</param>
    public Backtest(TradingEngine engine, SimulatedVenue venue, AccountMode account = AccountMode.Lives)
    {
        _engine = engine;
        _venue = venue;
        _clock = new TapeClock(venue);
        _account = account;
    }

    /// <summary>Called with every event just before the engine takes it, in order: for a journal, or a test.</summary>
    public Action<EngineEvent>? BeforeEvent { get; init; }

    /// <summary>Called with every intent, and the time, just before the venue takes it: for a journal, or a test.</summary>
    public Action<Timestamp, Intent>? BeforeIntent { get; init; }

    /// <summary>The model that the strategy follows, if it follows one. It is heard at each bar's close.</summary>
    public IForecaster? Forecaster { get; init; }

    /// <summary>P&amp;L since the start over all lives, at the last bar's close.</summary>
    public Money NetSoFar
    {
        // Asked for at every bar with a position: the compiler would call it.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_endedLives + _engine.Risk.Equity.MicroDollars - _engine.Settings.Limits.Capital.MicroDollars);
    }

    /// <summary>Trades closed so far.</summary>
    public int TradeCount => _trades.Count;

    /// <summary>Runs one chunk of the tape, which begins after the last one ended.</summary>
    /// <exception cref="OperationCanceledException">The run was asked to stop; it stops between two sessions.</exception>
    public void Run(BarColumns columns, CancellationToken stop = default)
    {
        foreach (var session in columns.Sessions)
        {
#pragma warning disable RS0030 // It may end a run between two sessions, and changes nothing inside one.
            stop.ThrowIfCancellationRequested();
#pragma warning restore RS0030
            if (session.RowCount == 0)
                continue;
            BeginSession(columns, session);
            var forecasts = ForecastsOf(columns, session);
            for (var row = session.FirstRow; row < session.EndRow; row += _block.Length)
            {
                // Whole bars are made a block ahead: a struct read as a whole right after its fields were written makes the processor wait.
                var bars = _block.AsSpan(0, Math.Min(_block.Length, session.EndRow - row));
                columns.CopyBars(row, bars);
                for (var i = 0; i < bars.Length; i++)
                {
                    Step(bars[i], forecasts.IsEmpty ? default : forecasts.Slice(row - session.FirstRow + i, 1));
                }
            }
        }
    }

    private ReadOnlySpan<ForecastFacts> ForecastsOf(BarColumns columns, in SessionRows session)
    {
        if (Forecaster is null)
            return default;
        if (_forecasts.Length < session.RowCount)
            _forecasts = new ForecastFacts[session.RowCount];
        var forecasts = _forecasts.AsSpan(0, session.RowCount);
        forecasts.Clear();
        Forecaster.Forecast(columns, session, forecasts);
        return forecasts;
    }

    /// <summary>
    /// Tells the engine the forecast of the bar that has just closed before the venue hears what the bar made the engine want: as live.
    /// </summary>
    private void Say(in ForecastFacts forecast)
    {
        var said =
            forecast.BarOpenTime == 0
                ? EngineEvent.ForecastAbsent(_clock.Now, ForecastGap.Warmup)
                : EngineEvent.Forecasted(_clock.Now, forecast);
        said.Stamp(_clock.Now, ++_seq);
        Take(said);
    }

    /// <summary>Ends the run. An open position is booked at the last close.</summary>
    public BacktestResult Finish()
    {
        if (_started)
        {
            _clock.Finish();
            Pump();
            EndDay();
            if (_engine.Risk.Latches.IsFinal)
                _lives.Add(LifeEndNow());
        }

        var refusals = new SortedDictionary<Rule, long>();
        for (var rule = 0; rule < _engine.Refusals.Length; rule++)
        {
            if (_engine.Refusals[rule] > 0)
                refusals[(Rule)rule] = _engine.Refusals[rule];
        }

        return new BacktestResult
        {
            Trades = _trades,
            Days = _days,
            Equity = _equity.Points.ToArray(),
            MaxDrawdown = _drawdown.Deepest,
            DeepestDrawdowns = _drawdown.DeepestFirst,
            LongestDrawdown = _drawdown.Longest,
            LongestDrawdownBars = _drawdown.LongestBars,
            LongestDrawdownDays = _drawdown.LongestDays,
            Lives = _lives,
            Violations = _violations,
            Refusals = refusals,
            RiskFacts = _riskFacts,
            Rooms = _rooms,
            BreakerCoverage = _engine.Risk.Breakers.Coverage,
            Limits = _engine.Settings.Limits,
            TickValue = _engine.Settings.Instrument.TickValue,
            Fees = _engine.Settings.Fees,
            SmallestStop = _engine.Settings.Stop.Smallest,
            Capital = _engine.Settings.Limits.Capital,
            Bars = _bars,
            BarsInPosition = _barsInPosition,
            EntryHours = _entryHours,
            DaysOver = _daysOver,
            First = _first,
            Last = _clock.Now,
        };
    }

    private void BeginSession(BarColumns columns, in SessionRows rows)
    {
        var open = rows.Session.Open;
        if (_started)
        {
            _clock.EndSession();
            Play();
            EndDay();
        }
        else
        {
            Start(open);
        }

        _day = rows.Session.Day;
        _tradesBeforeSession = _trades.Count;
        NoteEntryHours(rows.Session);
        _clock.WaitUntil(open);
        Play();
        if (_engine.Risk.Latches.IsFinal && _account == AccountMode.Real)
            _daysOver++;
        if (_engine.Risk.Latches.IsFinal && _engine.IsAtRest && _account == AccountMode.Lives)
            BeginLife(open);
        _clock.Enter(rows.Session, columns.Segments.Count > 0 ? columns.Segments[rows.Segment].Contract : "");
        Play();
    }

    private void NoteEntryHours(in TradingSession session)
    {
        var settings = _engine.Settings;
        if (!settings.EntriesInEth && !session.HasRth)
            return;
        var hours = new EntryHours(
            settings.EntriesInEth ? session.Open : session.RthOpen,
            EndOfDay.Of(session, settings.EndOfDay).CutoffAt
        );
        if (hours.To > hours.From)
            _entryHours.Add(hours);
    }

    private void EndDay()
    {
        var net = 0L;
        for (var i = _tradesBeforeSession; i < _trades.Count; i++)
            net += _trades[i].Trip.Net.MicroDollars;
        _days.Add(new DayResult(_day, new Money(net), _trades.Count - _tradesBeforeSession));
        if (!_engine.Risk.Room.IsUntouched)
            _rooms.Add(new DayRoom(_day, _engine.Risk.Day.Baseline, _engine.Risk.Room));
        _engine.ClearRoom();
        _equity.Add(_clock.Now, NetSoFar);
        _drawdown.EndDay(_clock.Now, _bars);
    }

    private void Start(Timestamp open)
    {
        _started = true;
        _first = open;
        _equity.Add(open, Money.Zero);
        _drawdown.Next(open, Money.Zero, 0);
        _clock.Reach(open);
        Deliver(EngineEvent.Started(_clock.Now, Facts()));
    }

    private void BeginLife(Timestamp open)
    {
        _clock.Reach(open);
        var end = LifeEndNow();
        _lives.Add(end);
        _endedLives += end.Equity.MicroDollars - _engine.Settings.Limits.Capital.MicroDollars;
        foreach (var (latch, _, _) in _engine.Risk.Latches.ToList())
            _riskFacts.Add(new RiskFact(RiskFactKind.Released, _clock.Now, latch, default, LatchTable.Of(latch).Rule, Money.Zero));
        Deliver(EngineEvent.Started(_clock.Now, Facts()));
    }

    private LifeEnd LifeEndNow()
    {
        var last = LatchTable.Strictest(_engine.Risk.Latches.Held & LatchTable.Final);
        return new LifeEnd(_engine.Risk.Latches.SinceOf(last.Latch), last.Rule, _engine.Risk.Equity);
    }

    private StartFacts Facts() =>
        new(
            RiskRecord.Fresh,
            null,
            ++_epoch,
            Capabilities.Volume | (_venue.Settings.NativeBrackets ? Capabilities.NativeBrackets : Capabilities.None)
        );

    // A method of its own, so that the compiler optimises it by what its first thousands of calls did; the loop around it runs only once.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Step(in Bar bar, ReadOnlySpan<ForecastFacts> forecast)
    {
        if (!_clock.TryPass(bar, _engine.NextDeadline))
        {
            _clock.Open(bar);
            Play();
        }

        var closes = _clock.ClosesAt(bar);
        _barClosed.Become(closes, bar, ++_seq);
        Take(_barClosed);
        if (!forecast.IsEmpty)
            Say(forecast[0]);
        if (_intents.Count > 0)
            Answer();
        _bars++;
        if (_engine.Ledger.IsFlat)
            return;
        _barsInPosition++;
        var net = NetSoFar;
        _drawdown.Next(closes, net, _bars);
        _equity.Note(closes, net);
    }

    /// <summary>
    /// Plays what the clock has begun to its end. A bar's close is left to <see cref="Step"/>, which tells it to the engine.
    /// </summary>
    private void Play()
    {
        while (true)
        {
            switch (_clock.Next(_engine.NextDeadline))
            {
                case TapeMoment.None or TapeMoment.BarClosed:
                    return;
                case TapeMoment.VenueActed:
                    Pump();
                    NoteViolations();
                    break;
                case TapeMoment.EngineDue:
                    Deliver(EngineEvent.Clock(_clock.Now));
                    break;
                default:
                    Deliver(_clock.ContractSelected);
                    break;
            }
        }
    }

    private void NoteViolations()
    {
        for (; _venueViolations < _venue.DeadlineViolations; _venueViolations++)
            _violations.Add(new Violation(_clock.Now, ViolationKind.NotFlatByDeadline));
    }

    private void Deliver(EngineEvent e)
    {
        e.Stamp(e.Time, ++_seq);
        Take(e);
        if (_intents.Count > 0)
            Answer();
    }

    private void Answer()
    {
        HandOver();
        Pump();
    }

    private void Pump()
    {
        while (_venue.TryTake(out var fact))
        {
            // A fill carries its bar's open, and a deadline may have fired since then; the engine hears of the fill now.
            fact.Stamp(_clock.Now, ++_seq);
            Take(fact);
            HandOver();
        }
    }

    private void Take(in EngineEvent e)
    {
        BeforeEvent?.Invoke(e);
        _engine.On(e, _intents);
        if (_engine.ClosedTrades.Count > 0)
            RecordTrades();
        if (_engine.Risk.Facts.Count > 0)
            RecordRisk();
    }

    private void HandOver()
    {
        for (var i = 0; i < _intents.Count; i++)
        {
            BeforeIntent?.Invoke(_clock.Now, _intents[i]);
            _venue.Accept(_intents[i], _clock.Now, _intents[i].Cause);
        }

        _intents.Clear();
    }

    private void RecordRisk()
    {
        _riskFacts.AddRange(_engine.Risk.Facts);
        _engine.ClearRiskFacts();
    }

    private void RecordTrades()
    {
        foreach (var trip in _engine.ClosedTrades)
        {
            _trades.Add(new TradeRecord(trip, _clock.Contract, _day, _lives.Count + 1));
            if ((trip.Flags & FillFlags.Booked) != 0)
                _violations.Add(new Violation(trip.ExitTime, ViolationKind.BookedAtDeadline));
        }

        _engine.ClearClosedTrades();
        var net = NetSoFar;
        _drawdown.Next(_clock.Now, net, _bars);
        _equity.Add(_clock.Now, net);
    }
}
