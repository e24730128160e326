using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Features;

/// <summary>
/// Computes every feature, one bar at a time, with <see cref="Step"/>; training, backtests, and live trading run the same code. Kernels
/// are struct fields, because an object or a virtual call for each costs three to four times as much. Everything resets at the start of a
/// trading day, so days can be computed in any order, or in parallel, and give the same bits. Every output is scale-free: adding a
/// constant to all prices changes nothing.
/// </summary>
public sealed class FeatureSet
{
    /// <summary>
    /// The longest gap, in seconds, that is filled with flat bars of volume 0; after a longer one windows start cold (SPEC D4).
    /// </summary>
    internal const int FilledGapSeconds = 60;

    private const int RingSize = 64;
    private const int SmallFrameSeconds = 60;
    private const int LargeFrameSeconds = 300;
    private const int SmallCloses = 8;
    private const int LargeCloses = 4;
    private const int SmallMomentum = 5;
    private const int LargeMomentum = 2;
    private const int SmallDeviationFrames = 20;
    private const int LargeEmaFrames = 5;

    /// <summary>Which of the four volatilities distances are divided by.</summary>
    private const int ScaleLane = 1;

    /// <summary>How many features one call of <see cref="Squash"/> writes.</summary>
    private const int SquashWidth = 8;

    /// <summary>
    /// Added to variances, so that a scale is never zero in a market that stands still: a quarter of a tick a bar, squared.
    /// </summary>
    private const double LeastVariance = 0.0625;

    /// <summary>The VWAP is compared with its own average over about 100 bars.</summary>
    private const double SlopeRate = 0.02;

    /// <summary>A session's price strays from its VWAP by about 20 times a bar's volatility.</summary>
    private const double VwapScale = 0.05;

    private readonly FeatureWindows _windows;
    private readonly int _barSeconds;
    private readonly int _warmSteps;
    private readonly bool _hasBidAsk;
    private readonly int[] _closes = new int[RingSize];
    private readonly int[] _lags;

    /// <summary>
    /// What each distance is multiplied by besides volatility, four features to a vector, by their places in a row: one over the root of a
    /// return's window or of an average's period.
    /// </summary>
    private readonly Vector256<double>[] _scales;
    private readonly Vector256<double> _volatilityRate;
    private readonly Vector256<double>[] _volatilityKept;
    private readonly double _flowRate;
    private readonly double _longFlowRate;
    private readonly double[] _flowKept;
    private readonly double[] _longFlowKept;
    private readonly double[] _slopeKept;
    private readonly float[] _normals = new float[MinuteNorms.MinutesADay];
    private readonly float[] _sine = new float[MinuteNorms.MinutesADay];
    private readonly float[] _cosine = new float[MinuteNorms.MinutesADay];

    // the session
    private uint _open;
    private uint _rthOpen;
    private uint _rthClose;
    private bool _rthBegun;

    // state of bars
    private uint _end;
    private int _step;
    private int _close;

    /// <summary>The day's first open. Prices are counted from it, so that a constant added to all of them changes no bit.</summary>
    private int? _reference;
    private EmaBank _emas;
    private Vector256<double> _variances;
    private WilderRsi _rsi = new(14);
    private Vwap _vwap;
    private double _vwapAverage;
    private bool _vwapAverageSeeded;
    private double _flow;
    private double _longFlow;
    private double _deltaFlow;
    private int _dayHigh;
    private int _dayLow;

    // state of larger bars
    private BarAggregator _small;
    private BarAggregator _large;
    private WilderAtr _smallAtr = new(14);
    private WilderRsi _smallRsi = new(14);
    private Ema _smallEma = new(9);
    private Ema _largeEma = new(LargeEmaFrames);
    private RollingDeviation _smallDeviation = new(SmallDeviationFrames);
    private double _smallScale;
    private readonly double[] _smallCloses = new double[SmallCloses];
    private readonly double[] _largeCloses = new double[LargeCloses];
    private int _smallSeen;
    private int _largeSeen;
    private float _trendSmall;
    private float _momentumSmall;
    private float _trendLarge;
    private float _momentumLarge;
    private float _smallRsiOut;
    private float _atrOut;

