using Quarterpoint.Core.Statistics;

namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// What became of the brackets opened at one band of confidence, on the validation part. They never overlapped, so each is a trial of its
/// own.
/// </summary>
/// <param name="From">The band's lower end, in millionths.</param>
/// <param name="Trials">Brackets opened.</param>
/// <param name="Targets">Those that reached their target before their stop.</param>
public sealed record BracketBand(int From, int Trials, int Targets);

/// <summary>
/// From a model's confidence to the probability that a bracket's target comes before its stop (SPEC M4). That is another number than the
/// confidence itself, which is about the label's horizon. A bracket that reaches neither target nor stop by the end of the day counts as
/// stopped.
/// </summary>
/// <param name="Bracket">The stop and target that were tried, in words.</param>
/// <param name="Bands">In order of confidence; the last is open above.</param>
public sealed record BracketCalibration(string Bracket, IReadOnlyList<BracketBand> Bands)
{
    /// <summary>With fewer trials than this, nothing is concluded (METHODS.md 4).</summary>
    public const int LeastTrials = 200;

    /// <summary>
    /// The lower end of Wilson's 95 % interval for the band of that confidence; the break-even gate compares it. A band of too few trials
    /// is joined with the bands below it. 0 where even all of them are too few, and below the lowest band.
    /// </summary>
    /// <param name="confidence">In millionths.</param>
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
