using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>
/// SPEC Q5: a coin toss trades three months of seconds with one account. Slippage wears it down, jumps pass its stops, and the limits halt
/// it: for minutes, for the day, and in the end until a person looks. What is open at the end of a day is closed on time.
/// </summary>
[Trait("Spec", "Q5")]
public sealed class LimitsInAWholeRun(ITestOutputHelper output)
{
    private static readonly BacktestResult Run = Trade();

    private static readonly List<Halt> Halts = HaltsOf(Run);

    [Fact]
    [Trait("Spec", "R1")]
    [Trait("Spec", "R14")]
    [Trait("Spec", "R15")]
    [Trait("Spec", "R16")]
    public void Limits_of_minutes_and_of_the_day_halt_it_and_let_it_go_on_at_their_instant()
    {
        foreach (var latch in (Latch[])[Latch.LossPause, Latch.LongLossPause, Latch.DailyLoss, Latch.DayExhausted])
        {
            var held = Halts.Where(halt => halt.Latch == latch).ToList();
            output.WriteLine($"[measured] {latch} held {held.Count} times");
            Assert.NotEmpty(held);
            Assert.All(held.SkipLast(1), halt => Assert.Equal(halt.Until, halt.To));
        }

        // No trade began in any of them; most were followed by one.
        foreach (var halt in Halts)
            Assert.DoesNotContain(Run.Trades, trade => trade.Trip.EntryTime > halt.From && trade.Trip.EntryTime < halt.To);
        Assert.True(Halts.Count(halt => Run.Trades.Any(trade => trade.Trip.EntryTime >= halt.To)) > Halts.Count / 2);
    }

    [Fact]
    [Trait("Spec", "R4")]
    [Trait("Spec", "R17")]
    [Trait("Spec", "R25")]
    public void What_a_person_must_look_at_ends_it_for_good()
    {
        var end = Assert.Single(Run.Lives);
        output.WriteLine($"[measured] {Run.Trades.Count} trades, over by {end.Limit} with {end.Equity} on {Run.Trades[^1].Day}");
        Assert.Contains(end.Limit, (Rule[])[Rule.Starved, Rule.AccountDrawdown]);
        Assert.True(Run.Trades.Count > 50);
        Assert.True(Run.Trades[^1].Trip.ExitTime <= end.Time);
        Assert.True(Run.Last > end.Time.AddSeconds(86_400), "the market went on for days, and the signals with it");
        Assert.True(Run.Refusals[end.Limit] > 100);
    }

    [Fact]
    [Trait("Spec", "R13")]
    public void What_is_open_at_the_end_of_a_day_is_closed_on_time()
    {
        var late = Run.Trades.Where(trade => trade.Trip.Reason == ExitReason.EodFlatten).ToList();
        output.WriteLine($"[measured] {late.Count} trades closed by the end of the day");
        Assert.NotEmpty(late);
        Assert.All(late, trade => Assert.True(trade.Trip.ExitTime >= NewYork.At(trade.Day.Date, new TimeOnly(16, 25))));
        Assert.All(Run.Trades, trade => Assert.True(trade.Trip.ExitTime <= NewYork.At(trade.Day.Date, new TimeOnly(16, 30))));
        Assert.Empty(Run.Violations);
    }

    private static BacktestResult Trade()
    {
        var engine = new TradingEngine(
            new EngineSettings
            {
                Instrument = Micro.Mes,
                BarSeconds = 1,
                EndOfDay = EndOfDayPlan.Plan,
                News = NewsCalendar.None,
                Fees = default,
                Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 4 },
            },
            new RandomRule(seed: 3, entrySeconds: 600, holdSeconds: 1_200, barSeconds: 1)
        );
        var venue = new SimulatedVenue(
            new VenueSettings
            {
                Instrument = Micro.Mes,
                BarSeconds = 1,
                EndOfDay = EndOfDayPlan.Plan,
                Fees = default,
                News = NewsCalendar.None,
            }
        );
        var test = new Backtest(engine, venue, AccountMode.Real)
        {
            BeforeIntent = (_, intent) =>
            {
                if (intent.RaisesRisk)
                    Assert.Equal(Latch.None, engine.Risk.Latches.Blocking);
            },
        };
        test.Run(Bars());
        return test.Finish();
    }

    /// <summary>
    /// Hours around the close of each session from February to April 2024; now and then a jump that no stop survives, and hardly a move
    /// after four o'clock.
    /// </summary>
    private static BarColumns Bars()
    {
        var random = new SplitMix64(14);
        var tape = new Tape();
        var price = 20_000;
        foreach (
            var session in SessionCalendar
                .CmeEquityIndex.Sessions.ToArray()
                .Where(s => s.HasRth && s.Day.Date is { Year: 2024, Month: >= 2 and <= 4 })
        )
        {
            var from = (uint)NewYork.At(session.Day.Date, new TimeOnly(12, 0)).UnixSeconds;
            var quiet = from + (4 * 3600);
            for (var second = from; second < from + (5 * 3600) - 600; second++)
            {
                var jump = random.NextBelow(60_000) == 0 ? (random.NextBelow(2) * 2 - 1) * (20 + random.NextBelow(20)) : 0;
                var open = price + jump;
                var close = random.NextBelow(second < quiet ? 40 : 400) == 0 ? open + random.NextBelow(3) - 1 : open;
                tape.Add(second, open, Math.Max(open, close), Math.Min(open, close), close);
                price = close;
            }
        }

        return tape.Columns();
    }

    private static List<Halt> HaltsOf(BacktestResult run)
    {
        var halts = new List<Halt>();
        foreach (
            var fact in run.RiskFacts.Where(fact => fact.Latch != Latch.None && LatchTable.Of(fact.Latch).State > TradingState.Reducing)
        )
        {
            if (fact.Kind == RiskFactKind.Held)
                halts.Add(new Halt(fact.Latch, fact.Time, run.Last, fact.Until));
            if (fact.Kind == RiskFactKind.Released && halts.FindLastIndex(halt => halt.Latch == fact.Latch) is >= 0 and var last)
                halts[last] = halts[last] with { To = fact.Time };
        }

        return halts;
    }

    private sealed record Halt(Latch Latch, Timestamp From, Timestamp To, Timestamp Until);
}
