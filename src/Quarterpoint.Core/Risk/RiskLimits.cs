using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Risk;

/// <summary>
/// The numbers of SPEC section 5 that this version enforces, all hard: configuration can make them stricter, never looser. Those of the
/// daily limits, tiers, pauses, and breakers come with the risk engine.
/// </summary>
public sealed record RiskLimits
{
    /// <summary>The money that may be lost at all; smaller than $1,000, the limits count as percent of it.</summary>
    public Money Capital { get; init; } = new(1_000 * Money.MicrosPerDollar);

    /// <summary>R3: the most one trade may lose, its slippage and costs included.</summary>
    public Money TradeRisk { get; init; } = new(25 * Money.MicrosPerDollar);

    /// <summary>R4: drawdown from the highest equity that ends this account.</summary>
    public Money AccountDrawdown { get; init; } = new(200 * Money.MicrosPerDollar);

    /// <summary>R5: loss from the start that ends trading for good.</summary>
    public Money KillLoss { get; init; } = new(300 * Money.MicrosPerDollar);

    /// <summary>R6: the lowest balance that still trades.</summary>
    public Money BalanceFloor { get; init; } = new(700 * Money.MicrosPerDollar);

    /// <summary>R7: slippage a contract that a stopped-out trade is reserved for.</summary>
    public Ticks StressedSlippage { get; init; } = new(4);

    /// <summary>What the live venue charges; R3 and R7 count it whatever a backtest charges (SPEC X3).</summary>
    public FeeSchedule LiveFees { get; init; } = FeeSchedule.TopstepX;

    /// <summary>The slippage R3 expects of a stop inside RTH and outside (SPEC X4).</summary>
    public Ticks ExpectedSlippageRth { get; init; } = new(1);

    public Ticks ExpectedSlippageEth { get; init; } = new(2);

    /// <summary>R24: seconds after an exit in which nothing opens, except a reversal.</summary>
    public int CooldownSeconds { get; init; } = 30;

    /// <summary>Off for the validation runs of SPEC X11 only: then no limit of money, pause, or cooldown acts; the calendar and R13 do.</summary>
    public bool RailsOn { get; init; } = true;

    /// <summary>The limits of a smaller capital: the smaller of dollars and percent counts.</summary>
    public RiskLimits ScaledTo(Money capital)
    {
        var standard = new RiskLimits();
        if (capital >= standard.Capital) return this with { Capital = capital };
        Money Share(Money limit) => Money.Min(limit, new Money((long)((Int128)limit.MicroDollars * capital.MicroDollars / standard.Capital.MicroDollars)));
        return this with
        {
            Capital = capital,
            TradeRisk = Share(TradeRisk),
            AccountDrawdown = Share(AccountDrawdown),
            KillLoss = Share(KillLoss),
            BalanceFloor = Share(BalanceFloor),
        };
    }
}
