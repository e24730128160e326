using Quarterpoint.Core;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>
/// A model asked for whole sessions, as in a backtest: rows that are warm, and of the hours it was trained on, are gathered into blocks.
/// Each instance makes one run over the data, in order of time.
/// </summary>
public sealed class OnnxForecaster : IForecaster, IDisposable
{
    /// <summary>
    /// The figure of a card that turns probabilities into a predicted move: the mean of the training moves, in ticks. Without it every
    /// predicted move is 0.
    /// </summary>
    public const string MeanMoveFigure = "meanMoveTicks";

    private readonly ForecastShape _shape;
    private readonly OnnxModel _model;
    private readonly NormalVolume _normalVolume = new();
    private readonly float[] _rows;
    private readonly float[] _probabilities = new float[OnnxModel.BlockRows * OnnxModel.Classes];
    private readonly int[] _places = new int[OnnxModel.BlockRows];
    private readonly double[] _volatilities = new double[OnnxModel.BlockRows];
    private readonly FeatureSet _features;
    private TradingDay _day;

    public OnnxForecaster(StoredModel stored)
    {
        _shape = new ForecastShape(stored.Card);
        _model = stored.Open();
        _features = _shape.MakeFeatures();
        _rows = new float[OnnxModel.BlockRows * _model.Width];
    }

    /// <summary>Rows without a forecast, because what the model gave were not probabilities.</summary>
    public long InvalidRows { get; private set; }

    /// <summary>Makes the forecasts of one session; a bar without one gets <c>default</c>.</summary>
    /// <exception cref="ArgumentException">
    /// The data is not of the kind that the model was trained on: bars of another length, or no volume.
    /// </exception>
    public void Forecast(BarColumns columns, in SessionRows session, Span<ForecastFacts> forecasts)
    {
        Require.That(session.Session.Day > _day, "sessions are forecast in order, each once");
        _day = session.Session.Day;
        _shape.CheckData(columns.BarSeconds, columns.Volume is not null, columns.BidVolume is not null && columns.AskVolume is not null);
        _features.BeginSession(session.Session, _normalVolume.Next(columns, session));
        _shape.BeginSession(session.Session);
        forecasts[..session.RowCount].Clear();
        var (width, pending) = (_model.Width, 0);
        for (var i = 0; i < session.RowCount; i++)
        {
            var at = session.FirstRow + i;
            var waits = _features.Step(
                columns[at],
                columns.BidVolume?[at] ?? 0,
                columns.AskVolume?[at] ?? 0,
                _rows.AsSpan(pending * width, width)
            );
            if (waits != Warmup.None || !_shape.Speaks(columns.Time[at]))
                continue;
            _places[pending] = i;
            _volatilities[pending] = _features.BarVolatility;
            if (++pending < OnnxModel.BlockRows)
                continue;
            Say(columns, session, pending, forecasts);
            pending = 0;
        }

        Say(columns, session, pending, forecasts);
    }

    /// <summary>Takes a session without making forecasts, to learn from it what volume is normal in later ones.</summary>
    public void Observe(BarColumns columns, in SessionRows session)
    {
        Require.That(session.Session.Day > _day, "sessions come in order, each once");
        _day = session.Session.Day;
        _normalVolume.Next(columns, session);
    }

    public void Dispose() => _model.Dispose();

    private void Say(BarColumns columns, in SessionRows session, int count, Span<ForecastFacts> forecasts)
    {
        _model.Run(_rows, count, _probabilities);
        for (var i = 0; i < count; i++)
        {
            var time = columns.Time[session.FirstRow + _places[i]];
            if (
                !_shape.TryMake(
                    time,
                    _probabilities.AsSpan(i * OnnxModel.Classes, OnnxModel.Classes),
                    _volatilities[i],
                    out forecasts[_places[i]]
                )
            )
                InvalidRows++;
        }
    }
}
