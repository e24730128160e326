using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>
/// What batch and live have in common: which bars a model makes forecasts for, and how probabilities become the facts that trading works
/// with.
/// </summary>
internal sealed class ForecastShape
{
    private const int Whole = 1_000_000;

    private readonly LabelledBars _bars;
    private readonly double _meanMove;
    private readonly double _barsToHorizon;
    private uint _from;
    private uint _to;

    public ForecastShape(ModelCard card)
    {
        Card = card;
        _bars = ModelCardCheck.BarsOf(card.Target)!.Value;
        _meanMove = Math.Clamp(card.Figures.FirstOrDefault(f => f.Name == OnnxForecaster.MeanMoveFigure)?.Value ?? 0, 0, Whole);
        _barsToHorizon = Math.Sqrt((double)card.Target.HorizonSeconds / card.Data.BarSeconds);
    }

    public ModelCard Card { get; }

    /// <summary>
    /// The model's features. Where the data holds more than the training data did, it is read as that was.
    /// </summary>
    public FeatureSet MakeFeatures() => new(FeatureWindows.Named(Card.Features.Set), hasVolume: true, !Card.Data.EstimatesVolumeDelta);

    /// <summary>Refuses data that the model cannot read.</summary>
    /// <exception cref="ArgumentException">The data is not of the kind that the model was trained on.</exception>
    public void CheckData(int barSeconds, bool hasVolume, bool hasBidAskVolume)
    {
        if (barSeconds != Card.Data.BarSeconds)
            throw new ArgumentException(
                $"The model {Card.Name} was trained on bars of {Card.Data.BarSeconds} s, and the data has bars of {barSeconds} s.",
                nameof(barSeconds)
            );
        if (!hasVolume)
            throw new ArgumentException($"The model {Card.Name} needs volume, and the data has none.", nameof(hasVolume));
        if (!Card.Data.EstimatesVolumeDelta && !hasBidAskVolume)
            throw new ArgumentException(
                $"The model {Card.Name} was trained with bid and ask volume, and the data has none.",
                nameof(hasBidAskVolume)
            );
    }

    /// <summary>Begins a trading day: from when to when the model speaks.</summary>
    public void BeginSession(in TradingSession session)
    {
        var ethEnd = session.HasRth ? session.RthOpen : session.Close;
        _from = (uint)(_bars == LabelledBars.Rth ? session.RthOpen : session.Open).UnixSeconds;
        _to = (uint)(_bars == LabelledBars.Eth || !session.HasRth ? ethEnd : session.RthClose).UnixSeconds;
        if (_bars == LabelledBars.Rth && !session.HasRth)
            _to = _from;
    }

    /// <summary>Whether the model was trained on bars of that time of day, and so makes a forecast for this one.</summary>
    public bool Speaks(uint barTime) => barTime >= _from && barTime < _to;

    /// <summary>Makes the forecast of one bar; false where the three numbers are not probabilities, and then there is none.</summary>
    public bool TryMake(uint barTime, ReadOnlySpan<float> probabilities, double barVolatility, out ForecastFacts forecast)
    {
        forecast = default;
        if (!TryMillionths(probabilities, out var down, out var flat, out var up))
            return false;
        var move = (up - down) * _meanMove * 1000 / Whole;
        var volatility = Math.Min(barVolatility * _barsToHorizon * 1000, int.MaxValue);
        forecast = new ForecastFacts(barTime, down, flat, up, (int)Math.Round(move), (int)Math.Round(volatility))
        {
            LowerBound = Card.Confidence?.LowerBound(Math.Max(down, up)) ?? 0,
        };
        return true;
    }

    /// <summary>
    /// Whole millionths that sum to one million, by the largest remainder, so that the larger of two probabilities stays the larger. Where
    /// DOWN and UP are equal they stay equal, and FLAT takes what is left, so that rounding never picks a side.
    /// </summary>
    public static bool TryMillionths(ReadOnlySpan<float> probabilities, out int down, out int flat, out int up)
    {
        (down, flat, up) = (0, 0, 0);
        double sum = 0;
        foreach (var p in probabilities[..OnnxModel.Classes])
        {
            if (p is not (>= 0 and <= 1.00001f))
                return false;
            sum += p;
        }

        if (sum is not (> 0.999 and < 1.001))
            return false;
        Span<double> exact = [probabilities[0] / sum * Whole, probabilities[1] / sum * Whole, probabilities[2] / sum * Whole];
        Span<int> parts = [(int)exact[0], (int)exact[1], (int)exact[2]];
        var isEven = exact[0] == exact[2];
        for (var left = Whole - parts[0] - parts[1] - parts[2]; left > 0; left--)
        {
            var (atDown, atFlat, atUp) = (exact[0] - parts[0], exact[1] - parts[1], exact[2] - parts[2]);
            var side = atDown > atUp ? 0 : 2;
            var ahead = Math.Max(atDown, atUp);
            parts[ahead > atFlat && (!isEven || left > 1 || parts[0] != parts[2]) ? side : 1]++;
        }

        (down, flat, up) = (parts[0], parts[1], parts[2]);
        return true;
    }
}
