using CsCheck;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Trading;

/// <summary>What holds for every tape, every way to trade, and at every moment (DESIGN.md 3).</summary>
public sealed class EngineProperties
{
    private const int Runs = 400;

    [Fact]
    [Trait("Spec", "X1")]
    public void An_extra_clock_print_or_harmless_quote_anywhere_changes_no_decision() =>
        Gen.Select(Situation.Any, Gen.ULong)
            .Sample(
                (situation, seed) =>
                {
                    var columns = situation.Columns();
                    var quiet = situation.Host().Run(columns);
                    var noisy = situation.Host(new Noisy(seed)).Run(columns);

                    Assert.Equal(quiet.Trades, noisy.Trades);
                    Assert.Equal(quiet.Intents, noisy.Intents);
                    Assert.Equal(quiet.EventCount, noisy.EventCount);
                },
                iter: Runs
            );

    [Fact]
    [Trait("Spec", "T5")]
    public void Native_and_managed_brackets_give_the_same_trades_at_zero_latency() =>
        Situation.Any.Sample(
            situation =>
            {
                var columns = situation.Columns();
                var native = (situation with { IsNative = true }).Host().Run(columns);
                var managed = (situation with { IsNative = false }).Host().Run(columns);

                Assert.Equal(native.Trades, managed.Trades);
                Assert.Equal(native.Engine.Ledger.Realised, managed.Engine.Ledger.Realised);
            },
            iter: 2 * Runs
        );

    [Fact]
    [Trait("Spec", "R21")]
    [Trait("Spec", "T9")]
    public void A_state_saved_and_loaded_at_any_event_goes_on_to_the_same_end() =>
        Gen.Select(Situation.Any, Gen.Double[0, 0.999999])
            .Sample(
                (situation, where) =>
                {
                    var columns = situation.Columns();
                    var whole = situation.Host().Run(columns);
                    var at = (long)(where * whole.EventCount);
                    var exchanged = 0;
                    var host = new EngineHost(
                        new TradingEngine(situation.Engine(), situation.Rule()),
                        new Core.Backtesting.SimulatedVenue(situation.Venue(), situation.Faults())
                    )
                    {
                        BeforeEvent = (host, count) =>
                        {
                            if (count != at)
                                return;
                            var saved = host.Engine.SaveState();
                            var next = new TradingEngine(situation.Engine(), situation.Rule());
                            next.LoadState(saved);
                            Assert.Equal(saved, next.SaveState());
                            Assert.Equal(host.Engine.NextDeadline, next.NextDeadline);
                            Assert.Equal(host.Engine.Risk.Equity, next.Risk.Equity);
                            host.Exchange(next);
                            exchanged++;
                        },
                    };
                    host.Run(columns);

                    Assert.Equal(1, exchanged);
                    Assert.Equal(whole.Intents, host.Intents);
                    Assert.Equal(whole.Trades, host.Trades);
                    Assert.Equal(whole.Engine.SaveState(), host.Engine.SaveState());
                },
                iter: Runs
            );

    [Fact]
    [Trait("Spec", "R13")]
    [Trait("Spec", "R12")]
    public void At_every_event_the_position_is_protected_within_bounds_and_nothing_opens_late() =>
        Situation.Any.Sample(
            situation =>
            {
                var host = situation.Host().Run(situation.Columns());
                var stops = new Dictionary<long, (Price Price, Side Side)>();
                foreach (var intent in host.Intents)
                {
                    if (intent.Role != OrderRole.Stop)
                        continue;
                    if (intent.Kind == IntentKind.Modify && stops.TryGetValue(intent.Tag, out var before))
                        Assert.True((intent.Price - before.Price).Count * intent.Side.Sign() <= 0, "a stop moved away from the price");
                    if (intent.Kind is IntentKind.Modify or IntentKind.PlaceProtection)
                        stops[intent.Tag] = (intent.Price, intent.Side);
                }

                Assert.Equal(0, host.Engine.Ledger.Net);
                Assert.Equal(0, host.Venue.Position);
                Assert.False(host.Venue.HasWorkingOrders);
                Assert.Equal(Latch.None, host.Engine.Risk.Latches.Held);
            },
            iter: Runs
        );

    private sealed class Noisy(ulong seed) : HostFaults
    {
        private SplitMix64 _random = new(seed);

        public override EngineEvent? Noise(Timestamp now, Timestamp next)
        {
            if (_random.NextBelow(3) != 0)
                return null;
            var time = new Timestamp(now.Nanoseconds + (long)(_random.NextUnit() * (next.Nanoseconds - now.Nanoseconds)));
            var price = new Price(20_000 + _random.NextBelow(41) - 20);
            return _random.NextBelow(3) switch
            {
                0 => EngineEvent.Clock(time),
                1 => EngineEvent.Printed(time, new Print(price, 1, Side.Buy)),
                _ => EngineEvent.QuoteChanged(time, new Quote(price, price + new Ticks(1), 5, 5)),
            };
        }
    }
}
