using Quarterpoint.Core;
using Quarterpoint.Core.Risk;
using Quarterpoint.Live.State;
using Quarterpoint.Shell.Tests.Live.Session;

namespace Quarterpoint.Shell.Tests.Live.State;

/// <summary>
/// A thousand stores with flipped bytes, each from a seed: half of a session that was cut off with a position open, its last commits in the
/// write-ahead log only; half of one that had come to its end. Each is refused or read bit for bit, never as another state; and over each
/// of them a session is run: where it is refused nothing opens, and what is held is closed (SPEC R21, RELIABILITY F13).
/// </summary>
[Trait("Spec", "R21")]
[Trait("Spec", "N3")]
public sealed class FlippedBytes(ITestOutputHelper output)
{
    private const int Databases = 1_000;
    private const ulong Seed = 20_240_305;

    private static readonly string[] Files = [RiskStore.FileName, RiskStore.FileName + "-wal"];

    [Fact]
    public void A_thousand_databases_are_refused_or_read_bit_for_bit_and_a_refused_one_opens_nothing()
    {
        using var open = new Base(session => session.CutWhileHolding(beforeTheCut: session.Keep));
        using var ended = new Base(session =>
        {
            using var stop = new CancellationTokenSource();
            session.Run(with: settings => settings with { OnTrade = _ => stop.Cancel() }, stop: stop.Token);
            session.Keep();
        });
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var number = 0; number < Databases; number++)
        {
            var (found, of) = number % 2 == 0 ? (Try(open, number), "open") : (Try(ended, number), "ended");
            counts[$"{of} {found}"] = counts.GetValueOrDefault($"{of} {found}") + 1;
        }

        output.WriteLine($"seed {Seed}: {string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"))}");
        Assert.All(counts, count => Assert.True(count.Value > 50, $"{count.Key}: {count.Value}"));
        Assert.Equal(4, counts.Count);
    }

    private static Finding Try(Base from, int number)
    {
        var bench = from.Again();
        var random = SplitMix64.Stream(Seed, (ulong)number);
        Flip(bench.Folder, ref random);
        var entries = bench.Entries;
        Opening found = null!;
        var outcome = bench.Run(onOpening: opening => found = opening);
        Assert.True(outcome.IsFlat && bench.Venue is { Position: 0, WorkingOrders: 0 }, $"database {number}: not flat");
        Assert.True(bench.Venue.PlacedTwice.Count == 0, $"database {number}: a tag was given twice");

        // Whatever the store says, what is known is the newest: of a refused one the mirrors tell it, which know nothing of sessions.
        var expected = found.Finding == Finding.Sound ? from.State : from.State with { IsSessionOpen = false };
        Assert.True(
            States.AreSame(expected, found.Known),
            $"database {number}: {found.Finding}, commit {found.Known?.Commit} of {from.State.Commit}, is another state"
        );
        if (found.Finding == Finding.Sound)
        {
            Assert.True(outcome.State < TradingState.ManualReview, $"database {number}: {outcome.State}");
            Assert.True(
                SessionBench.Engine.Limits.Capital + bench.Venue.Earned == outcome.Risk.Balance,
                $"database {number}: the account does not count what the venue gave"
            );
            return Finding.Sound;
        }

        Assert.True(
            outcome.State == TradingState.ManualReview && bench.Entries == entries,
            $"database {number}: {outcome.State}, {bench.Entries - entries} entries"
        );
        Assert.NotEmpty(found.Why);
        return Finding.Damaged;
    }

    /// <summary>
    /// One to three bytes, most of them anywhere, some among those that are not zero: in a small database most of a page is.
    /// </summary>
    private static void Flip(string folder, ref SplitMix64 random)
    {
        var paths = Files.Select(name => Path.Combine(folder, name)).Where(File.Exists).ToList();
        var path = paths[random.NextBelow(paths.Count)];
        var bytes = File.ReadAllBytes(path);
        var written = Enumerable.Range(0, bytes.Length).Where(at => bytes[at] != 0).ToList();
        for (var flips = 1 + random.NextBelow(3); flips > 0; flips--)
        {
            var at = random.NextBelow(4) > 0 ? random.NextBelow(bytes.Length) : written[random.NextBelow(written.Count)];
            bytes[at] ^= (byte)(1 + random.NextBelow(255));
        }

        File.WriteAllBytes(path, bytes);
    }

    /// <summary>An account as it was left, to be taken up again as often as is wanted, with its venue.</summary>
    private sealed class Base : IDisposable
    {
        private readonly KeptBench _bench = new();
        private readonly TapeVenue _venue;

        public Base(Action<KeptBench> session)
        {
            _bench.Begin();
            session(_bench);
            _venue = _bench.Venue;
            _bench.Restore();
            State = _bench.Look().Known!;
        }

        public StoredState State { get; }

        public KeptBench Again()
        {
            _bench.Restore();
            _bench.Venue = _venue.Again();
            return _bench;
        }

        public void Dispose() => _bench.Dispose();
    }
}
