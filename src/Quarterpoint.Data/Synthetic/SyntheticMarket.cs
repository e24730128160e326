using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Synthetic;

/// <summary>One contract's bars of one session. The generator reuses the list for the next session.</summary>
internal readonly record struct SyntheticBars(string Contract, IReadOnlyList<Bar> Bars);

/// <summary>
/// Makes a synthetic market one session at a time, so that years need no more memory than a day (SPEC D8). Trades arrive as a Poisson
/// process, and each leaves the price or moves it by one tick; a second's change then has a Skellam distribution, and without an edge the
/// price is a martingale at every trade. Volatility clusters: GARCH within the day, and a slow factor across days.
/// </summary>
internal sealed class SyntheticMarket
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

    /// <summary>What the best possible forecaster scores on the sessions made so far.</summary>
    public BayesScore Score => _score;

    /// <summary>
    /// Called for each bar with its opening second and the generator's own probabilities of DOWN, FLAT, UP over
    /// <see cref="PlantedEdge.HorizonSeconds"/> and 3 ticks. It serves to measure forecasts, and must never reach what trades or trains.
    /// </summary>
    public Action<uint, (double Down, double Flat, double Up)>? Oracle { get; init; }

    /// <summary>How many sessions the settings give.</summary>
    public int SessionCount => Sessions().Count();

    /// <summary>
    /// Makes the sessions in order, each with the bars of one contract, or of two around a roll. A list is valid until the next session is
    /// requested.
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

    /// <summary>Makes one second of trades and its bar, unless nothing traded or the bars of that time are lost.</summary>
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

    /// <summary>Gives every bar to the contract with more volume, and some bars to the other, at a fixed spread.</summary>
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

    /// <summary>
    /// Mean variance of a second over the horizon: clustering fades at its own rate, and the day's profile changes by the minute.
    /// </summary>
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

    /// <summary>Draws a Poisson number by multiplying uniform draws: exact, and cheap for the few trades of a second.</summary>
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

    /// <summary>Times whose bars are lost: sometimes a broken feed for minutes, rarely a halt of the whole market.</summary>
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

    /// <summary>The contract that expires next. The session of an expiry day belongs to the contract after it.</summary>
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

    /// <summary>
    /// The next contract's share of the volume. It grows over the last eight sessions and passes 50 % on the Monday of expiry week.
    /// </summary>
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
