using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Rows;

/// <summary>
/// The market's breakers, the mark of a position, and the manual kill, in the engine. An ATR of 8 ticks and a volume of 100 a minute are
/// normal.
/// </summary>
public sealed class MarketRows
{
    private static EngineBench OnMinutes(
        int days = MinuteNorms.Days,
        RiskLimits? limits = null,
        Capabilities capabilities = Capabilities.NativeBrackets | Capabilities.Volume
    ) =>
        Account.Bench(
            Account.State(1600),
            s => s with { BarSeconds = 60, Contracts = 0 },
            limits,
            capabilities,
            MarketMemory.Of(days, atrTicks: 8, volume: 100)
        );

    [Theory]
    [InlineData(20, 24, false)] // 3 x 8 is not more than three times the normal
    [InlineData(20, 25, true)]
    [InlineData(19, 25, false)] // nineteen days say not what is normal
    [Trait("Spec", "R18")]
    public void R18_pauses_where_ATR_is_above_three_times_its_normal(int days, int range, bool pauses)
    {
        var bench = OnMinutes(days);
        Assert.Equal(pauses ? Rule.Volatility : Rule.None, RefusalAfter(bench, 15, range));
        Assert.Equal(days == 20 ? BreakerInput.Known : BreakerInput.NotAvailable, bench.Engine.Risk.Breakers.Volatility);
        if (pauses)
            Assert.Equal(Rule.None, RefusalAfter(bench, 30, 8));
    }

    /// <summary>Once the normal is known, an ATR that is not known yet counts as too high: fourteen minutes are one too few.</summary>
    [Theory]
    [InlineData(14, Rule.Volatility)]
    [InlineData(15, Rule.None)]
    [Trait("Spec", "R18")]
    public void R18_pauses_while_ATR_is_not_known(int minutes, Rule rule) => Assert.Equal(rule, RefusalAfter(OnMinutes(), minutes, 8));

    [Theory]
    [InlineData(24, 2)]
    [InlineData(25, 1)]
    [Trait("Spec", "R18")]
    public void R18_halves_where_it_is_set_to(int range, int size) =>
        Assert.Equal(
            size,
            OnMinutes(limits: new RiskLimits { OnVolatility = BreakerAction.Half })
                .Minutes(15, range, last: Wish.Long)
                .One(IntentKind.Enter)
                .Size
        );

    [Theory]
    [InlineData(10, false)] // a tenth is not below a tenth
    [InlineData(9, true)]
    [Trait("Spec", "R20")]
    public void R20_pauses_where_volume_is_below_a_tenth_of_its_normal(int volume, bool pauses)
    {
        var bench = OnMinutes();
        Assert.Equal(pauses ? Rule.Volume : Rule.None, RefusalAfter(bench, 16, 8, (uint)volume));
        if (pauses)
            Assert.Equal(Rule.None, RefusalAfter(bench, 1, 8, 10));
    }

    [Theory]
    [InlineData(10, 2)]
    [InlineData(9, 1)]
    [Trait("Spec", "R20")]
    public void R20_halves_where_it_is_set_to(int volume, int size) =>
        Assert.Equal(
            size,
            OnMinutes(limits: new RiskLimits { OnLowVolume = BreakerAction.Half })
                .Minutes(16, 8, (uint)volume, Wish.Long)
                .One(IntentKind.Enter)
                .Size
        );

    [Fact]
    [Trait("Spec", "R20")]
    public void R20_is_inactive_where_the_data_has_no_volume()
    {
        var bench = OnMinutes(capabilities: Capabilities.NativeBrackets);
        Assert.Equal((Rule.None, BreakerInput.NotAvailable), (RefusalAfter(bench, 16, 8, 1), bench.Engine.Risk.Breakers.Volume));
        Assert.Equal(0, bench.Engine.Risk.Breakers.Coverage.WithVolume);
    }

    [Fact]
    [Trait("Spec", "R19")]
    public void R19_pauses_above_two_ticks_until_it_is_back_at_one()
    {
        var bench = Quoted();
        Quote(bench, 2);
        Assert.Equal(Rule.None, AskAndWithdraw(bench));
        Quote(bench, 3);
        Assert.Equal(Rule.Spread, bench.RefusalOf());
        Quote(bench, 2);
        Assert.Equal(Rule.Spread, bench.RefusalOf());
        Quote(bench, 1);
        Assert.Equal(Rule.None, AskAndWithdraw(bench));
    }

    /// <summary>A pause leaves a position its stop and target.</summary>
    [Fact]
    [Trait("Spec", "R24")]
    public void R24_a_breaker_closes_nothing()
    {
        var bench = Quoted();
        Quote(bench, 1);
        bench.Hold();
        Quote(bench, 3);

        Assert.True(bench.Engine.Risk.Latches.Has(Latch.Spread));
        Assert.Equal(Exposure.Protected, bench.Engine.Exposure);
        Assert.DoesNotContain(bench.Drain(), i => i.Kind is IntentKind.ClosePosition or IntentKind.Cancel);
    }

