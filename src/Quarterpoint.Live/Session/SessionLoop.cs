using System.Globalization;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.State;

namespace Quarterpoint.Live.Session;

/// <summary>
/// The one loop of a live or paper session (DESIGN.md 3): take an event, journal it, ask the engine, commit risk state and intents, send. It alone
/// touches engine, journal, and store; links, timers, and people only put things into its mailbox. The kill file is looked for at each event and before
/// each order that raises risk.
/// </summary>
public sealed partial class SessionLoop : IDisposable
{
    private static readonly TimeSpan LookForKillEvery = TimeSpan.FromMilliseconds(100);

    private readonly AccountFolder _account;
    private readonly SessionSettings _settings;
    private readonly IVenueLink _link;
    private readonly Mailbox _mailbox;
    private readonly IntentBuffer _intents = new();
    private readonly Queue<EngineEvent> _own = new();

    private TradingEngine _engine = null!;
    private IBarForecaster? _forecaster;
    private JournalWriter? _journal;
    private long _seq;
    private int _trades;
    private long _events;
    private bool _isStopping;
    private bool _isKilled;
    private long _stoppingSince;
    private string _why = "";

    public SessionLoop(AccountFolder account, SessionSettings settings, IVenueLink link, Mailbox mailbox)
    {
        (_account, _settings, _link, _mailbox) = (account, settings, link, mailbox);
    }

    /// <summary>When the loop last took something or looked, on <see cref="SessionSettings.Clock"/>: the kill switch tells by it whether the loop is stuck.</summary>
    public long LastBeat { get; private set; }

    /// <summary>Whether a kill that was asked for has gone its whole way: the engine has taken it, and what it asked for was sent.</summary>
    public bool HasKilled { get; private set; }

    /// <summary>Runs until the venue has no more, somebody stops it, or it must not go on.</summary>
    /// <param name="opening">What was found of the account.</param>
    /// <param name="stop">Asked for by a person: flatten, verify, save, end.</param>
    public SessionOutcome Run(Opening opening, CancellationToken stop)
    {
        FaultPoint.Beside = () => _engine is { } engine && !engine.Ledger.IsFlat ? "held" : "flat";
        try
        {
            Begin(opening);
            while (!IsDone(stop))
            {
                LastBeat = _settings.Clock.GetTimestamp();
                LookForKill();
                if (_own.TryDequeue(out var own))
                    Process(own);
                else if (_mailbox.TryTake(out var mail))
                    Take(mail);
                else
                    _link.Wait(LookForKillEvery);
            }

            return End();
        }
        catch (Exception e) when (e is not VenueLostException and not SessionException)
        {
            // Nobody foresaw it, so nothing that was believed is believed any more: close what is held without the engine, and halt (R24).
            return EndBroken(e);
        }
    }

    public void Dispose() => _journal?.Dispose();

    private bool IsDone(CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            Stop("stopped by hand");
        if (!_isStopping || _own.Count > 0)
            return false;
        return _engine.IsAtRest || _settings.Clock.GetElapsedTime(_stoppingSince) > _settings.StopWithin;
    }

    /// <summary>The ladder of SPEC N5, without a latch: nothing more opens, what is open is closed, and flat is proved.</summary>
    private void Stop(string why)
    {
        if (_isStopping)
            return;
        (_isStopping, _stoppingSince, _why) = (true, _settings.Clock.GetTimestamp(), why);
        Tell(EngineEvent.Operator(_engine.Now, OperatorCommand.Flatten, new OperatorNote(0, "session", why)));
    }

    /// <summary>An event of our own, taken before what waits in the mailbox.</summary>
    private void Tell(in EngineEvent e) => _own.Enqueue(e);

    private void Take(in Mail mail)
    {
        switch (mail.Kind)
        {
            case MailKind.Event:
                LookAtClock(mail.Event.Time);
                Process(mail.Event);
                break;
            case MailKind.TurnEnd:
                EndTurn(mail.Now);
                break;
            case MailKind.Over:
                Stop("the tape came to its end");
                EndTurn(mail.Now);
                break;
            default:
                throw new VenueLostException(mail.Text);
        }
    }

    private void EndTurn(Timestamp now)
    {
        _isOurTurn = true;
        LookAtClock(now);
        while (_own.TryDequeue(out var own))
            Process(own);
        FaultPoint.Reach(FaultPoint.BeforeTurnEnd);
        EndOurTurn(_engine.NextDeadline);
        FaultPoint.Reach(FaultPoint.AfterTurnEnd);
    }

    /// <summary>
    /// A venue's clock that runs back is not to be trusted with deadlines, pauses, and the end of the day: nothing opens until it is later than it has ever been. Known
    /// before what is told at such a time is acted upon.
    /// </summary>
    private void LookAtClock(Timestamp now)
    {
        var isSuspect = now < _venueTime || (_isClockSuspect && now == _venueTime);
        _venueTime = Timestamp.Max(_venueTime, now);
        if (isSuspect == _isClockSuspect)
            return;
        _isClockSuspect = isSuspect;
        Process(EngineEvent.ClockSuspect(_engine.Now, isSuspect));
    }

