using System.Globalization;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Charts;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>Charts of where the result came from. Above zero is blue, below is orange, and never by colour alone.</summary>
internal static class SourceCharts
{
    private const int AboutBins = 36;

    /// <summary>Dots that one chart has at most: the commonest points.</summary>
    private const int MostDots = 800;

    private static readonly ChartAxis OfResults = new() { Format = ChartFormat.Result };

    /// <summary>From gross by what it cost to net.</summary>
    public static Chart Costs(Performance p)
    {
        (string Name, Money From, Money To, Money Says)[] steps =
        [
            ("Gross", Money.Zero, p.GrossPnl, p.GrossPnl),
            ("Slippage", p.GrossPnl, p.GrossPnl - p.Slippage, -p.Slippage),
            ("Commission", p.GrossPnl - p.Slippage, p.NetPnl, -p.Commission),
            ("Net", Money.Zero, p.NetPnl, p.NetPnl),
        ];
        return new Chart
        {
            Id = FigureCatalogue.Costs.Id,
            Label = "Costs: " + string.Join(", ", steps.Select(step => $"{step.Name} {Say.Result(step.Says)}")),
            X = OfNames(steps.Select(step => step.Name)),
            Y = OfResults,
            PointsAtMarks = true,
            Series =
            [
                new()
                {
                    Name = "P&L",
                    Mark = ChartMark.Block,
                    Tone = ChartTone.Sign,
                    Low = [.. steps.Select(step => Dollars(step.From))],
                    Y = [.. steps.Select(step => (double?)Dollars(step.To))],
                    Says = [.. steps.Select(step => $"{step.Name}: {Say.Result(step.Says)}")],
                    Tags = [.. steps.Select(step => Say.Result(step.Says))],
                },
            ],
        };
    }

    /// <summary>How many trades, or days, made how much.</summary>
    /// <param name="noun">What is counted: trade, day.</param>
    public static Chart Results(Figure figure, IReadOnlyCollection<Money> results, string noun)
    {
        var bins = ResultBin.Of(results, AboutBins);
        return new Chart
        {
            Id = figure.Id,
            Label = $"Net P&L of {Say.Plural(results.Count, noun)}, from {Say.Result(results.Min())} to {Say.Result(results.Max())}",
            X = new ChartAxis { Format = ChartFormat.Result, Title = $"net P&L of a {noun}" },
            Y = new ChartAxis { Format = ChartFormat.Count, Title = noun + "s" },
            PointsAtMarks = true,
            Series =
            [
                new()
                {
                    Name = noun + "s",
                    Mark = ChartMark.Block,
                    Tone = ChartTone.Sign,
                    X = [.. bins.Select(bin => Dollars(bin.From))],
                    To = [.. bins.Select(bin => Dollars(bin.To))],
                    Y = [.. bins.Select(bin => (double?)bin.Count)],
                    Says = [.. bins.Select(bin => $"{Say.Result(bin.From)} to {Say.Result(bin.To)}: {Say.Plural(bin.Count, noun)}")],
                },
            ],
        };
    }

    /// <summary>Net P&amp;L by hour, at least over the hours of RTH, so that a run of one hour is not one bar across the picture.</summary>
    public static Chart Hours(IReadOnlyList<PnlSlice<int>> hours)
    {
        var (first, last) = (Math.Min(hours[0].Key, 9), Math.Max(hours[^1].Key, 15));
        var all = Enumerable
            .Range(first, last - first + 1)
            .Select(hour => hours.FirstOrDefault(slice => slice.Key == hour) with { Key = hour });
        return Slices(
            FigureCatalogue.Hours,
            [.. all],
            hour => hour.ToString("00", CultureInfo.InvariantCulture) + ":00",
            title: "hour of the entry, New York"
        );
    }

    public static Chart Weekdays(IReadOnlyList<PnlSlice<DayOfWeek>> weekdays) =>
        Slices(FigureCatalogue.Weekdays, weekdays, day => day.ToString()[..3]);

    public static Chart Holding(IReadOnlyList<PnlSlice<HoldingBand>> bands) =>
        new()
        {
            Id = FigureCatalogue.Holding.Id,
            Label = "Trades by holding time: " + string.Join(", ", bands.Select(band => $"{BandWords(band.Key)} {Say.Count(band.Trades)}")),
            X = OfNames(bands.Select(band => BandWords(band.Key)), "held for"),
            Y = new ChartAxis { Format = ChartFormat.Count, Title = "trades" },
            Series =
            [
                new()
                {
                    Name = "Trades",
                    Mark = ChartMark.Bar,
                    Tone = ChartTone.Soft,
                    Y = [.. bands.Select(band => (double?)band.Trades)],
                    Says = [.. bands.Select(band => $"{Say.Plural(band.Trades, "trade")}, {Say.Result(band.Net)}")],
                },
            ],
        };

