using Quarterpoint.Core.Backtesting;

namespace Quarterpoint.Core.Metrics;

/// <summary>Trades grouped by what a trader asks about: the weekday, and how long they were held.</summary>
public static class TradeBreakdown
{
    /// <summary>Where each band of holding times begins, in seconds; the last has no end.</summary>
    private static readonly int[] BandStarts = [0, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];

    /// <summary>By the weekday of the trading day, Monday first; Sunday evening belongs to Monday. Only weekdays that have a
    /// trade.</summary>
    public static IReadOnlyList<PnlSlice<DayOfWeek>> ByWeekday(IReadOnlyList<TradeRecord> trades) =>
        [.. PnlSlices.By(trades, trade => trade.Day.Date.DayOfWeek).OrderBy(slice => slice.Key)];

    /// <summary>By holding time, from the entry's fill to the exit's: every band between the shortest and the longest that has a
    /// trade.</summary>
    public static IReadOnlyList<PnlSlice<HoldingBand>> ByHolding(IReadOnlyList<TradeRecord> trades)
    {
        var slices = PnlSlices.By(trades, trade => PlaceOf((trade.Trip.ExitTime - trade.Trip.EntryTime).TotalSeconds));
        if (slices.Count == 0)
            return [];
        var (first, last) = (slices.Min(slice => slice.Key), slices.Max(slice => slice.Key));
        return
        [
            .. Enumerable
                .Range(first, last - first + 1)
                .Select(place => (Place: place, Slice: slices.FirstOrDefault(slice => slice.Key == place && slice.Trades > 0)))
                .Select(band => new PnlSlice<HoldingBand>(
                    BandAt(band.Place),
                    band.Slice.Trades,
                    band.Slice.Wins,
                    band.Slice.Gross,
                    band.Slice.Commission,
                    band.Slice.Slippage
                )),
        ];
    }

    private static int PlaceOf(double seconds)
    {
        var place = BandStarts.Length - 1;
        while (place > 0 && seconds < BandStarts[place])
            place--;
        return place;
    }

    private static HoldingBand BandAt(int place) => new(BandStarts[place], place + 1 < BandStarts.Length ? BandStarts[place + 1] : null);
}

/// <summary>A stretch of holding times in seconds, the beginning included and the end not; null for no end.</summary>
public readonly record struct HoldingBand(int From, int? To);
