using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Testing.Browser;

namespace Quarterpoint.Benchmarks;

/// <summary>The measured steps, one for each process.</summary>
internal static class Steps
{
    /// <summary>Bars of the random walk that the engine steps run over.</summary>
    private const int EngineBars = 5_000_000;

    public static readonly IReadOnlyList<string> Names =
    [
        "load",
        "pipeline",
        "cross",
        "cross-lives",
        "cross-far",
        "trailing",
        "trailing-lives",
        "trailing-far",
        "commit",
        "event-to-send",
        "inference-batch",
        "inference-row",
        "tick-to-decision",
        "training",
        "training-plain",
        .. Chromium.Program is null ? (string[])[] : ["report"],
    ];

    public static int RepeatsOf(string step) => step is "load" or "pipeline" ? 5 : 3;

    public static int Run(string step, string workspace, long rows)
    {
        if (step == "data")
        {
            BenchData.Make(workspace, rows);
            return 0;
        }

        var result = step switch
        {
            "load" => Measure("load Parquet into tick columns", () => BenchData.Load(workspace, rows).Count),
            "pipeline" => Measure("load + RTH mask + labels + all features", () => Pipeline(workspace, rows)),
            "cross" => Engine(bars => EngineBench.Cross(bars, "no limits")),
            "cross-lives" => Engine(bars => EngineBench.Cross(bars, "limits and lives")),
            "cross-far" => Engine(bars => EngineBench.Cross(bars, "limits far away")),
            "trailing" => Engine(bars => EngineBench.AlwaysInPosition(bars, "no limits")),
            "trailing-lives" => Engine(bars => EngineBench.AlwaysInPosition(bars, "limits and lives")),
            "trailing-far" => Engine(bars => EngineBench.AlwaysInPosition(bars, "limits far away")),
            "commit" => Session("commit to SQLite: state, one intent, one line", workspace, b => b.Commit()),
            "event-to-send" => Session("event arrived to entry sent, journal and commit between", workspace, b => b.EventToSend()),
            "inference-batch" => Inference("inference, 44-128-64-3, in blocks, one thread", b => b.Batch()),
            "inference-row" => Inference("inference, 44-128-64-3, one row", b => b.Row()),
            "tick-to-decision" => Inference("bar closed to decision, features and inference", b => b.TickToDecision()),
            "training" => Training("training 64-128-64-3, dropout 0.1, one thread", 0.1),
            "training-plain" => Training("training 64-128-64-3, no dropout, one thread", 0),
            "report" => Report(),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "there is no such step"),
        };
        Console.WriteLine(JsonSerializer.Serialize(result, BenchJson.Default.StepResult));
        return 0;
    }

    /// <summary>
    /// Loads everything, labels RTH, and computes every feature of every row, days in parallel, into a small block that is reused: what a
    /// training epoch would consume, without keeping it.
    /// </summary>
    private static long Pipeline(string workspace, long rows)
    {
        var columns = BenchData.Load(workspace, rows);
        var volume = new NormalVolume();
        var normals = columns.Sessions.Select(s => volume.Next(columns, s)).ToArray();
        var horizon = new HorizonSettings();
        var labelled = 0L;
        Parallel.For(
            0,
            columns.Sessions.Count,
            () => new Worker(),
            (i, _, worker) =>
            {
                worker.Run(columns, columns.Sessions[i], normals[i], horizon);
                return worker;
            },
            worker => Interlocked.Add(ref labelled, worker.Labelled)
        );
        return labelled > 0 ? columns.Count : throw new InvalidOperationException("No row was labelled.");
    }

    private static StepResult Measure(string name, Func<long> work)
    {
        var started = Stopwatch.GetTimestamp();
        var rows = work();
        var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return Result(name, rows, wall);
    }

    /// <summary>The one step that loads libtorch, in its own process like every other.</summary>
    private static StepResult Training(string name, double dropout)
    {
        var speed = TrainingBench.Run(dropout);
        return Result(name, TrainingBench.Rows, TrainingBench.Rows / speed.Loaded) with { ShareOfBareStep = speed.Ratio };
    }

    private static StepResult Engine(Func<BarColumns, EngineRun> bench)
    {
        var run = bench(RandomWalk.Make(EngineBars, 1));
        return Result(run.Name, EngineBars, EngineBars / (run.MillionBarsPerSecond * 1e6)) with
        {
            TradesPerMillionBars = run.TradesPerMillionBars,
            ShareInPosition = run.ShareInPosition,
            BytesPerBar = run.BytesPerBar,
        };
    }

    private static StepResult Session(string name, string workspace, Func<SessionBench, (long Rows, double Seconds, Latency? Latency)> work)
    {
        using var bench = new SessionBench(workspace);
        var (rows, seconds, latency) = work(bench);
        return Result(name, rows, seconds) with { Latency = latency, MostMilliseconds = 1_000 };
    }

    private static StepResult Inference(string name, Func<InferenceBench, (long Rows, double Seconds, Latency? Latency)> work)
    {
        using var bench = new InferenceBench();
        var (rows, seconds, latency) = work(bench);
        return Result(name, rows, seconds) with { Latency = latency };
    }

    /// <summary>The wall time is from asking for the page until its last chart is drawn; making the page does not count.</summary>
    private static StepResult Report()
    {
        var (loaded, drawn, bytes) = ReportBench.OpenAsync().GetAwaiter().GetResult();
        var name = string.Create(CultureInfo.InvariantCulture, $"report of {bytes / 1e6:0.00} MB opened, loaded after {loaded:0.00} s");
        return Result(name, ReportBench.Trades, drawn) with { MostSeconds = 2 };
    }

    private static StepResult Result(string name, long rows, double wall)
    {
        using var process = Process.GetCurrentProcess();
        return new StepResult
        {
            Name = name,
            Rows = rows,
            WallSeconds = wall,
            UserSeconds = process.UserProcessorTime.TotalSeconds,
            SystemSeconds = process.PrivilegedProcessorTime.TotalSeconds,
            PeakBytes = PeakBytes(process),
        };
    }

    private static long PeakBytes(Process process)
    {
        if (!File.Exists("/proc/self/status"))
            return process.PeakWorkingSet64;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    private sealed class Worker
    {
        private const int BlockRows = 256;

        private readonly FeatureSet _set = new(FeatureWindows.Seconds, hasVolume: true, hasBidAskVolume: false);
        private readonly float[] _block;
        private readonly sbyte[] _labels = new sbyte[90_000];

        public Worker() => _block = new float[BlockRows * _set.Width];

        public long Labelled { get; private set; }

        public void Run(BarColumns columns, in SessionRows session, float[] normals, HorizonSettings horizon)
        {
            var labels = _labels.AsSpan(0, session.RowCount);
            HorizonLabels.Label(columns, session, EndOfDay.Of(session.Session, EndOfDayPlan.Plan).FlatBy, horizon, labels);
            _set.BeginSession(session.Session, normals);
            var width = _set.Width;
            for (var i = 0; i < session.RowCount; i++)
            {
                var row = _block.AsSpan(i % BlockRows * width, width);
                var waits = _set.Step(columns[session.FirstRow + i], 0, 0, row);
                if (waits == Warmup.None && labels[i] != MoveClass.None)
                    Labelled++;
            }
        }
    }
}
