using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Synthetic;

/// <summary>One contract's bars of one session; the list is the generator's and is reused for the next session.</summary>
public readonly record struct SyntheticBars(string Contract, IReadOnlyList<Bar> Bars);

/// <summary>
/// A market that does not exist, one session at a time, so that years need no more memory than a day (SPEC D8). Trades arrive as a Poisson
/// process; each leaves the price or moves it one tick, so a second's change is a Skellam number, bars are made of unit steps, and with no
/// edge the price is a martingale at every trade. Volatility clusters (GARCH within the day, a slow factor across days).
/// </summary>
public sealed class SyntheticMarket
{
    private const double GarchShock = 0.02;
    private const double GarchMemory = 0.975;
    private const int OverlapSessions = 8;
    private const int CarryTicks = 220;
    private const int BayesStride = 7;

    private readonly SyntheticSettings _settings;
    private readonly PlantedEdge _edge;
    private readonly double[] _variance = new double[MinuteNorms.MinutesADay];
    private readonly double[] _trades = new double[MinuteNorms.MinutesADay];
    private readonly List<Bar> _lead = [];
    private readonly List<Bar> _next = [];

    private readonly BayesScore _score = new();
    private SplitMix64 _path;
    private SplitMix64 _shape;
    private int _price;
    private double _dayFactor = 1;
    private double _garch = 1;
    private double _signal;
    private int _regime = 1;
    private long _barCount;

    public SyntheticMarket(SyntheticSettings settings)
    {
        if (settings.LastDay < settings.FirstDay)
            throw new ArgumentException(
                $"The market would end on {settings.LastDay} before it begins on {settings.FirstDay}.",
                nameof(settings)
            );
        _settings = settings;
        _edge = new PlantedEdge(settings.Edge);
        _path = SplitMix64.Stream(settings.Seed, 1);
        _shape = SplitMix64.Stream(settings.Seed, 2);
        _price = settings.StartTicks;
        for (var minute = 0; minute < _variance.Length; minute++)
        {
            _variance[minute] = DayProfile.Variance(minute) / _edge.Amplification;
            _trades[minute] = DayProfile.Trades(minute);
        }
    }

    /// <summary>What the best possible forecaster would have scored on the sessions made so far.</summary>
    public BayesScore Score => _score;

    /// <summary>
    /// Told at each bar's close, by its opening second: the probabilities of DOWN, FLAT, UP over <see cref="PlantedEdge.HorizonSeconds"/> and 3 ticks,
    /// as the generator itself reckons them. Nothing that trades or trains may listen; it is the measure of what does.
    /// </summary>
    public Action<uint, (double Down, double Flat, double Up)>? Oracle { get; init; }

    /// <summary>How many sessions there will be.</summary>
    public int SessionCount => Sessions().Count();

    /// <summary>
    /// The sessions in order, each as one contract's bars, or two's in the days around a roll. A list is valid until the next session is
    /// asked for.
    /// </summary>
    public IEnumerable<IReadOnlyList<SyntheticBars>> Generate()
    {
        foreach (var session in Sessions())
        {
            Make(session, out var month, out var overlap);
            var expiring = month.SymbolOf(_settings.Root);
            yield return overlap
                ? [new SyntheticBars(expiring, _lead), new SyntheticBars(month.Next.SymbolOf(_settings.Root), _next)]
                : [new SyntheticBars(expiring, _lead)];
        }
    }

    private IEnumerable<TradingSession> Sessions()
    {
        var calendar = _settings.Calendar;
        for (var date = _settings.FirstDay; date <= _settings.LastDay; date = date.AddDays(1))
        {
            if (calendar.Find(TradingDay.From(date)) is { } session)
                yield return session;
        }
    }

