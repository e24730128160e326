using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Signals;

/// <summary>
/// Follows a model: a side whose probability is the largest and reaches the gate (60 % by default, SPEC T4). FLAT never opens (M4), and it
/// does not close either: the bracket is what ends a trade.
/// </summary>
/// <param name="gateMillionths">The least probability that opens, in millionths.</param>
/// <param name="below">Probabilities from here on do not open: a calibration looks at one band at a time.</param>
/// <param name="reverses">Whether a forecast against the position leaves it and turns round; else only the bracket and the clock end a
/// trade.</param>
/// <param name="byLowerBound">Whether gate and size take the lower bound of the confidence (SPEC R10); else the calibrated confidence
/// itself.</param>
public sealed class ForecastRule(
    int gateMillionths = PositionSize.LeastConfidenceMillionths,
    int below = int.MaxValue,
    bool reverses = false,
    bool byLowerBound = true
) : SignalRule
{
    /// <summary>From the settings that a configuration gives.</summary>
    public ForecastRule(ForecastSettings settings)
        : this(settings.GateMillionths, reverses: settings.Reverses, byLowerBound: settings.ByLowerBound) { }

    public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now) => default;

    public override Signal OnForecast(in ForecastFacts forecast, Side held)
    {
        var isUp = forecast.Up > forecast.Down;
        var likelier = isUp ? forecast.Up : forecast.Down;
        if (forecast.Flat >= likelier || forecast.Up == forecast.Down)
            return new Signal(Wish.Keep) { Why = Rule.FlatPredicted };
        var counted = byLowerBound ? Math.Min(likelier, forecast.LowerBound) : likelier;
        if (counted < gateMillionths || counted >= below)
            return new Signal(Wish.Keep) { Why = Rule.LowConfidence };
        if (held != Side.None && !reverses)
            return default;
        return (isUp ? new Signal(Wish.Long, likelier, MoveClass.Up) : new Signal(Wish.Short, likelier, MoveClass.Down)) with
        {
            SizingConfidence = counted,
        };
    }

    public override void Reset() { }

    public override void Archive(StateArchive archive) { }
}
