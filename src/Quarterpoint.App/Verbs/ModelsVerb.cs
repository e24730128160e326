using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Inference;

namespace Quarterpoint.App.Verbs;

/// <summary>What models there are, what is known of each, and whether a folder is still what was accepted.</summary>
internal static class ModelsVerb
{
    private static readonly Argument<string> Name = new("NAME") { Description = "Name of a model" };

    public static Command Create()
    {
        var list = new Verb("list", "Lists the models of the workspace.", "models list");
        Runner.Bind(list, List, isLogged: false);
        var show = new Verb("show", "Says what a model is and what it was worth on days it had not seen.", "models show first") { Name };
        Runner.Bind(show, Show, isLogged: false);
        var check = new Verb("check", "Checks every byte, golden row, and feature of a model's folder.", "models check first") { Name };
        Runner.Bind(check, Check, isLogged: false);
        return new Verb("models", "Lists, shows, and checks models.", "models list", "models show first", "models check first")
        {
            list,
            show,
            check,
        };
    }

    public static string Json(ModelCard card) => Encoding.UTF8.GetString(ModelJson.Of(card, card.Name)).TrimEnd();

    public static void Print(Terminal terminal, ModelCard card)
    {
        static string Number(double value) => value.ToString("0.00000", CultureInfo.InvariantCulture);
        static string Share(double value) => value.ToString("0.0 %", CultureInfo.InvariantCulture);
        static string Range(Interval? interval) => interval is { } i ? $" (95 % {Share(i.Low)} to {Share(i.High)})" : "";
        var rows = new List<(string, string)>
        {
            ("model", $"{card.Name}: {card.Training.Network.Summary}, seed {card.Training.Seed}"),
            (
                "says",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"whether the price moves more than {card.Target.ThresholdTicks} ticks within {card.Target.HorizonSeconds} s; features {card.Features.Set}, {card.Features.Columns.Count} columns"
                )
            ),
            ("learnt from", $"{card.Data.Set} ({card.Data.Instrument}{(card.Data.IsSynthetic ? ", SYNTHETIC" : "")})"),
            ("trained", $"{card.Split.Train.First} to {card.Split.Train.Last}"),
            (
                "calibrated",
                $"{card.Split.Validate.First} to {card.Split.Validate.Last}, temperature {card.Temperature.ToString("0.000", CultureInfo.InvariantCulture)}"
            ),
            ("judged", $"{card.Split.Test.First} to {card.Split.Test.Last}"),
        };
        if (card.Evidence is { } evidence)
        {
            var score = evidence.Score;
            rows.Add(
                (
                    "log-loss",
                    $"{Number(score.LogLoss)}; class shares {Number(score.PriorLogLoss)}, volatility alone {Number(evidence.VolatilityLogLoss)}"
                        + (evidence.BayesLogLoss is { } bayes ? $", best possible {Number(bayes)} (over the whole set)" : "")
                )
            );
            rows.Add(
                (
                    "direction, given a move",
                    $"{Share((double)score.DirectionsRight / Math.Max(1, score.Moves))} of {score.Moves.ToString("N0", CultureInfo.InvariantCulture)}{Range(score.DirectionAccuracy)}; always the commoner side {Share(score.CommonerSide)}"
                )
            );
            rows.Add(("accuracy", $"{Share(score.Accuracy)}; always the commonest class {Share(score.MajorityAccuracy)}"));
            rows.Add(
                (
                    "calibration error",
                    string.Join(
                        ", ",
                        score.Classes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Class} {c.CalibrationError:0.0000}"))
                    )
                )
            );
            rows.Add(
                (
                    "precision",
                    string.Join(
                        "; ",
                        score.PrecisionAtConfidence.Select(p =>
                            p.Signals == 0
                                ? $"{Share(p.Confidence)}: never said"
                                : $"{Share(p.Confidence)}: {Share((double)p.Hits / p.Signals)} of {p.Signals.ToString("N0", CultureInfo.InvariantCulture)}{Range(p.Precision)}"
                        )
                    )
                )
            );
        }

        if (card.Brackets is { } brackets)
        {
            var bands = brackets
                .Bands.Where(b => b.Trials > 0)
                .Select(b =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"from {b.From / 1e6:0 %}: {b.Targets}/{b.Trials}, at least {brackets.LowerBound(b.From):0.0 %}"
                    )
                );
            rows.Add(($"brackets to target", $"{brackets.Bracket}: {string.Join("; ", bands)}"));
        }

        terminal.Table([.. rows]);
    }

    private static int List(Invocation invocation, CancellationToken stop)
    {
        var cards = ModelFolder
            .List(invocation.Workspace.Models)
            .Select(name => ModelFolder.ReadCard(invocation.Workspace.Models, name))
            .ToList();
        if (invocation.Terminal.IsJson)
        {
            invocation.Terminal.Json(
                new ModelsDocument([
                    .. cards.Select(c => new ModelSummary(
                        c.Name,
                        c.Training.Network.Kind.ToString(),
                        c.Data.Set,
                        c.Data.Instrument,
                        c.Data.IsSynthetic,
                        c.Split.Test.First.ToString(),
                        c.Evidence?.Score.LogLoss
                    )),
                ]),
                ModelsJson.Default.ModelsDocument
            );
            return ExitCode.Done;
        }

        if (cards.Count == 0)
            invocation.Terminal.Line("No models yet. Try: qp train --help");
        else
        {
            invocation.Terminal.Table(
                ["model", "kind", "data", "judged from", "log-loss", "class shares"],
                cards.Select(c =>
                    (IReadOnlyList<string>)
                        [
                            c.Name,
                            c.Training.Network.Kind.ToString(),
                            c.Data.Set + (c.Data.IsSynthetic ? " (synthetic)" : ""),
                            c.Split.Test.First.ToString(),
                            c.Evidence?.Score.LogLoss.ToString("0.00000", CultureInfo.InvariantCulture) ?? "",
                            c.Evidence?.Score.PriorLogLoss.ToString("0.00000", CultureInfo.InvariantCulture) ?? "",
                        ]
                )
            );
        }

        return ExitCode.Done;
    }

    private static int Show(Invocation invocation, CancellationToken stop)
    {
        var card = ModelFolder.ReadCard(invocation.Workspace.Models, Existing(invocation));
        if (invocation.Terminal.IsJson)
            invocation.Terminal.JsonText(Json(card));
        else
            Print(invocation.Terminal, card);
        return ExitCode.Done;
    }

    private static int Check(Invocation invocation, CancellationToken stop)
    {
        var findings = ModelFolder.Check(invocation.Workspace.Models, Existing(invocation));
        var isSound = findings.All(f => f.Passed);
        if (invocation.Terminal.IsJson)
            invocation.Terminal.Json(
                new CheckDocument(isSound, [.. findings.Select(f => new CheckLine(f.Subject, f.Passed, f.Text))]),
                ModelsJson.Default.CheckDocument
            );
        else
        {
            foreach (var finding in findings)
                invocation.Terminal.Line($"{(finding.Passed ? "ok    " : "FAILED")} {finding.Subject}: {finding.Text}");
        }

        return isSound ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Existing(Invocation invocation)
    {
        var name = invocation.Parse.GetRequiredValue(Name);
        var known = ModelFolder.List(invocation.Workspace.Models);
        if (known.Contains(name))
            return name;
        throw new UsageException(
            $"There is no model '{name}'. "
                + (known.Count == 0 ? "There are none yet: try qp train --help." : $"Known: {string.Join(", ", known)}.")
        );
    }
}

internal sealed record ModelSummary(
    string Name,
    string Kind,
    string Data,
    string Instrument,
    bool IsSynthetic,
    string JudgedFrom,
    double? LogLoss
);

internal sealed record ModelsDocument(IReadOnlyList<ModelSummary> Models);

internal sealed record CheckLine(string Subject, bool Passed, string Text);

internal sealed record CheckDocument(bool Sound, IReadOnlyList<CheckLine> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ModelsDocument))]
[JsonSerializable(typeof(CheckDocument))]
internal sealed partial class ModelsJson : JsonSerializerContext;