    private void Make(in TradingSession session, out ContractMonth month, out bool overlap)
    {
        _lead.Clear();
        _next.Clear();
        month = FrontMonth(session.Day);
        var sessionsLeft = SessionsUntil(session.Day, month.Expiry(CalendarTable.CmeEquityIndex));
        overlap = sessionsLeft < OverlapSessions;
        var shareOfNext = overlap ? ShareOfNext(sessionsLeft) : 0;

        _dayFactor = Math.Exp((0.5 * Math.Log(_dayFactor)) + (0.08 * Normal(ref _shape)));
        _garch = 1;
        _signal = 0;
        _price += (int)Math.Round(8 * Normal(ref _shape));
        var quiet = QuietStretches(session);

        var open = session.Open.UnixSeconds;
        var close = session.Close.UnixSeconds;
        _score.BeginSession(session);
        for (var second = open; second < close; second++)
        {
            if (session.HasHalt && second >= session.HaltStart.UnixSeconds && second < session.HaltEnd.UnixSeconds)
                continue;
            var minute = (int)((second - open) / 60);
            Second((uint)second, minute, Hides(quiet, second), shareOfNext);
        }
    }

    /// <summary>One second of trades: a bar, unless none traded or the stretch is lost.</summary>
    private void Second(uint second, int minute, bool isLost, double shareOfNext)
    {
        var baseline = _variance[minute] * _dayFactor;
        var intensity = baseline * _garch;
        var deviation = Math.Sqrt(intensity);
        var drift = (_edge.Strength * _signal) + Drift();
        var up = Math.Clamp(0.5 * (1 + (drift / deviation)), 0.02, 0.98);
        var total = Math.Max(intensity, _trades[minute] * Math.Sqrt(_dayFactor));
        var trades = Poisson(total);

        var before = _price;
        int open = 0,
            high = int.MinValue,
            low = int.MaxValue;
        var moves = intensity / total;
        for (var trade = 0; trade < trades; trade++)
        {
            var draw = _path.NextUnit();
            if (draw < moves)
                _price += draw < moves * up ? 1 : -1;
            if (trade == 0)
                open = _price;
            if (_price > high)
                high = _price;
            if (_price < low)
                low = _price;
        }

        var change = _price - before;
        var surprise = change / deviation;
        _signal = PlantedEdge.NextSignal(_signal, surprise);
        _garch = (1 - GarchShock - GarchMemory) + (GarchMemory * _garch) + (GarchShock * change * change / baseline);
        _score.Advance(second, _price);
        if (trades == 0 || isLost)
            return;

        var bar = new Bar(second, new Price(open), new Price(high), new Price(low), new Price(_price), Volume(trades));
        Publish(bar, shareOfNext);
        Oracle?.Invoke(second, _edge.Classes(_signal, ExpectedVariance(minute, second), 3));
        if (++_barCount % BayesStride == 0)
            _score.Ask(second, _price, _edge, _signal, ExpectedVariance(minute, second));
    }

    /// <summary>The contract with most of the volume has every bar; the other one some of them, a spread away.</summary>
    private void Publish(in Bar bar, double shareOfNext)
    {
        if (shareOfNext == 0)
        {
            _lead.Add(bar);
            return;
        }

        var toNext = (uint)Math.Round(bar.Volume * shareOfNext);
        var toLead = bar.Volume - toNext;
        var minor = 3 * Math.Min(shareOfNext, 1 - shareOfNext);
        var minorTrades = _shape.NextUnit() < minor;
        if (shareOfNext < 0.5 || minorTrades)
            _lead.Add(bar with { Volume = Math.Max(1, toLead) });
        if (shareOfNext >= 0.5 || minorTrades)
        {
            _next.Add(new Bar(bar.OpenTime, Spread(bar.Open), Spread(bar.High), Spread(bar.Low), Spread(bar.Close), Math.Max(1, toNext)));
        }
    }

    private static Price Spread(Price price) => price + new Ticks(CarryTicks);

    /// <summary>Mean variance of a second over the horizon: the clustering fades at its own pace, the profile is the minute's.</summary>
    private double ExpectedVariance(int minute, uint second)
    {
        const double Persistence = GarchShock + GarchMemory;
        var fade = (1 - Math.Pow(Persistence, PlantedEdge.HorizonSeconds)) / (1 - Persistence) / PlantedEdge.HorizonSeconds;
        var share = Math.Min(1.0, (60 - (second % 60)) / (double)PlantedEdge.HorizonSeconds);
        var profile = (share * _variance[minute]) + ((1 - share) * _variance[Math.Min(minute + 1, _variance.Length - 1)]);
        return profile * _dayFactor * (1 + (fade * (_garch - 1)));
    }

