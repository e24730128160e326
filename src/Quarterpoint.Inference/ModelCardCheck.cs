using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Labels;

namespace Quarterpoint.Inference;

/// <summary>
/// Checks that this program can do what a card says: above all, that it computes the very features that the model was trained on (SPEC
/// F11).
/// </summary>
internal static class ModelCardCheck
{
    private const int MostUnits = 4096;

    /// <summary>Checks the card, and returns the columns of its features.</summary>
    /// <exception cref="BadInputException">A field is not what it must be.</exception>
    public static IReadOnlyList<FeatureColumn> Check(ModelCard card, string file)
    {
        BadInputException Bad(string field, FormattableString found, FormattableString expected) =>
            new(file, 0, field, found.ToString(CultureInfo.InvariantCulture), expected.ToString(CultureInfo.InvariantCulture));

        if (card.Version != ModelCard.CurrentVersion)
            throw Bad("version", $"{card.Version}", $"{ModelCard.CurrentVersion}");
        if (card.Features.Set is var set && set != FeatureWindows.Seconds.Name && set != FeatureWindows.Minutes.Name)
            throw Bad("features.set", $"{set}", $"a set of this program: {FeatureWindows.Seconds.Name} or {FeatureWindows.Minutes.Name}");
        var windows = FeatureWindows.Named(set);
        var columns = FeatureCatalogue.Columns(windows);
        if (card.Features.Columns.Count != columns.Count)
            throw Bad("features.columns", $"{card.Features.Columns.Count} columns", $"{columns.Count}");
        for (var i = 0; i < columns.Count; i++)
        {
            if (card.Features.Columns[i] != columns[i].Name)
                throw Bad($"features.columns[{i}]", $"{card.Features.Columns[i]}", $"{columns[i].Name}");
        }

        if (FeatureCatalogue.Hash(windows) is var hash && card.Features.Hash != hash)
            throw Bad("features.hash", $"{card.Features.Hash}", $"{hash}: this program's features are not those it was trained on");
        if (card.Data.BarSeconds != windows.BarSeconds)
            throw Bad("data.barSeconds", $"{card.Data.BarSeconds}", $"{windows.BarSeconds}, the bars of {set}");
        if (!(card.Temperature > 0 && double.IsFinite(card.Temperature)))
            throw Bad("temperature", $"{card.Temperature}", $"a positive number");
        if (card.Priors.Count != 3 || !card.Priors.All(p => p is >= 0 and <= 1))
            throw Bad("priors", $"{string.Join(' ', card.Priors)}", $"three shares");
        if (card.Target.HorizonSeconds < windows.BarSeconds || card.Target.HorizonSeconds % windows.BarSeconds != 0)
            throw Bad("target.horizonSeconds", $"{card.Target.HorizonSeconds}", $"a multiple of a bar of {windows.BarSeconds} s");
        if (BarsOf(card.Target) is null)
            throw Bad("target.labelledBars", $"{card.Target.LabelledBars}", $"rth, eth, or rthAndEth");
        if (
            card.Training.Network is FeedForwardSpec { HiddenUnits: var hidden }
            && (hidden.Count is < 1 or > 8 || !hidden.All(units => units is >= 1 and <= MostUnits))
        )
            throw Bad("training.hidden", $"{string.Join(' ', hidden)}", $"one to eight layers of 1 to {MostUnits} units");
        foreach (var figure in card.Figures)
        {
            // JSON may put null into a list, whatever the type says.
            if (figure is null || !double.IsFinite(figure.Value))
                throw Bad("figures", $"{figure?.Name}: {figure?.Value}", $"numbers with names");
        }

        if (
            card.Confidence is { } trusted
            && (
                trusted.Rows < 0
                || !double.IsFinite(
                    trusted.Intercept + trusted.Slope + trusted.InterceptVariance + trusted.Covariance + trusted.SlopeVariance
                )
            )
        )
            throw Bad("confidence", $"{trusted}", $"finite numbers and a count of rows");
        if (card.Brackets is { } brackets && brackets.Bands.Any(band => band is null || band.Targets < 0 || band.Targets > band.Trials))
            throw Bad("brackets.bands", $"more targets than trials", $"bands that can be");
        return columns;
    }

    /// <summary>Which bars the model was trained on; null where the card's word for them is unknown.</summary>
    public static LabelledBars? BarsOf(ModelTarget target) =>
        target.LabelledBars.ToUpperInvariant() switch
        {
            "RTH" => LabelledBars.Rth,
            "ETH" => LabelledBars.Eth,
            "RTHANDETH" => LabelledBars.RthAndEth,
            _ => null,
        };
}
