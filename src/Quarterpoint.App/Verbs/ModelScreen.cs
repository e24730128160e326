using System.Globalization;
using Quarterpoint.App.Console;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Statistics;

namespace Quarterpoint.App.Verbs;

/// <summary>A model's card on a screen: what it says, what it learnt from, and what it was worth on days it had not seen.</summary>
internal static class ModelScreen
{
    public static void Print(Terminal terminal, ModelCard card) =>
        terminal.Table([
            .. WhatItIs(card),
            .. card.Evidence is { } evidence ? WhatItIsWorth(evidence) : [],
            .. card.Brackets is { } brackets ? [BracketsOf(brackets)] : Array.Empty<(string, string)>(),
        ]);

    private static IEnumerable<(string Name, string Value)> WhatItIs(ModelCard card)
    {
        var (training, target, split) = (card.Training, card.Target, card.Split);
        var features = Say($"features {card.Features.Set}, {card.Features.Columns.Count} columns");
        yield return ("model", Say($"{card.Name}: {training.Network.Summary}, seed {training.Seed}"));
        yield return (
            "says",
            Say($"whether the price moves more than {target.ThresholdTicks} ticks within {target.HorizonSeconds} s; ") + features
        );
        yield return ("learnt from", $"{card.Data.Set} ({card.Data.Instrument}{(card.Data.IsSynthetic ? ", SYNTHETIC" : "")})");
        yield return ("trained", $"{split.Train.First} to {split.Train.Last}");
        yield return ("calibrated", Say($"{split.Validate.First} to {split.Validate.Last}, temperature {card.Temperature:0.000}"));
        yield return ("judged", $"{split.Test.First} to {split.Test.Last}");
    }

    private static IEnumerable<(string Name, string Value)> WhatItIsWorth(ModelEvidence evidence)
    {
        var score = evidence.Score;
        var others = $"class shares {Loss(score.PriorLogLoss)}, volatility alone {Loss(evidence.VolatilityLogLoss)}";
        var best = evidence.BayesLogLoss is { } bayes ? $", best possible {Loss(bayes)} (over the whole set)" : "";
        yield return ("log-loss", $"{Loss(score.LogLoss)}; {others}{best}");
        var right = Share((double)score.DirectionsRight / Math.Max(1, score.Moves));
        yield return (
            "direction, given a move",
            Say($"{right} of {score.Moves:N0}{Range(score.DirectionAccuracy)}; always the commoner side {Share(score.CommonerSide)}")
        );
        yield return ("accuracy", $"{Share(score.Accuracy)}; always the commonest class {Share(score.MajorityAccuracy)}");
        yield return ("calibration error", string.Join(", ", score.Classes.Select(c => Say($"{c.Class} {c.CalibrationError:0.0000}"))));
        yield return ("precision", string.Join("; ", score.PrecisionAtConfidence.Select(InWords)));
    }

    private static (string Name, string Value) BracketsOf(BracketCalibration brackets)
    {
        var bands = brackets
            .Bands.Where(band => band.Trials > 0)
            .Select(b => Say($"from {b.From / 1e6:0 %}: {b.Targets}/{b.Trials}, at least {brackets.LowerBound(b.From):0.0 %}"));
        return ("brackets to target", $"{brackets.Bracket}: {string.Join("; ", bands)}");
    }

    private static string InWords(PrecisionAt at) =>
        at.Signals == 0
            ? $"{Share(at.Confidence)}: never said"
            : Say($"{Share(at.Confidence)}: {Share((double)at.Hits / at.Signals)} of {at.Signals:N0}{Range(at.Precision)}");

    private static string Range(Interval? interval) => interval is { } i ? $" (95 % {Share(i.Low)} to {Share(i.High)})" : "";

    private static string Loss(double value) => Say($"{value:0.00000}");

    private static string Share(double value) => Say($"{value:0.0 %}");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
