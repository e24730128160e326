using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>A session at a venue that makes its own time: its time is the venue's, and goes on in turns.</summary>
public sealed partial class SessionLoop
{
    /// <summary>The latest time that the tape has told.</summary>
    private Timestamp _tapeTime;
    private bool _isClockSuspect;

    /// <summary>Whether the venue waits for us: it has told all there is, or does not know yet that this session is ready.</summary>
    private bool _isOurTurn;

    private void EndTurn(Timestamp now)
    {
        _isOurTurn = true;
        LookAtTapeClock(now);
        while (_own.TryDequeue(out var own))
            Process(own);
        FaultPoint.Reach(FaultPoint.BeforeTurnEnd);
        EndOurTurn(_engine.NextDeadline);
        FaultPoint.Reach(FaultPoint.AfterTurnEnd);
    }

    private void EndOurTurn(Timestamp nextDeadline)
    {
        _tape?.EndTurn(nextDeadline);
        _isOurTurn = false;
    }

    /// <summary>
    /// A tape that runs back is not to be trusted with deadlines, pauses, and the end of the day: nothing opens until it is later than it
    /// has ever been. The engine knows it before it acts upon what is told at such a time.
    /// </summary>
    private void LookAtTapeClock(Timestamp now)
    {
        var isSuspect = now < _tapeTime || (_isClockSuspect && now == _tapeTime);
        _tapeTime = Timestamp.Max(_tapeTime, now);
        if (isSuspect == _isClockSuspect)
            return;
        _isClockSuspect = isSuspect;
        Process(EngineEvent.ClockSuspect(_engine.Now, isSuspect));
    }
}