    /// <summary>
    /// How far each trade went against us and for us. Trades at one point are one mark, larger by their number; wins stand a little left of
    /// their tick and losses a little right, so that neither hides the other.
    /// </summary>
    public static Chart Excursions(IReadOnlyList<TradeRecord> trades)
    {
        var points = trades
            .GroupBy(trade =>
                (
                    Against: -trade.Trip.AdverseExcursion.Count,
                    For: trade.Trip.FavourableExcursion.Count,
                    Outcome: Math.Sign(trade.Trip.Net.MicroDollars)
                )
            )
            .Select(group => (group.Key, Count: group.Count()))
            .OrderByDescending(point => point.Count)
            .ThenBy(point => point.Key)
            .Take(MostDots)
            .ToList();
        var most = points[0].Count;

        ChartSeries Of(string name, ChartMark mark, ChartTone tone, double aside, bool won)
        {
            var some = points.Where(point => point.Key.Outcome > 0 == won).ToList();
            return new ChartSeries
            {
                Name = name,
                Mark = mark,
                Tone = tone,
                X = [.. some.Select(point => point.Key.Against + aside)],
                Y = [.. some.Select(point => (double?)point.Key.For)],
                Size = [.. some.Select(point => Math.Round(5 + (9 * Math.Sqrt((double)point.Count / most)), 1))],
                Says =
                [
                    .. some.Select(point =>
                        $"{point.Key.Against} ticks against, {point.Key.For} for: {OutcomeWords(point.Key.Outcome, point.Count)}"
                    ),
                ],
            };
        }

        return new Chart
        {
            Id = FigureCatalogue.Excursions.Id,
            Label =
                $"How far {Say.Plural(trades.Count, "trade")} went against us, at most {points.Max(point => point.Key.Against)} ticks, "
                + $"and for us, at most {points.Max(point => point.Key.For)} ticks",
            X = new ChartAxis { Format = ChartFormat.Count, Title = "ticks against us (MAE)" },
            Y = new ChartAxis { Format = ChartFormat.Count, Title = "ticks for us (MFE)" },
            PointsAtMarks = true,
            Legend = true,
            Series =
            [
                Of("wins", ChartMark.Dot, ChartTone.Good, -0.12, won: true),
                Of("losses", ChartMark.Diamond, ChartTone.Bad, 0.12, won: false),
            ],
        };
    }

    private static Chart Slices<TKey>(Figure figure, IReadOnlyList<PnlSlice<TKey>> slices, Func<TKey, string> name, string title = "") =>
        new()
        {
            Id = figure.Id,
            Label = $"{figure.Title}: " + string.Join(", ", slices.Select(slice => $"{name(slice.Key)} {Say.Result(slice.Net)}")),
            X = OfNames(slices.Select(slice => name(slice.Key)), title),
            Y = OfResults,
            Series =
            [
                new()
                {
                    Name = "Net",
                    Mark = ChartMark.Bar,
                    Tone = ChartTone.Sign,
                    Y = [.. slices.Select(slice => (double?)Dollars(slice.Net))],
                    Says = [.. slices.Select(slice => $"{Say.Plural(slice.Trades, "trade")}: {Say.Result(slice.Net)}")],
                },
            ],
        };

    private static string OutcomeWords(int outcome, int count) =>
        outcome > 0 ? Say.Plural(count, "win")
        : outcome < 0 ? Say.Plural(count, "loss")
        : Say.Plural(count, "level trade");

    private static string BandWords(HoldingBand band)
    {
        var (unit, size) = band.To switch
        {
            <= 60 => ("s", 1),
            <= 3_600 => ("min", 60),
            _ => ("h", 3_600),
        };
        return band.To is { } to ? $"{band.From / (double)size:0.#}\u2013{to / size} {unit}" : $"{band.From / size} {unit} +";
    }

    private static ChartAxis OfNames(IEnumerable<string> names, string title = "") =>
        new()
        {
            Scale = ChartScale.Name,
            Names = [.. names],
            Title = title,
        };

    private static double Dollars(Money amount) => (double)amount.MicroDollars / Money.MicrosPerDollar;
}