    [Theory]
    [InlineData(1.5, Rule.None)]
    [InlineData(1.5000001, Rule.MarkUnknown)]
    [Trait("Spec", "R1")]
    public void A_quote_older_than_a_second_and_a_half_says_nothing_of_the_market(double age, Rule rule)
    {
        var bench = Quoted();
        Quote(bench, 1);
        bench.At(bench.Now + TimeSpan.FromTicks((long)Math.Round(age * TimeSpan.TicksPerSecond)));
        Assert.Equal(rule, bench.RefusalOf());
    }

    [Fact]
    [Trait("Spec", "R1")]
    public void A_quote_of_one_side_or_locked_says_nothing_of_the_market()
    {
        foreach (
            var quote in (Quote[])
                [
                    new(EngineBench.At(0), EngineBench.At(1), 0, 5),
                    new(EngineBench.At(0), EngineBench.At(1), 5, 0),
                    new(EngineBench.At(1), EngineBench.At(1), 5, 5),
                    new(EngineBench.At(2), EngineBench.At(1), 5, 5),
                ]
        )
        {
            var bench = Quoted();
            Quote(bench, 1);
            bench.Take(EngineEvent.QuoteChanged(bench.Now, quote));
            Assert.Equal(Rule.MarkUnknown, bench.RefusalOf());
        }
    }

    /// <summary>A long from 0 with the bid at -30 is worth $38.34 less, and so is a short with the ask at 30.</summary>
    [Theory]
    [InlineData(Side.Buy, 50.00, true)]
    [InlineData(Side.Buy, 49.99, false)]
    [InlineData(Side.Sell, 50.00, true)]
    [InlineData(Side.Sell, 49.99, false)]
    [Trait("Spec", "R1")]
    public void A_position_is_marked_where_it_would_be_closed(Side side, double below, bool fires)
    {
        var bench = Account.Bench(
            Account.State(1000, baseline: 1000 - 38.34m + (decimal)below),
            capabilities: Capabilities.NativeBrackets | Capabilities.Quotes
        );
        Quote(bench, 1);
        bench.Hold(side: side);
        bench.After(1);
        var quote =
            side == Side.Buy
                ? new Quote(EngineBench.At(-30), EngineBench.At(-29), 5, 5)
                : new Quote(EngineBench.At(29), EngineBench.At(30), 5, 5);
        bench.Take(EngineEvent.QuoteChanged(bench.Now, quote));

        Assert.Equal(fires, bench.Engine.Risk.Latches.Has(Latch.DailyLoss));
        Assert.Equal(fires, bench.Drain().Any(i => i.Kind == IntentKind.ClosePosition));
    }

    [Fact]
    [Trait("Spec", "R23")]
    public void R23_a_manual_kill_flattens_and_waits_for_a_review()
    {
        var bench = Account.Bench();
        bench.Hold();
        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Kill, new OperatorNote(1, "a person", "enough")));
        var close = bench.One(IntentKind.ClosePosition);
        Assert.Equal((Rule.Operator, TradingState.ManualReview), (close.Rule, bench.Engine.Risk.Latches.State));
        Assert.False(bench.Engine.Risk.Latches.Has(Latch.Killed));

        bench
            .Answer(close, SendOutcome.Accepted, 103)
            .Fill(bench.Trade(103, Side.Sell, 0, 1, close.Tag))
            .Report(EngineBench.Order(close, 103, Core.Orders.VenueOrderStatus.Filled, 1));
        bench.Pass(bench.Now.AddSeconds(60));
        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Resume, new OperatorNote(2, "a person", "")));
        Assert.Equal(Rule.Operator, bench.RefusalOf());
        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Review, new OperatorNote(3, "a person", "looked")));
        Assert.Equal(Rule.None, bench.RefusalOf());
    }

    /// <summary>Wishes for a long at the close of the last of so many minutes.</summary>
    /// <returns>The rule that refused it, or None if an entry was sent.</returns>
    private static Rule RefusalAfter(EngineBench bench, int minutes, int range, uint volume = 100)
    {
        bench.Minutes(minutes, range, volume, Wish.Long);
        return bench.Drain().Any(i => i.Kind == IntentKind.Enter) ? Rule.None : bench.Engine.LastRefusal.Rule;
    }

    private static EngineBench Quoted() =>
        Account.Bench(Account.State(1600), capabilities: Capabilities.NativeBrackets | Capabilities.Quotes);

    private static void Quote(EngineBench bench, int spread) =>
        bench.After(3).Take(EngineEvent.QuoteChanged(bench.Now, new Quote(EngineBench.At(0), EngineBench.At(spread), 5, 5)));

    /// <summary>Wishes for an entry and lets the venue refuse it, so that another can follow.</summary>
    /// <returns>The rule that refused the wish before the venue was asked, or None.</returns>
    private static Rule AskAndWithdraw(EngineBench bench)
    {
        if (bench.Ask() is not { } entry)
            return bench.Engine.LastRefusal.Rule;
        bench.Answer(entry, SendOutcome.Refused);
        return Rule.None;
    }
}
