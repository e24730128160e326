using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Risk;

/// <summary>What a breaker of the market does while it holds (SPEC R18, R20).</summary>
public enum BreakerAction : byte
{
    Pause,
    Half,
}

/// <summary>
/// The numbers of SPEC section 5, all hard: configuration can make them stricter (smaller size, longer pause, smaller loss), never looser.
/// Dollars are absolute and never grow with the balance.
/// </summary>
public sealed record RiskLimits
{
    /// <summary>The money that may be lost at all; smaller than $1,000, the limits count as percent of it.</summary>
    public Money Capital { get; init; } = new(1_000 * Money.MicrosPerDollar);

    /// <summary>R1: loss of the day, against its baseline, that flattens and stops for the day.</summary>
    public Money DailyLoss { get; init; } = new(50 * Money.MicrosPerDollar);

    /// <summary>R2: fall from the day's highest equity that does the same.</summary>
    public Money DailyDrawdown { get; init; } = new(75 * Money.MicrosPerDollar);

    /// <summary>R3: the most one trade may lose, its slippage and costs included.</summary>
    public Money TradeRisk { get; init; } = new(25 * Money.MicrosPerDollar);

    /// <summary>R4: drawdown from the highest equity that halts until a person reviews.</summary>
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

    /// <summary>R9: the ceiling of a size, whatever the balance.</summary>
    public int MostContracts { get; init; } = 5;

    /// <summary>R9: where the lowest tier begins; it moves with a smaller capital.</summary>
    public Money LowestTier { get; init; } = new(700 * Money.MicrosPerDollar);

    /// <summary>R14: losses in a row, and how long they pause.</summary>
    public int LossesToPause { get; init; } = 3;

    public int PauseSeconds { get; init; } = 15 * 60;

    /// <summary>R15: losses in a row from which each one pauses for longer.</summary>
    public int LossesToLongPause { get; init; } = 5;

    public int LongPauseSeconds { get; init; } = 30 * 60;

    /// <summary>R18: ATR above so many times its normal.</summary>
    public double VolatilityLimit { get; init; } = 3;

    public BreakerAction OnVolatility { get; init; }

    /// <summary>R19: a spread above this pauses, until it is back at <see cref="SpreadToResume"/>.</summary>
    public Ticks SpreadLimit { get; init; } = new(2);

    /// <summary>R19: the spread at which a pause for a wide spread ends.</summary>
    public Ticks SpreadToResume { get; init; } = new(1);

    /// <summary>R20: volume of a minute below this share of its normal.</summary>
    public double VolumeLimit { get; init; } = 0.10;

    public BreakerAction OnLowVolume { get; init; }

    /// <summary>R24: seconds after an exit in which nothing opens, except a reversal.</summary>
    public int CooldownSeconds { get; init; } = 30;

    /// <summary>How fast entries may follow each other (SPEC N17).</summary>
    public PaceLimits Pace { get; init; } = new();

    /// <summary>
    /// Off for the validation runs of SPEC X11 only: then no limit of money, pause, or cooldown acts; the calendar and R13 do.
    /// </summary>
    public bool RailsOn { get; init; } = true;

    /// <summary>The latches of the market's breakers that halve instead of pausing.</summary>
    public Latch HalvingInstead =>
        (OnVolatility == BreakerAction.Half ? Latch.Volatility : Latch.None)
        | (OnLowVolume == BreakerAction.Half ? Latch.Volume : Latch.None);

    /// <summary>The limits of a smaller capital: the smaller of dollars and percent counts.</summary>
    public RiskLimits ScaledTo(Money capital)
    {
        var standard = new RiskLimits();
        if (capital >= standard.Capital)
            return this with { Capital = capital };
        Money Share(Money limit) =>
            Money.Min(limit, new Money((long)((Int128)limit.MicroDollars * capital.MicroDollars / standard.Capital.MicroDollars)));
        return this with
        {
            Capital = capital,
            DailyLoss = Share(DailyLoss),
            DailyDrawdown = Share(DailyDrawdown),
            TradeRisk = Share(TradeRisk),
            AccountDrawdown = Share(AccountDrawdown),
            KillLoss = Share(KillLoss),
            BalanceFloor = Share(BalanceFloor),
            LowestTier = Share(LowestTier),
        };
    }
}

/// <summary>
/// The conduct guard (SPEC N17): the venue forbids rapid-fire trading of simulated fills, so entries keep their distance and a signal does
/// not end a trade that has hardly begun.
/// </summary>
public sealed record PaceLimits
{
    /// <summary>The least time between two entries.</summary>
    public int SecondsBetweenEntries { get; init; } = 2;

    /// <summary>Entries within any 60 minutes; at most <see cref="EntryPace.Remembered"/>.</summary>
    public int EntriesAnHour { get; init; } = EntryPace.Remembered;

    /// <summary>Entries within a trading day.</summary>
    public int EntriesADay { get; init; } = 100;

    /// <summary>How long a trade lives at least before a signal may end it; a stop, a target, and a flatten never wait.</summary>
    public int LeastHoldingSeconds { get; init; } = 10;
}
