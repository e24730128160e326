using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Signals;

/// <summary>
/// What a trade costs in ticks, by how it ends, and so how often it must win (SPEC X4). A target is a limit order and slips nothing; a stop
/// slips like the market order that opened the trade.
/// </summary>
/// <param name="TargetExit">Round-trip fees and the entry's slippage.</param>
/// <param name="StopExit">The same, and the exit's slippage.</param>
public readonly record struct CostsInTicks(double TargetExit, double StopExit)
{
    /// <summary>The costs of one contract under those fees, where a market order slips by so many ticks.</summary>
    public static CostsInTicks Of(FeeSchedule fees, Money tickValue, int slippageTicks)
    {
        var charged = (double)fees.RoundTrip.MicroDollars / tickValue.MicroDollars;
        return new CostsInTicks(charged + slippageTicks, charged + (2 * slippageTicks));
    }

    /// <summary>p*: the share of targets at which a bracket of that stop and target neither earns nor loses.</summary>
    public double BreakEven(Ticks stop, Ticks target)
    {
        var loss = stop.Count + StopExit;
        return loss / (target.Count - TargetExit + loss);
    }
}

/// <summary>
/// The second gate before a model's entry (SPEC M4): the lower bound of the probability that this bracket's target comes before its stop
/// must be above p* by a margin. The first one, 60 % confidence, speaks of the label's horizon and says nothing of the bracket.
/// </summary>
public sealed record BreakEvenGate(BracketCalibration Calibration, CostsInTicks Costs, double Margin)
{
    /// <summary>Both sides of the comparison in millionths, rounded down and up, so that equality refuses everywhere alike.</summary>
    public (int Probability, int Needed) Weigh(int confidence, Ticks stop, Ticks target) =>
        (
            (int)Math.Floor(Calibration.LowerBound(confidence) * 1_000_000),
            (int)Math.Ceiling((Costs.BreakEven(stop, target) + Margin) * 1_000_000)
        );
}
