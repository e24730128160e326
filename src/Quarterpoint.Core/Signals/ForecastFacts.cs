namespace Quarterpoint.Core.Signals;

/// <summary>
/// A model's probabilities for the bar stamped <see cref="BarOpenTime"/>, in whole millionths: as floats 0.7f >= 0.7 would be false.
/// Move and volatility are in thousandths of a tick.
/// </summary>
public readonly record struct ForecastFacts(uint BarOpenTime, int Down, int Flat, int Up, int MoveMilliTicks, int VolatilityMilliTicks)
{
    /// <summary>
    /// The lower bound of the probability that the likelier side comes true, as the validation part showed it, in millionths; never above
    /// that probability, and 0 where nothing was shown. Gate and size use it by default (SPEC R10).
    /// </summary>
    public int LowerBound { get; init; }
}
