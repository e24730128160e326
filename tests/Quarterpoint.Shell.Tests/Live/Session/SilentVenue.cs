using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// A venue that is connected and says nothing (RELIABILITY F41): a stop does not wait for it for ever, and does not say what it does not
/// know.
/// </summary>
public sealed class SilentVenue : IDisposable
{
    private readonly SessionBench _bench = new SessionBench().Begin();

    public void Dispose() => _bench.Dispose();

    [Fact]
    [Trait("Spec", "N5")]
    public void A_stop_gives_up_within_its_time_and_says_that_nothing_is_proved()
    {
        using var stop = new CancellationTokenSource();
        var (silent, stopped) = (false, 0L);
        var outcome = _bench.Run(
            way: link => link.OnMail = mail => silent ? null : mail,
            with: settings =>
                settings with
                {
                    StopWithin = TimeSpan.FromSeconds(20),
                    OnBar = _ =>
                    {
                        if (_bench.Venue.Position == 0)
                            return;
                        silent = true;
                        stopped = _bench.Venue.GetTimestamp();
                        stop.Cancel();
                    },
                },
            stop: stop.Token
        );
        Assert.False(outcome.IsFlat);
        Assert.InRange(_bench.Venue.GetElapsedTime(stopped), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(21));
        Assert.Contains(_bench.Alarms, alarm => alarm.Contains("has not said within 20 s that nothing is held", StringComparison.Ordinal));

        // It has not ended: the next start goes on with it, closes what is held, and counts what became of it.
        Assert.True(_bench.Look().Known!.IsSessionOpen);
        var second = _bench.Run(stop: stop.Token);
        Assert.True(second.IsFlat);
        Assert.Equal(SessionBench.Engine.Limits.Capital + _bench.Venue.Earned, second.Risk.Balance);
        Assert.Empty(_bench.Venue.PlacedTwice);
    }

    [Fact]
    public void A_start_that_nobody_answers_is_no_start()
    {
        var lost = Assert.Throws<VenueLostException>(() => _bench.Run(way: link => link.OnMail = _ => null));
        Assert.Contains("did not answer", lost.Message, StringComparison.Ordinal);
        Assert.Equal(9, RunToEnd());
    }

    private int RunToEnd()
    {
        var outcome = _bench.Run();
        Assert.Equal((true, TradingState.Active), (outcome.IsFlat, outcome.State));
        return outcome.Trades;
    }
}
