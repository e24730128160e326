using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.State;

namespace Quarterpoint.Live.Session;

/// <summary>
/// How a session begins (SPEC T1): anew, with an account at rest or one whose state is lost; or as one that was cut off and goes on, its
/// engine made again from the journal and the store brought up to it.
/// </summary>
public sealed partial class SessionLoop
{
    /// <summary>Connections of a link on real time that changed before the engine had started.</summary>
    private readonly List<EngineEvent> _early = [];
    private bool _isConnected;

    private void Begin(Opening opening)
    {
        if (opening.Finding == Finding.Unknown)
            throw new SessionException($"The account {_account.Key} has no risk state yet. Begin it with qp risk init.");
        FaultPoint.Reach(FaultPoint.Opened);
        StartClock(default);
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

    private void StartClock(Timestamp notBefore)
    {
        if (_tape is null)
            _clock = new LoopClock(_settings.Clock, notBefore);
    }

    private VenueWelcome Connect(Timestamp knownUpTo)
    {
        var welcome = _link.Connect(knownUpTo);
        (_isConnected, _isOurTurn, _tapeTime) = (true, true, welcome.Now);
        if (_clock is not null)
            _doubt.NoteVenue(welcome.Now, _clock.Now);
        return welcome;
    }

    /// <summary>The time at which this session starts: the tape's, or the loop's own.</summary>
    private Timestamp StartOf(VenueWelcome welcome) => _tape is null ? Now : welcome.Now;

    private void GetReady()
    {
        _link.Ready();
        _isOurTurn = false;
    }

    private void BeginAnew(Opening opening)
    {
        _engine = _settings.MakeEngine(_settings.Setup);
        _forecaster = _settings.MakeForecaster?.Invoke();
        var risk = opening.Known?.ToRisk();
        var welcome = Connect(opening.Known?.At ?? default);

        // What the venue traded for this account and the state does not hold was not done by us, or not seen by us: either way its result
        // is missing.
        var told = AskBeforeTheStart(QueryKind.Trades).Trades.Select(trade => trade.TradeId).DefaultIfEmpty(0).Max();
        var open = AskBeforeTheStart(QueryKind.OpenOrders);
        var now = StartOf(welcome);
        var last = opening.Known ?? new StoredState(0, 0, false, [.. RiskState.Fresh(_engine.Settings.Limits.Capital).ToBytes()], now);
        var isSound = opening.Finding == Finding.Sound;
        if (isSound && risk is not null && HoldsMore(risk, told, open))
        {
            isSound = false;
            opening = opening with
            {
                Finding = Finding.Damaged,
                Why =
                    "the venue tells of trades, a position, or working orders of this account that its state does not hold, or a position "
                    + "was open when it was saved.",
            };
        }

        // Refused is only who holds nothing: what is open is closed first, whatever else is wrong.
        if (isSound)
            RefuseUnlessItFits(risk!, last.At, now);
        if (risk is not null)
            risk = risk with { LastTrade = Math.Max(told, risk.LastTrade) };
        if (!isSound)
            last = BeginLost(opening, risk, last, now);
        BeginStored(last, now);
        if (!isSound)
            Alarm($"The account's state is lost: {opening.Why} Nothing opens until a person has reviewed; what is held is closed.");
        Start(isSound ? RiskRecord.Restored : RecordOf(opening.Finding), risk, welcome.Capabilities, now);
        GetReady();
    }

    private static bool HoldsMore(RiskState risk, long lastTrade, VenueSnapshot open) =>
        lastTrade > risk.LastTrade || risk.Position != 0 || open.SignedPosition != 0 || open.WorkingOrders.Length > 0;

    private static RiskRecord RecordOf(Finding finding) => finding == Finding.Missing ? RiskRecord.Missing : RiskRecord.Damaged;

    /// <exception cref="SessionException">The account was begun with other capital, or was traded later than it is now.</exception>
    private void RefuseUnlessItFits(RiskState risk, Timestamp tradedUntil, Timestamp now)
    {
        if (risk.Capital is var capital && capital != _engine.Settings.Limits.Capital)
        {
            // R5, R6, and R9 are measured from it: an edited configuration moves none of them (SPEC N3).
            throw new SessionException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"risk.capital is {_engine.Settings.Limits.Capital}, and the account {_account.Key} was begun with {capital}: its "
                        + $"limits never move. Set risk.capital back, or begin another account (qp risk init --account NAME)."
                )
            );
        }