    /// <param name="windows">The set to compute.</param>
    /// <param name="hasVolume">Whether the data has volume. Several columns need it, so the set is refused without.</param>
    /// <param name="hasBidAskVolume">Whether the data has bid and ask volume. Without it, volume delta is estimated from the bar.</param>
    /// <exception cref="ArgumentException">The data has no volume.</exception>
    public FeatureSet(FeatureWindows windows, bool hasVolume, bool hasBidAskVolume)
    {
        if (!hasVolume)
        {
            var needing = string.Join(", ", FeatureCatalogue.Columns(windows).Where(c => c.NeedsVolume).Select(c => c.Name));
            throw new ArgumentException(
                $"The feature set {windows.Name} needs volume ({needing}), and the data has none.",
                nameof(hasVolume)
            );
        }

        _windows = windows;
        _barSeconds = windows.BarSeconds;
        _hasBidAsk = hasBidAskVolume;
        Columns = FeatureCatalogue.Columns(windows);
        _warmSteps = Math.Max(windows.Volatilities[^1], Math.Max(windows.Emas.Max(), windows.Returns.Max() + 1));
        _lags = [.. windows.Returns];
        _scales = ScalesOf(windows);
        _emas = new EmaBank(windows.Emas[0], windows.Emas[1], windows.Emas[2], windows.Emas[3]);
        var spans = windows.Volatilities;
        _volatilityRate = Vector256.Create(spans.Select(span => 1.0 / span).ToArray());
        _volatilityKept = new Vector256<double>[FilledGapSeconds + 1];
        _flowRate = 1.0 / windows.Flow;
        _longFlowRate = 1.0 / windows.LongFlow;
        _flowKept = new double[FilledGapSeconds + 1];
        _longFlowKept = new double[FilledGapSeconds + 1];
        _slopeKept = new double[FilledGapSeconds + 1];
        for (var steps = 0; steps <= FilledGapSeconds; steps++)
        {
            for (var lane = 0; lane < 4; lane++)
                _volatilityKept[steps] = _volatilityKept[steps].WithElement(lane, Math.Pow(1 - (1.0 / spans[lane]), steps));
            _flowKept[steps] = Math.Pow(1 - _flowRate, steps);
            _longFlowKept[steps] = Math.Pow(1 - _longFlowRate, steps);
            _slopeKept[steps] = Math.Pow(1 - SlopeRate, steps);
        }

        for (var minute = 0; minute < MinuteNorms.MinutesADay; minute++)
        {
            var angle = 2 * Math.PI * minute / 1380;
            _sine[minute] = (float)Math.Sin(angle);
            _cosine[minute] = (float)Math.Cos(angle);
        }

        _small = new BarAggregator(SmallFrameSeconds);
        _large = new BarAggregator(LargeFrameSeconds);
        _normals.AsSpan().Fill(float.NaN);
    }

    public FeatureWindows Windows => _windows;

    /// <summary>One for each value of a row, in the row's order.</summary>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>Values in a row.</summary>
    public int Width => Columns.Count;

    /// <summary>Whether volume delta is estimated from the bar, because the data has no bid and ask volume (SPEC F7).</summary>
    public bool EstimatesDelta => !_hasBidAsk;

    /// <summary>Volatility of one bar's change in ticks, over the second of the volatility windows: the scale of all distances.</summary>
    public double BarVolatility => Math.Sqrt(_variances.GetElement(ScaleLane));

    /// <summary>Begins a trading day.</summary>
    /// <param name="session">The day's times.</param>
    /// <param name="normalVolume">
    /// Normal volume of each minute since the open, known from earlier days only; NaN where unknown. Empty: none is known.
    /// </param>
    public void BeginSession(in TradingSession session, ReadOnlySpan<float> normalVolume)
    {
        _open = (uint)session.Open.UnixSeconds;
        _rthOpen = (uint)session.RthOpen.UnixSeconds;
        _rthClose = (uint)session.RthClose.UnixSeconds;
        _rthBegun = false;
        _end = 0;
        _reference = null;
        _dayHigh = int.MinValue;
        _dayLow = int.MaxValue;
        _vwap.Reset();
        _vwapAverageSeeded = false;
        _normals.AsSpan().Fill(float.NaN);
        normalVolume.CopyTo(_normals);
        ResetWindows();
    }

