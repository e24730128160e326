using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>What the doctor and `qp risk table` find about sizes: MES ticks of $1.25, and $1.22 a round trip at the live venue.</summary>
[Trait("Spec", "R8")]
[Trait("Spec", "R25")]
public sealed class SizeTableTests
{
    private static readonly RiskLimits Limits = new();
    private static readonly Money Tick = Micro.Mes.TickValue;
    private static readonly ConfidenceBand NoModel = SizeTable.Bands[^1];

    /// <summary>
    /// 2 % of $1,000 is $20, two stops of 8 ticks at $10 each; $999.99 is in the tier of one contract. $850 could pay for a stop of 13
    /// ticks, and $811.22 less a stressed loss of (4 + 4) x $1.25 + $1.22 is R4's $800, where survival ends.
    /// </summary>
    [Theory]
    [InlineData("1000", 8, 2, null)]
    [InlineData("999.99", 8, 1, null)]
    [InlineData("850", 12, 1, null)]
    [InlineData("850", 14, 0, Rule.SizeZero)]
    [InlineData("811.23", 4, 1, null)]
    [InlineData("811.22", 4, 0, Rule.AccountDrawdown)]
    [InlineData("699.99", 4, 0, Rule.BalanceFloor)]
    public void A_size_is_what_the_gate_gives_and_a_zero_names_the_rule(string balance, int stop, int contracts, Rule? refusedBy)
    {
        Money[] balances = [Money.FromDollars(decimal.Parse(balance, System.Globalization.CultureInfo.InvariantCulture))];
        var ticks = new Ticks(stop);
        var cell = Assert.Single(SizeTable.Of(Limits, Tick, balances), c => c.Band == NoModel && c.Stop == ticks);
        Assert.Equal((contracts, refusedBy), (cell.Contracts, cell.RefusedBy));
    }

    [Fact]
    public void The_table_runs_over_bands_then_balances_then_stops()
    {
        var cells = SizeTable.Of(Limits, Tick);
        Assert.Equal(SizeTable.Bands.Count * SizeTable.Balances.Count * SizeTable.Stops.Count, cells.Count);
        Assert.Equal((SizeTable.Bands[0], SizeTable.Balances[0], SizeTable.Stops[1]), (cells[1].Band, cells[1].Balance, cells[1].Stop));
        Assert.Equal(SizeTable.Balances[1], cells[SizeTable.Stops.Count].Balance);
    }

    /// <summary>
    /// (18 + 1) x $1.25 + $1.22 is $24.97 of R3's $25. At 60 to 70 % one per cent counts, $10 of $1,000 for a stop of 8 ticks. Starvation
    /// as above: the first cent at which a stressed loss reaches R4.
    /// </summary>
    [Fact]
    public void It_is_found_where_nothing_opens()
    {
        var findings = SizeTable.Examine(Limits, Tick);
        Assert.Equal(18, findings.WidestStop.Count);
        Assert.Equal(Money.FromDollars(811.22m), findings.StarvedAt);
        Assert.Equal(
            [
                ("60 to 70 %", 8, 1_000m),
                ("60 to 70 %", 12, 1_500m),
                ("60 to 70 %", 16, 2_000m),
                ("70 to 80 %", 12, 750m),
                ("70 to 80 %", 16, 1_000m),
            ],
            findings.LeastBalances.Select(least => (least.Band.Name, least.Stop.Count, least.Balance.InDollars))
        );
    }

    [Theory]
    [InlineData("1.25")]
    [InlineData("0.5")]
    [InlineData("12.5")]
    [InlineData("23.78")] // one tick of slippage and the fees are $25.00, and nothing is left for a stop
    [InlineData("30")]
    [Trait("Spec", "R3")]
    public void The_widest_stop_is_the_last_that_one_trade_may_risk(string tickValue)
    {
        var tick = Money.FromDollars(decimal.Parse(tickValue, System.Globalization.CultureInfo.InvariantCulture));
        var gate = new RiskGate(Limits);
        var widest = SizeTable.WidestStop(Limits, tick);
        Assert.True(gate.TradeRisk(widest + new Ticks(1), atRth: true, tick) > Limits.TradeRisk);
        if (widest > default(Ticks))
            Assert.True(gate.TradeRisk(widest, atRth: true, tick) <= Limits.TradeRisk);
    }
}
