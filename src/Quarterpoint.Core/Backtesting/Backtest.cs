using System.Runtime.CompilerServices;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>What becomes of an account that a limit has ended (SPEC X13).</summary>
public enum AccountMode : byte
{
    /// <summary>The hit is recorded and a fresh account starts next session: research.</summary>
    Lives,

    /// <summary>It is over for good.</summary>
    Real,
}

/// <summary>
/// Feeds bars through the engine and the simulated venue. The next event is always the earliest of the tape, the venue, and the engine's
/// own deadline. Chunks come in order of time; memory does not grow with them, except for the list of trades.
/// </summary>
public sealed class Backtest
{
    private readonly TradingEngine _engine;
    private readonly SimulatedVenue _venue;
    private readonly AccountMode _account;
    private readonly int _barSeconds;
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
    private Timestamp _now;
    private int _epoch;
    private bool _started;
    private string _contract = "";
    private byte _contractIndex;
    private SessionRows _session;
    private int _tradesBeforeSession;

    /// <summary>P&amp;L of the lives that ended, so that the curve of all lives is one.</summary>
    private long _endedLives;
    private Timestamp _first;
    private long _bars;
    private long _barsInPosition;
    private readonly List<EntryHours> _entryHours = [];
    private int _daysOver;
    private int _venueViolations;

    public Backtest(TradingEngine engine, SimulatedVenue venue, AccountMode account = AccountMode.Lives)
    {
        _engine = engine;
        _venue = venue;
        _account = account;
        _barSeconds = venue.Settings.BarSeconds;
    }

    /// <summary>Every event in the order in which the engine took it, before it is taken: a journal, or a test, may listen.</summary>
    public Action<EngineEvent>? BeforeEvent { get; init; }

    /// <summary>Every intent before the venue hears it, and when: a journal, or a test, may listen.</summary>
    public Action<Timestamp, Intent>? BeforeIntent { get; init; }

    /// <summary>What a model says of each bar, where the strategy follows one. It speaks at the bar's close.</summary>
    public IForecaster? Forecaster { get; init; }

    /// <summary>P&amp;L since the start over all lives, at the last bar's close.</summary>
    public Money NetSoFar => new(_endedLives + _engine.Equity.MicroDollars - _engine.Settings.Limits.Capital.MicroDollars);

    public int TradeCount => _trades.Count;

    /// <exception cref="OperationCanceledException">Asked for between two sessions.</exception>
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

    /// <summary>The model speaks of the bar that has just closed, before anything that the bar caused is answered: as live.</summary>
    private void Say(in ForecastFacts forecast)
    {
        var said =
            forecast.BarOpenTime == 0 ? EngineEvent.ForecastAbsent(_now, ForecastGap.Warmup) : EngineEvent.Forecasted(_now, forecast);
        said.Stamp(_now, ++_seq);
        Take(said);
    }

    /// <summary>Ends the run: an open position is booked at the last close.</summary>
    public BacktestResult Finish()
    {
        if (_started)
        {
            _venue.Finish();
            Pump();
            EndSession();
            if (_engine.Latches.IsFinal)
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
            LongestDrawdown = _drawdown.Longest,
            LongestDrawdownBars = _drawdown.LongestBars,
            LongestDrawdownDays = _drawdown.LongestDays,
            Lives = _lives,
            Violations = _violations,
            Refusals = refusals,
            RiskFacts = _riskFacts,
            Rooms = _rooms,
            BreakerCoverage = _engine.Breakers.Coverage,
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
            Last = _now,
        };
    }

