using System.Globalization;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.State;

namespace Quarterpoint.Live.Session;

/// <summary>
/// The one loop of a live or paper session (DESIGN.md 3): take an event, journal it, ask the engine, commit risk state and intents, send.
/// It alone touches engine, journal, and store; links, timers, and people only put things into its mailbox. It goes by a clock of its own,
/// unless its link makes time as a tape does. The kill file is looked for at each event and before each order that raises risk.
/// </summary>
public sealed partial class SessionLoop : IDisposable
{
    private static readonly TimeSpan LookForKillEvery = TimeSpan.FromMilliseconds(100);

    private readonly AccountFolder _account;
    private readonly SessionSettings _settings;
    private readonly IVenueLink _link;

    /// <summary>The link, where it makes its own time; null on real time.</summary>
    private readonly ITapeLink? _tape;
    private readonly Mailbox _mailbox;
    private readonly IntentBuffer _intents = new();
    private readonly Queue<EngineEvent> _own = new();

    private TradingEngine _engine = null!;
    private IBarForecaster? _forecaster;
    private JournalWriter? _journal;
    private CancellationToken _stop;
    private long _seq;
    private int _trades;
    private long _events;
    private bool _isStopping;
    private bool _isKilled;
    private long _stoppingSince;
    private string _why = "";

    /// <exception cref="ArgumentException">The mail of a session on real time is stamped by another clock than the session's.</exception>
    public SessionLoop(AccountFolder account, SessionSettings settings, IVenueLink link, Mailbox mailbox)
    {
        (_account, _settings, _link, _mailbox) = (account, settings, link, mailbox);
        _tape = link as ITapeLink;
        if (_tape is null && mailbox.Clock != settings.Clock)
            throw new ArgumentException("A session on real time and its mailbox go by one clock.", nameof(mailbox));
        _doubt = new ClockDoubt(settings);
    }

    /// <summary>
    /// When the loop last took something or looked, on <see cref="SessionSettings.Clock"/>: the kill switch tells by it whether the loop is
    /// stuck.
    /// </summary>
    public long LastBeat { get; private set; }

    /// <summary>
    /// Whether a kill that was asked for has gone its whole way: the engine has taken it, and what it asked for was sent.
    /// </summary>
    public bool HasKilled { get; private set; }

    /// <summary>Runs until the venue has no more, somebody stops it, or it must not go on.</summary>
    /// <param name="opening">What was found of the account.</param>
    /// <param name="stop">Asked for by a person: flatten, verify, save, end.</param>
    /// <exception cref="SessionException">The session cannot begin.</exception>
    /// <exception cref="VenueLostException">
    /// There is no venue to begin with, or one that makes its own time is gone. On real time a venue that is lost later ends nothing.
    /// </exception>
    public SessionOutcome Run(Opening opening, CancellationToken stop)
    {
        _stop = stop;
        FaultPoint.Beside = () => _engine is { } engine && !engine.Ledger.IsFlat ? "held" : "flat";
        try
        {
            Begin(opening);
            while (!IsDone(stop))
            {
                LastBeat = _settings.Clock.GetTimestamp();
                LookForKill();
                LookAfterRealTime();
                if (_own.TryDequeue(out var own))
                    Process(own);
                else if (_mailbox.TryTake(out var mail))
                    Take(mail);
                else if (!FireDeadline())
                    Wait(UntilNextDeadline());
            }

            return End();
        }
        catch (VenueLostException)
        {
            SayWhatIsOpen(opening);
            throw;
        }
        catch (Exception e) when (e is not SessionException)
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
        Tell(EngineEvent.Operator(Now, OperatorCommand.Flatten, new OperatorNote(0, "session", why)));
    }

    /// <summary>An event of our own, taken before what waits in the mailbox.</summary>
    private void Tell(in EngineEvent e) => _own.Enqueue(e);

    private void Take(in Mail mail)
    {
        switch (mail.Kind)
        {
            case MailKind.Event when _tape is null:
                TakeHeard(mail);
                break;
            case MailKind.Event:
                LookAtTapeClock(mail.Event.Time);
                Process(mail.Event);
                break;
            case MailKind.VenueClock:
                NoteVenueClock(mail);
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

    /// <summary>Until mail has come, at most so long.</summary>
    private void Wait(TimeSpan atMost)
    {
        if (_tape is not null)
            _tape.Wait(atMost);
        else if (_settings.WaitForMail is { } wait)
            wait(atMost);
        else
            _mailbox.Wait(atMost);
    }

    private void LookForKill()
    {
        if (_isKilled || !_account.IsKillAsked)
            return;
        _isKilled = true;
        if (!_engine.Risk.Latches.Has(Latch.ManualKill))
        {
            Alarm("A kill was asked for: flattening, and nothing opens until a person has reviewed.");
            Process(EngineEvent.Operator(Now, OperatorCommand.Kill, new OperatorNote(0, "kill file", KillReason())));
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
            // On real time a model that thought for too long is found out by the engine.
            said.Stamp(_tape is null ? Now : e.Time, 0);
            Process(said);
        }
    }

    private TradingSession? SessionOf(Timestamp time) => _engine.Settings.Calendar.At(time);

    /// <summary>
    /// Sends what was committed, in order. Where the commit failed, what raises risk is dropped, and only that: exits never wait for a
    /// disk. The same where a person has asked for a kill or a stop since, or the market has gone on since.
    /// </summary>
    private void SendAll(bool isDurable)
    {
        for (var i = 0; i < _intents.Count; i++)
        {
            ref readonly var intent = ref _intents[i];
            if (intent.Kind == IntentKind.Alarm)
                RaiseAlarm(intent);
            else if (intent.RaisesRisk && (!isDurable || _isStopping || _isKilled || _account.IsKillAsked || IsTooLateToEnter))
                Answer(intent, SendOutcome.NotSent);
            else
                Send(intent);
        }

        _intents.Clear();
    }

    private void RaiseAlarm(in Intent intent) =>
        Alarm(string.Create(CultureInfo.InvariantCulture, $"The engine raises an alarm: {intent.Rule}."));

    private void Send(in Intent intent)
    {
        FaultPoint.Reach(FaultPoint.BeforeSend);
        try
        {
            _link.Send(intent, intent.Cause);
        }
        catch (VenueLostException lost) when (_tape is null)
        {
            // No end of a session that lives in real time: what cannot be sent comes back, and the engine goes on wanting it. A query is
            // asked again by who asked.
            if (intent.Kind is not (IntentKind.Query or IntentKind.RequestBars))
                Answer(intent, lost.NothingLeft ? SendOutcome.NotSent : SendOutcome.Unknown);
        }

        FaultPoint.Reach(FaultPoint.AfterSend);
    }

    /// <summary>The answer to a request that the venue did not get, or of which nobody knows whether it got it.</summary>
    private void Answer(in Intent intent, SendOutcome outcome) =>
        Tell(EngineEvent.Sent(Now, new SendResultFacts(intent.RequestId, outcome, 0, 0)));

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
        if (_engine.Risk.Facts.Count == 0)
            return [];
        List<RiskFact> facts = [.. _engine.Risk.Facts];
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
