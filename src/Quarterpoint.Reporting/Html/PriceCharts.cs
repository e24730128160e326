using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Charts;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>The price of one day with where its trades began and ended.</summary>
internal static class PriceCharts
{
    /// <summary>Trades that are drawn into one day.</summary>
    public const int MostTrades = 150;

    public const int Height = 380;

    /// <param name="trades">Those that ended on that day, in order; the first <see cref="MostTrades"/> are drawn.</param>
    public static Chart Of(DayPrices day, IReadOnlyList<TradeRecord> trades, Instrument instrument)
    {
        var drawn = trades.Take(MostTrades).ToList();
        double PriceOf(long ticks, int quantity) => (double)AveragePrice.Of(ticks, quantity, instrument);

        ChartSeries Entries(string name, ChartMark mark, ChartTone tone, Side side)
        {
            var entered = drawn.Where(trade => trade.Trip.Side == side).OrderBy(trade => trade.Trip.EntryTime).ToList();
            return new ChartSeries
            {
                Name = name,
                Mark = mark,
                Tone = tone,
                X = ChartTime.Steps(entered.Select(trade => trade.Trip.EntryTime)),
                Y = [.. entered.Select(trade => (double?)PriceOf(trade.Trip.EntryTicks, trade.Trip.Quantity))],
                Says = [.. entered.Select(EntryWords)],
            };
        }

        ChartSeries Exits(string name, ChartMark mark, ChartTone tone, bool won)
        {
            var left = drawn.Where(trade => trade.Trip.Net > Money.Zero == won).ToList();
            return new ChartSeries
            {
                Name = name,
                Mark = mark,
                Tone = tone,
                X = ChartTime.Steps(left.Select(trade => trade.Trip.ExitTime)),
                Y = [.. left.Select(trade => (double?)PriceOf(trade.Trip.ExitTicks, trade.Trip.Quantity))],
                Says = [.. left.Select(ExitWords)],
            };
        }

        // From entry to exit, and a gap to the next.
        var links = drawn
            .SelectMany(trade =>
                new (Timestamp Time, double? Price)[]
                {
                    (trade.Trip.EntryTime, PriceOf(trade.Trip.EntryTicks, trade.Trip.Quantity)),
                    (trade.Trip.ExitTime, PriceOf(trade.Trip.ExitTicks, trade.Trip.Quantity)),
                    (trade.Trip.ExitTime, null),
                }
            )
            .ToList();
        return new Chart
        {
            Id = FigureCatalogue.Prices.Id,
            Label = $"Price on {day.Day} with {Say.Plural(drawn.Count, "trade")}",
            Height = Height,
            X = new ChartAxis { Scale = ChartScale.Time },
            Y = new ChartAxis { Format = ChartFormat.Price, Floats = true },
            Zoom = true,
            Legend = true,
            PointsAtMarks = true,
            Series =
            [
                new()
                {
                    Name = "Price",
                    Mark = ChartMark.Line,
                    Tone = ChartTone.Soft,
                    X = ChartTime.Steps(day.Points.Select(point => point.Time)),
                    Y = [.. day.Points.Select(point => (double?)PriceOf(point.Price.InTicks, 1))],
                },
                new()
                {
                    Name = "Held",
                    Mark = ChartMark.Line,
                    X = ChartTime.Steps(links.Select(link => link.Time)),
                    Y = [.. links.Select(link => link.Price)],
                },
                Entries("Long entry", ChartMark.Up, ChartTone.Ink, Side.Buy),
                Entries("Short entry", ChartMark.Down, ChartTone.Ink, Side.Sell),
                Exits("Exit, won", ChartMark.Dot, ChartTone.Good, won: true),
                Exits("Exit, not won", ChartMark.Diamond, ChartTone.Bad, won: false),
            ],
        };
    }

    private static string EntryWords(TradeRecord trade) =>
        $"{Say.TimeOfDay(trade.Trip.EntryTime)} {TradeWords.Of(trade.Trip.Side)} {Say.Count(trade.Trip.Contracts)}";

    private static string ExitWords(TradeRecord trade) =>
        $"{Say.TimeOfDay(trade.Trip.ExitTime)} {TradeWords.Of(trade.Trip.Reason).Replace('_', ' ')}, {Say.Result(trade.Trip.Net)}";
}
