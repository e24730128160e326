using System.Globalization;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Reporting.Runs;

/// <summary>
/// The average price of a trade's entry or exit: it may lie off the tick grid, so it is a decimal and never a Price (SPEC K2). A third of a
/// tick has no end in decimals: it is given to the billionth of a point, from which ticks times contracts come back exactly.
/// </summary>
internal static class AveragePrice
{
    public const int Decimals = 9;

    public static decimal Of(long ticksTimesContracts, int contracts, Instrument instrument) =>
        contracts == 0
            ? 0
            : decimal.Round((decimal)ticksTimesContracts * instrument.TickSizeNanos / contracts / Instrument.NanosPerPoint, Decimals);

    public static string Format(long ticksTimesContracts, int contracts, Instrument instrument) =>
        Of(ticksTimesContracts, contracts, instrument).ToString("0.00#######", CultureInfo.InvariantCulture);

    /// <summary>False where that many contracts, each at a price on the grid, cannot have that average.</summary>
    public static bool TryToTicks(decimal price, int contracts, Instrument instrument, out long ticksTimesContracts)
    {
        ticksTimesContracts = 0;
        if (Math.Abs(price) > 9_000_000_000m)
            return false;
        var ticks = decimal.Round(price * contracts * Instrument.NanosPerPoint / instrument.TickSizeNanos);
        if (Math.Abs(ticks) > long.MaxValue)
            return false;
        ticksTimesContracts = (long)ticks;
        return Of(ticksTimesContracts, contracts, instrument) == price;
    }
}
