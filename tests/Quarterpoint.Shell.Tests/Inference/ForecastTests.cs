using CsCheck;
using Quarterpoint.Core;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Data.Store;
using Quarterpoint.Inference;
using Quarterpoint.Shell.Tests.Import;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Inference;

public sealed class ForecastTests(ITestOutputHelper output) : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Theory]
    [Trait("Spec", "M6")]
    [InlineData(60)]
    [InlineData(1)]
    public void A_session_at_once_and_bar_by_bar_are_the_same_forecasts(int barSeconds)
    {
        // Seconds: 90 minutes around 09:30 on seven days, so that windows fill before RTH and minutes have a normal volume.
        var stored = (barSeconds == 60 ? SampleModel.Minutes() : new SampleModel()).Write(_work);
        var columns = Markets.Stitch(
            barSeconds == 60
                ? SampleModel.MinuteMarket()
                : SampleModel.Market(4, 1, 7, TimeSpan.FromHours(13.75), TimeSpan.FromMinutes(130)),
            barSeconds
        );
        using var batch = new OnnxForecaster(stored);
        using var stream = new ForecastStream(stored);
        var normals = new NormalVolume();
        var (spoken, worst) = (0, 0);
        foreach (var session in columns.Sessions)
        {
            var forecasts = new ForecastFacts[session.RowCount];
            batch.Forecast(columns, session, forecasts);
            stream.BeginSession(session.Session, normals.Next(columns, session));
            for (var i = 0; i < session.RowCount; i++)
            {
                var silence = stream.Next(columns[session.FirstRow + i], 0, 0, out var one);
                var all = forecasts[i];
                Assert.Equal(silence is null ? columns.Time[session.FirstRow + i] : 0, all.BarOpenTime);
                Assert.Equal(one.BarOpenTime, all.BarOpenTime);
                if (silence is not null)
                {
                    Assert.Equal(ForecastGap.Warmup, silence);
                    Assert.Equal(default, all);
                    continue;
                }

                spoken++;
                worst = Math.Max(
                    worst,
                    Math.Max(Math.Abs(one.Down - all.Down), Math.Max(Math.Abs(one.Flat - all.Flat), Math.Abs(one.Up - all.Up)))
                );
                Assert.Equal(1_000_000, all.Down + all.Flat + all.Up);
                if (Likeliest(one) != Likeliest(all))
                    Assert.InRange(Of(all, Likeliest(all)) - Of(all, Likeliest(one)), 0, 2);
            }
        }

        // One millionth is the bound of the floats; rounding to millionths may add another.
        Assert.InRange(worst, 0, 2);
        Assert.InRange(spoken, 1_000, columns.Count);
    }

    [Fact]
    [Trait("Spec", "M6")]
    public void Real_minutes_pass_acceptance_and_are_answered_alike_in_blocks_and_one_by_one()
    {
        var file = SharedFolder.Find("real", "nq_databento_1m", "NQ.FUT_ohlcv-1m_2010.csv.zst");
        Assert.SkipWhen(file is null, "needs ../shared/real/nq_databento_1m");
        RealFiles.Import(_work, Micro.Nq, [file]);
        var columns = DataSet.Open(_work.Root, RealFiles.Name).LoadContinuous(SessionCalendar.CmeEquityIndex, new RollRule.ByVolume());
        var set = new FeatureSet(FeatureWindows.Minutes, hasVolume: true, hasBidAskVolume: false);
        var (volume, rows, row) = (new NormalVolume(), new List<float>(), new float[set.Width]);
        foreach (var session in columns.Sessions)
        {
            set.BeginSession(session.Session, volume.Next(columns, session));
            for (var at = session.FirstRow; at < session.EndRow; at++)
            {
                if (set.Step(columns[at], 0, 0, row) == Warmup.None && rows.Count < 20_000 * set.Width)
                    rows.AddRange(row);
            }
        }

        // The real rows are part of the acceptance itself.
        var stored = (SampleModel.Minutes() with { GoldenRows = [.. rows] }).Write(_work);
        using var batch = new OnnxForecaster(stored);
        using var stream = new ForecastStream(stored);
        volume = new NormalVolume();
        var spoken = 0;
        foreach (var session in columns.Sessions)
        {
            var forecasts = new ForecastFacts[session.RowCount];
            batch.Forecast(columns, session, forecasts);
            stream.BeginSession(session.Session, volume.Next(columns, session));
            for (var i = 0; i < session.RowCount; i++)
            {
                if (stream.Next(columns[session.FirstRow + i], 0, 0, out var one) is null)
                    spoken++;
                Assert.InRange(Math.Abs(one.Up - forecasts[i].Up), 0, 2);
                Assert.InRange(Math.Abs(one.Down - forecasts[i].Down), 0, 2);
            }
        }

        output.WriteLine($"{columns.Count} real minutes, {rows.Count / set.Width} rows in the acceptance, {spoken} forecasts");
        Assert.InRange(spoken, 10_000, columns.Count);
    }

    [Theory]
    [InlineData("rth")]
    [InlineData("eth")]
    [InlineData("rthAndEth")]
    public void Speaks_only_in_the_hours_it_was_trained_on_and_only_when_warm(string bars)
    {
        var stored = SampleModel.Minutes(bars).Write(_work);
        var columns = Markets.Stitch(SampleModel.MinuteMarket(), 60);
        using var model = new OnnxForecaster(stored);
        var last = Array.Empty<ForecastFacts>();
        foreach (var session in columns.Sessions)
        {
            last = new ForecastFacts[session.RowCount];
            model.Forecast(columns, session, last);
        }

        // Minutes since 18:00 of the tenth day: RTH is 930 to 1319, then comes the post-market; the large frames are warm before minute 100.
        Assert.Equal(23 * 60, last.Length);
        bool InRth(int minute) => minute is >= 930 and < 1320;
        for (var minute = 0; minute < last.Length; minute++)
        {
            var allowed = bars switch
            {
                "rth" => InRth(minute),
                "eth" => minute < 930,
                _ => minute < 1320,
            };
            if (!allowed)
                Assert.Equal(0u, last[minute].BarOpenTime);
            else if (minute >= 100)
                Assert.Equal(columns.Time[columns.Sessions[^1].FirstRow + minute], last[minute].BarOpenTime);
            else if (minute < 60)
                Assert.Equal(0u, last[minute].BarOpenTime);
        }
    }

    [Fact]
    public void Says_nothing_in_a_session_without_the_hours_it_knows()
    {
        // Without a full day before there is no normal volume, and so no complete row.
        var stored = SampleModel.Minutes().Write(_work);
        var columns = Markets.Stitch(SampleModel.MinuteMarket(days: 3), 60);
        using var model = new OnnxForecaster(stored);
        foreach (var session in columns.Sessions)
        {
            var forecasts = new ForecastFacts[session.RowCount];
            model.Forecast(columns, session, forecasts);
            Assert.All(forecasts, f => Assert.Equal(default, f));
        }
    }

    [Fact]
    [Trait("Spec", "M3")]
    public void A_move_is_weighted_by_the_probabilities_and_volatility_scaled_to_the_horizon()
    {
        var shape = new ForecastShape(SampleModel.CardOf(FeatureWindows.Minutes, [16, 8]));
        Assert.True(shape.TryMake(60, [0.1f, 0.5f, 0.4f], 2.0, out var forecast));

        // (0.4 - 0.1) x 6.5 ticks; five bars of 2 ticks each: 2 x sqrt 5.
        // Trusted: logit 0.4 = -0.405465; 0.01 + 0.97 x that = -0.383301, less 1.96 times the root of 4.905e-4, is -0.426711: 39.4912 %.
        Assert.Equal(new ForecastFacts(60, 100_000, 500_000, 400_000, 1_950, 4_472) { LowerBound = 394_912 }, forecast);
        var without = new ForecastShape(SampleModel.CardOf(FeatureWindows.Minutes, [16, 8]) with { Figures = [] });
        Assert.True(without.TryMake(60, [0.1f, 0.5f, 0.4f], 0, out forecast));
        Assert.Equal((0, 0), (forecast.MoveMilliTicks, forecast.VolatilityMilliTicks));
    }

    [Theory]
    [InlineData(0.2f, 0.6f, 0.2f, 200_000, 600_000, 200_000)]
    [InlineData(0f, 1f, 0f, 0, 1_000_000, 0)]
    [InlineData(1f, 0f, 0f, 1_000_000, 0, 0)]
    [InlineData(0.33333334f, 0.33333334f, 0.33333334f, 333_333, 333_334, 333_333)]
    [InlineData(0.5f, 0f, 0.5f, 500_000, 0, 500_000)]
    [InlineData(0.4000005f, 0.199999f, 0.4000005f, 400_000, 200_000, 400_000)]
    public void Probabilities_become_millionths_by_the_largest_remainder(
        float down,
        float flat,
        float up,
        int downMillionths,
        int flatMillionths,
        int upMillionths
    )
    {
        Assert.True(ForecastShape.TryMillionths([down, flat, up], out var d, out var f, out var u));
        Assert.Equal((downMillionths, flatMillionths, upMillionths), (d, f, u));
    }

    [Fact]
    public void Millionths_sum_to_one_and_keep_the_order() =>
        Gen.Select(Gen.Float[-12f, 12f], Gen.Float[-12f, 12f], Gen.Float[-12f, 12f], Gen.Bool)
            .Sample(
                (a, b, c, even) =>
                {
                    var powers = new[] { Math.Exp(a), Math.Exp(b), Math.Exp(even ? a : c) };
                    var p = powers.Select(power => (float)(power / powers.Sum())).ToArray();
                    Assert.True(ForecastShape.TryMillionths(p, out var down, out var flat, out var up));
                    int[] m = [down, flat, up];
                    Assert.Equal(1_000_000, m.Sum());
                    for (var i = 0; i < 3; i++)
                    {
                        Assert.InRange(m[i], 0, 1_000_000);
                        Assert.InRange(Math.Abs(m[i] - (p[i] / p.Sum(x => (double)x) * 1e6)), 0, p[0] == p[2] ? 2 : 1);
                    }

                    // Equal sides stay equal, and rounding never lifts one side above the other, or above FLAT.
                    if (p[0] >= p[2])
                        Assert.True(m[0] >= m[2]);
                    if (p[2] >= p[0])
                        Assert.True(m[2] >= m[0]);
                    if (p[1] >= p[0])
                        Assert.True(m[1] >= m[0]);
                    if (p[1] >= p[2])
                        Assert.True(m[1] >= m[2]);
                    if (p[0] > p[1] && p[0] != p[2])
                        Assert.True(m[0] >= m[1]);
                    if (p[2] > p[1] && p[0] != p[2])
                        Assert.True(m[2] >= m[1]);
                },
                iter: 20_000
            );

    [Theory]
    [InlineData(float.NaN, 0.5f, 0.5f)]
    [InlineData(-0.1f, 0.6f, 0.5f)]
    [InlineData(float.PositiveInfinity, 0f, 0f)]
    [InlineData(0.2f, 0.2f, 0.2f)]
    [InlineData(0.5f, 0.5f, 0.5f)]
    public void What_is_no_probability_makes_no_forecast(float down, float flat, float up) =>
        Assert.False(ForecastShape.TryMillionths([down, flat, up], out _, out _, out _));

    [Fact]
    public void A_model_that_overflows_stays_silent()
    {
        // Weights of 3e38 are numbers, but what they make of real rows is not; golden rows of zeros do not show it.
        var network = OnnxBytes.RandomNetwork(1, 44, 16, 8);
        Array.Fill(network.Layers[0].Bias, 0);
        Array.Fill(network.Layers[1].Weights, 3e38f);
        using var model = new Quarterpoint.Inference.Onnx.OnnxModel(OnnxBytes.Of(network), 44);
        var found = new float[3];
        model.RunOne(OnnxBytes.RandomRows(1, 1, 44), found);
        Assert.False(ForecastShape.TryMillionths(found, out _, out _, out _));
    }

    [Fact]
    [Trait("Spec", "F11")]
    public void Refuses_data_of_another_kind_than_it_was_trained_on()
    {
        var stored = SampleModel.Minutes().Write(_work);
        var minutes = Markets.Stitch(SampleModel.MinuteMarket(days: 2), 60);
        var seconds = Markets.Stitch(SampleModel.Market(1, 1, 2, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
        var session = minutes.Sessions[0];
        using var model = new OnnxForecaster(stored);
        Assert.Contains(
            "bars of 60 s",
            Assert.Throws<ArgumentException>(() => model.Forecast(seconds, seconds.Sessions[0], new ForecastFacts[100])).Message,
            StringComparison.Ordinal
        );
        var sample = SampleModel.Minutes();
        var measured = (
            sample with
            {
                Card = sample.Card with { Name = "measured", Data = sample.Card.Data with { EstimatesVolumeDelta = false } },
            }
        ).Write(_work);
        using var other = new OnnxForecaster(measured);
        Assert.Contains(
            "bid and ask volume",
            Assert.Throws<ArgumentException>(() => other.Forecast(minutes, session, new ForecastFacts[2000])).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => new ForecastStream(measured));
        var silent = new BarColumns
        {
            BarSeconds = 60,
            Count = minutes.Count,
            Time = minutes.Time,
            Open = minutes.Open,
            High = minutes.High,
            Low = minutes.Low,
            Close = minutes.Close,
            Sessions = minutes.Sessions,
        };
        using var third = new OnnxForecaster(stored);
        Assert.Contains(
            "needs volume",
            Assert.Throws<ArgumentException>(() => third.Forecast(silent, session, new ForecastFacts[2000])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Takes_measured_volume_delta_where_the_training_data_had_it_and_only_there()
    {
        var minutes = Markets.Stitch(SampleModel.MinuteMarket(), 60);
        var rich = new BarColumns
        {
            BarSeconds = 60,
            Count = minutes.Count,
            Time = minutes.Time,
            Open = minutes.Open,
            High = minutes.High,
            Low = minutes.Low,
            Close = minutes.Close,
            Volume = minutes.Volume,
            BidVolume = [.. minutes.Volume!.Select(v => v / 3)],
            AskVolume = [.. minutes.Volume!.Select(v => v - (v / 3))],
            Sessions = minutes.Sessions,
            Segments = minutes.Segments,
        };
        var sample = SampleModel.Minutes();
        var estimated = sample.Write(_work);
        var measured = (
            sample with
            {
                Card = sample.Card with { Name = "measured", Data = sample.Card.Data with { EstimatesVolumeDelta = false } },
            }
        ).Write(_work);
        var plain = All(estimated, minutes);
        Assert.Equal(plain, All(estimated, rich));
        Assert.NotEqual(plain, All(measured, rich));
    }

    [Fact]
    public void Sessions_come_in_order()
    {
        var stored = SampleModel.Minutes().Write(_work);
        var columns = Markets.Stitch(SampleModel.MinuteMarket(days: 2), 60);
        using var model = new OnnxForecaster(stored);
        model.Forecast(columns, columns.Sessions[1], new ForecastFacts[2000]);
        Assert.Throws<InvariantException>(() => model.Forecast(columns, columns.Sessions[0], new ForecastFacts[2000]));
    }

    [Fact]
    [Trait("Spec", "N10")]
    public void A_forecast_never_changes_when_the_future_does()
    {
        var minutes = SampleModel.Minutes("rthAndEth").Write(_work);
        Assert.Null(CausalityProof.Find(market => Samples(minutes, market, 60), SampleModel.MinuteMarket(days: 8), 60, cuts: 12, seed: 3));
    }

    [Fact]
    [Trait("Spec", "N10")]
    public void A_forecast_of_a_second_never_changes_when_the_future_does()
    {
        var seconds = new SampleModel().Write(_work);
        var market = SampleModel.Market(9, 1, 7, TimeSpan.FromHours(14.5), TimeSpan.FromMinutes(105));
        Assert.InRange(Samples(seconds, market, 1).Count(), 1_000, 100_000);
        Assert.Null(CausalityProof.Find(bars => Samples(seconds, bars, 1), market, 1, cuts: 6, seed: 5));
    }

    private static ForecastFacts[] All(StoredModel stored, BarColumns columns)
    {
        using var model = new OnnxForecaster(stored);
        var all = new List<ForecastFacts>();
        foreach (var session in columns.Sessions)
        {
            var forecasts = new ForecastFacts[session.RowCount];
            model.Forecast(columns, session, forecasts);
            all.AddRange(forecasts);
        }

        Assert.Equal(0, model.InvalidRows);
        return [.. all];
    }

    private static IEnumerable<CausalSample> Samples(StoredModel stored, IReadOnlyList<ContractBars> market, int barSeconds) =>
        All(stored, Markets.Stitch(market, barSeconds))
            .Where(f => f.BarOpenTime > 0)
            .Select(f => new CausalSample(
                Timestamp.FromUnixSeconds(f.BarOpenTime + barSeconds),
                f.BarOpenTime,
                [f.Down, f.Flat, f.Up, f.MoveMilliTicks, f.VolatilityMilliTicks]
            ));

    private static int Likeliest(in ForecastFacts f) =>
        f.Down > f.Flat && f.Down >= f.Up ? 0
        : f.Up > f.Flat ? 2
        : 1;

    private static int Of(in ForecastFacts f, int k) =>
        k switch
        {
            0 => f.Down,
            1 => f.Flat,
            _ => f.Up,
        };
}
