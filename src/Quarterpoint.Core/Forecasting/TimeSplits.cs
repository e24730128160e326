using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Forecasting;

/// <summary>Cuts a span of trading days into train, validate, and test.</summary>
public static class TimeSplits
{
    /// <summary>
    /// By shares of the days, in percent. Cuts fall between sessions, and no label reaches past its session's end (SPEC L3), so that the parts
    /// are purged by the horizon as they stand.
    /// </summary>
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
