using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Rows;

/// <summary>The size of an entry in the engine: at the cent, tick, or millionth at which it changes, and one step before.</summary>
public sealed class SizeRows
{
    /// <summary>Limits with R3, R1, and R2 set aside: they would allow less than the row is about.</summary>
    private static readonly RiskLimits Wide = new()
    {
        TradeRisk = Money.FromDollars(100),
        DailyLoss = Money.FromDollars(140),
        DailyDrawdown = Money.FromDollars(140),
    };

    private static EngineBench At(decimal balance, int stop, RiskLimits? limits = null, int? confidence = null)
    {
        var bench = Account.Bench(
            Account.State(balance) with
            {
                HighWater = Money.FromDollars(balance),
            },
            s => s with { Contracts = 0, Stop = s.Stop with { FixedTicks = stop } },
            limits
        );
        bench.Confidence = confidence;
        return bench;
    }

    private static int SizeOf(EngineBench bench) => bench.Ask()?.Size ?? 0;

    /// <summary>
    /// ATR 12 makes a stop of 18 ticks; with one of slippage they cost $23.75, and a round trip of $1.25 makes exactly $25.00.
    /// </summary>
    [Theory]
    [InlineData(0.6250, Rule.None)]
    [InlineData(0.6251, Rule.TradeRisk)]
    [InlineData(0.6100, Rule.None)] // the live venue's $1.22
    [Trait("Spec", "R3")]
    public void R3_allows_twenty_five_dollars_a_trade_and_not_more(double fee, Rule rule) =>
        Assert.Equal(rule, RefusalByAtr(12, new RiskLimits { LiveFees = new FeeSchedule(Money.FromDollars((decimal)fee), Money.Zero) }));

    [Theory]
    [InlineData(8, 2)] // 2 x (9 x 1.25 + 1.22) = $24.94
    [InlineData(9, 1)] // 2 x (10 x 1.25 + 1.22) = $27.44
    [Trait("Spec", "R3")]
    public void R3_cuts_the_size(int stop, int size) => Assert.Equal(size, SizeOf(At(1600, stop)));

    /// <summary>Eight ticks are $10.00: 2 % of the balance, halved at 65 %.</summary>
    [Theory]
    [InlineData(1000.00, 1)]
    [InlineData(999.99, 0)]
    [Trait("Spec", "R8")]
    [Trait("Spec", "R22")]
    public void R8_gives_the_contracts_that_the_balances_share_pays_for(double balance, int size)
    {
        var bench = At((decimal)balance, 8, confidence: 650_000);
        Assert.Equal(size, SizeOf(bench));
        if (size == 0)
            Assert.Equal(
                (Rule.SizeZero, 10_000_000L, 9_999_900L),
                (bench.Engine.LastRefusal.Rule, bench.Engine.LastRefusal.Observed, bench.Engine.LastRefusal.Limit)
            );
    }

    [Theory]
    [InlineData(999.99, 1)]
    [InlineData(1000.00, 2)]
    [InlineData(1499.99, 2)]
    [InlineData(1500.00, 3)]
    [InlineData(1999.99, 3)]
    [InlineData(2000.00, 4)]
    [InlineData(2999.99, 4)]
    [InlineData(3000.00, 5)]
    [InlineData(3999.99, 5)]
    [InlineData(4000.00, 5)] // the ceiling
    [Trait("Spec", "R9")]
    public void R9_gives_each_tier_its_contracts(double balance, int size) => Assert.Equal(size, SizeOf(At((decimal)balance, 4, Wide)));

    /// <summary>From $4,000 on the table adds one contract for each thousand, up to a ceiling of 7 here.</summary>
    [Theory]
    [InlineData(4000.00, 6)]
    [InlineData(4999.99, 6)]
    [InlineData(5000.00, 7)]
    [InlineData(6000.00, 7)]
    [Trait("Spec", "R9")]
    public void R9_gives_one_more_for_each_thousand_up_to_the_ceiling(double balance, int size) =>
        Assert.Equal(size, SizeOf(At((decimal)balance, 4, Wide with { MostContracts = 7 })));

    /// <summary>The share of $3,000 is 1.5 %, $45; of $2,999.99 it is 2 %, $60. A stop of 32 ticks costs $40, of 37 $46.25.</summary>
    [Theory]
    [InlineData(3000.00, 36, 1)]
    [InlineData(3000.00, 37, 0)]
    [InlineData(2999.99, 37, 1)]
    [Trait("Spec", "R9")]
    public void R9_risks_less_of_a_balance_from_three_thousand_on(double balance, int stop, int size) =>
        Assert.Equal(size, SizeOf(At((decimal)balance, stop, Wide)));