        if (tradedUntil <= now)
            return;
        throw new SessionException(
            _tape is null
                ? $"The account {_account.Key} was traded until {tradedUntil}, and this computer's clock says that it is {now}. "
                    + "Time does not run back: set the clock."
                : $"The account {_account.Key} was traded until {tradedUntil}, and the venue says that it is {now}. "
                    + "Time does not run back: begin another account for an earlier tape (qp risk init --account NAME)."
        );
    }

    /// <summary>
    /// The state of an account whose own is lost. The latch is held from the first commit on: cut off right behind it, the next start must
    /// not take for sound what this one did not.
    /// </summary>
    private StoredState BeginLost(Opening opening, RiskState? risk, StoredState last, Timestamp now)
    {
        var lost = (risk ?? RiskState.Fresh(_engine.Settings.Limits.Capital)).With(new HeldLatch(Latch.StateLost, now, Timestamp.Never));
        last = last with { Risk = [.. lost.ToBytes()] };
        if (_account.Store is null)
            BeginLostStore(opening, last, now);
        return last;
    }

    /// <summary>
    /// A new store in the place of the lost one, which is kept beside it. Where the disk refuses even that, the session goes on without: it
    /// only closes.
    /// </summary>
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

    private void BeginStored(StoredState last, Timestamp now)
    {
        // A lost state may not know how often the account was started, and its journals do: none is overwritten, and no tag is given twice.
        var epoch = Math.Max(last.Epoch, JournalFormat.NewestEpoch(_account.JournalFolder)) + 1;
        _stored = last with { Commit = last.Commit + 1, Epoch = epoch, IsSessionOpen = true, At = now };
        BeginJournal();
        _history.Add(new HistoryEntry(0, now, "start", $"session {_stored.Epoch}"));
        if (CommitToStore(_stored, null))
            _account.WriteMirrors(_stored, _stored.ToRisk());
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

    /// <summary>The engine's first event, and what a link on real time told of its connections before it.</summary>
    private void Start(RiskRecord record, RiskState? risk, Capabilities capabilities, Timestamp now)
    {
        Process(EngineEvent.Started(now, new StartFacts(record, risk, _stored.Epoch, capabilities) { MarketMemory = RecallMarket() }));
        _journalDay = _engine.Risk.Day.Day;
        foreach (var e in _early)
            OnConnection(e);
        _early.Clear();
    }

    /// <summary>
    /// Makes the engine again from the newest file of the session's journal; false where journal and store do not fit each other.
    /// </summary>
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
        TakeUp(replayed);
        StartClock(_engine.Now);
        var welcome = Connect(_engine.LastBarTime == default ? default : _engine.LastBarTime.AddSeconds(_engine.Settings.BarSeconds));

        // On a tape, what is asked at the very time at which it was decided is no later than it would have been; on real time it always is.
        // A tape that has run back meanwhile says nothing of that.
        var isTimely = _tape is not null && welcome.Now == _engine.Now;
        _tapeTime = Timestamp.Max(welcome.Now, _engine.Now);
        var now = StartOf(welcome);
        JournalNote(string.Create(CultureInfo.InvariantCulture, $"resumed at {now} after event {_seq}"));
        if (replayed.HasStarted)
        {
            CatchUp(replayed, isTimely);
            ForgetBrokenConnections();
        }
        else
        {
            var risk = _stored.ToRisk();
            var isLost = risk.Latches.Any(held => held.Latch == Latch.StateLost);
            Start(isLost ? RiskRecord.Damaged : RiskRecord.Restored, risk, welcome.Capabilities, now);
        }

        // A restart is what ends it: this one has brought journal and store up to date.
        if (IsWriting && _engine.Risk.Latches.Has(Latch.Store))
            Tell(EngineEvent.StoreFailed(Now, failed: false));
        FaultPoint.Reach(FaultPoint.Recovered);
        GetReady();
    }

    /// <summary>Takes the engine as its journal left it, and brings journal and store up to each other.</summary>
    private void TakeUp(ReplayedSession replayed)
    {
        (_engine, _forecaster, _header, _seq, _journalDay) = (
            replayed.Engine,
            replayed.Forecaster,
            replayed.Header,
            replayed.Seq,
            replayed.Day
        );
        (_riskVersion, _peakVersion) = (replayed.RiskVersion, replayed.PeakVersion);
        _isClockSuspect = _engine.Risk.Latches.Has(Latch.Clock);
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
    }
}
