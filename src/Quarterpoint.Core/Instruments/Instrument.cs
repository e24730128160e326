using System.Globalization;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Instruments;

/// <summary>A tradable product. An instrument is data: nothing in the program asks for a symbol by name (SPEC K1).</summary>
public sealed record Instrument
{
    /// <summary>Prices on the wire and in DBN files are whole billionths.</summary>
    public const long NanosPerPoint = 1_000_000_000;

    public required string Symbol { get; init; }

    public required string Name { get; init; }

    /// <summary>The price grid in billionths of a point: 250,000,000 for 0.25.</summary>
    public required long TickSizeNanos { get; init; }

    /// <summary>What one tick is worth on one contract.</summary>
    public required Money TickValue { get; init; }

    /// <summary>Opening and closing time of its trading day in New York.</summary>
    public SessionHours Hours { get; init; } = SessionHours.CmeEquityIndex;

    /// <summary>Whether it expires quarterly (H, M, U, Z), so that symbols such as MESU5 are contracts of it.</summary>
    public bool HasContracts { get; init; } = true;

    public decimal TickSize => (decimal)TickSizeNanos / NanosPerPoint;

    public Money PointValue => new(TickValue.MicroDollars * (NanosPerPoint / TickSizeNanos));

    public decimal ToDecimal(Price price) => (decimal)price.InTicks * TickSizeNanos / NanosPerPoint;

    public string Format(Price price) => ToDecimal(price).ToString("0.0#######", CultureInfo.InvariantCulture);

    /// <summary>False where the price is off the tick grid or too large: bad input, never rounded (SPEC K2).</summary>
    public bool TryFromNanos(long nanos, out Price price)
    {
        var ticks = nanos / TickSizeNanos;
        price = default;
        if (ticks * TickSizeNanos != nanos || ticks is > int.MaxValue or < -int.MaxValue)
            return false;
        price = new Price((int)ticks);
        return true;
    }

    public bool TryFromDecimal(decimal value, out Price price)
    {
        price = default;
        if (Math.Abs(value) > 9_000_000_000m)
            return false;
        var nanos = value * NanosPerPoint;
        return nanos == decimal.Truncate(nanos) && TryFromNanos((long)nanos, out price);
    }

    /// <summary>
    /// A double is on the grid where it is the nearest tick to within a billionth of a point, or, for prices so large that a double
    /// itself is coarser than that, to within its last bit.
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