    /// <summary>
    /// At $850 the share is $17: a stop that costs just more than the lower multiplier allows gets no contract there, and one contract at
    /// the higher multiplier.
    /// </summary>
    [Theory]
    [InlineData(599_999, 4, Rule.LowConfidence)]
    [InlineData(600_000, 6, Rule.None)] // $7.50 of $8.50
    [InlineData(699_999, 7, Rule.SizeZero)] // $8.75
    [InlineData(700_000, 13, Rule.None)] // $16.25 of $17.00
    [InlineData(799_999, 14, Rule.SizeZero)] // $17.50
    [InlineData(800_000, 20, Rule.None)] // $25.00 of $25.50
    [InlineData(900_000, 21, Rule.SizeZero)] // $26.25; 90 % is not above 90 %
    [InlineData(900_001, 27, Rule.None)] // $33.75 of $34.00
    [Trait("Spec", "R10")]
    public void R10_multiplies_by_the_confidence(int confidence, int stop, Rule rule) =>
        Assert.Equal(rule, At(850, stop, Wide, confidence).RefusalOf());

    /// <summary>ATR(14) needs 15 completed minutes. 8 ticks make a stop of 12 and a target of 18.</summary>
    [Theory]
    [InlineData(14, 8, 0, 0)]
    [InlineData(15, 8, 12, 18)]
    [InlineData(15, 3, 5, 8)] // 4.5, rounded up; 7.5, rounded up
    [InlineData(15, 2, 4, 6)] // 3: at least 4
    [Trait("Spec", "R11")]
    public void R11_sets_the_stop_at_one_and_a_half_times_ATR_and_the_target_at_one_and_a_half_stops(
        int minutes,
        int atr,
        int stop,
        int target
    )
    {
        var bench = Account.Bench(change: s => s with { BarSeconds = 60, Stop = new StopSettings(), Target = new TargetSettings() });
        bench.Minutes(minutes, atr, last: Wish.Long);
        var entry = bench.Drain().Where(i => i.Kind == IntentKind.Enter).ToArray();

        if (stop == 0)
            Assert.Equal((0, Rule.StopUnavailable), (entry.Length, bench.Engine.LastRefusal.Rule));
        else
            Assert.Equal((stop, target), (entry.Single().Stop.Count, entry.Single().Target.Count));
    }

    /// <summary>ATR 12 makes a stop of 18, $24.97 at risk; ATR 13 one of 20, $27.47.</summary>
    [Theory]
    [InlineData(12, Rule.None)]
    [InlineData(13, Rule.TradeRisk)]
    [Trait("Spec", "R11")]
    [Trait("Spec", "R3")]
    public void R11_where_R3_cannot_hold_one_contract_there_is_no_trade(int atr, Rule rule) =>
        Assert.Equal(rule, RefusalByAtr(atr, new RiskLimits()));

    [Theory]
    [InlineData(5, null)]
    [InlineData(6, 0)]
    [Trait("Spec", "R12")]
    public void R12_moves_the_stop_to_break_even_at_its_profit(int close, int? level) =>
        ExpectStop(new TrailSettings { BreakEvenAfterTicks = 6 }, "10:00:01", close, level);

    [Theory]
    [InlineData(0, null)] // 8 behind 0 is where it stands
    [InlineData(1, -7)]
    [Trait("Spec", "R12")]
    public void R12_follows_the_price_by_its_ticks(int close, int? level) =>
        ExpectStop(new TrailSettings { Kind = TrailKind.Ticks, Ticks = 8 }, "10:00:01", close, level);

    [Theory]
    [InlineData("15:59:59", null)]
    [InlineData("16:00:00", -4)]
    [Trait("Spec", "R12")]
    [Trait("Spec", "R13")]
    public void R12_from_the_reduce_time_the_stop_is_at_most_four_ticks_away(string at, int? level) =>
        ExpectStop(new TrailSettings(), at, 0, level);

    private static Rule RefusalByAtr(int atr, RiskLimits limits)
    {
        var bench = Account.Bench(
            Account.State(1600),
            s => s with { BarSeconds = 60, Stop = new StopSettings(), Target = new TargetSettings() },
            limits
        );
        bench.Minutes(15, atr, last: Wish.Long);
        return bench.Drain().Any(i => i.Kind == IntentKind.Enter) ? Rule.None : bench.Engine.LastRefusal.Rule;
    }

    private static void ExpectStop(TrailSettings trail, string at, int close, int? level)
    {
        var bench = Account.Bench(change: s => s with { Trail = trail });
        bench.Hold();
        bench.At(at);
        if (at == "10:00:01" || level is null)
            bench.Bar(close);
        var moved = bench.Drain().Where(i => i is { Kind: IntentKind.Modify, Role: OrderRole.Stop }).ToArray();
        Assert.Equal(level is null ? [] : [EngineBench.At(level.Value)], moved.Select(i => i.Price));
    }
}
