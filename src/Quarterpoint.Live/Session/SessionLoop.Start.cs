using System.Globalization;
using Microsoft.Data.Sqlite;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.State;

namespace Quarterpoint.Live.Session;

/// <summary>
/// How a session begins (SPEC T1). One that was cut off goes on: its engine is made again from the journal, the store is brought up to it, and the venue is
/// asked what became of everything that was under way. Nothing is sent a second time: what the venue has not got, by its tag, was never sent.
/// </summary>
public sealed partial class SessionLoop
{
    private long _lastQuestion;

    private void Begin(Opening opening)
    {
        if (opening.Finding == Finding.Unknown) throw new SessionException($"The account {_account.Key} has no risk state yet. Begin it with qp risk init.");
        FaultPoint.Reach(FaultPoint.Opened);
        if (opening is { Finding: Finding.Sound, Known: { IsSessionOpen: true } open })
        {
            if (TryReplay(open, out var replayed, out var damage))
            {
                Resume(replayed);
                return;
            }

            // The state is sound, but what led to it and what was under way is not known: the same to a person as a state that is lost.
            opening = new Opening(Finding.Damaged, damage, open);
        }

        BeginAnew(opening);
    }

    private void BeginAnew(Opening opening)
    {
        var isSound = opening.Finding == Finding.Sound;
        _engine = _settings.MakeEngine(_settings.Setup);
        _forecaster = _settings.MakeForecaster?.Invoke();
        var welcome = _link.Connect(opening.Known?.At ?? default);
        _venueTime = welcome.Now;
        var risk = opening.Known?.ToRisk();
        var last = opening.Known ?? new StoredState(0, 0, false, [.. RiskState.Fresh(_engine.Settings.Limits.Capital).ToBytes()], welcome.Now);
        if (last.At > welcome.Now)
        {
            throw new SessionException(string.Create(
                CultureInfo.InvariantCulture, $"The account {_account.Key} was traded until {last.At}, and the venue says that it is {welcome.Now}. Time does not run back: begin another account for an earlier tape (qp risk init --account NAME)."));
        }

        // What the venue traded for this account and the state does not hold was not done by us, or not seen by us: either way its result is missing.
        var told = AskBeforeTheStart(QueryKind.Trades).Trades.Select(trade => trade.TradeId).DefaultIfEmpty(0).Max();
        if (isSound && risk is not null && (told > risk.LastTrade || risk.Position != 0))
        {
            isSound = false;
            opening = opening with { Finding = Finding.Damaged, Why = "the venue tells trades of this account that its state does not hold, or a position was open when it was saved." };
        }

        if (risk is not null) risk = risk with { LastTrade = Math.Max(told, risk.LastTrade) };
        if (!isSound && _account.Store is null) BeginLostStore(opening, last, risk, welcome.Now);
        _stored = last with { Commit = last.Commit + 1, Epoch = last.Epoch + 1, IsSessionOpen = true, At = welcome.Now };
        BeginJournal();
        _history.Add(new HistoryEntry(0, welcome.Now, "start", $"session {_stored.Epoch}"));
        CommitToStore(_stored, null);

        var record = isSound ? RiskRecord.Restored : opening.Finding == Finding.Missing ? RiskRecord.Missing : RiskRecord.Damaged;
        if (!isSound) Alarm($"The account's state is lost: {opening.Why} Nothing opens until a person has reviewed; what is held is closed.");
        Process(EngineEvent.Started(welcome.Now, new StartFacts(record, risk, _stored.Epoch, welcome.Capabilities) { MarketMemory = RecallMarket() }));
        _journalDay = _engine.Day.Day;
        _link.Ready();
    }

    /// <summary>A new store in the place of the lost one, which is kept beside it. Where the disk refuses even that, the session goes on without: it only closes.</summary>
    private void BeginLostStore(Opening opening, StoredState last, RiskState? risk, Timestamp now)
    {
        var lost = (risk ?? RiskState.Fresh(_engine.Settings.Limits.Capital)).With(new HeldLatch(Latch.StateLost, now, Timestamp.Never));
        try
        {
            _account.Begin(last with { IsSessionOpen = false, Risk = [.. lost.ToBytes()] }, [new HistoryEntry(0, now, "lost", opening.Why)]);
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            OnStoreFailed(failure);
        }
    }

    private void BeginJournal()
    {
        _header = new JournalHeader(_account.Key.ToString(), _stored.Epoch, 1, [.. new byte[JournalFormat.HashSize]], _settings.Setup);
        try
        {
            Directory.CreateDirectory(_account.JournalFolder);
            _journal = JournalWriter.Begin(_account.Files, _account.JournalFolder, _header, 0, _stored.Commit, []);
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            OnJournalFailed(failure);
        }
    }

