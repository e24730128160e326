namespace Quarterpoint.Data.Quality;

/// <summary>Why the calendar has no trading for a while (SPEC D4).</summary>
public enum GapKind
{
    /// <summary>The daily pause between two trading days, or one inside a day (16:15 to 16:30 before 2021-06-28).</summary>
    Halt,
    Weekend,

    /// <summary>At least one weekday without a session.</summary>
    Holiday,

    /// <summary>From an early close to the evening of the same day.</summary>
    EarlyClose,
}

/// <summary>
/// A time without bars inside a session's open hours. Times are UTC; the end is when the next bar opens or the session closes.
/// </summary>
public sealed record Hole(DateTime Start, DateTime End, string Contract)
{
    /// <summary>Its length.</summary>
    public long Seconds => (End - Start).Ticks / TimeSpan.TicksPerSecond;
}

/// <summary>How often, and how long in all, the market was closed for that reason between the first and the last day of the data.</summary>
public sealed record ScheduledGaps(GapKind Kind, int Count, long Seconds);

/// <summary>The values of one column: prices in points, volumes in contracts.</summary>
public sealed record ColumnFacts(string Name, decimal Smallest, decimal Largest, double Mean);

/// <summary>How many bars a part of the day has, of those that it could have.</summary>
/// <param name="Part">RTH, ETH, or POST.</param>
/// <param name="Bars">Bars in it.</param>
/// <param name="Possible">Bars that would fill it.</param>
public sealed record FilledShare(string Part, long Bars, long Possible)
{
    /// <summary>From 0 to 1; 0 where none is possible.</summary>
    public double Share => Possible == 0 ? 0 : (double)Bars / Possible;
}

/// <summary>A change of the leading contract.</summary>
/// <param name="Day">The first day of the new contract.</param>
/// <param name="From">The old contract.</param>
/// <param name="To">The new contract.</param>
/// <param name="Jump">How far the new contract closed above the old one, in points; null where they never traded on the same day.</param>
public sealed record RollFact(DateOnly Day, string From, string To, decimal? Jump);

/// <summary>A bar that moves by more than 20 % within a session. Its time is when it opens, UTC; prices are in points.</summary>
public sealed record ExtremeBar(DateTime Time, string Contract, decimal Open, decimal High, decimal Low, decimal Close);