    /// <summary>Takes the next bar of the session and writes its row.</summary>
    /// <param name="bar">The bar that closed.</param>
    /// <param name="bidVolume">Volume that sellers initiated, where the data has it.</param>
    /// <param name="askVolume">Volume that buyers initiated, where the data has it.</param>
    /// <param name="row">Receives <see cref="Width"/> values.</param>
    /// <returns>What the row still waits for; <see cref="Warmup.None"/> where it is complete.</returns>
    public Warmup Step(in Bar bar, uint bidVolume, uint askVolume, Span<float> row)
    {
        var time = bar.OpenTime;
        var sinceLast = AdvanceTo(time);
        var reference = _reference ??= bar.Open.InTicks;
        var close = bar.Close.InTicks - reference;
        var open = bar.Open.InTicks - reference;
        var high = bar.High.InTicks - reference;
        var low = bar.Low.InTicks - reference;

        if (!_rthBegun && time >= _rthOpen && time < _rthClose)
        {
            _rthBegun = true;
            _vwap.Reset();
            _vwapAverageSeeded = false;
        }

        // windows of bars
        double change = _step > 0 ? close - _close : 0;
        _variances += _volatilityRate * (Vector256.Create(change * change) - _variances);
        _emas.Next(close);
        _rsi.Next(close);
        _closes[_step & (RingSize - 1)] = close;
        _close = close;
        double volume = bar.Volume;
        _vwap.Next(high, low, close, volume);
        if (high > _dayHigh)
            _dayHigh = high;
        if (low < _dayLow)
            _dayLow = low;

        var range = high - low;
        var perRange = range > 0 ? 1.0 / range : 0;
        double delta = _hasBidAsk
            ? (volume > 0 ? ((double)askVolume - bidVolume) / Math.Max(1.0, (double)askVolume + bidVolume) : 0)
            : ((2.0 * close) - high - low) * perRange;
        _flow += _flowRate * (volume - _flow);
        _longFlow += _longFlowRate * (volume - _longFlow);
        _deltaFlow += _flowRate * ((delta * volume) - _deltaFlow);

        if (_small.Add(bar, _barSeconds, out var small))
            CompleteSmall(small);
        if (_large.Add(bar, _barSeconds, out var large))
            CompleteLarge(large);

        // outputs
        var volatility = Vector256.Sqrt(_variances);
        var scale = 1 / Math.Sqrt(_variances.GetElement(ScaleLane) + LeastVariance);
        WriteScaled(row, close, scale);
        const double Root30 = 5.477225575051661;
        var perHorizon = volatility * Root30;
        var (share, secondShare, thirdShare, _) = Lanes(perHorizon / (perHorizon + Vector256.Create(4.0)));
        var minute = MinuteOfSession(time);
        var normal = _normals[minute];
        var (shortest, second, third, longest) = Lanes(volatility);
        var (ratioShort, ratioLong, relativeVolume, volumeTrend) = Lanes(
            Contrast(
                Vector256.Create(shortest, second, _flow * (60.0 / _barSeconds), _flow),
                Vector256.Create(third, longest, normal, _longFlow)
            )
        );
        row[FeatureAt.Rsi] = (float)((_rsi.Value - 50) / 50);
        row[FeatureAt.RsiSmall] = _smallRsiOut;
        row[FeatureAt.Atr] = _atrOut;
        row[FeatureAt.Volatility] = (float)share;
        row[FeatureAt.Volatility + 1] = (float)secondShare;
        row[FeatureAt.Volatility + 2] = (float)thirdShare;
        row[FeatureAt.VolatilityRatioShort] = (float)ratioShort;
        row[FeatureAt.VolatilityRatioLong] = (float)ratioLong;

        var bodyHigh = Math.Max(open, close);
        var bodyLow = Math.Min(open, close);
        row[FeatureAt.BarDirection] = Math.Sign(close - open);
        row[FeatureAt.UpperWick] = (float)((high - bodyHigh) * perRange);
        row[FeatureAt.LowerWick] = (float)((bodyLow - low) * perRange);
        row[FeatureAt.BodyRatio] = (float)((bodyHigh - bodyLow) * perRange);
        row[FeatureAt.VolumeDelta] = (float)delta;
        row[FeatureAt.VolumeDeltaFlow] = _flow > 0 ? (float)Math.Clamp(_deltaFlow / _flow, -1, 1) : 0;
        row[FeatureAt.RelativeVolume] = (float)relativeVolume;
        row[FeatureAt.VolumeTrend] = (float)volumeTrend;
        row[FeatureAt.SinceLastTrade] = sinceLast / (float)(sinceLast + 5);
        var dayRange = _dayHigh - _dayLow;
        row[FeatureAt.DayRangePosition] = dayRange > 0 ? (float)((((long)close * 2) - _dayHigh - _dayLow) / (double)dayRange) : 0;
        WriteTime(row, time, minute);

        _step++;
        _end = time + (uint)_barSeconds;
        var waits = _step > _warmSteps ? Warmup.None : Warmup.Windows;
        if (_largeSeen < LargeEmaFrames || _smallSeen < SmallDeviationFrames)
            waits |= Warmup.LargerBars;
        if (!_vwap.IsWarm)
            waits |= Warmup.SessionVolume;
        if (!(normal > 0))
            waits |= Warmup.NormalVolume;
        return waits;
    }

