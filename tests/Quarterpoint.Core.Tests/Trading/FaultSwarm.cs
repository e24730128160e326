using CsCheck;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Trading;

/// <summary>
/// One seed drives everything that can go wrong between engine and venue, each at its own rate: requests refused, not sent, unanswered with
/// and without effect, accepted and then rejected; partial fills; messages lost, duplicated, late, and out of order; latency. Two minutes
/// before the flat-by time the faults stop; then engine and venue agree, and nothing is left open (SPEC N4, N5, N13).
/// </summary>
[Trait("Spec", "N4")]
[Trait("Spec", "N5")]
[Trait("Spec", "R13")]
public sealed class FaultSwarm
{
    private const int Seeds = 600;
    private static readonly TimeSpan HealsBefore = TimeSpan.FromMinutes(2);

    [Fact]
    public void Whatever_fails_the_day_ends_flat_with_nothing_working_and_engine_and_venue_agreed() =>
        Gen.Select(Situation.Any, Gen.ULong)
            .Sample(
                (situation, seed) =>
                {
                    var late = situation with { Place = 1, Fills = FillMode.Realistic };
                    try
                    {
                        Live(late, seed, trace: null);
                    }
                    catch (Exception) when (TraceOf(late, seed) is { } trace)
                    {
                        Assert.Fail(trace);
                    }
                },
                iter: Seeds
            );

    /// <summary>The events before a failure.</summary>
    private static string? TraceOf(Situation situation, ulong seed)
    {
        var lines = new Queue<string>();
        try
        {
            Live(situation, seed, line =>
            {
                if (line.Contains("BarClosed", StringComparison.Ordinal))
                    return;
                lines.Enqueue(line);
                if (lines.Count > 120)
                    lines.Dequeue();
            });
            return null;
        }
        catch (Exception failure)
        {
            return string.Join('\n', [failure.Message, .. lines]);
        }
    }

    private static void Live(Situation situation, ulong seed, Action<string>? trace)
    {
        var faults = new Faults(seed);
        var session = situation.Columns().Sessions[0].Session;
        var end = EndOfDay.Of(session, situation.Plan);
        var venueSettings = situation.Venue() with { Latency = TimeSpan.FromMilliseconds(faults.LatencyMs) };
        EngineHost host = null!;
        faults.IsHealed = () => host.Now >= end.FlatBy - HealsBefore;
        var oracle = new Oracle(situation, end);
        host = new EngineHost(
            new TradingEngine(situation.Engine(), situation.Rule()),
            new SimulatedVenue(venueSettings, faults.AtVenue),
            faults.OnTheWay
        )
        {
            BeforeEvent = (h, _) => oracle.Look(h),
            BeforeIntent = (h, intent) =>
            {
                if (intent.Kind == IntentKind.Enter)
                    Oracle.AtEntry(h);
            },
            Trace = trace,
        };
        host.Start(session.Open);
        host.EnterSession(session, "MESH4");
        foreach (var bar in Bars(situation, end))
        {
            host.Step(bar);
        }

        host.RunTimers(end.FlatBy);
        Assert.Equal(0, host.Venue.Position);
        Assert.Equal(0, host.Engine.Ledger.Net);
        Assert.False(host.Venue.HasWorkingOrders, "an order works after the flat-by time");
        Assert.True(host.Engine.IsAtRest, "the engine is not at rest");
        oracle.Look(host);
        host.RunTimers(session.Close);
        Assert.Equal(0, host.Venue.Position);
    }

    /// <summary>A bar a second or so from 20 minutes before the reduce time until after the deadline.</summary>
    private static IEnumerable<Core.MarketData.Bar> Bars(Situation situation, EndOfDay end)
    {
        var random = new SplitMix64(situation.Seed);
        var price = 20_000;
        for (
            var second = (uint)end.CutoffAt.UnixSeconds - 600;
            second < end.FlatBy.UnixSeconds;
            second += 1 + (uint)(random.NextBelow(10) == 0 ? random.NextBelow(8) : 0)
        )
        {
            var open = price + random.NextBelow(3) - 1;
            var close = open + random.NextBelow(7) - 3;
            yield return new Core.MarketData.Bar(
                second,
                new Price(open),
                new Price(Math.Max(open, close) + random.NextBelow(3)),
                new Price(Math.Min(open, close) - random.NextBelow(3)),
                new Price(close),
                1
            );
            price = close;
        }
    }