    private double Drift()
    {
        if (_settings.Trend == 0)
            return 0;
        if (_path.NextUnit() < 1.0 / 1800)
            _regime = -_regime;
        return _settings.Trend * _regime;
    }

    private uint Volume(int trades)
    {
        var volume = 0;
        for (var trade = 0; trade < trades; trade++)
            volume += 1 + (int)(-3.5 * Math.Log(1 - _shape.NextUnit()));
        return (uint)volume;
    }

    /// <summary>By counting arrivals of unit rate: exact, and cheap for the few trades of a second.</summary>
    private int Poisson(double mean)
    {
        var limit = Math.Exp(-mean);
        var product = _path.NextUnit();
        var count = 0;
        while (product > limit)
        {
            product *= _path.NextUnit();
            count++;
        }

        return count;
    }

    /// <summary>Stretches of which no row survives: now and then a lost feed of minutes, rarely a stop of the whole market.</summary>
    private List<(long From, long To)> QuietStretches(in TradingSession session)
    {
        var stretches = new List<(long, long)>();
        var length = session.Close.UnixSeconds - session.Open.UnixSeconds;
        if (_shape.NextUnit() < 0.05)
        {
            var from = session.Open.UnixSeconds + (long)(_shape.NextUnit() * length);
            stretches.Add((from, from + 90 + (long)(_shape.NextUnit() * 510)));
        }

        if (_shape.NextUnit() < 0.004)
        {
            var from = session.Open.UnixSeconds + (long)(_shape.NextUnit() * length);
            stretches.Add((from, from + 900));
        }

        return stretches;
    }

    private static bool Hides(List<(long From, long To)> stretches, long second)
    {
        foreach (var (from, to) in stretches)
        {
            if (second >= from && second < to)
                return true;
        }

        return false;
    }

    /// <summary>The contract nearest to expiry that is not past it: the expiry day's session belongs to the next one.</summary>
    private static ContractMonth FrontMonth(TradingDay day)
    {
        var month = new ContractMonth(day.Date.Year, ((day.Date.Month + 2) / 3) * 3);
        return month.Expiry(CalendarTable.CmeEquityIndex) <= day ? month.Next : month;
    }

    private int SessionsUntil(TradingDay day, TradingDay expiry)
    {
        var from = _settings.Calendar.IndexOf(day);
        var to = _settings.Calendar.IndexOf(expiry);
        return to < 0 ? OverlapSessions : to - from;
    }

    /// <summary>Volume moves to the next contract over the last eight sessions and passes one half on the Monday of expiry week.</summary>
    private static double ShareOfNext(int sessionsLeft) =>
        sessionsLeft switch
        {
            1 => 0.95,
            2 => 0.92,
            3 => 0.82,
            4 => 0.60,
            5 => 0.25,
            6 => 0.12,
            _ => 0.05,
        };

    private static double Normal(ref SplitMix64 random)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextUnit()));
        return radius * Math.Cos(2 * Math.PI * random.NextUnit());
    }
}

/// <summary>
/// The log-loss of the forecaster that knows the generator's state, on every seventh bar of RTH; that of one who knows its volatility but
/// not its edge; and that of the class frequencies. No model can beat the first except by chance.
/// </summary>
public sealed class BayesScore
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

    /// <summary>Correlation of the moves with what could be known of them.</summary>
    public double InformationCoefficient => _meanSquared == 0 ? 0 : _moveTimesMean / Math.Sqrt(_moveSquared * _meanSquared);

    internal void BeginSession(in TradingSession session)
    {
        _session = session;
        _open.Clear();
    }

    internal void Ask(uint second, int price, PlantedEdge edge, double signal, double variance)
    {
        var end = second + PlantedEdge.HorizonSeconds;
        if (second < _session.RthOpen.UnixSeconds || end + 1 > _session.RthClose.UnixSeconds)
            return;
        var (down, flat, up) = edge.Classes(signal, variance, 3);
        var (downOnly, flatOnly, upOnly) = edge.Classes(0, variance, 3);
        _open.Enqueue(new Question(end, price, edge.MeanMove(signal, variance), down, flat, up, downOnly, flatOnly, upOnly));
    }

    /// <summary>The last price of a second is known.</summary>
    internal void Advance(uint second, int price)
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