    private void BeginSession(BarColumns columns, in SessionRows rows)
    {
        var open = rows.Session.Open;
        if (_started)
        {
            // What falls due after a session's last bar still belongs to its day.
            RunTimers(_session.Session.Close);
            EndSession();
        }
        else
        {
            Start(open);
        }

        _session = rows;
        _tradesBeforeSession = _trades.Count;
        NoteEntryHours(rows.Session);
        RunTimers(open);
        if (_engine.Latches.IsFinal && _account == AccountMode.Real)
            _daysOver++;
        if (_engine.Latches.IsFinal && _engine.IsAtRest && _account == AccountMode.Lives)
            BeginLife(open);

        // The venue knows the session first: a deadline of the new day is reckoned by its times.
        _venue.EnterSession(rows.Session);
        RunTimers(open);
        var contract = columns.Segments.Count > 0 ? columns.Segments[rows.Segment].Contract : "";
        if (contract == _contract)
            return;
        if (_venue.Position != 0)
        {
            _now = Later(open);
            _venue.EndContract(_now);
            Pump();
        }

        _contract = contract;
        Deliver(EngineEvent.ContractSelected(Later(open), ++_contractIndex, contract));
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

    private void EndSession()
    {
        var net = 0L;
        for (var i = _tradesBeforeSession; i < _trades.Count; i++)
            net += _trades[i].Trip.Net.MicroDollars;
        _days.Add(new DayResult(_session.Session.Day, new Money(net), _trades.Count - _tradesBeforeSession));
        if (!_engine.Room.IsUntouched)
            _rooms.Add(new DayRoom(_session.Session.Day, _engine.Day.Baseline, _engine.Room));
        _engine.ClearRoom();
        _equity.Add(_now, NetSoFar);
        _drawdown.EndDay(_now, _bars);
    }

    private void Start(Timestamp open)
    {
        _started = true;
        _first = open;
        _equity.Add(open, Money.Zero);
        _drawdown.Next(open, Money.Zero, 0);
        Deliver(EngineEvent.Started(open, Facts()));
    }

    private void BeginLife(Timestamp open)
    {
        var end = LifeEndNow();
        _lives.Add(end);
        _endedLives += end.Equity.MicroDollars - _engine.Settings.Limits.Capital.MicroDollars;
        foreach (var (latch, _, _) in _engine.Latches.ToList())
            _riskFacts.Add(new RiskFact(RiskFactKind.Released, Later(open), latch, default, LatchTable.Of(latch).Rule, Money.Zero));
        Deliver(EngineEvent.Started(Later(open), Facts()));
    }

    private LifeEnd LifeEndNow()
    {
        var last = LatchTable.Strictest(_engine.Latches.Held & LatchTable.Final);
        return new LifeEnd(_engine.Latches.SinceOf(last.Latch), last.Rule, _engine.Equity);
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
        var opens = bar.Opens;
        var closes = opens.AddSeconds(_barSeconds);
        if (_engine.NextDeadline <= opens || _venue.NextDeadline <= opens)
            RunTimers(opens);
        if (_venue.CanFillIn(bar))
            FillIn(bar);
        _venue.CloseBar(bar);
        if (_engine.NextDeadline <= closes || _venue.NextDeadline <= closes)
            RunTimers(closes);
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

    private void FillIn(in Bar bar)
    {
        _now = Later(bar.Opens);
        _venue.OpenBar(bar);
        Pump();
        while (_venue.FillNext(bar))
            Pump();
    }

    /// <summary>Fires what falls due up to and at that instant. At one instant the venue acts first: a fill at the deadline is in time.</summary>
    private void RunTimers(Timestamp until)
    {
        while (true)
        {
            var engine = _engine.NextDeadline;
            var venue = _venue.NextDeadline;
            if (engine > until && venue > until)
                return;
            if (venue <= engine)
            {
                _now = Later(venue);
                _venue.OnDeadline(_now);
                Pump();
                NoteViolations();
            }
            else
            {
                Deliver(EngineEvent.Clock(Later(engine)));
            }
        }
    }

    private void NoteViolations()
    {
        for (; _venueViolations < _venue.DeadlineViolations; _venueViolations++)
            _violations.Add(new Violation(_now, ViolationKind.NotFlatByDeadline));
    }

    private Timestamp Later(Timestamp time) => Timestamp.Max(_now, time);

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
            // The venue's clock can lie behind a deadline that has fired since; the loop's never runs back.
            fact.Stamp(Later(fact.Time), ++_seq);
            Take(fact);
            HandOver();
        }
    }

    private void Take(in EngineEvent e)
    {
        _now = e.Time;
        BeforeEvent?.Invoke(e);
        _engine.On(e, _intents);
        if (_engine.ClosedTrades.Count > 0)
            RecordTrades();
        if (_engine.RiskFacts.Count > 0)
            RecordRisk();
    }

    private void HandOver()
    {
        for (var i = 0; i < _intents.Count; i++)
        {
            BeforeIntent?.Invoke(_now, _intents[i]);
            _venue.Accept(_intents[i], _now, _intents[i].Cause);
        }

        _intents.Clear();
    }

    private void RecordRisk()
    {
        _riskFacts.AddRange(_engine.RiskFacts);
        _engine.ClearRiskFacts();
    }

    private void RecordTrades()
    {
        foreach (var trip in _engine.ClosedTrades)
        {
            _trades.Add(new TradeRecord(trip, _contract, _session.Session.Day, _lives.Count + 1));
            if ((trip.Flags & FillFlags.Booked) != 0)
                _violations.Add(new Violation(trip.ExitTime, ViolationKind.BookedAtDeadline));
        }

        _engine.ClearClosedTrades();
        var net = NetSoFar;
        _drawdown.Next(_now, net, _bars);
        _equity.Add(_now, net);
    }
}
