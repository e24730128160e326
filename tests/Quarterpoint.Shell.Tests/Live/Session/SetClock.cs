using Microsoft.Extensions.Time.Testing;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>Time that goes on only when a test says so, with a wall clock that somebody may set meanwhile.</summary>
internal sealed class SetClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>By how much the wall clock was set.</summary>
    public TimeSpan WallShift { get; set; }

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallShift;
}
