using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Live;
using Quarterpoint.Shell.Tests.App;

namespace Quarterpoint.Shell.Tests.Crash;

/// <summary>
/// The real program, killed by SIGKILL at every labelled place of a session again and again, and begun again each time. In the end
/// everything is as if it had never been killed: the venue was asked for the same orders and filled the same, nothing was sent twice, and
/// the risk state is the same to the byte (SPEC R21, N3).
/// </summary>
public sealed class KilledAnywhere(ITestOutputHelper output) : IDisposable
{
    private const string Whole = "whole";

    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    /// <summary>Every place once; the session of the study that found a stop's move forgotten when a restart took it for done.</summary>
    [Fact]
    [Trait("Spec", "R21")]
    [Trait("Spec", "N3")]
    public async Task Killed_at_every_place_a_session_ends_as_if_it_had_not_been() =>
        await Compare(kills: FaultPoint.All.Count, seed: 7, first: 26, leastHolding: 0.2);

    /// <summary>The study: as many kills as QP_CRASHES says, in sessions of some twenty each. See docs/studies/crash.md.</summary>
    [Fact(Explicit = true)]
    public async Task Killed_hundreds_of_times() =>
        await Compare(
            int.Parse(Environment.GetEnvironmentVariable("QP_CRASHES") ?? "500", CultureInfo.InvariantCulture),
            seed: 7,
            first: 1,
            leastHolding: 0.5
        );

    /// <param name="first">Each session draws its own places, so one of them can be lived through again by itself.</param>
    private async Task Compare(int kills, ulong seed, int first, double leastHolding)
    {
        await CrashedSession.Prepare(_qp, Whole);
        using var whole = new CrashedSession(_qp, Whole);
        var expected = await whole.Run(() => null);
        Assert.True(expected.ExitCode == 0, expected.Output);
        var (_, history, _) = await _qp.Run("risk", "history", "--account", Whole);
        Assert.Contains("LossPause", history, StringComparison.Ordinal);
        Assert.Contains("DailyDrawdown was passed by", history, StringComparison.Ordinal);

        var all = new List<Kill>();
        var random = new SplitMix64(seed);
        for (var session = 1; all.Count < kills; session++)
        {
            var draw = random.Next();
            if (session < first)
                continue;
            var account = string.Create(CultureInfo.InvariantCulture, $"killed-{session}");
            var (code, _, error) = await _qp.Run("risk", "init", "--account", account);
            Assert.True(code == 0, error);
            using var crashed = new CrashedSession(_qp, account);
            var places = new Places(draw);
            var found = await crashed.Run(() => all.Count + crashed.Kills.Count < kills ? places.Next() : null);
            all.AddRange(crashed.Kills);
            Check(expected, found, crashed);
            (code, var told, error) = await _qp.Run("replay", crashed.Journal);
            Assert.True(code == 0, told + error);
            output.WriteLine($"{session}: {crashed.Kills.Count} kills, {crashed.Kills.Count(k => k.IsHolding)} with a position open");
        }

        foreach (var place in all.GroupBy(kill => kill.Place).OrderBy(group => group.Key, StringComparer.Ordinal))
            output.WriteLine($"{place.Key}: {place.Count()}, {place.Count(kill => kill.IsHolding)} with a position open");
        output.WriteLine(
            $"[measured] {all.Count} kills at {all.Select(kill => kill.Place).Distinct().Count()} places, "
                + $"{all.Count(kill => kill.IsHolding)} with a position open; each session as one that was never killed: "
                + $"{expected.Fills.Count} fills"
        );
        Assert.Equal(FaultPoint.All.Order(StringComparer.Ordinal), all.Select(kill => kill.Place).Distinct().Order(StringComparer.Ordinal));
        Assert.True(leastHolding * all.Count <= all.Count(kill => kill.IsHolding), "too few were killed with a position open");
    }

    private static void Check(Remains expected, Remains found, CrashedSession crashed)
    {
        Assert.True(found.ExitCode == expected.ExitCode, $"{crashed}: {found.ExitCode}: {found.Output}");
        Assert.True(
            found.PlacedTags.SequenceEqual(expected.PlacedTags),
            $"{crashed}: placed {string.Join(" ", found.PlacedTags)}; expected {string.Join(" ", expected.PlacedTags)}"
        );
        Assert.True(
            found.Fills.SequenceEqual(expected.Fills),
            $"{crashed}: filled\n{string.Join("\n", found.Fills)}\nexpected\n{string.Join("\n", expected.Fills)}"
        );
        Assert.True(found.Risk == expected.Risk, $"{crashed}: another risk state");
    }

    /// <summary>
    /// Goes through all places in a shuffled order, the end's last; those that a session reaches often are let pass some times first.
    /// </summary>
    private sealed class Places(ulong seed)
    {
        private SplitMix64 _random = new(seed);
        private readonly Queue<string> _left = new();

        public string Next()
        {
            if (_left.Count == 0)
            {
                foreach (
                    var place in FaultPoint
                        .All.OrderBy(place => place is FaultPoint.BeforeEnd or FaultPoint.AfterEnd)
                        .ThenBy(_ => _random.Next())
                )
                    _left.Enqueue(place);
            }

            var next = _left.Dequeue();
            return string.Create(CultureInfo.InvariantCulture, $"{next}:{1 + _random.NextBelow(MostPassed(next))}");
        }

        private static int MostPassed(string place) =>
            place switch
            {
                FaultPoint.EventTaken
                or FaultPoint.EventJournalled
                or FaultPoint.EngineAsked
                or FaultPoint.BeforeTurnEnd
                or FaultPoint.AfterTurnEnd => 300,
                FaultPoint.CommitJournalled
                or FaultPoint.CommitSynced
                or FaultPoint.StoreWritten
                or FaultPoint.Committed
                or FaultPoint.Mirrored
                or FaultPoint.BeforeSend
                or FaultPoint.AfterSend => 30,
                _ => 1,
            };
    }
}
