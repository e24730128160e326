using System.Globalization;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.State;

namespace Quarterpoint.Live.Session;

/// <summary>How a session ends: cleanly, with everything saved; or broken, with everything closed that can be closed.</summary>
public sealed partial class SessionLoop
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private SessionOutcome End()
    {
        var isFlat = _engine.IsAtRest;
        FaultPoint.Reach(FaultPoint.BeforeEnd);
        if (!isFlat)
            Alarm(
                $"The venue has not said within {_settings.StopWithin.TotalSeconds:0} s that nothing is held and nothing works. "
                    + "Look at the account now."
            );
        if (isFlat)
        {
            // A session whose account is not proved flat has not ended: the next start goes on with it.
            if (!_journalFailed)
                JournalEnd();
            _history.Add(new HistoryEntry(0, Now, "end", _why));
            Commit(_seq, isOpen: false);
            RememberMarket();
        }

        FaultPoint.Reach(FaultPoint.AfterEnd);
        return Outcome(_why, isFlat);
    }

    private void JournalEnd()
    {
        try
        {
            _journal!.AppendEnd(_why);
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            OnJournalFailed(failure);
        }
    }

    /// <summary>A session that breaks off says what it leaves open.</summary>
    private void SayWhatIsOpen(Opening opening)
    {
        var held = _engine is null ? opening.Known?.ToRisk().Position ?? 0 : _engine.Ledger.Net;
        var isAtRest = _engine is null ? held == 0 : _engine.IsAtRest;
        if (isAtRest)
            return;
        _settings.OnAlarm?.Invoke(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The way to the venue broke with {held} contracts held, by what is known here. What works and what is held stands as "
                    + $"it stood: look at the account, and start the session again."
            )
        );
    }

    private SessionOutcome Outcome(string why, bool isFlat) =>
        new(why, isFlat, _engine.Risk.Latches.State, _engine.RiskSnapshot, _trades, _events, IsWriting);

    /// <summary>
    /// The engine, or the loop itself, broke. The venue is told to close everything, and is asked until it says that nothing is left; the
    /// last state that was committed is halted, without the engine.
    /// </summary>
    private SessionOutcome EndBroken(Exception failure)
    {
        // The venue first: what closes waits for no disk.
        var why = $"{failure.GetType().Name}: {failure.Message}";
        var isTold = TellToClose(why);
        _settings.OnAlarm?.Invoke(
            $"Something unforeseen happened, so everything is closed and nothing opens until a person has reviewed. {why}"
        );
        JournalNote($"broken: {failure}");
        var now = Now;
        var known = _stored ?? _account.Store?.State;
        var halted = (known?.ToRisk() ?? RiskState.Fresh(default)).With(new HeldLatch(Latch.Halted, now, Timestamp.Never));
        var isDurable = SaveHalted(known, halted, now, why);
        var isFlat = ProveFlat(why, isTold);
        if (!isFlat)
            _settings.OnAlarm?.Invoke("The venue has not said that nothing is held and nothing works. Look at the account now.");
        return new SessionOutcome(why, isFlat, TradingState.ManualReview, halted, _trades, _events, isDurable);
    }

    private bool SaveHalted(StoredState? known, RiskState halted, Timestamp now, string why)
    {
        if (known is null || _account.Store is not { } store)
            return false;
        try
        {
            // The session is over as far as its journal goes; what it held is not known any more, so the next start proves the account flat
            // first.
            var state = known with
            {
                Commit = known.Commit + 1,
                IsSessionOpen = false,
                Risk = [.. halted.ToBytes()],
                At = Timestamp.Max(known.At, now),
            };
            store.Commit(state, null, [.. _history, new HistoryEntry(0, state.At, "halted", why)]);
            _account.WriteMirrors(state, halted);
            return true;
        }
        catch (Exception e) when (IsDisk(e))
        {
            return false;
        }
    }

    private bool TellToClose(string why)
    {
        try
        {
            if (!_isConnected)
                Connect(default);
            _link.FlattenNow(why);
            return true;
        }
        catch (VenueLostException)
        {
            return false;
        }
    }

    /// <summary>
    /// Asks until the venue says that nothing is held and nothing works, or the time is over. On real time a venue that could not be told
    /// to close is told again meanwhile, and lost connections are tried again.
    /// </summary>
    private bool ProveFlat(string why, bool isTold)
    {
        if (_tape is not null && !isTold)
            return false;
        try
        {
            var (asked, askedAt, askedFor) = (Question(QueryKind.Position), _settings.Clock.GetTimestamp(), _tapeTime);
            if (_isOurTurn)
                EndOurTurn(Timestamp.Never);
            var since = askedAt;
            var isFlat = false;
            while (_settings.Clock.GetElapsedTime(since) < _settings.StopWithin)
            {
                if (!_mailbox.TryTake(out var mail))
                {
                    Wait(LookForKillEvery);
                    if (_settings.Clock.GetElapsedTime(askedAt) < AskAgainAfter)
                        continue;
                    isTold = isTold || TellToClose(why);
                    if (_tape is null)
                        LookAfterConnections();
                    (asked, askedAt) = (Question(isFlat ? QueryKind.OpenOrders : QueryKind.Position), _settings.Clock.GetTimestamp());
                    continue;
                }

                switch (mail.Kind)
                {
                    case MailKind.Event when mail.Event.Kind == EventKind.PositionReport && mail.Event.PositionReport.RequestId == asked:
                        isFlat = mail.Event.PositionReport.SignedSize == 0;
                        if (isFlat)
                            asked = Question(QueryKind.OpenOrders);
                        break;
                    case MailKind.Event
                        when mail.Event is { Kind: EventKind.VenueSnapshot, Detail: VenueSnapshot told } && told.RequestId == asked:
                        if (told is { IsComplete: true, WorkingOrders.IsEmpty: true, SignedPosition: 0 })
                            return true;
                        break;
                    case MailKind.Event when mail.Event.Kind == EventKind.ConnectionChanged:
                        NoteConnectionUntold(mail.Event);
                        break;
                    case MailKind.TurnEnd or MailKind.Over:
                        // Once for each time that it is: a venue that makes its own time goes on only when nothing more is asked of it.
                        if (mail.Now > askedFor || mail.Kind == MailKind.Over)
                            (asked, askedFor) = (Question(isFlat ? QueryKind.OpenOrders : QueryKind.Position), mail.Now);
                        EndOurTurn(Timestamp.Never);
                        break;
                    case MailKind.Lost:
                        return false;
                    default:
                        break;
                }
            }

            return false;
        }
        catch (VenueLostException)
        {
            return false;
        }
    }

    /// <summary>There is no engine any more that could be told.</summary>
    private void NoteConnectionUntold(in EngineEvent e)
    {
        var which = (Connection)(e.Code >> 1);
        if ((e.Code & 1) == 0)
            _connections.NoteDown(which, Now);
        else if (_connections.NoteUp(which))
            _connections.TakeBack();
    }
}
