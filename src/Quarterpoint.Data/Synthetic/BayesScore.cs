using Quarterpoint.Core.Labels;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Synthetic;

/// <summary>
/// Log-losses on every seventh bar of RTH: of a forecaster that knows the generator's state, of one that knows its volatility but not its
/// edge, and of the class frequencies. No model can beat the first except by chance.
/// </summary>
internal sealed class BayesScore
{
    private readonly Queue<Question> _open = new();
    private readonly long[] _classes = new long[3];
    private TradingSession _session;
    private int _lastPrice;
    private double _bayes;
    private double _volatilityOnly;
    private double _moveTimesMean;
    private double _moveSquared;
    private double _meanSquared;

    public long Count => _classes.Sum();

    public double LogLoss => _bayes / Count;

    public double VolatilityLogLoss => _volatilityOnly / Count;

    public double PriorLogLoss => -_classes.Where(c => c > 0).Sum(c => c * Math.Log((double)c / Count)) / Count;

    /// <summary>Correlation of the moves with their expected values.</summary>
    public double InformationCoefficient => _meanSquared == 0 ? 0 : _moveTimesMean / Math.Sqrt(_moveSquared * _meanSquared);

    public void BeginSession(in TradingSession session)
    {
        _session = session;
        _open.Clear();
    }

    /// <summary>Notes a forecast, whose outcome comes with a later <see cref="Advance"/>.</summary>
    public void Ask(uint second, int price, PlantedEdge edge, double signal, double variance)
    {
        var end = second + PlantedEdge.HorizonSeconds;
        if (second < _session.RthOpen.UnixSeconds || end + 1 > _session.RthClose.UnixSeconds)
            return;
        var (down, flat, up) = edge.Classes(signal, variance, 3);
        var (downOnly, flatOnly, upOnly) = edge.Classes(0, variance, 3);
        _open.Enqueue(new Question(end, price, edge.MeanMove(signal, variance), down, flat, up, downOnly, flatOnly, upOnly));
    }

    /// <summary>Takes the last price of a second, and scores the forecasts that end there.</summary>
    public void Advance(uint second, int price)
    {
        while (_open.TryPeek(out var question) && question.End <= second)
        {
            Answer(_open.Dequeue(), question.End == second ? price : _lastPrice);
        }

        _lastPrice = price;
    }

    private void Answer(in Question question, int price)
    {
        var move = price - question.Price;
        var label =
            move > 3 ? MoveClass.Up
            : move < -3 ? MoveClass.Down
            : MoveClass.Flat;
        _classes[label]++;
        _bayes -= Math.Log(
            label == MoveClass.Up ? question.Up
            : label == MoveClass.Down ? question.Down
            : question.Flat
        );
        _volatilityOnly -= Math.Log(
            label == MoveClass.Up ? question.UpOnly
            : label == MoveClass.Down ? question.DownOnly
            : question.FlatOnly
        );
        _moveTimesMean += move * question.Mean;
        _moveSquared += (double)move * move;
        _meanSquared += question.Mean * question.Mean;
    }

    private readonly record struct Question(
        uint End,
        int Price,
        double Mean,
        double Down,
        double Flat,
        double Up,
        double DownOnly,
        double FlatOnly,
        double UpOnly
    );
}
