using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Reporting.Wording;

namespace Quarterpoint.Reporting.Html;

/// <summary>How far the run can be believed: what the doctor saw, what other guesses about fills give, and what the model knew.</summary>
internal static class ReportEvidence
{
    public static void Add(HtmlBuilder html, Run run)
    {
        var identity = run.Identity;
        if (identity.Findings.Count == 0 && identity.Envelope.Count == 0 && identity.Model is null)
            return;
        html.Raw("<section id=\"evidence\">\n<h2>How far to believe it</h2>\n<div class=\"grid\">\n");
        if (identity.Findings.Count > 0)
        {
            ReportTables.AddList(
                html,
                "What the doctor saw",
                "Nothing stood out.",
                ["How grave", "What", "What it means", "What to do"],
                identity.Findings,
                f => [Say.Words(f.Severity), f.Title, f.Meaning, f.Advice],
                "wide"
            );
        }

        if (identity.Envelope.Count > 0)
        {
            ReportTables.AddList(
                html,
                "The same decisions under other fills",
                "",
                ["Guess", "#Trades", "#Net", "#Per trade"],
                identity.Envelope,
                e => [e.Name, Say.Count(e.Trades), Say.Result(e.NetPnl), Say.Result(e.Expectancy)],
                "wide"
            );
        }

        if (identity.Model is { } model)
            AddModel(html, model);
        html.Raw("</div>\n</section>\n");
    }

    private static void AddModel(HtmlBuilder html, RunModel model)
    {
        html.Raw("<div class=\"card\"><h3>The model</h3>\n<table class=\"identity\"><tbody>\n");
        ReportTables.AddRow(html, "Name", $"{model.Name} ({model.Kind})");
        ReportTables.AddRow(html, "Says", model.Horizon);
        ReportTables.AddRow(html, "Learnt from", model.Data);
        ReportTables.AddRow(html, "Trained", model.Train);
        ReportTables.AddRow(html, "Stopped and calibrated", model.Validate);
        ReportTables.AddRow(html, "Judged", model.Test);
        ReportTables.AddRow(html, "Temperature", Say.Number(model.Temperature, "0.000"));
        ReportTables.AddRow(html, "Card", model.Hash, isCode: true);
        html.Raw("</tbody></table>\n");
        if (model.SeesItsOwnPast)
            html.Raw("<p><strong>This run covers days that the model has seen. It proves nothing.</strong></p>\n");
        if (model.GateBelowBreakEven)
            html.Raw(
                "<p><strong>The gate of confidence lies below what this bracket must win; it was let through by an explicit setting."
                    + "</strong></p>\n"
            );
        html.Raw("</div>\n");
        if (model.Evidence is { } evidence)
            AddScore(html, evidence);
        if (model.Brackets is { } brackets)
        {
            ReportTables.AddList(
                html,
                $"What confidence is worth to a bracket ({brackets.Bracket})",
                "It was never measured.",
                ["Confidence from", "#Brackets", "#To target", "#95 % of the share"],
                brackets.Bands,
                b =>
                    [
                        Say.Percent(b.From / 1e6),
                        Say.Count(b.Trials),
                        Say.Count(b.Targets),
                        Say.Percent(Interval.Wilson(b.Targets, b.Trials)),
                    ]
            );
        }
    }

    private static void AddScore(HtmlBuilder html, ModelEvidence evidence)
    {
        var score = evidence.Score;
        html.Raw("<div class=\"card\"><h3>On days it had not seen</h3>\n<table class=\"identity\"><tbody>\n");
        ReportTables.AddRow(html, "Rows, none overlapping", Say.Count(score.Rows));
        ReportTables.AddRow(
            html,
            "Log-loss",
            $"{Say.Number(score.LogLoss, "0.00000")}; shares of the classes {Say.Number(score.PriorLogLoss, "0.00000")}; volatility "
                + $"alone {Say.Number(evidence.VolatilityLogLoss, "0.00000")}"
        );
        if (evidence is { BayesLogLoss: { } bayes, SetPriorLogLoss: { } prior })
            ReportTables.AddRow(
                html,
                "Best that anybody could",
                $"{Say.Number(bayes, "0.00000")}, over the whole made-up market, whose shares score {Say.Number(prior, "0.00000")}"
            );
        ReportTables.AddRow(
            html,
            "Direction, given a move",
            $"{Say.Percent((double)score.DirectionsRight / Math.Max(1, score.Moves))} of {Say.Count(score.Moves)}, 95 % "
                + $"{Say.Percent(score.DirectionAccuracy)}; always the commoner side {Say.Percent(score.CommonerSide)}; right where that "
                + $"was wrong {Say.Count(score.RightAgainstCommoner)}, wrong where it was right {Say.Count(score.WrongAgainstCommoner)}"
        );
        ReportTables.AddRow(
            html,
            "Accuracy",
            $"{Say.Percent(score.Accuracy)}; always the commonest class {Say.Percent(score.MajorityAccuracy)}"
        );
        ReportTables.AddRow(html, "Brier", Say.Number(score.Brier, "0.00000"));
        ReportTables.AddRow(
            html,
            "Calibration error",
            $"{Say.Number(score.CalibrationError, "0.0000")}; "
                + string.Join(", ", score.Classes.Select(c => $"{c.Class} {Say.Number(c.CalibrationError, "0.0000")}"))
        );
        html.Raw("</tbody></table></div>\n");
        ReportTables.AddList(
            html,
            "How often a side came that was said so surely",
            "",
            ["Confidence", "#Said", "#Came", "#Share", "#95 %"],
            score.PrecisionAtConfidence,
            p =>
                [
                    Say.Percent(p.Confidence),
                    Say.Count(p.Signals),
                    Say.Count(p.Hits),
                    p.Signals == 0 ? "" : Say.Percent((double)p.Hits / p.Signals),
                    p.Signals == 0 ? "" : Say.Percent(p.Precision),
                ]
        );
        Cards.AddFigure(html, FigureCatalogue.Reliability, () =>
            html.Add(EvidenceCharts.Reliability([.. score.Classes.Where(c => c.Class != "FLAT")]))
        );
    }
}
