using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Reporting.Runs;

/// <summary>prices.csv: the prices of chosen days, thinned as <see cref="DayPrices"/> says; not the data of the run.</summary>
internal static class PriceLog
{
    public static IReadOnlyList<string> Columns { get; } = ["day", "time", "price"];

    public static void WriteCsv(TextWriter writer, IReadOnlyList<DayPrices> days, Instrument instrument)
    {
        writer.Write(string.Join(',', Columns) + "\n");
        foreach (var day in days)
        {
            foreach (var point in day.Points)
                writer.Write($"{day.Day},{IsoTime.Format(point.Time)},{AveragePrice.Format(point.Price.InTicks, 1, instrument)}\n");
        }
    }

    /// <exception cref="BadInputException">A row does not parse, or times run back.</exception>
    public static IReadOnlyList<DayPrices> ReadCsv(string path, Instrument instrument, CancellationToken cancellation)
    {
        using var rows = new CsvRows(path, Columns);
        var days = new List<(TradingDay Day, List<PricePoint> Points)>();
        var last = new Timestamp(long.MinValue);
        while (rows.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            var (day, time) = (rows.Day("day"), rows.Time("time"));
            if (time < last)
                throw rows.Bad("time", $"no earlier than the row before, {IsoTime.Format(last)}");
            last = time;
            if (days.Count == 0 || days[^1].Day != day)
                days.Add((day, []));
            days[^1].Points.Add(new PricePoint(time, new Price(rows.Ticks("price", instrument))));
        }

        return [.. days.Select(day => new DayPrices(day.Day, day.Points))];
    }
}
