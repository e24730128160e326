namespace Quarterpoint.Core.Statistics;

/// <summary>
/// Draws an endless sequence of past days: blocks of consecutive days, each starting at a day drawn uniformly, with a geometric length of
/// the given mean; the first day follows the last. What one day does to the next (a wild week, a streak) is kept inside a block. Politis
/// and Romano, "The stationary bootstrap" (1994).
/// </summary>
/// <param name="days">Number of days to draw from.</param>
/// <param name="meanBlock">Mean length of a block in days; 1 draws each day on its own.</param>
/// <param name="random">The source of the draws.</param>
internal struct StationaryBootstrap(int days, int meanBlock, SplitMix64 random)
{
    private readonly double _restart = 1.0 / meanBlock;
    private SplitMix64 _random = random;
    private int _at = -1;

    /// <summary>The index of the next day, from 0.</summary>
    public int Next()
    {
        // Drawn for the first day too, so that every day takes one draw and the first day of each block another.
        var begins = _random.NextUnit() < _restart;
        if (begins || _at < 0)
            _at = _random.NextBelow(days);
        else if (++_at == days)
            _at = 0;
        return _at;
    }
}