    /// <summary>For each feature that <see cref="WriteScaled"/> multiplies by volatility, what else it is multiplied by.</summary>
    private static Vector256<double>[] ScalesOf(FeatureWindows windows)
    {
        var scales = new double[FeatureAt.VwapDistance + 1];
        for (var i = 0; i < FeatureAt.Returns; i++)
            scales[FeatureAt.Return + i] = 1 / Math.Sqrt(windows.Returns[i]);
        for (var i = 0; i < FeatureAt.EmaDistances; i++)
            scales[FeatureAt.EmaDistance + i] = 1 / Math.Sqrt(windows.Emas[i]);
        var spread = FeatureAt.EmaSpread;
        for (var fast = 0; fast < FeatureAt.EmaDistances; fast++)
        {
            for (var slow = fast + 1; slow < FeatureAt.EmaDistances; slow++)
                scales[spread++] = 1 / Math.Sqrt(windows.Emas[slow]);
        }

        scales[FeatureAt.VwapDistance] = VwapScale;
        return [.. scales.Chunk(Vector256<double>.Count).Select(four => Vector256.Create(four))];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double First, double Second, double Third, double Fourth) Lanes(Vector256<double> values) =>
        (values.GetElement(0), values.GetElement(1), values.GetElement(2), values.GetElement(3));

    /// <summary>(a - b) / (a + b): 0 where both are equal, 1 or -1 where one of them is 0; 0 where both are 0 or b is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Contrast(Vector256<double> a, Vector256<double> b)
    {
        var sum = a + b;
        return Vector256.ConditionalSelect(Vector256.GreaterThan(sum, Vector256<double>.Zero), (a - b) / sum, Vector256<double>.Zero);
    }

    /// <summary>
    /// Writes everything that is a distance in ticks: divided by local volatility, squashed by z / (1 + |z|), eight at a time.
    /// </summary>
    private void WriteScaled(Span<float> row, int close, double scale)
    {
        var emas = _emas.IsWarm ? _emas.Values : Vector256.Create((double)close);
        var (fastest, fast, slow, slowest) = Lanes(emas);
        double toVwap = 0;
        double slope = 0;
        if (_vwap.IsWarm)
        {
            var vwap = _vwap.Value;
            if (!_vwapAverageSeeded)
                (_vwapAverage, _vwapAverageSeeded) = (vwap, true);
            _vwapAverage += SlopeRate * (vwap - _vwapAverage);
            toVwap = close - vwap;
            slope = (vwap - _vwapAverage) * scale;
        }

        // The values are in the order of their places in the row, from the first return on: see FeatureAt.
        var perTick = Vector256.Create(scale);
        var returns = Vector256.Create((double)ChangeOver(0, close), ChangeOver(1, close), ChangeOver(2, close), ChangeOver(3, close));
        var distances = Vector256.Create(ChangeOver(4, close), close - fastest, close - fast, close - slow);
        var spreads = Vector256.Create(close - slowest, fastest - fast, fastest - slow, fastest - slowest);
        var more = Vector256.Create(fast - slow, fast - slowest, slow - slowest, toVwap);
        Squash(returns * perTick * _scales[0], distances * perTick * _scales[1], row[FeatureAt.Return..]);
        Squash(spreads * perTick * _scales[2], more * perTick * _scales[3], row[(FeatureAt.Return + SquashWidth)..]);

        // Writes two places too many; Step overwrites them afterwards.
        var stretch = _smallDeviation.IsWarm ? (close - _smallDeviation.Mean) / _smallScale : 0;
        Squash(
            Vector256.Create(slope, _trendSmall, _momentumSmall, _trendLarge),
            Vector256.Create(_momentumLarge, stretch, 0, 0),
            row[FeatureAt.VwapSlope..]
        );
    }

