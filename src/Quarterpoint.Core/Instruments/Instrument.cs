using System.Globalization;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Instruments;

/// <summary>A tradable product. An instrument is data: the code knows no symbol by name (SPEC K1).</summary>
public sealed record Instrument
{
    /// <summary>Billionths in a point: the unit of prices in DBN files and in <see cref="TryFromNanos"/>.</summary>
    public const long NanosPerPoint = 1_000_000_000;

    /// <summary>The root that its contracts are named after: MES, for MESU5.</summary>
    public required string Symbol { get; init; }

    public required string Name { get; init; }

    /// <summary>Size of a tick in billionths of a point: 250,000,000 for 0.25.</summary>
    public required long TickSizeNanos { get; init; }

    /// <summary>Dollars that one contract gains when the price rises by one tick.</summary>
    public required Money TickValue { get; init; }

    /// <summary>When its trading day opens and closes.</summary>
    public SessionHours Hours { get; init; } = SessionHours.CmeEquityIndex;

    /// <summary>Whether it has quarterly contracts (H, M, U, Z), so that symbols such as MESU5 belong to it.</summary>
    public bool HasContracts { get; init; } = true;

    /// <summary>Size of a tick in points.</summary>
    public decimal TickSize => (decimal)TickSizeNanos / NanosPerPoint;

    /// <summary>The price in points.</summary>
    public decimal ToDecimal(Price price) => (decimal)price.InTicks * TickSizeNanos / NanosPerPoint;

    /// <summary>The price in points as text, such as 6012.25.</summary>
    public string Format(Price price) => ToDecimal(price).ToString("0.0#######", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads a price in billionths of a point. False where it is between two ticks or too large: nothing is rounded (SPEC K2).
    /// </summary>
    public bool TryFromNanos(long nanos, out Price price)
    {
        var ticks = nanos / TickSizeNanos;
        price = default;
        if (ticks * TickSizeNanos != nanos || ticks is > int.MaxValue or < -int.MaxValue)
            return false;
        price = new Price((int)ticks);
        return true;
    }

    /// <summary>
    /// Reads a price in points. It must lie within a billionth of a point of a tick or, where it is so large that a double is coarser than
    /// that, within the double's last bit; false otherwise.
    /// </summary>
    public bool TryFromDouble(double value, out Price price)
    {
        price = default;
        if (!(Math.Abs(value) < 1e9))
            return false;
        var size = (double)TickSizeNanos / NanosPerPoint;
        var ticks = Math.Round(value / size);
        if (
            Math.Abs(ticks) > int.MaxValue
            || Math.Abs((ticks * size) - value) > Math.Max(1e-9, Math.BitIncrement(Math.Abs(value)) - Math.Abs(value))
        )
            return false;
        price = new Price((int)ticks);
        return true;
    }

    public override string ToString() => Symbol;
}
