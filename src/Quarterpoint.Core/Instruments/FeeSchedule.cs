namespace Quarterpoint.Core.Instruments;

/// <summary>What buying or selling one contract costs: the broker's commission and the exchange's fees (SPEC X3).</summary>
public readonly record struct FeeSchedule(Money CommissionPerSide, Money FeesPerSide)
{
    /// <summary>$0.20 + $0.22: the plan's default, $0.84 a round trip.</summary>
    public static readonly FeeSchedule Plan = new(new Money(200_000), new Money(220_000));

    /// <summary>$0.25 + $0.36: what TopstepX charged per micro contract, $1.22 a round trip (PROTOCOL.md 11).</summary>
    public static readonly FeeSchedule TopstepX = new(new Money(250_000), new Money(360_000));

    /// <summary>For one contract, bought or sold.</summary>
    public Money PerSide => CommissionPerSide + FeesPerSide;

    /// <summary>For one contract, bought and sold.</summary>
    public Money RoundTrip => PerSide * 2;
}
