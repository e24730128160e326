namespace Quarterpoint.Core.Statistics;

/// <summary>
/// Draws days as they might have come, for ever: blocks of adjacent days, each begun at a day drawn evenly, whose length is geometric with the
/// given mean; the first day follows the last. What one day does to the next (a wild week, a streak) stays inside a block. Politis and Romano,
/// "The stationary bootstrap" (1994).
/// </summary>
/// <param name="days">How many there are to draw from.</param>
/// <param name="meanBlock">Days in a block on average; 1 draws each day on its own.</param>
/// <param name="random">The draws.</param>
public struct StationaryBootstrap(int days, int meanBlock, SplitMix64 random)
{
    private readonly double _restart = 1.0 / meanBlock;
    private SplitMix64 _random = random;
    private int _at = -1;

    /// <summary>The next day's place, from 0.</summary>
    public int Next()
    {
        // The draw is made at the first day too, so that every day takes one and a block's first another.
        var begins = _random.NextUnit() < _restart;
        if (begins || _at < 0)
            _at = _random.NextBelow(days);
        else if (++_at == days)
            _at = 0;
        return _at;
    }
}
