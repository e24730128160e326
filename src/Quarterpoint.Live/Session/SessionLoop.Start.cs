using System.Globalization;
using Quarterpoint.Core;
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
    private bool _isConnected;

    private void Begin(Opening opening)
    {
        if (opening.Finding == Finding.Unknown)
            throw new SessionException($"The account {_account.Key} has no risk state yet. Begin it with qp risk init.");
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

    private VenueWelcome Connect(Timestamp knownUpTo)
    {
        var welcome = _link.Connect(knownUpTo);
        (_isConnected, _isOurTurn, _venueTime) = (true, true, welcome.Now);
        return welcome;
    }

    private void GetReady()
    {
        _link.Ready();
        _isOurTurn = false;
    }

    private void BeginAnew(Opening opening)
    {
        var isSound = opening.Finding == Finding.Sound;
        _engine = _settings.MakeEngine(_settings.Setup);
        _forecaster = _settings.MakeForecaster?.Invoke();
        var risk = opening.Known?.ToRisk();
        var welcome = Connect(opening.Known?.At ?? default);
        var last = opening.Known
            ?? new StoredState(0, 0, false, [.. RiskState.Fresh(_engine.Settings.Limits.Capital).ToBytes()], welcome.Now);

        // What the venue traded for this account and the state does not hold was not done by us, or not seen by us: either way its result is missing.
        var told = AskBeforeTheStart(QueryKind.Trades).Trades.Select(trade => trade.TradeId).DefaultIfEmpty(0).Max();
        var open = AskBeforeTheStart(QueryKind.OpenOrders);
        if (
            isSound
            && risk is not null
            && (told > risk.LastTrade || risk.Position != 0 || open.SignedPosition != 0 || open.WorkingOrders.Length > 0)
        )
        {
            isSound = false;
            opening = opening with
            {
                Finding = Finding.Damaged,
                Why =
                    "the venue tells of trades, a position, or working orders of this account that its state does not hold, or a position was open when it was saved.",
            };
        }

        // Refused is only who holds nothing: what is open is closed first, whatever else is wrong.
        if (isSound && risk!.Capital is var capital && capital != _engine.Settings.Limits.Capital)
        {
            // R5, R6, and R9 are measured from it: an edited configuration moves none of them (SPEC N3).
            throw new SessionException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"risk.capital is {_engine.Settings.Limits.Capital}, and the account {_account.Key} was begun with {capital}: its limits never move. Set risk.capital back, or begin another account (qp risk init --account NAME)."
                )
            );
        }

        if (isSound && last.At > welcome.Now)
        {
            throw new SessionException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The account {_account.Key} was traded until {last.At}, and the venue says that it is {welcome.Now}. Time does not run back: begin another account for an earlier tape (qp risk init --account NAME)."
                )
            );
        }

        if (risk is not null)
            risk = risk with { LastTrade = Math.Max(told, risk.LastTrade) };
        if (!isSound)
        {
            // Held from the first commit on: cut off right behind it, the next start must not take for sound what this one did not.
            var lost = (risk ?? RiskState.Fresh(_engine.Settings.Limits.Capital)).With(
                new HeldLatch(Latch.StateLost, welcome.Now, Timestamp.Never)
            );
            last = last with { Risk = [.. lost.ToBytes()] };
            if (_account.Store is null)
                BeginLostStore(opening, last, welcome.Now);
        }

        // A lost state may not know how often the account was started, and its journals do: none is overwritten, and no tag is given twice.
        var epoch = Math.Max(last.Epoch, JournalFormat.NewestEpoch(_account.JournalFolder)) + 1;
        _stored = last with { Commit = last.Commit + 1, Epoch = epoch, IsSessionOpen = true, At = welcome.Now };
        BeginJournal();
        _history.Add(new HistoryEntry(0, welcome.Now, "start", $"session {_stored.Epoch}"));
        if (CommitToStore(_stored, null))
            _account.WriteMirrors(_stored, _stored.ToRisk());

        var record =
            isSound ? RiskRecord.Restored
            : opening.Finding == Finding.Missing ? RiskRecord.Missing
            : RiskRecord.Damaged;
        if (!isSound)
            Alarm($"The account's state is lost: {opening.Why} Nothing opens until a person has reviewed; what is held is closed.");
        Process(
            EngineEvent.Started(
                welcome.Now,
                new StartFacts(record, risk, _stored.Epoch, welcome.Capabilities) { MarketMemory = RecallMarket() }
            )
        );
        _journalDay = _engine.Day.Day;
        GetReady();
    }

    /// <summary>A new store in the place of the lost one, which is kept beside it. Where the disk refuses even that, the session goes on without: it only closes.</summary>
    private void BeginLostStore(Opening opening, StoredState last, Timestamp now)
    {
        try
        {
            _account.Begin(last with { IsSessionOpen = false }, [new HistoryEntry(0, now, "lost", opening.Why)]);
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
            if (files.Count == 0)
                throw new BadInputException(
                    _account.JournalFolder,
                    "no journal",
                    string.Create(CultureInfo.InvariantCulture, $"that of session {stored.Epoch}, which has not come to its end")
                );
            replayed = ReplayedSession.Read(files[^1], _settings.MakeEngine, _settings.MakeForecaster?.Invoke());
            if (replayed.Header is var header && (header.Account != _account.Key.ToString() || header.Epoch != stored.Epoch))
                throw new BadInputException(
                    files[^1],
                    string.Create(CultureInfo.InvariantCulture, $"session {header.Epoch} of {header.Account}"),
                    string.Create(CultureInfo.InvariantCulture, $"session {stored.Epoch} of {_account.Key}")
                );
            if (replayed.CommitNumber < stored.Commit || !replayed.Agrees(stored))
                throw new BadInputException(
                    files[^1],
                    $"commit {replayed.CommitNumber} as its last, or another state",
                    $"the store's commit {stored.Commit}"
                );
            return true;
        }
        catch (Exception e)
        {
            // An engine that broke on an event breaks on it again, whatever the exception is called.
            damage = $"{e.Message} The session's journal does not lead to its state.";
            return false;
        }
    }

    private void Resume(ReplayedSession replayed)
    {
        (_engine, _forecaster, _header, _seq, _journalDay) = (
            replayed.Engine,
            replayed.Forecaster,
            replayed.Header,
            replayed.Seq,
            replayed.Day
        );
        (_riskVersion, _peakVersion) = (replayed.RiskVersion, replayed.PeakVersion);
        _isClockSuspect = _engine.Latches.Has(Latch.Clock);
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

        // Cut off between the event and what the engine said to it.
        if (replayed.OwesRefusal)
            JournalRefusal();
        if (replayed.CommitNumber > _stored.Commit)
        {
            // Journalled, and cut off before the store had it.
            _stored = _stored with { Commit = replayed.CommitNumber, Risk = replayed.CommittedRisk, At = _engine.Now };
            if (CommitToStore(_stored, replayed.LastCommitted))
                _account.WriteMirrors(_stored, _stored.ToRisk());
        }

        FaultPoint.Reach(FaultPoint.Caught);
        var welcome = Connect(_engine.LastBarTime == default ? default : _engine.LastBarTime.AddSeconds(_engine.Settings.BarSeconds));

        // What is asked at the very time at which it was decided is no later than it would have been. A venue whose clock has run back meanwhile says nothing of that.
        var isTimely = welcome.Now == _engine.Now;
        _venueTime = Timestamp.Max(welcome.Now, _engine.Now);
        JournalNote(string.Create(CultureInfo.InvariantCulture, $"resumed at {welcome.Now} after event {_seq}"));
        if (!replayed.HasStarted)
        {
            var risk = _stored.ToRisk();
            var record = risk.Latches.Any(held => held.Latch == Latch.StateLost) ? RiskRecord.Damaged : RiskRecord.Restored;
            Process(
                EngineEvent.Started(
                    welcome.Now,
                    new StartFacts(record, risk, _stored.Epoch, welcome.Capabilities) { MarketMemory = RecallMarket() }
                )
            );
            _journalDay = _engine.Day.Day;
        }
        else
        {
            CatchUp(replayed, isTimely);
        }

        // A restart is what ends it: this one has brought journal and store up to date.
        if (IsWriting && _engine.Latches.Has(Latch.Store))
            Tell(EngineEvent.StoreFailed(_engine.Now, failed: false));
        FaultPoint.Reach(FaultPoint.Recovered);
        GetReady();
    }

    /// <summary>What was never committed goes first. Then the trades, for they move the position; every order that was under way; what works; and what is held.</summary>
    private void CatchUp(ReplayedSession replayed, bool isTimely)
    {
        SettleUncommitted(replayed, isTimely);
        Ask(QueryKind.Trades, 0, 0);
        foreach (var request in replayed.Outstanding)
            Settle(request, isTimely);
        foreach (var order in _engine.Orders.ToArray())
        {
            if (order.IsLive && order.Lifecycle != Lifecycle.Created && LookUp(order.Tag, order.VenueOrderId) is { } report)
                Report(report);
        }

        Ask(QueryKind.OpenOrders, 0, 0);
        FaultPoint.Reach(FaultPoint.Asked);
        foreach (var question in replayed.Questions)
            Send(question);

        // By now both sides know the same trades. If they still hold different positions, neither is to be traded on.
        if (Ask(QueryKind.OpenOrders, 0, 0).SignedPosition is var held && held != _engine.Ledger.Net)
        {
            var why = string.Create(
                CultureInfo.InvariantCulture,
                $"After catching up the venue holds {held} contracts, and {_engine.Ledger.Net} are counted here."
            );
            Alarm(why);
            Process(EngineEvent.Operator(_engine.Now, OperatorCommand.Halt, new OperatorNote(0, "session", why)));
        }
    }

    /// <summary>A request whose answer is not in the journal: it was sent, or it was about to be. Its tag tells.</summary>
    private void Settle(in Intent request, bool isTimely)
    {
        var report = LookUp(request.Tag, request.VenueOrderId);
        if (report is { } told)
        {
            var isDone = request.Kind switch
            {
                IntentKind.Cancel => !IsWorking(told.Status),
                IntentKind.Modify => told.Price == request.Price && told.Size == request.Size,

                // What was to be placed is there.
                _ => true,
            };
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

        if (isTimely && !(request.RaisesRisk && (MustNotOpen || _engine.Latches.Blocking != Latch.None)))
            Send(request);
        else
            Process(EngineEvent.Sent(_engine.Now, new SendResultFacts(request.RequestId, SendOutcome.NotSent, 0, 0)));
    }

    private bool MustNotOpen => !IsWriting || _isStopping || _isKilled || _account.IsKillAsked;

    private static bool IsWorking(VenueOrderStatus status) =>
        status
            is VenueOrderStatus.Working
                or VenueOrderStatus.Pending
                or VenueOrderStatus.Suspended
                or VenueOrderStatus.PendingCancellation;

    /// <summary>
    /// What the last event asked for, and was cut off before it was committed. An entry among it has never left this machine. An exit may have, where the disk
    /// had failed: so its tag is asked for too.
    /// </summary>
    private void SettleUncommitted(ReplayedSession replayed, bool isTimely)
    {
        if (!replayed.HasUncommitted)
            return;
        List<Intent> asked = [];
        for (var i = 0; i < replayed.Uncommitted.Count; i++)
        {
            asked.Add(replayed.Uncommitted[i]);
            _intents.Add(replayed.Uncommitted[i]);
        }

        Commit(replayed.Seq, isOpen: true);
        _intents.Clear();
        foreach (var intent in asked)
        {
            if (intent.Kind == IntentKind.Alarm)
                RaiseAlarm(intent);
            else if (intent.Kind is not (IntentKind.Query or IntentKind.RequestBars))
                Settle(intent, isTimely);
            else if (isTimely)
                Send(intent);
        }
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
        var question = Intent.Ask(new IntentCause(Rule.None, 0, --_lastQuestion, _seq), query, tag, venueOrderId);
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
                    if (hasStarted)
                        Process(mail.Event);
                    if (
                        mail.Event is { Kind: EventKind.VenueSnapshot, Detail: VenueSnapshot answer }
                        && answer.RequestId == question.RequestId
                    )
                        return answer;
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
