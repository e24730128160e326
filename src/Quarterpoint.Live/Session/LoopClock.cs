using Quarterpoint.Core.Time;

namespace Quarterpoint.Live.Session;

/// <summary>
/// The time of a session on real time: read once off the wall clock when it starts, and counted on from there by a clock that never runs
/// back. A wall clock that is set afterwards moves no deadline; it only shows.
/// </summary>
internal sealed class LoopClock
{
    private readonly TimeProvider _provider;
    private readonly Timestamp _start;
    private readonly long _startedAt;

    /// <param name="provider">Gives the wall clock and the one that never runs back.</param>
    /// <param name="notBefore">Time that the session has seen already: it goes on from there, even where the wall clock is behind.</param>
    public LoopClock(TimeProvider provider, Timestamp notBefore)
    {
        (_provider, _startedAt) = (provider, provider.GetTimestamp());
        _start = Timestamp.Max(notBefore, WallTime);
    }

    public Timestamp Now => At(_provider.GetTimestamp());

    /// <summary>What the wall clock shows.</summary>
    public Timestamp WallTime => Timestamp.FromUtc(_provider.GetUtcNow().UtcDateTime);

    /// <summary>The time of a stamp of the provider; never before the start.</summary>
    public Timestamp At(long stamp) => Timestamp.Max(_start, _start + _provider.GetElapsedTime(_startedAt, stamp));
}
