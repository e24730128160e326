using Quarterpoint.Core.Statistics;

namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// What became of the brackets opened at one band of confidence, on the validation part: they never overlapped, so that each counts for
/// itself. <see cref="From"/> is the band's lower end, in millionths.
/// </summary>
public sealed record BracketBand(int From, int Trials, int Targets);

/// <summary>
/// From a model's confidence to the probability that a bracket's target comes before its stop (SPEC M4): another number than the
/// confidence, which speaks of 30 seconds. The bands stand in order; the last is open above. A bracket that neither came to its target nor
/// to its stop by the end of the day counts as a stop.
/// </summary>
public sealed record BracketCalibration(string Bracket, IReadOnlyList<BracketBand> Bands)
{
    /// <summary>Fewer trials than this say nothing (METHODS.md 4).</summary>
    public const int LeastTrials = 200;

    /// <summary>
    /// The lower end of Wilson's 95 % interval for that confidence's band: what the break-even gate compares. A band of too few trials joins
    /// those below it; 0 where there are not enough even so, or below the lowest band.
    /// </summary>
    public double LowerBound(int confidence)
    {
        var last = -1;
        while (last + 1 < Bands.Count && Bands[last + 1].From <= confidence)
            last++;
        var (trials, targets) = (0, 0);
        for (var band = last; band >= 0 && trials < LeastTrials; band--)
        {
            trials += Bands[band].Trials;
            targets += Bands[band].Targets;
        }

        return trials < LeastTrials ? 0 : Interval.Wilson(targets, trials)!.Value.Low;
    }
}
