using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>An account that only lacks the money to trade is reported as starved after five sessions (decision 0007).</summary>
public sealed class StarvationTests
{
    private static readonly Verdict TooPoor = Verdict.Refuse(Rule.SurvivalCheck, 1, 2);
    private static readonly Verdict BelowFloor = Verdict.Refuse(Rule.BalanceFloor, 1, 2);
    private static readonly Verdict TooWide = Verdict.Refuse(Rule.TradeRisk, 2, 1);
    private static readonly Verdict Approved = new RiskGate(new RiskLimits { RailsOn = false }).Size(
        new EntryRequest
        {
            Side = Side.Buy,
            Stop = new Ticks(8),
            Target = new Ticks(12),
            Contracts = 1,
            AtRth = true,
            Balance = default,
            Equity = default,
            Levels = default,
            TickValue = default,
        }
    );

    [Fact]
    [Trait("Spec", "R25")]
    public void Five_sessions_in_a_row_without_money_for_any_trade_are_starvation_and_four_are_not()
    {
        var watch = default(StarvationWatch);
        for (var session = 1; session <= 4; session++)
            Assert.False(After(ref watch, TooPoor));
        Assert.True(After(ref watch, BelowFloor));
    }

    [Fact]
    [Trait("Spec", "R25")]
    public void One_approved_entry_begins_the_count_anew()
    {
        var watch = default(StarvationWatch);
        for (var session = 1; session <= 4; session++)
            After(ref watch, TooPoor);
        Assert.False(After(ref watch, TooPoor, Approved));
        for (var session = 1; session <= 4; session++)
            Assert.False(After(ref watch, TooPoor));
        Assert.True(After(ref watch, TooPoor));
    }

    [Fact]
    [Trait("Spec", "R25")]
    public void A_session_that_asked_for_nothing_or_was_refused_for_another_reason_counts_neither_way()
    {
        var watch = default(StarvationWatch);
        for (var session = 1; session <= 4; session++)
            After(ref watch, TooPoor);
        Assert.False(After(ref watch));
        Assert.False(After(ref watch, TooWide));
        Assert.True(After(ref watch, TooPoor));
    }

    /// <summary>
    /// $819: at the smallest stop, 4 ticks, one contract could lose (4 + 4) x $1.25 + $1.22 = $11.22 and leaves $807.78, above R4's $800.
    /// But ATR is 8 ticks, so the stop is 12: (12 + 4) x $1.25 + $1.22 = $21.22 would leave $797.78.
    /// </summary>
    [Fact]
    [Trait("Spec", "R25")]
    public void The_engine_reports_starvation_when_the_fifth_such_session_ends()
    {
        var poor = RiskState.Fresh(Money.FromDollars(1000)) with { CarriedOver = Money.FromDollars(-181) };
        var bench = new EngineBench(
            true,
            settings =>
                settings with
                {
                    BarSeconds = 60,
                    Limits = new RiskLimits(),
                    Stop = new StopSettings(),
                    Target = new TargetSettings(),
                },
            new StartFacts(RiskRecord.Restored, poor, 2, Capabilities.NativeBrackets)
        );
        Assert.Equal(Latch.None, bench.Engine.Risk.Latches.Held);

        foreach (var day in (DateOnly[])[new(2024, 3, 5), new(2024, 3, 6), new(2024, 3, 7), new(2024, 3, 8), new(2024, 3, 11)])
        {
            Assert.True(bench.Engine.Risk.Latches.Held == Latch.None, $"latched before {day} is over");
            AskOnceOn(bench, day);
            Assert.Equal(Rule.SurvivalCheck, bench.Engine.LastRefusal.Rule);
            bench.At(NewYork.At(day, new TimeOnly(16, 26))).AnswerQueries(0).At(NewYork.At(day, new TimeOnly(17, 0)));
        }

        Assert.Equal(Latch.Starved, bench.Engine.Risk.Latches.Held);
        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Review, new OperatorNote(1, "a person", "seen")));
        Assert.True(bench.Engine.Risk.Latches.Held == Latch.None, "a review gives it another week");
    }

    [Fact]
    [Trait("Spec", "R21")]
    [Trait("Spec", "R25")]
    public void A_restart_does_not_begin_the_count_anew()
    {
        var watch = default(StarvationWatch);
        for (var session = 1; session <= 4; session++)
            After(ref watch, TooPoor);
        var saved = RiskState.Fresh(Money.FromDollars(1000)) with { CarriedOver = Money.FromDollars(-181), Starvation = watch };
        var bench = new EngineBench(
            true,
            settings =>
                settings with
                {
                    BarSeconds = 60,
                    Limits = new RiskLimits(),
                    Stop = new StopSettings(),
                    Target = new TargetSettings(),
                },
            new StartFacts(RiskRecord.Restored, saved, 2, Capabilities.NativeBrackets)
        );
        Assert.Equal(watch, bench.Engine.RiskSnapshot.Starvation);

        AskOnceOn(bench, new DateOnly(2024, 3, 5));
        bench.At(NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(17, 0)));
        Assert.Equal(Latch.Starved, bench.Engine.Risk.Latches.Held);
    }

    private static void AskOnceOn(EngineBench bench, DateOnly day)
    {
        var open = NewYork.At(day, new TimeOnly(10, 0));
        for (var minute = 0; minute < 16; minute++)
        {
            var opens = open.AddSeconds(minute * 60);
            bench.At(opens.AddSeconds(60));
            var bar = new Bar((uint)opens.UnixSeconds, EngineBench.At(0), EngineBench.At(4), EngineBench.At(-4), EngineBench.At(0), 1);
            bench.Bar(bar, minute == 15 ? Wish.Long : Wish.Keep);
        }
    }

    private static bool After(ref StarvationWatch watch, params Verdict[] verdicts)
    {
        foreach (var verdict in verdicts)
            watch.Note(verdict);
        return watch.EndSession();
    }
}
