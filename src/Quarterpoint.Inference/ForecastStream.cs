using Quarterpoint.Core.Features;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>
/// A model asked bar by bar, as in live trading: the same features and the same graph as <see cref="OnnxForecaster"/>, one row at a time.
/// </summary>
public sealed class ForecastStream : IDisposable
{
    private readonly ForecastShape _shape;
    private readonly OnnxModel _model;
    private readonly FeatureSet _features;
    private readonly float[] _row;
    private readonly float[] _probabilities = new float[OnnxModel.Classes];

    /// <param name="stored">The model.</param>
    /// <param name="hasBidAskVolume">Whether bars come with bid and ask volume.</param>
    /// <exception cref="ArgumentException">The model needs bid and ask volume, and there is none.</exception>
    public ForecastStream(StoredModel stored, bool hasBidAskVolume = false)
    {
        _shape = new ForecastShape(stored.Card);
        _shape.CheckData(stored.Card.Data.BarSeconds, hasVolume: true, hasBidAskVolume);
        _features = _shape.MakeFeatures();
        _model = stored.Open();
        _row = new float[_model.Width];
    }

    /// <summary>Begins a trading day. The normal volume of each minute comes from the days before (<see cref="NormalVolume"/>).</summary>
    public void BeginSession(in TradingSession session, ReadOnlySpan<float> normalVolume)
    {
        _features.BeginSession(session, normalVolume);
        _shape.BeginSession(session);
    }

    /// <summary>Takes the bar that closed; every bar of the session must be given, backfilled ones too.</summary>
    /// <param name="bar">The bar.</param>
    /// <param name="bidVolume">Volume of trades that sellers began; 0 where it is not known.</param>
    /// <param name="askVolume">Volume of trades that buyers began; 0 where it is not known.</param>
    /// <param name="forecast">The model's forecast at this bar's close.</param>
    /// <returns>Why there is no forecast; null where there is one. Hours that the model was not trained on count as warm-up.</returns>
    public ForecastGap? Next(in Bar bar, uint bidVolume, uint askVolume, out ForecastFacts forecast)
    {
        forecast = default;
        if (_features.Step(bar, bidVolume, askVolume, _row) != Warmup.None || !_shape.Speaks(bar.OpenTime))
            return ForecastGap.Warmup;
        _model.RunOne(_row, _probabilities);
        return _shape.TryMake(bar.OpenTime, _probabilities, _features.BarVolatility, out forecast) ? null : ForecastGap.Invalid;
    }

    public void Dispose() => _model.Dispose();
}