    /// <summary>Makes the engine again from the newest file of the session's journal; false where journal and store do not fit each other.</summary>
    private bool TryReplay(StoredState stored, out ReplayedSession replayed, out string damage)
    {
        replayed = null!;
        damage = "";
        try
        {
            var files = JournalFormat.FilesOf(_account.JournalFolder, stored.Epoch);
            if (files.Count == 0) throw new BadInputException(_account.JournalFolder, "no journal", string.Create(CultureInfo.InvariantCulture, $"that of session {stored.Epoch}, which has not come to its end"));
            replayed = ReplayedSession.Read(files[^1], _settings.MakeEngine, _settings.MakeForecaster?.Invoke());
            if (replayed.Header.Account != _account.Key.ToString()) throw new BadInputException(files[^1], replayed.Header.Account, $"a journal of {_account.Key}");
            if (replayed.CommitNumber < stored.Commit || !replayed.Agrees(stored))
                throw new BadInputException(files[^1], $"commit {replayed.CommitNumber} as its last, or another state", $"the store's commit {stored.Commit}");
            return true;
        }
        catch (Exception e) when (e is BadInputException or InvalidDataException or IOException or InvariantException)
        {
            damage = $"{e.Message} The session's journal does not lead to its state.";
            return false;
        }
    }

    private void Resume(ReplayedSession replayed)
    {
        (_engine, _forecaster, _header, _seq, _journalDay) = (replayed.Engine, replayed.Forecaster, replayed.Header, replayed.Seq, replayed.Day);
        (_riskVersion, _peakVersion) = (replayed.RiskVersion, replayed.PeakVersion);
        _stored = _account.Store!.State;
        _history.AddRange(replayed.LateFacts.Select(fact => HistoryWords.Of(fact)));
        FaultPoint.Reach(FaultPoint.Replayed);
        try
        {
            _journal = JournalWriter.Continue(_account.Files, replayed.Path, replayed.Length, replayed.Head);
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            OnJournalFailed(failure);
        }

        if (replayed.CommitNumber > _stored.Commit)
        {
            // Journalled, and cut off before the store had it.
            _stored = _stored with { Commit = replayed.CommitNumber, Risk = replayed.CommittedRisk, At = _engine.Now };
            if (CommitToStore(_stored, replayed.LastCommitted)) _account.WriteMirrors(_stored, _stored.ToRisk());
        }

        FaultPoint.Reach(FaultPoint.Caught);
        var welcome = _link.Connect(_engine.LastBarTime == default ? default : _engine.LastBarTime.AddSeconds(_engine.Settings.BarSeconds));
        _venueTime = welcome.Now;

        // What is asked at the very time at which it was decided is no later than it would have been.
        var isTimely = welcome.Now <= _engine.Now;
        JournalNote(string.Create(CultureInfo.InvariantCulture, $"resumed at {welcome.Now} after event {_seq}"));
        if (!replayed.HasStarted)
        {
            Process(EngineEvent.Started(welcome.Now, new StartFacts(RiskRecord.Restored, _stored.ToRisk(), _stored.Epoch, welcome.Capabilities) { MarketMemory = RecallMarket() }));
            _journalDay = _engine.Day.Day;
        }
        else
        {
            CatchUp(replayed, isTimely);
        }

        FaultPoint.Reach(FaultPoint.Recovered);
        _link.Ready();
    }

    /// <summary>What was never committed goes first. Then the trades, for they move the position; every order that was under way; what works; and what is held.</summary>
    private void CatchUp(ReplayedSession replayed, bool isTimely)
    {
        SendUncommitted(replayed, isTimely);
        Ask(QueryKind.Trades, 0, 0);
        foreach (var request in replayed.Outstanding) Settle(request, isTimely);
        foreach (var order in _engine.Orders.ToArray())
        {
            if (order.IsLive && order.Lifecycle != Lifecycle.Created && LookUp(order.Tag, order.VenueOrderId) is { } report) Report(report);
        }

        Ask(QueryKind.OpenOrders, 0, 0);
        FaultPoint.Reach(FaultPoint.Asked);
        foreach (var question in replayed.Questions) Send(question);

        // By now both sides know the same trades. If they still hold different positions, neither is to be traded on.
        if (Ask(QueryKind.OpenOrders, 0, 0).SignedPosition is var held && held != _engine.Ledger.Net)
        {
            var why = string.Create(CultureInfo.InvariantCulture, $"After catching up the venue holds {held} contracts, and {_engine.Ledger.Net} are counted here.");
            Alarm(why);
            Process(EngineEvent.Operator(_engine.Now, OperatorCommand.Halt, new OperatorNote(0, "session", why)));
        }
    }

