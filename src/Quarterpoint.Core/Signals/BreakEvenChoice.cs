using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Signals;

/// <summary>The bracket that a model's entries will have, and what it costs.</summary>
/// <param name="Description">As a calibration names its own; only equal ones are the same bracket.</param>
/// <param name="Stop">How its stop is set.</param>
/// <param name="Target">How its target is set.</param>
/// <param name="TickValue">Dollars a tick and contract.</param>
/// <param name="Costs">What an exit costs, in ticks.</param>
public sealed record BracketTerms(string Description, StopSettings Stop, TargetSettings Target, Money TickValue, CostsInTicks Costs);

/// <summary>Whether a gate of break-even stands before a model's entries, and why not where none does (SPEC M4, X4).</summary>
public abstract record BreakEvenChoice
{
    private BreakEvenChoice() { }

    /// <summary>Every entry of the model has to pass this gate.</summary>
    public sealed record Stands(BreakEvenGate Gate) : BreakEvenChoice;

    /// <summary>It is asked for, and the brackets of the model were never measured.</summary>
    public sealed record NeverCalibrated : BreakEvenChoice;

    /// <summary>It is asked for, and what was measured is another bracket.</summary>
    public sealed record OtherBracket(string Calibrated, string Asked) : BreakEvenChoice;

    /// <summary>It is left out, and the gate of confidence covers what the bracket costs.</summary>
    public sealed record NotNeeded : BreakEvenChoice;

    /// <summary>It is left out, and the gate of confidence lies below the least share of wins that pays for the bracket.</summary>
    public sealed record BelowBreakEven(double Least) : BreakEvenChoice;

    /// <summary>Decides for entries that are set in this way.</summary>
    /// <param name="entries">When a forecast opens.</param>
    /// <param name="brackets">What the model's confidences are worth to a bracket; null where that was never measured.</param>
    /// <param name="terms">The bracket to trade.</param>
    /// <param name="limits">They bound how wide a stop can be.</param>
    public static BreakEvenChoice For(ForecastSettings entries, BracketCalibration? brackets, BracketTerms terms, RiskLimits limits)
    {
        if (entries.NeedsBreakEven)
        {
            if (brackets is null)
                return new NeverCalibrated();
            return brackets.Bracket == terms.Description
                ? new Stands(new BreakEvenGate(brackets, terms.Costs, entries.BreakEvenMargin))
                : new OtherBracket(brackets.Bracket, terms.Description);
        }

        // Without that gate the confidence alone must cover what a bracket costs.
        var least = LeastBreakEven(terms, limits);
        return entries.Gate >= least ? new NotNeeded() : new BelowBreakEven(least);
    }

    /// <summary>p* at the stop that asks the least: the fixed one, or the widest that the limit of one trade lets through.</summary>
    private static double LeastBreakEven(BracketTerms terms, RiskLimits limits)
    {
        if (terms.Target.Kind == TargetKind.None)
            return 1;
        var stop =
            terms.Stop.Kind == StopKind.Fixed
                ? terms.Stop.Smallest
                : new Ticks(Math.Max(terms.Stop.Smallest.Count, SizeTable.WidestStop(limits, terms.TickValue).Count));
        return terms.Costs.BreakEven(stop, terms.Target.For(stop));
    }
}
