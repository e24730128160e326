using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// A kill works while everything else is stuck: where the loop does not come to it, the venue is told past the loop (SPEC R23).
/// </summary>
[Trait("Spec", "R23")]
public sealed class KillSwitchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SessionBench _bench = new SessionBench().Begin();
    private readonly StuckFiles _files = new();
    private readonly TaskCompletionSource<long> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _killed;

    public void Dispose()
    {
        _files.Dispose();
        _bench.Dispose();
    }

    /// <summary>
    /// The disk holds the loop up before it can see the file; while it writes down that it has seen it; and in the midst of its own
    /// flattening.
    /// </summary>
    [Theory]
    [InlineData("before the kill")]
    [InlineData("in the kill's own record")]
    [InlineData("behind the kill")]
    public async Task A_loop_that_is_stuck_in_a_write_is_passed_by(string where)
    {
        var session = Task.Run(() => Run(where), TestContext.Current.CancellationToken);
        await _files.IsStuck.WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (where == "before the kill")
            Kill();
        var told = await _told.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(TimeProvider.System.GetElapsedTime(_killed, told) >= TimeSpan.FromSeconds(1), "the loop has its second first");
        _files.Release();
        var outcome = await session.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal((true, TradingState.ManualReview), (outcome.IsFlat, outcome.State));
        Assert.Equal((0, 0), (_bench.Venue.Position, _bench.Venue.WorkingOrders));
        Assert.Contains(outcome.Risk.Latches, held => held.Latch == Latch.ManualKill);
    }

    [Fact]
    public async Task A_venue_that_cannot_be_reached_is_told_as_soon_as_it_can_be()
    {
        var link = new ToldLink(_told) { Failures = 2 };
        var alarms = new List<string>();
        var session = Task.Run(() => Run("in the kill's own record", link, alarms.Add), TestContext.Current.CancellationToken);
        var told = await _told.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        _files.Release();
        var outcome = await session.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(outcome.IsFlat);
        Assert.Equal(0, link.Failures);
        Assert.True(TimeProvider.System.GetElapsedTime(_killed, told) >= TimeSpan.FromSeconds(3), "it is tried once a second");

        // A person is called once, not at every attempt, and hears how it ended.
        Assert.Single(alarms, alarm => alarm.Contains("cannot be reached", StringComparison.Ordinal));
        Assert.Single(alarms, alarm => alarm.Contains("has been told", StringComparison.Ordinal));
    }

    /// <summary>
    /// By a clock of the test's own, half a second a bar: the kill is older than the loop's second at every look, and the loop's beat never
    /// is.
    /// </summary>
    [Fact]
    public void A_loop_that_acts_is_left_alone()
    {
        var clock = new HandClock();
        var barsSince = 0;
        var outcome = _bench.Run(
            beside: (account, loop) => new KillSwitch(account, loop, new ToldLink(_told), _ => { }, clock),
            with: settings =>
                settings with
                {
                    Clock = clock,
                    OnBar = _ =>
                    {
                        if (_bench.Venue.Position != 0 && barsSince == 0)
                            Kill();
                        else if (barsSince == 0)
                            return;
                        barsSince++;
                        clock.Add(TimeSpan.FromMilliseconds(500));

                        // Long enough for the switch to look some times.
                        Thread.Sleep(15);
                    },
                }
        );
        Assert.Equal((true, TradingState.ManualReview), (outcome.IsFlat, outcome.State));
        Assert.True(barsSince > 10);
        Assert.False(_told.Task.IsCompleted);
    }

    private SessionOutcome Run(string where, ToldLink? link = null, Action<string>? alarm = null)
    {
        var isKilled = false;
        return _bench.Run(
            files: _files,
            beside: (account, loop) => new KillSwitch(account, loop, link ?? new ToldLink(_told), alarm ?? (_ => { })),
            with: settings =>
                settings with
                {
                    // The loop's beat is real here: the switch looks at it by the wall's clock.
                    Clock = TimeProvider.System,
                    OnBar = _ =>
                    {
                        if (isKilled || _bench.Venue.Position == 0)
                            return;
                        isKilled = true;
                        if (where != "before the kill")
                            Kill();
                        if (where is "before the kill" or "in the kill's own record")
                            _files.StickAtNextWrite();
                    },
                    BeforeEvent = e =>
                    {
                        // The kill has been taken; its first answer is what the disk holds up.
                        if (where == "behind the kill" && isKilled && e.Kind == EventKind.Operator)
                            _files.StickAtNextWrite(skip: 2);
                    },
                }
        );
    }

    private void Kill()
    {
        _killed = TimeProvider.System.GetTimestamp();
        using var account = AccountFolder.Look(_bench.States, _bench.Key, _bench.Home);
        account.RequestKill("by hand");
    }

    /// <summary>A disk that does not come back from a write until it is let go.</summary>
    private sealed class StuckFiles : DiskFiles, IDisposable
    {
        private readonly ManualResetEventSlim _go = new(initialState: false);
        private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _writesUntilStuck = -1;

        public Task IsStuck => _stuck.Task;

        public void StickAtNextWrite(int skip = 0) => _writesUntilStuck = skip;

        public void Release() => _go.Set();

        public override void Write(FileStream stream, ReadOnlySpan<byte> bytes)
        {
            if (_writesUntilStuck >= 0 && _writesUntilStuck-- == 0)
            {
                _stuck.TrySetResult();
                _go.Wait();
            }

            base.Write(stream, bytes);
        }

        public void Dispose() => _go.Dispose();
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Add(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }

    /// <summary>The switch's own way to the venue: it is only listened to, for the loop's way ends up at the same venue.</summary>
    private sealed class ToldLink(TaskCompletionSource<long> told) : IVenueLink
    {
        /// <summary>How often it still fails before it is told.</summary>
        public int Failures { get; set; }

        public void FlattenNow(string reason)
        {
            if (Failures-- > 0)
                throw new VenueLostException("no way to the venue", nothingLeft: true);
            Failures = 0;
            told.TrySetResult(TimeProvider.System.GetTimestamp());
        }

        public VenueWelcome Connect(Timestamp knownUpTo) => throw new NotSupportedException();

        public void Send(in Intent intent, long seq) => throw new NotSupportedException();

        public void Ready() => throw new NotSupportedException();

        public void Reconnect(Connection which) => throw new NotSupportedException();

        public void Dispose() { }
    }
}