    /// <summary>A request whose answer is not in the journal: it was sent, or it was about to be. Its tag tells.</summary>
    private void Settle(in Intent request, bool isTimely)
    {
        var report = LookUp(request.Tag, request.VenueOrderId);
        var isPlacing = request.Kind is IntentKind.Enter or IntentKind.PlaceProtection or IntentKind.PlaceExit or IntentKind.ClosePosition;
        if (report is { } told)
        {
            var isDone = isPlacing || request.Kind == IntentKind.Cancel == !IsWorking(told.Status) || (request.Kind == IntentKind.Modify && told.Price == request.Price && told.Size == request.Size);
            if (isDone)
            {
                Process(EngineEvent.Sent(_engine.Now, new SendResultFacts(request.RequestId, SendOutcome.Accepted, told.VenueOrderId, 0)));
                Report(told);
                return;
            }

            Report(told);
            if (!IsWorking(told.Status))
            {
                Process(EngineEvent.Sent(_engine.Now, new SendResultFacts(request.RequestId, SendOutcome.Refused, told.VenueOrderId, 0)));
                return;
            }
        }

        if (isTimely && !(request.RaisesRisk && MustNotOpen)) Send(request);
        else Process(EngineEvent.Sent(_engine.Now, new SendResultFacts(request.RequestId, SendOutcome.NotSent, 0, 0)));
    }

    private bool MustNotOpen => !IsWriting || _isStopping || _isKilled || File.Exists(_account.KillFile);

    private static bool IsWorking(VenueOrderStatus status) =>
        status is VenueOrderStatus.Working or VenueOrderStatus.Pending or VenueOrderStatus.Suspended or VenueOrderStatus.PendingCancellation;

    /// <summary>What the last event asked for, and was cut off before it was committed: it has never left this machine.</summary>
    private void SendUncommitted(ReplayedSession replayed, bool isTimely)
    {
        if (!replayed.HasUncommitted) return;
        for (var i = 0; i < replayed.Uncommitted.Count; i++) _intents.Add(replayed.Uncommitted[i]);
        var isDurable = Commit(replayed.Seq, isOpen: true);
        if (isTimely)
        {
            SendAll(isDurable);
            return;
        }

        for (var i = 0; i < _intents.Count; i++)
        {
            if (_intents[i].Kind is not (IntentKind.Query or IntentKind.Alarm or IntentKind.RequestBars))
                Tell(EngineEvent.Sent(_engine.Now, new SendResultFacts(_intents[i].RequestId, SendOutcome.NotSent, 0, 0)));
        }

        _intents.Clear();
    }

    private void Report(in OrderReportFacts report) => Process(EngineEvent.OrderReported(_engine.Now, _engine.Now, report));

    /// <summary>What the venue knows of one order, however it ended; null where it has never had it.</summary>
    private OrderReportFacts? LookUp(long tag, long venueOrderId) =>
        Ask(QueryKind.Order, tag, venueOrderId) is { WorkingOrders: [var order, ..] } ? order : null;

    /// <summary>Asks, and takes everything that comes until the answer is there.</summary>
    private VenueSnapshot Ask(QueryKind query, long tag, long venueOrderId) => Ask(query, tag, venueOrderId, hasStarted: true);

    private VenueSnapshot AskBeforeTheStart(QueryKind query) => Ask(query, 0, 0, hasStarted: false);

    private VenueSnapshot Ask(QueryKind query, long tag, long venueOrderId, bool hasStarted)
    {
        var question = new Intent { Kind = IntentKind.Query, Query = query, RequestId = --_lastQuestion, Cause = _seq, Tag = tag, VenueOrderId = venueOrderId };
        _link.Send(question, _seq);
        var asked = _settings.Clock.GetTimestamp();
        while (_settings.Clock.GetElapsedTime(asked) < _settings.StopWithin)
        {
            if (!_mailbox.TryTake(out var mail))
            {
                _link.Wait(LookForKillEvery);
                continue;
            }

            switch (mail.Kind)
            {
                case MailKind.Event:
                    if (hasStarted) Process(mail.Event);
                    if (mail.Event is { Kind: EventKind.VenueSnapshot, Detail: VenueSnapshot answer } && answer.RequestId == question.RequestId) return answer;
                    break;
                case MailKind.Lost:
                    throw new VenueLostException(mail.Text);
                default:
                    break;
            }
        }

        throw new VenueLostException($"The venue did not answer a query for {query} within {_settings.StopWithin.TotalSeconds:0} s.");
    }
}
