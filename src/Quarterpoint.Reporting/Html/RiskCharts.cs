using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Charts;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>Charts of what was left of the limits, and of the accounts that they ended.</summary>
internal static class RiskCharts
{
    /// <summary>Lives that are drawn: more cannot be told apart.</summary>
    public const int MostLives = 40;

    /// <summary>Stretches of one life's curve that keep their extremes.</summary>
    private const int LifeStretches = 150;

    private static readonly (Rule Rule, string Name, ChartTone Tone, bool Dashed)[] Limits =
    [
        (Rule.DailyLoss, "R1, loss of the day", ChartTone.Bad, false),
        (Rule.DailyDrawdown, "R2, fall from the day's highest", ChartTone.Bad, true),
        (Rule.AccountDrawdown, "R4, fall from the highest", ChartTone.Good, false),
        (Rule.KillSwitch, "R5, loss from the start", ChartTone.Ink, true),
    ];

    /// <summary>
    /// What each day left of each limit. A day without a position had no distance: the line goes on to the next that had one.
    /// </summary>
    public static Chart Room(IReadOnlyList<DayResult> days, IReadOnlyList<RoomLeft> rooms)
    {
        var byDay = rooms.ToDictionary(room => room.Day);
        return new Chart
        {
            Id = FigureCatalogue.Room.Id,
            Label = "Dollars left to each limit, day by day",
            Height = 280,
            X = TimeCharts.OfDays(days.Select(day => day.Day)),
            Y = new ChartAxis { Format = ChartFormat.Dollars },
            Zoom = true,
            Legend = true,
            Level = 0,
            Series =
            [
                .. Limits.Select(limit => new ChartSeries
                {
                    Name = limit.Name,
                    Mark = ChartMark.Line,
                    Tone = limit.Tone,
                    Dashed = limit.Dashed,
                    Bridges = true,
                    Y = [.. days.Select(day => LeftOn(day.Day, limit.Rule))],
                }),
            ],
        };

        double? LeftOn(TradingDay day, Rule rule) => byDay.TryGetValue(day, out var room) ? TimeCharts.InDollars(room.To(rule)) : null;
    }

    /// <summary>One line a life; those that a limit ended are told from the last by their colour and by where they stop.</summary>
    public static Chart Lives(IReadOnlyList<LifeCurve> lives) =>
        new()
        {
            Id = FigureCatalogue.Lives.Id,
            Label = $"Balances of {Say.Plural(lives.Count, "account")} after each trade",
            Height = 280,
            X = new ChartAxis { Format = ChartFormat.Count, Title = "trades of the life" },
            Y = new ChartAxis { Format = ChartFormat.Dollars, Floats = true },
            Zoom = true,
            Series = [.. lives.Take(MostLives).Select(Of)],
        };

    private static ChartSeries Of(LifeCurve life)
    {
        var points = Thinning.KeepExtremes([.. life.Balances.Index()], point => point.Item.MicroDollars, LifeStretches);
        return new ChartSeries
        {
            Name = life.EndedBy is { } limit ? $"Life {life.Life}, ended by: {RuleWords.Of(limit)}" : $"Life {life.Life}",
            Mark = ChartMark.Step,
            Tone = life.EndedBy is null ? ChartTone.Ink : ChartTone.Bad,
            X = [.. points.Select(point => (double)point.Index)],
            Y = [.. points.Select(point => TimeCharts.InDollars(point.Item))],
        };
    }
}
