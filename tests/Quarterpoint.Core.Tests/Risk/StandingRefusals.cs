using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>
/// A refusal is kept from bar to bar while an account is halted. Here it is compared at every bar with the answer of an engine that was
/// just loaded and has to decide again: through pauses, the end of the day, the old halt at 16:15, nights, and the end of the account.
/// </summary>
public sealed class StandingRefusals(ITestOutputHelper output)
{
    private const int ComparedEvery = 120;

    [Fact]
    [Trait("Spec", "R22")]
    public void A_standing_refusal_is_what_a_freshly_loaded_engine_decides()
    {
        var (asked, judged) = (Make(), Make());
        var (intents, seen, events) = (new IntentBuffer(), new Dictionary<Rule, int>(), 0);
        var (isCompared, refusals) = (false, 0L);
        var venue = new SimulatedVenue(
            new VenueSettings
            {
                Instrument = Micro.Mes,
                BarSeconds = 1,
                News = NewsCalendar.None,
            }
        );
        var test = new Backtest(asked, venue, AccountMode.Real) { BeforeEvent = Compare };
        test.Run(Bars());
        test.Finish();

        output.WriteLine(
            "[measured] " + string.Join(", ", seen.OrderByDescending(rule => rule.Value).Select(rule => $"{rule.Key} {rule.Value:N0}"))
        );
        foreach (
            var rule in (Rule[])
                [Rule.LossPause, Rule.LongLossPause, Rule.DayExhausted, Rule.Starved, Rule.EndOfDayCutoff, Rule.OutsideEntryWindow]
        )
            Assert.True(seen.GetValueOrDefault(rule) > 0, $"{rule} was not seen");

        void Compare(EngineEvent e)
        {
            if (isCompared)
            {
                Assert.Equal(judged.RefusalCount, asked.RefusalCount);
                Assert.Equal(judged.SaveState(), asked.SaveState());
                if (asked.RefusalCount != refusals)
                    Same();
            }

            isCompared = e.Kind == EventKind.BarClosed && ++events % ComparedEvery == 0;
            if (!isCompared)
                return;
            refusals = asked.RefusalCount;
            judged.LoadState(asked.SaveState());
            judged.On(e, intents);
            intents.Clear();
            judged.ClearClosedTrades();
            judged.ClearRiskFacts();
        }

        void Same()
        {
            Assert.Equal(judged.LastRefusal, asked.LastRefusal);
            seen[asked.LastRefusal.Rule] = seen.GetValueOrDefault(asked.LastRefusal.Rule) + 1;
        }
    }

    private static TradingEngine Make() =>
        new(
            new EngineSettings
            {
                Instrument = Micro.Mes,
                BarSeconds = 1,
                News = NewsCalendar.None,
                Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 4 },
            },
            new AlwaysLong()
        );

    /// <summary>09:00 to 17:00 on some days of 2021, when trading halted at 16:15; the price falls, so that longs lose.</summary>
    private static BarColumns Bars()
    {
        var random = new SplitMix64(2);
        var tape = new Tape();
        var price = 20_000;
        foreach (
            var session in SessionCalendar
                .CmeEquityIndex.Sessions.ToArray()
                .Where(s => s.HasRth && s.Day.Date is { Year: 2021, Month: 3, Day: < 20 })
        )
        {
            var from = (uint)NewYork.At(session.Day.Date, new TimeOnly(9, 0)).UnixSeconds;
            for (var second = from; second < from + (8 * 3600) - 60; second += 1 + (uint)random.NextBelow(3))
            {
                if (session.HasHalt && second + 1 > session.HaltStart.UnixSeconds && second < session.HaltEnd.UnixSeconds)
                    continue;
                var next = price - (random.NextBelow(40) == 0 ? random.NextBelow(3) : 0) + (random.NextBelow(60) == 0 ? 1 : 0);
                tape.Add(second, price, Math.Max(price, next), Math.Min(price, next), next);
                price = next;
            }
        }

        return tape.Columns();
    }

    private sealed class AlwaysLong : SignalRule
    {
        public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now) =>
            held == Side.None ? new Signal(Wish.Long) : default;

        public override void Reset() { }

        public override void Archive(StateArchive archive) { }
    }
}