    private void EndOurTurn(Timestamp nextDeadline)
    {
        _link.EndTurn(nextDeadline);
        _isOurTurn = false;
    }

    private Timestamp _venueTime;
    private bool _isClockSuspect;

    /// <summary>Whether the venue waits for us: it has told all there is, or does not know yet that this session is ready.</summary>
    private bool _isOurTurn;

    private void LookForKill()
    {
        if (_isKilled || !_account.IsKillAsked)
            return;
        _isKilled = true;
        if (!_engine.Latches.Has(Latch.ManualKill))
        {
            Alarm("A kill was asked for: flattening, and nothing opens until a person has reviewed.");
            Process(EngineEvent.Operator(_engine.Now, OperatorCommand.Kill, new OperatorNote(0, "kill file", KillReason())));
        }

        HasKilled = true;
    }

    private string KillReason()
    {
        try
        {
            return File.ReadAllText(_account.KillFile).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>One event, the whole way.</summary>
    private void Process(EngineEvent e)
    {
        if (e.Kind == EventKind.BarClosed)
            RotateWithTheDay();
        FaultPoint.Reach(FaultPoint.EventTaken);
        e.Stamp(Timestamp.Max(_engine.Now, e.Time), ++_seq);
        JournalEvent(e);
        FaultPoint.Reach(FaultPoint.EventJournalled);
        _settings.BeforeEvent?.Invoke(e);
        var refusals = _engine.RefusalCount;
        _engine.On(e, _intents);
        _events++;
        FaultPoint.Reach(FaultPoint.EngineAsked);
        if (_engine.RefusalCount != refusals)
            JournalRefusal();
        var (trades, facts) = (TakeTrades(), TakeFacts());
        var isDurable = Commit(e);
        SendAll(isDurable);
        foreach (var trade in trades)
            _settings.OnTrade?.Invoke(trade);
        foreach (var fact in facts)
            _settings.OnRisk?.Invoke(fact);
        if (e.Kind == EventKind.BarClosed)
            AfterBar(e);
    }

    private void AfterBar(in EngineEvent e)
    {
        _settings.OnBar?.Invoke(e.Time);
        if (_forecaster is not null && SessionOf(e.Bar.Opens) is { } session && _forecaster.Next(e.Bar, session, isAsked: true) is { } said)
        {
            said.Stamp(e.Time, 0);
            Process(said);
        }
    }

    private TradingSession? SessionOf(Timestamp time) => _engine.Settings.Calendar.At(time);

    /// <summary>
    /// Sends what was committed, in order. Where the commit failed, what raises risk is dropped, and only that: exits never wait for a disk. The same
    /// where a person has asked for a kill or a stop since.
    /// </summary>
    private void SendAll(bool isDurable)
    {
        for (var i = 0; i < _intents.Count; i++)
        {
            ref readonly var intent = ref _intents[i];
            if (intent.Kind == IntentKind.Alarm)
            {
                RaiseAlarm(intent);
                continue;
            }

            if (intent.RaisesRisk && (!isDurable || _isStopping || _isKilled || _account.IsKillAsked))
            {
                Tell(EngineEvent.Sent(_engine.Now, new SendResultFacts(intent.RequestId, SendOutcome.NotSent, 0, 0)));
                continue;
            }

            Send(intent);
        }

        _intents.Clear();
    }

    private void RaiseAlarm(in Intent intent) =>
        Alarm(string.Create(CultureInfo.InvariantCulture, $"The engine raises an alarm: {intent.Rule}."));

    private void Send(in Intent intent)
    {
        FaultPoint.Reach(FaultPoint.BeforeSend);
        _link.Send(intent, intent.Cause);
        FaultPoint.Reach(FaultPoint.AfterSend);
    }

    private List<Core.Accounting.RoundTrip> TakeTrades()
    {
        if (_engine.ClosedTrades.Count == 0)
            return [];
        List<Core.Accounting.RoundTrip> trades = [.. _engine.ClosedTrades];
        _trades += trades.Count;
        _engine.ClearClosedTrades();
        return trades;
    }

    private List<RiskFact> TakeFacts()
    {
        if (_engine.RiskFacts.Count == 0)
            return [];
        List<RiskFact> facts = [.. _engine.RiskFacts];
        _engine.ClearRiskFacts();
        foreach (var fact in facts)
            _history.Add(HistoryWords.Of(fact));
        return facts;
    }

    private void Alarm(string text)
    {
        _settings.OnAlarm?.Invoke(text);
        JournalNote(text);
    }
}

/// <summary>The way to the venue broke, and nobody can say what stands there now.</summary>
public sealed class VenueLostException(string message) : Exception(message);

/// <summary>The session cannot begin; the message says why and what to do.</summary>
public sealed class SessionException(string message) : Exception(message);