    /// <summary>What must hold at every event, checked from outside, where the venue's true state is known.</summary>
    private sealed class Oracle(Situation situation, EndOfDay end)
    {
        private readonly HashSet<long> _tags = [];
        private int _seen;

        public void Look(EngineHost host)
        {
            for (; _seen < host.Intents.Count; _seen++)
            {
                var intent = host.Intents[_seen];
                if (intent.Kind is IntentKind.Enter or IntentKind.PlaceExit or IntentKind.ClosePosition or IntentKind.PlaceProtection)
                    Assert.True(_tags.Add(intent.Tag), "a tag was sent twice");
                Assert.Equal(intent.Kind == IntentKind.Enter, intent.RaisesRisk);
                if (intent.Kind == IntentKind.Enter)
                    Assert.True(host.Now < end.CutoffAt, "an entry from the cut-off on");
            }

            Assert.True(host.Venue.CountWorking(OrderRole.Exit) <= 1, "two exits alive");
            Assert.True(host.Venue.CountWorking(OrderRole.Entry) <= 1, "two entries alive");
            Assert.True(Math.Abs(host.Venue.Position) <= situation.Contracts, "more contracts than approved");
            Assert.True(host.EventCount < 40_000, "an event storm");
        }

        /// <summary>Called before the venue takes the entry.</summary>
        public static void AtEntry(EngineHost host) =>
            Assert.True(host.Venue.Position == 0 && !host.Venue.HasWorkingOrders, "an entry while the venue holds something of ours");
    }

    /// <summary>Fault rates drawn from the seed: each seed has much of some faults and none of others.</summary>
    private sealed class Faults
    {
        private readonly double[] _rates = new double[10];
        private SplitMix64 _random;

        public Faults(ulong seed)
        {
            _random = new SplitMix64(seed);
            for (var i = 0; i < _rates.Length; i++)
                _rates[i] = _random.NextBelow(2) == 0 ? 0 : _random.NextUnit() * 0.4;
            LatencyMs = _random.NextBelow(3) == 0 ? _random.NextBelow(2500) : 0;
            AtVenue = new Venue(this);
            OnTheWay = new Way(this);
        }

        public int LatencyMs { get; }

        public Func<bool> IsHealed { get; set; } = () => false;

        public VenueFaults AtVenue { get; }

        public HostFaults OnTheWay { get; }

        private bool Strikes(int which) => _random.NextUnit() < _rates[which] && !IsHealed();

        private sealed class Venue(Faults faults) : VenueFaults
        {
            public override SendOutcome Answer(in Intent intent) =>
                faults.Strikes(0) ? SendOutcome.Refused
                : faults.Strikes(1) ? SendOutcome.NotSent
                : faults.Strikes(2) ? SendOutcome.Unknown
                : SendOutcome.Accepted;

            public override bool ActsUnheard(in Intent intent) => !faults.Strikes(3);

            public override bool RejectsAfterAccepting(in Intent intent) => faults.Strikes(4);

            public override int FillSize(int remaining) => faults.Strikes(5) ? 1 : remaining;

            public override bool Loses(in EngineEvent fact) => faults.Strikes(fact.Kind == EventKind.Fill ? 6 : 7);
        }

        private sealed class Way(Faults faults) : HostFaults
        {
            public override int Duplicates(in EngineEvent fact) => faults.Strikes(8) ? 1 : 0;

            public override TimeSpan Delay(in EngineEvent fact) =>
                faults.Strikes(9) ? TimeSpan.FromMilliseconds(faults._random.NextBelow(5000)) : TimeSpan.Zero;
        }
    }
}