    /// <summary>
    /// The change of the close over that return window (0 is the shortest); 0 while the window reaches back before the first bar.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ChangeOver(int window, int close)
    {
        var lag = _lags[window];
        return _step >= lag ? close - _closes[(_step - lag) & (RingSize - 1)] : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Squash(Vector256<double> low, Vector256<double> high, Span<float> row)
    {
        var values = Vector256.Narrow(low, high);
        (values / (Vector256<float>.One + Vector256.Abs(values))).CopyTo(row);
    }

    private void WriteTime(Span<float> row, uint time, int minute)
    {
        var toClose =
            time < _rthOpen ? 1
            : time >= _rthClose ? 0
            : Math.Min(1, (_rthClose - time) / (390f * 60));
        row[FeatureAt.MinutesToClose] = toClose;
        row[FeatureAt.TimeSine] = _sine[minute];
        row[FeatureAt.TimeCosine] = _cosine[minute];
        row[FeatureAt.InRth] = time >= _rthOpen && time < _rthClose ? 1 : 0;
    }

    private int MinuteOfSession(uint time) => (int)Math.Min((time - _open) / 60, MinuteNorms.MinutesADay - 1);

    /// <summary>
    /// Brings the state up to <paramref name="time"/> and returns the seconds without a bar. A short gap counts as flat bars of volume 0,
    /// taken in closed form; after a long one the windows start cold.
    /// </summary>
    private int AdvanceTo(uint time)
    {
        if (_end == 0)
            return 0;
        var gap = (int)(time - _end);
        if (gap == 0)
        {
            CloseFrames(time);
            return 0;
        }

        if (gap > FilledGapSeconds)
        {
            ResetWindows();
            return gap;
        }

        Hold(gap / _barSeconds);
        CloseFrames(time);
        return gap;
    }

    private void Hold(int steps)
    {
        _emas.Hold(_close, steps);
        _variances *= _volatilityKept[steps];
        _flow *= _flowKept[steps];
        _longFlow *= _longFlowKept[steps];
        _deltaFlow *= _flowKept[steps];
        _rsi.Hold(steps);
        if (_vwapAverageSeeded)
            _vwapAverage = _vwap.Value + (_slopeKept[steps] * (_vwapAverage - _vwap.Value));
        for (var i = 0; i < steps; i++)
        {
            _closes[_step & (RingSize - 1)] = _close;
            _step++;
        }
    }

    private void CloseFrames(uint time)
    {
        while (_small.CloseBefore(time, out var small))
            CompleteSmall(small);
        while (_large.CloseBefore(time, out var large))
            CompleteLarge(large);
    }

    private void CompleteSmall(in Bar frame)
    {
        double close = frame.Close.InTicks - _reference!.Value;
        _smallAtr.Next(frame.High.InTicks - _reference.Value, frame.Low.InTicks - _reference.Value, close);
        _smallRsi.Next(close);
        _smallEma.Next(close);
        _smallDeviation.Next(close);
        _smallScale = Math.Sqrt((_smallDeviation.Deviation * _smallDeviation.Deviation) + LeastVariance);
        _smallCloses[_smallSeen % SmallCloses] = close;
        _smallSeen++;
        var perAtr = _smallAtr.IsWarm ? 1 / (_smallAtr.Value + 0.25) : 0;
        _trendSmall = _smallEma.IsWarm ? (float)((close - _smallEma.Value) * perAtr) : 0;
        _momentumSmall =
            _smallSeen > SmallMomentum ? (float)((close - _smallCloses[(_smallSeen - 1 - SmallMomentum) % SmallCloses]) * perAtr) : 0;
        _smallRsiOut = _smallRsi.IsWarm ? (float)((_smallRsi.Value - 50) / 50) : 0;
        _atrOut = _smallAtr.IsWarm ? (float)(_smallAtr.Value / (_smallAtr.Value + 8)) : 0;
    }

    private void CompleteLarge(in Bar frame)
    {
        double close = frame.Close.InTicks - _reference!.Value;
        _largeEma.Next(close);
        _largeCloses[_largeSeen % LargeCloses] = close;
        _largeSeen++;

        // An ATR of large frames would take over an hour to warm up, so the small frame's ATR, doubled, is the scale.
        var perAtr = _smallAtr.IsWarm ? 1 / ((_smallAtr.Value + 0.25) * 2) : 0;
        _trendLarge = _largeEma.IsWarm ? (float)((close - _largeEma.Value) * perAtr) : 0;
        _momentumLarge =
            _largeSeen > LargeMomentum ? (float)((close - _largeCloses[(_largeSeen - 1 - LargeMomentum) % LargeCloses]) * perAtr) : 0;
    }

    private void ResetWindows()
    {
        _step = 0;
        _emas.Reset();
        _variances = default;
        _rsi.Reset();
        _flow = 0;
        _longFlow = 0;
        _deltaFlow = 0;
        _small.Reset();
        _large.Reset();
        _smallAtr.Reset();
        _smallRsi.Reset();
        _smallEma.Reset();
        _largeEma.Reset();
        _smallDeviation.Reset();
        _smallSeen = 0;
        _largeSeen = 0;
        _trendSmall = 0;
        _momentumSmall = 0;
        _trendLarge = 0;
        _momentumLarge = 0;
        _smallRsiOut = 0;
        _atrOut = 0;
    }
}
