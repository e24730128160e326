using Quarterpoint.Core.Time;

namespace Quarterpoint.Live.Session;

/// <summary>
/// Whether the time of a session on real time agrees with its two witnesses (RELIABILITY I15): the wall clock of this computer, and the
/// venue's. Both are only compared with it. What the venue says is late by its way here, and now and then very late, so one statement
/// proves nothing: they must differ for a while.
/// </summary>
internal sealed class ClockDoubt(SessionSettings settings)
{
    /// <summary>Two sound clocks drift apart by less than this, in seconds a second.</summary>
    private const double Drift = 0.0001;

    private Timestamp? _start;
    private Timestamp? _venueDiffersSince;

    /// <summary>Whether the venue's clock has differed for long enough.</summary>
    public bool IsVenueApart { get; private set; }

    /// <summary>Whether the wall clock was set since the start, or this computer slept.</summary>
    public bool IsWallApart { get; private set; }

    /// <summary>How far the wall clock is ahead of the session's time.</summary>
    public TimeSpan WallAhead { get; private set; }

    /// <summary>How far the venue's clock was ahead of the session's time when it was heard of last.</summary>
    public TimeSpan VenueAhead { get; private set; }

    public bool Any => IsWallApart || IsVenueApart;

    public void NoteWall(Timestamp wall, Timestamp now)
    {
        _start ??= now;
        WallAhead = wall - now;
        IsWallApart = WallAhead.Duration() > settings.WallClockBound + ((now - _start.Value) * Drift);
    }

    /// <param name="venue">What the venue's clock showed.</param>
    /// <param name="heard">The session's time when that was heard.</param>
    public void NoteVenue(Timestamp venue, Timestamp heard)
    {
        VenueAhead = venue - heard;
        if (VenueAhead.Duration() <= settings.VenueClockBound)
        {
            (_venueDiffersSince, IsVenueApart) = (null, false);
            return;
        }

        _venueDiffersSince ??= heard;
        IsVenueApart = heard - _venueDiffersSince.Value >= settings.VenueClockPatience;
    }
}
