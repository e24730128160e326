using System.Globalization;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>
/// A session at a venue that lives in real time. The loop's clock is its own: it stamps what is heard and fires what falls due, however
/// silent the venue is. The clocks of the wall and of the venue are only compared with it.
/// </summary>
public sealed partial class SessionLoop
{
    /// <summary>A forecast counts for as long (DESIGN.md 4), and a bar says no more of the market than a forecast of it.</summary>
    private static readonly TimeSpan OldestCauseOfAnEntry = TimeSpan.FromSeconds(1);

    private readonly ClockDoubt _doubt;

    /// <summary>The loop's own clock; null where the tape makes the time.</summary>
    private LoopClock? _clock;

    /// <summary>The loop's time: its clock's, or the tape's as the engine heard it last. It never runs back.</summary>
    private Timestamp Now => Timestamp.Max(_clock?.Now ?? default, _engine?.Now ?? default);

    /// <summary>
    /// Whether what the engine decides on was heard too long ago to open anything on it: a slow disk, or the mail before it, has held the
    /// loop up.
    /// </summary>
    private bool IsTooLateToEnter => _clock is not null && Now - _engine.Now > OldestCauseOfAnEntry;

    /// <summary>What is looked after between two pieces of mail: clocks and connections.</summary>
    private void LookAfterRealTime()
    {
        if (_clock is null)
            return;
        LookAtClocks();
        LookAfterConnections();
    }

    /// <summary>
    /// Wakes the engine where its next deadline has come. Mail goes first, for all of it was posted before now: so what falls due and what
    /// was heard are taken in the order in which they happened.
    /// </summary>
    private bool FireDeadline()
    {
        if (_clock is null)
            return false;
        var now = Now;
        if (now < _engine.NextDeadline)
            return false;
        Process(EngineEvent.Clock(now));
        return true;
    }

    /// <summary>
    /// How long the loop may wait for mail: no longer than to the next look for a kill, or to the next deadline, in whole milliseconds.
    /// </summary>
    private TimeSpan UntilNextDeadline()
    {
        if (_clock is null)
            return LookForKillEvery;
        var left = Math.Ceiling((_engine.NextDeadline - Now).TotalMilliseconds);
        return left < LookForKillEvery.TotalMilliseconds ? TimeSpan.FromMilliseconds(Math.Max(left, 1)) : LookForKillEvery;
    }

    /// <summary>
    /// Takes what was heard, at the time at which it was heard: whatever the venue's clock says of it stays a fact beside it.
    /// </summary>
    private void TakeHeard(in Mail mail)
    {
        var e = mail.Event;
        e.Stamp(_clock!.At(mail.PostedAt), 0);
        if (e.Kind == EventKind.ConnectionChanged)
        {
            OnConnection(e);
            return;
        }

        Process(e);
        if (e is { Kind: EventKind.VenueSnapshot, Detail: VenueSnapshot answer })
            NoteWhatWasMissed(answer);
    }

    private void NoteVenueClock(in Mail mail)
    {
        if (_clock is not null)
            _doubt.NoteVenue(mail.Now, _clock.At(mail.PostedAt));
    }

    /// <summary>Nothing opens while a witness contradicts the loop's clock; deadlines go on by it all the same.</summary>
    private void LookAtClocks()
    {
        _doubt.NoteWall(_clock!.WallTime, _clock.Now);
        if (_doubt.Any == _isClockSuspect)
            return;
        _isClockSuspect = _doubt.Any;
        if (_isClockSuspect)
            Alarm(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The clocks differ, so nothing opens: by the session's own it is {Now}, this computer's is ahead of that by "
                        + $"{_doubt.WallAhead.TotalSeconds:0.0} s, and the venue's by {_doubt.VenueAhead.TotalSeconds:0.0} s. "
                        + $"Deadlines go by the session's own; only a new start reads this computer's again."
                )
            );
        Process(EngineEvent.ClockSuspect(Now, _isClockSuspect));
    }
}
