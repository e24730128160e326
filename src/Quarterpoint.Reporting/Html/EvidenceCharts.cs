using Quarterpoint.Core.Forecasting;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Charts;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>Charts of what a model knew.</summary>
internal static class EvidenceCharts
{
    /// <summary>A mark a bin: on the line, what was said came as often as it was said. The area of a mark is the number of rows.</summary>
    public static Chart Reliability(IReadOnlyList<ClassScore> classes)
    {
        var most = classes.SelectMany(c => c.Reliability).Max(b => Math.Max(b.MeanProbability, b.Frequency)) * 1.05;
        var rows = classes.SelectMany(c => c.Reliability).Max(b => b.Count);
        return new Chart
        {
            Id = FigureCatalogue.Reliability.Id,
            Label = "Reliability of DOWN and UP: share that came by probability said",
            X = new ChartAxis { Format = ChartFormat.Percent, Title = "said" },
            Y = new ChartAxis { Format = ChartFormat.Percent, Title = "came" },
            PointsAtMarks = true,
            Legend = true,
            Series =
            [
                .. classes.Select(score => Of(score, rows)),
                new()
                {
                    Name = "as often as said",
                    Mark = ChartMark.Line,
                    Tone = ChartTone.Soft,
                    Dashed = true,
                    X = [0, most],
                    Y = [0, most],
                },
            ],
        };
    }

    private static ChartSeries Of(ClassScore score, int rows)
    {
        var isUp = score.Class == "UP";
        return new ChartSeries
        {
            Name = score.Class,
            Mark = isUp ? ChartMark.Dot : ChartMark.Diamond,
            Tone = isUp ? ChartTone.Good : ChartTone.Bad,
            X = [.. score.Reliability.Select(bin => Math.Round(bin.MeanProbability, 5))],
            Y = [.. score.Reliability.Select(bin => (double?)Math.Round(bin.Frequency, 5))],
            Size = [.. score.Reliability.Select(bin => Math.Round(6 + (14 * Math.Sqrt((double)bin.Count / rows)), 1))],
            Says =
            [
                .. score.Reliability.Select(bin =>
                    $"{score.Class} said {Say.Percent(bin.MeanProbability)}, came {Say.Percent(bin.Frequency)} of {Say.Count(bin.Count)}"
                ),
            ],
        };
    }
}
