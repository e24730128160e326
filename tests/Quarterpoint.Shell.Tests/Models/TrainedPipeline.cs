using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Data.Synthetic;
using Quarterpoint.Inference;
using Quarterpoint.Learning.Onnx;
using Quarterpoint.Learning.Training;
using Quarterpoint.Shell.Tests.Inference;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Models;

/// <summary>
/// A model that was really trained, and a market of three weeks for it to trade: a change of the clock and a roll in it, two hours of each
/// day around the open.
/// </summary>
public sealed class TrainedPipeline : IDisposable
{
    public static readonly HorizonSettings Horizon = new() { HorizonSeconds = 60, ThresholdTicks = 2 };

    private readonly Store.Workspace _work = new();

    public TrainedPipeline()
    {
        var (train, validation) = (new SampleRows(), new SampleRows());
        var lessons = Markets.Stitch(Made(5, new DateOnly(2024, 1, 8), new DateOnly(2024, 1, 26)));
        var last = lessons.Sessions[^3].Session.Day;
        foreach (var phase in (int[])[0, 15, 30, 45])
            train.Add(lessons, phase, day => day < last);
        validation.Add(lessons, 0, day => day >= last);
        var settings = new TrainingSettings
        {
            Network = new FeedForwardSpec { HiddenUnits = [64] },
            MaxEpochs = 12,
            Seed = 1,
            Device = TrainingDevice.Cpu,
        };
        var network = Trainer
            .Train(
                new TrainingJob
                {
                    Settings = settings,
                    Training = _ => train.ToSamples(),
                    Validation = validation.ToSamples(),
                },
                null,
                CancellationToken.None
            )
            .Network;

        var card = SampleModel.CardOf(FeatureWindows.Seconds, [64]) with
        {
            Training = settings,
            Target = new ModelTarget(60, 2, "rth"),
            Temperature = 1,
        };
        var info = new OnnxModelInfo
        {
            FeatureSet = card.Features.Set,
            FeatureHash = card.Features.Hash,
            Temperature = 1,
        };
        Model = new SampleModel
        {
            Card = card,
            Network = network,
            GoldenRows = validation.ToSamples().Features,
            Onnx = OnnxWriter.ToBytes(network, info),
        }.Write(_work);
        Market = Made(4, new DateOnly(2024, 2, 20), new DateOnly(2024, 3, 14));
    }

    internal StoredModel Model { get; }

    internal IReadOnlyList<ContractBars> Market { get; }

    public void Dispose() => _work.Dispose();

    /// <summary>
    /// The whole way from bars to orders, through limits, venue, and account. With the rails on nothing below 60 % opens, which this model
    /// hardly says: then what it says from 42 % on counts as 75 %.
    /// </summary>
    internal void Trade(
        BarColumns columns,
        FillMode fills,
        Action<Timestamp, ForecastFacts> onForecast,
        Action<EngineEvent> onEvent,
        Action<Timestamp, Intent> onIntent,
        bool railsOn = false
    )
    {
        var engine = new EngineSettings
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 8 },
            Target = new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 16 },
            Trail = new TrailSettings { BreakEvenAfterTicks = 6 },
            MaxHoldingSeconds = 240,
            Limits = new RiskLimits { RailsOn = railsOn },
        };
        using var model = new OnnxForecaster(Model);
        var test = new Backtest(
            new TradingEngine(engine, new ForecastRule(420_000, byLowerBound: false)),
            new SimulatedVenue(
                new VenueSettings
                {
                    Instrument = Micro.Mes,
                    BarSeconds = 1,
                    Fills = fills,
                }
            )
        )
        {
            Forecaster = new Overheard(model, onForecast, railsOn),
            BeforeEvent = onEvent,
            BeforeIntent = onIntent,
        };
        test.Run(columns, TestContext.Current.CancellationToken);
    }

    /// <summary>Training rows as somebody takes them who trains on those days.</summary>
    internal static Samples Picked(BarColumns columns, Func<TradingDay, bool> days)
    {
        var rows = new SampleRows();
        rows.Add(columns, 0, days);
        return rows.ToSamples();
    }

    private static List<ContractBars> Made(ulong seed, DateOnly first, DateOnly last)
    {
        var contracts = new SortedDictionary<string, List<Bar>>(StringComparer.Ordinal);
        foreach (var bars in new SyntheticMarket(
                new SyntheticSettings
                {
                    FirstDay = first,
                    LastDay = last,
                    Seed = seed,
                    Edge = 0.30,
                }
            ).Generate().SelectMany(session => session))
        {
            if (!contracts.TryGetValue(bars.Contract, out var all))
                contracts.Add(bars.Contract, all = []);
            all.AddRange(bars.Bars.Where(IsNearOpen));
        }

        return [.. contracts.Select(c => new ContractBars(c.Key, c.Value))];
    }

    private static bool IsNearOpen(Bar bar)
    {
        var time = TimeOnly.FromDateTime(NewYork.Local(bar.Opens));
        return time >= new TimeOnly(8, 30) && time < new TimeOnly(10, 30);
    }

    private sealed class Overheard(IForecaster model, Action<Timestamp, ForecastFacts> heard, bool isBold) : IForecaster
    {
        public void Forecast(BarColumns columns, in SessionRows session, Span<ForecastFacts> forecasts)
        {
            model.Forecast(columns, session, forecasts);
            foreach (ref var forecast in forecasts[..session.RowCount])
            {
                if (isBold && forecast.Up >= 420_000)
                    forecast = forecast with { Down = 0, Flat = 250_000, Up = 750_000 };
                if (isBold && forecast.Down >= 420_000)
                    forecast = forecast with { Down = 750_000, Flat = 250_000, Up = 0 };
                if (forecast.BarOpenTime != 0)
                    heard(Timestamp.FromUnixSeconds(forecast.BarOpenTime + columns.BarSeconds), forecast);
            }
        }
    }

    private sealed class SampleRows
    {
        private readonly SessionSampler _sampler = new(FeatureWindows.Seconds, false, Horizon, EndOfDayPlan.Plan);
        private readonly List<float> _features = [];
        private readonly List<sbyte> _classes = [];

        public void Add(BarColumns columns, int phase, Func<TradingDay, bool> days)
        {
            var volume = new NormalVolume();
            foreach (var session in columns.Sessions)
            {
                var normals = volume.Next(columns, session);
                if (days(session.Session.Day))
                    _sampler.Pick(columns, session, normals, phase, _features, _classes);
            }
        }

        public Samples ToSamples() => new(_sampler.Width, _classes.Count, [.. _features], [.. _classes]);
    }
}
