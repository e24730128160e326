namespace Quarterpoint.Core.Features;

/// <summary>
/// The place of each feature in a row. <see cref="FeatureSet"/> writes to these places and <see cref="FeatureCatalogue"/> names them. A
/// group (returns, distances, spreads, volatilities) begins at its place and has as many features as its plural says.
/// </summary>
internal static class FeatureAt
{
    public const int Return = 0;
    public const int Returns = 5;
    public const int EmaDistance = Return + Returns;
    public const int EmaDistances = 4;
    public const int EmaSpread = EmaDistance + EmaDistances;
    public const int EmaSpreads = 6;
    public const int VwapDistance = EmaSpread + EmaSpreads;
    public const int VwapSlope = VwapDistance + 1;
    public const int TrendSmall = VwapSlope + 1;
    public const int MomentumSmall = TrendSmall + 1;
    public const int TrendLarge = MomentumSmall + 1;
    public const int MomentumLarge = TrendLarge + 1;
    public const int ZScore = MomentumLarge + 1;
    public const int Rsi = ZScore + 1;
    public const int RsiSmall = Rsi + 1;
    public const int Atr = RsiSmall + 1;
    public const int Volatility = Atr + 1;
    public const int Volatilities = 3;
    public const int VolatilityRatioShort = Volatility + Volatilities;
    public const int VolatilityRatioLong = VolatilityRatioShort + 1;
    public const int BarDirection = VolatilityRatioLong + 1;
    public const int UpperWick = BarDirection + 1;
    public const int LowerWick = UpperWick + 1;
    public const int BodyRatio = LowerWick + 1;
    public const int VolumeDelta = BodyRatio + 1;
    public const int VolumeDeltaFlow = VolumeDelta + 1;
    public const int RelativeVolume = VolumeDeltaFlow + 1;
    public const int VolumeTrend = RelativeVolume + 1;
    public const int SinceLastTrade = VolumeTrend + 1;
    public const int DayRangePosition = SinceLastTrade + 1;
    public const int MinutesToClose = DayRangePosition + 1;
    public const int TimeSine = MinutesToClose + 1;
    public const int TimeCosine = TimeSine + 1;
    public const int InRth = TimeCosine + 1;

    /// <summary>Features in a row.</summary>
    public const int Count = InRth + 1;
}
