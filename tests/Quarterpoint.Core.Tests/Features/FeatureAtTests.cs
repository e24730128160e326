using System.Reflection;
using Quarterpoint.Core.Features;

namespace Quarterpoint.Core.Tests.Features;

/// <summary>The places by which a row is written agree with the names by which it is read.</summary>
public sealed class FeatureAtTests
{
    /// <summary>Constants that count the features of a group and so are not places.</summary>
    private static readonly string[] Counts =
    [
        nameof(FeatureAt.Returns),
        nameof(FeatureAt.EmaDistances),
        nameof(FeatureAt.EmaSpreads),
        nameof(FeatureAt.Volatilities),
        nameof(FeatureAt.Count),
    ];

    [Fact]
    [Trait("Spec", "F11")]
    public void A_row_has_these_features_in_this_order()
    {
        string[] names =
        [
            "return_1s",
            "return_5s",
            "return_10s",
            "return_30s",
            "return_60s",
            "ema_9_distance",
            "ema_21_distance",
            "ema_50_distance",
            "ema_200_distance",
            "ema_9_21_spread",
            "ema_9_50_spread",
            "ema_9_200_spread",
            "ema_21_50_spread",
            "ema_21_200_spread",
            "ema_50_200_spread",
            "vwap_distance",
            "vwap_slope",
            "trend_small",
            "momentum_small",
            "trend_large",
            "momentum_large",
            "zscore_20",
            "rsi_14",
            "rsi_14_small",
            "atr_14",
            "volatility_30s",
            "volatility_120s",
            "volatility_600s",
            "volatility_ratio_short",
            "volatility_ratio_long",
            "bar_direction",
            "upper_wick",
            "lower_wick",
            "body_ratio",
            "volume_delta",
            "volume_delta_flow",
            "relative_volume",
            "volume_trend",
            "since_last_trade",
            "day_range_position",
            "minutes_to_close",
            "time_sine",
            "time_cosine",
            "in_rth",
        ];
        Assert.Equal(names, FeatureCatalogue.Columns(FeatureWindows.Seconds).Select(column => column.Name));
        Assert.Equal(FeatureAt.Count, names.Length);
    }

    [Theory]
    [InlineData("seconds-v1")]
    [InlineData("minutes-v1")]
    public void Each_place_has_the_feature_that_its_name_says(string set)
    {
        var columns = FeatureCatalogue.Columns(FeatureWindows.Named(set));
        var places = typeof(FeatureAt)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => !Counts.Contains(field.Name))
            .Select(field => (field.Name, Place: (int)field.GetRawConstantValue()!))
            .ToList();

        Assert.Equal(places.Count, places.DistinctBy(place => place.Place).Count());
        Assert.All(places, place => Assert.Equal(Words(place.Name), Words(columns[place.Place].Name)));
    }

    /// <summary>Letters of a name in lower case, without windows: ZScore and zscore_20, EmaDistance and ema_9_distance.</summary>
    private static string Words(string name)
    {
        var words = name.Split('_').Where(word => !char.IsAsciiDigit(word[0]));
        return string.Concat(words).ToLowerInvariant();
    }
}
