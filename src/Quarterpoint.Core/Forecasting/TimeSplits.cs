using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Forecasting;

/// <summary>Cuts a span of trading days into train, validate, and test.</summary>
public static class TimeSplits
{
    /// <summary>
    /// Cuts by shares of the days. Cuts fall between sessions, and no label reaches past the end of its session (SPEC L3), so no label of
    /// one part depends on prices of the next.
    /// </summary>
    /// <param name="days">The trading days, in order.</param>
    /// <param name="train">Percent of the days to train on.</param>
    /// <param name="validate">Percent to stop and calibrate on.</param>
    /// <param name="test">Percent to judge on.</param>
    /// <exception cref="ArgumentException">A part would have no day, or the shares are not three numbers that make 100.</exception>
    public static TimeSplit ByShare(IReadOnlyList<TradingDay> days, int train, int validate, int test)
    {
        if (train < 1 || validate < 1 || test < 1 || train + validate + test != 100)
            throw new ArgumentException($"A split of {train}/{validate}/{test}: expected three shares in percent that make 100.");
        var first = days.Count * train / 100;
        var second = days.Count * (train + validate) / 100;
        if (first == 0 || second == first || second == days.Count)
            throw new ArgumentException(
                $"{days.Count} trading days are too few for a split of {train}/{validate}/{test}: every part needs a day."
            );
        return new TimeSplit(new(days[0], days[first - 1]), new(days[first], days[second - 1]), new(days[second], days[^1]));
    }
}
