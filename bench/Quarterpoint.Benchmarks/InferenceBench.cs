using System.Diagnostics;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Inference;
using Quarterpoint.Inference.Onnx;
using Quarterpoint.Testing;

namespace Quarterpoint.Benchmarks;

/// <summary>Measures inference with a network of random weights: its answers are worthless, but it takes as long as any other.</summary>
internal sealed class InferenceBench : IDisposable
{
    private const int Width = 44;
    private const int BatchRows = 10_000_000;
    private const int SingleRows = 500_000;

    /// <summary>Nine days: five give the normal volume, one is for compilation, and RTH of the others counts.</summary>
    private const int WalkBars = 9 * 82_800;

    /// <summary>Days without normal volume, on which the model gives no forecast, and one for compilation.</summary>
    private const int UncountedDays = NormalVolume.LeastDays + 1;

    private static readonly EngineSettings Settings = new()
    {
        Instrument = EngineBench.Mes,
        BarSeconds = 1,
        News = NewsCalendar.None,
        Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 8 },
        Target = new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 16 },
        Limits = new RiskLimits { RailsOn = false },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("quarterpoint-bench-").FullName;
    private readonly StoredModel _stored;
    private readonly float[] _rows = OnnxBytes.RandomRows(2, 65_536, Width);

    public InferenceBench()
    {
        var windows = FeatureWindows.Seconds;
        var network = OnnxBytes.RandomNetwork(1, Width, 128, 64);
        var day = new DaySpan(TradingDay.On(2022, 1, 3), TradingDay.On(2022, 1, 3));
        var card = new ModelCard
        {
            Name = "random",
            CodeVersion = "bench",
            Training = new TrainingSettings { Network = new FeedForwardSpec { HiddenUnits = [128, 64] } },
            Target = new ModelTarget(30, 3, "rth"),
            Data = new ModelData("walk", "MES", 1, "none", IsSynthetic: true, EstimatesVolumeDelta: true),
            Split = new TimeSplit(day, day, day),
            Features = new ModelFeatures(
                windows.Name,
                [.. FeatureCatalogue.Columns(windows).Select(c => c.Name)],
                FeatureCatalogue.Hash(windows)
            ),
            Priors = [0.2, 0.6, 0.2],
            Temperature = 1.3,
        };
        _stored = ModelFolder.Write(_folder, card, network, OnnxBytes.Of(network, card.Temperature), _rows.AsSpan(0, 100 * Width));
    }

    public (long Rows, double Seconds, Latency? Latency) Batch()
    {
        using var model = _stored.Open();
        var held = _rows.Length / Width;
        var found = new float[held * OnnxModel.Classes];
        model.Run(_rows, held, found);
        var started = Stopwatch.GetTimestamp();
        for (var done = 0; done < BatchRows; done += held)
            model.Run(_rows, Math.Min(held, BatchRows - done), found);
        return (BatchRows, Stopwatch.GetElapsedTime(started).TotalSeconds, null);
    }

    public (long Rows, double Seconds, Latency? Latency) Row()
    {
        using var model = _stored.Open();
        var found = new float[OnnxModel.Classes];
        var ticks = new long[SingleRows];
        var (started, before) = (0L, 0L);
        for (var i = -SingleRows / 10; i < SingleRows; i++)
        {
            // The first tenth is for compilation and warm-up, and is not counted.
            if (i == 0)
                (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            var row = _rows.AsSpan((i & 65_535) * Width, Width);
            var asked = Stopwatch.GetTimestamp();
            model.RunOne(row, found);
            if (i >= 0)
                ticks[i] = Stopwatch.GetTimestamp() - asked;
        }

        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return (SingleRows, Stopwatch.GetElapsedTime(started).TotalSeconds, Latency.Of(ticks, bytes));
    }

    /// <summary>
    /// What live trading does from a bar's close to its intents: the engine takes the bar, the features advance, the network gives a
    /// forecast, and the engine decides with all limits checked. Outside the measured time every entry is refused, so that each bar starts
    /// flat.
    /// </summary>
    public (long Rows, double Seconds, Latency? Latency) TickToDecision()
    {
        var columns = RandomWalk.Make(WalkBars, 1);
        var normals = new NormalVolume();
        using var stream = new ForecastStream(_stored);
        var intents = new IntentBuffer();
        var ticks = new long[columns.Count];
        var (seq, spoken, bytes, entries) = (0L, 0, 0L, 0L);
        for (var day = 0; day < columns.Sessions.Count; day++)
        {
            var session = columns.Sessions[day];

            // A new engine for each day, because at the end of a day an engine needs answers from a venue, and there is none.
            var engine = new TradingEngine(Settings, new ForecastRule(gateMillionths: 400_000, byLowerBound: false));
            engine.On(
                EngineEvent
                    .Started(
                        session.Session.Open,
                        new StartFacts(RiskRecord.Fresh, null, 1, Capabilities.Volume | Capabilities.NativeBrackets)
                    )
                    .WithSeq(++seq),
                intents
            );
            stream.BeginSession(session.Session, normals.Next(columns, session));
            for (var row = session.FirstRow; row < session.EndRow; row++)
            {
                var bar = columns[row];
                var now = bar.Opens.AddSeconds(1);
                while (engine.NextDeadline <= now)
                    engine.On(EngineEvent.Clock(engine.NextDeadline).WithSeq(++seq), intents);
                intents.Clear();
                var before = GC.GetAllocatedBytesForCurrentThread();
                var closed = Stopwatch.GetTimestamp();
                engine.On(EngineEvent.BarClosed(now, bar).WithSeq(++seq), intents);
                var silence = stream.Next(bar, 0, 0, out var forecast);
                engine.On(
                    (silence is { } gap ? EngineEvent.ForecastAbsent(now, gap) : EngineEvent.Forecasted(now, forecast)).WithSeq(++seq),
                    intents
                );
                var took = Stopwatch.GetTimestamp() - closed;
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                entries += RefuseEntries(engine, intents, now, ref seq);
                intents.Clear();
                if (silence is not null || day < UncountedDays)
                    continue;
                ticks[spoken++] = took;
                bytes += allocated;
            }
        }

        if (entries == 0)
            throw new InvalidOperationException("No bar led to an entry, so the decision was not measured.");
        var counted = ticks.AsSpan(0, spoken);

        var sum = 0L;
        foreach (var one in counted)
            sum += one;
        return (spoken, (double)sum / Stopwatch.Frequency, Latency.Of(counted, bytes));
    }

    private static int RefuseEntries(TradingEngine engine, IntentBuffer intents, Timestamp now, ref long seq)
    {
        var entries = 0;
        for (var i = 0; i < intents.Count; i++)
        {
            if (intents[i].Kind != IntentKind.Enter)
                continue;
            entries++;
            var refused = new SendResultFacts(intents[i].RequestId, SendOutcome.Refused, 0, 0);
            engine.On(EngineEvent.Sent(now, refused).WithSeq(++seq), intents);
        }

        return entries;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
