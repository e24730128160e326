using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// The way to the venue breaks, at each frame of a session, before it has arrived or right behind it; then the session is begun once more
/// and goes on.
/// </summary>
[Trait("Spec", "N3")]
[Trait("Spec", "N4")]
public sealed class LostVenue(ITestOutputHelper output)
{
    /// <summary>Beyond the first trades only every seventh frame is tried.</summary>
    private const int Step = 7;
    private const int Beginning = 50;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_whose_venue_was_lost_goes_on_and_nothing_is_sent_twice(bool hasArrived) => Try(hasArrived, isWhole: false);

    [Theory(Explicit = true)]
    [InlineData(false)]
    [InlineData(true)]
    public void At_every_frame(bool hasArrived) => Try(hasArrived, isWhole: true);

    private void Try(bool hasArrived, bool isWhole)
    {
        using var whole = new SessionBench().Begin();
        var steps = 0;
        TapeLink link = null!;
        whole.Run(way: made => link = made);
        steps = link.Steps;
        var cuts = 0;
        for (var at = 2; at <= steps; at += isWhole || at < Beginning ? 1 : Step)
        {
            using var bench = new SessionBench().Begin();
            var outcome = Cut(bench, at, hasArrived);
            Assert.True(outcome.IsFlat && bench.Venue is { Position: 0, WorkingOrders: 0 }, $"frame {at}: not flat");
            Assert.True(bench.Venue.PlacedTwice.Count == 0, $"frame {at}: {string.Join(", ", bench.Venue.PlacedTwice)}");
            Assert.True(
                SessionBench.Engine.Limits.Capital + bench.Venue.Earned == outcome.Risk.Balance,
                $"frame {at}: the account counts {outcome.Risk.Balance}, and the venue gave {bench.Venue.Earned}"
            );
            Assert.True(outcome.State < TradingState.ManualReview, $"frame {at}: {string.Join(", ", outcome.Risk.Latches)}");
            Assert.True(outcome.IsDurable);
            Assert.Equal(
                whole.Trades.Count,
                JournalReplay.Run(bench.JournalFolder, bench.MakeEngine, TestContext.Current.CancellationToken).Trades
            );
            cuts++;

            // The venue stood still meanwhile: so all of it comes out as if nothing had happened, fill by fill, tag by tag.
            Assert.True(
                whole.Venue.Trades.Values.SequenceEqual(bench.Venue.Trades.Values),
                $"frame {at}: {bench.Venue.Trades.Count} fills, not the {whole.Venue.Trades.Count} of a session that was not cut"
            );
        }

        output.WriteLine($"{cuts} cuts in {steps} frames");
    }

    private static SessionOutcome Cut(SessionBench bench, int at, bool hasArrived)
    {
        try
        {
            bench.Run(way: link => (link.BreaksAt, link.BreaksAfterwards) = (at, hasArrived));
        }
        catch (VenueLostException) { }

        return bench.Run();
    }
}
