using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.App.Configuration;
using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Data.Synthetic;
using Quarterpoint.Inference;
using Quarterpoint.Inference.Onnx;
using Quarterpoint.Learning.Onnx;
using Quarterpoint.Learning.Training;

namespace Quarterpoint.App.Models;

/// <summary>What is to be learnt from which data.</summary>
internal sealed record TrainingRequest
{
    public required string Data { get; init; }

    public required string Name { get; init; }

    public required TrainingSettings Settings { get; init; }

    /// <summary>The instrument whose bracket is calibrated, where it is not the data's own.</summary>
    public string? TradedAs { get; init; }

    public TradingDay? From { get; init; }

    public TradingDay? To { get; init; }

    /// <summary>Shares of the days in percent.</summary>
    public (int Train, int Validate, int Test) Split { get; init; } = (60, 20, 20);

    public bool Replace { get; init; }
}

/// <summary>
/// From a data set to a model in its folder: train, fit the temperature, export, accept, calibrate brackets, judge. It is the one place that
/// loads libtorch. Cut off at any moment, the same request goes on from its checkpoint and ends with the same bytes.
/// </summary>
internal sealed class ModelTraining
{
    private readonly Workspace _workspace;
    private readonly QuarterpointConfig _config;
    private readonly TrainingRequest _request;
    private readonly Terminal _terminal;
    private readonly CancellationToken _stop;
    private readonly DataSet _set;
    private readonly Instrument _traded;
    private readonly SessionCalendar _calendar;

    private ModelTraining(
        Workspace workspace,
        QuarterpointConfig config,
        TrainingRequest request,
        Terminal terminal,
        CancellationToken stop
    )
    {
        (_workspace, _config, _request, _terminal, _stop) = (workspace, config, request, terminal, stop);
        _set = DataSet.Open(workspace.Root, request.Data);
        _traded = config.Instruments[request.TradedAs ?? _set.Info.Instrument];
        _calendar = SessionCalendar.Build(config.Calendar, config.Instruments[_set.Info.Instrument].Hours);
    }

    /// <exception cref="UsageException">The request and the data do not fit together.</exception>
    public static StoredModel Execute(
        Workspace workspace,
        QuarterpointConfig config,
        TrainingRequest request,
        Terminal terminal,
        CancellationToken stop
    )
    {
        // What the command line alone shows to be wrong is said before an hour is spent on it.
        if (!ModelFolder.IsName(request.Name))
            throw new UsageException(
                $"--name {request.Name}: expected letters, digits, dots, dashes, and underscores, not beginning with a dot."
            );
        try
        {
            request.Settings.Validate();
        }
        catch (BadInputException e)
        {
            throw new UsageException(e.Message);
        }

        if (ModelFolder.List(workspace.Models).Contains(request.Name) && !request.Replace)
            throw new UsageException($"There is a model '{request.Name}' already. Choose another --name, or give --replace.");
        return new ModelTraining(workspace, config, request, terminal, stop).Run();
    }

    private StoredModel Run()
    {
        var data = TrainingData.Open(_set, _calendar, _config, _request.From, _request.To, _terminal.Progress("reading"), _stop);
        var split = SplitOf(data);
        Say($"train {Words(split.Train)}, validate {Words(split.Validate)}, test {Words(split.Test)}");
        var validation = data.Pick(split.Validate, _ => 0, _stop);
        if (validation.Count < 100)
            throw new UsageException($"Only {validation.Count} labelled rows to validate on: take a longer span.");

        // Everything that changes a byte of the outcome names the checkpoint's folder: another request never meets it.
        var key = KeyOf(data, split);
        var scratch = Path.Combine(_workspace.Models, ".training", key);
        Directory.CreateDirectory(scratch);
        var trained = Train(_request.Settings, data, split, validation, Path.Combine(scratch, "checkpoint"), key, columns: null);
        Say(
            $"best epoch {trained.BestEpoch + 1} of {trained.History.Count}, validation log-loss {trained.ValidationLogLoss:0.00000}, on the {trained.Device}"
        );

        var (priors, meanMove) = (PriorsOf(data.Pick(split.Train, _ => 0, _stop)), MeanMove(data.Horizon));
        var logits = LogitsOf(trained.Network, validation);
        var temperature = TemperatureScaling.Fit(logits, validation.Classes.AsSpan(0, validation.Count));
        var confidence = ConfidenceOf(logits, validation.Classes.AsSpan(0, validation.Count), temperature);
        Say(
            $"temperature {temperature:0.000}; of a stated 65 % at least {confidence.LowerBound(650_000) / 10_000.0:0.0} % is trusted, on {confidence.Rows:N0} rows"
        );
        var card = CardOf(data, split, priors, temperature) with
        {
            Confidence = confidence,
            Figures = [new ModelFigure(OnnxForecaster.MeanMoveFigure, meanMove)],
        };
        var onnx = OnnxWriter.ToBytes(
            trained.Network,
            new OnnxModelInfo
            {
                FeatureSet = card.Features.Set,
                FeatureHash = card.Features.Hash,
                Temperature = temperature,
                MadeBy = "Quarterpoint " + card.CodeVersion,
            }
        );

        // Accepted once before its brackets are measured, so that what is measured is what will trade.
        var golden = validation.Features.AsSpan(0, Math.Min(validation.Count, ModelFolder.MostGoldenRows) * validation.Width);
        var draft = ModelFolder.Write(scratch, card with { Name = "draft" }, trained.Network, onnx, golden, replace: true);
        card = card with
        {
            Brackets = BracketsOf(draft, data, split.Validate),
            Evidence = EvidenceOf(draft, data, split, validation, priors, scratch, key),
        };
        var accepted = ModelFolder.Write(_workspace.Models, card, trained.Network, onnx, golden, _request.Replace);
        Directory.Delete(scratch, recursive: true);
        var trainings = Path.GetDirectoryName(scratch)!;
        if (!Directory.EnumerateFileSystemEntries(trainings).Any())
            Directory.Delete(trainings);
        return accepted;
    }

    private TrainedNetwork Train(
        TrainingSettings settings,
        TrainingData data,
        TimeSplit split,
        Samples validation,
        string checkpoint,
        string key,
        IReadOnlyList<int>? columns
    )
    {
        var progress = _terminal.Progress(columns is null ? "training" : "volatility only");
        var job = new TrainingJob
        {
            Settings = settings,
            Training = epoch =>
                Only(
                    data.Pick(
                        split.Train,
                        day => SessionSampler.Phase(settings.Seed, epoch, day.Number, data.Horizon.HorizonSeconds),
                        _stop
                    ),
                    columns
                ),
            Validation = Only(validation, columns),
            CheckpointPath = checkpoint,
            DataHash = key,
            NativeCacheFolder = Path.Combine(_workspace.Root, "cache"),
        };
        var trained = Trainer.Train(
            job,
            new Relay<TrainingProgress>(p => progress.Report(Math.Min(0.999, (p.Epoch + p.EpochShare) / p.MaxEpochs))),
            _stop
        );
        progress.Report(1);
        return trained;
    }

    private TimeSplit SplitOf(TrainingData data)
    {
        try
        {
            return TimeSplits.ByShare(data.Days, _request.Split.Train, _request.Split.Validate, _request.Split.Test);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private ModelCard CardOf(TrainingData data, TimeSplit split, double[] priors, double temperature)
    {
        var info = _set.Info;
        var columns = FeatureCatalogue.Columns(data.Windows);
        return new ModelCard
        {
            Name = _request.Name,
            CodeVersion = Runner.Version,
            Training = _request.Settings,
            Target = new ModelTarget(data.Horizon.HorizonSeconds, data.Horizon.ThresholdTicks, "rth"),
            Data = new ModelData(
                info.Name,
                info.Instrument,
                info.BarSeconds,
                info.Fingerprint,
                info.Origin.Synthetic is not null,
                !data.HasBidAskVolume
            ),
            Features = new ModelFeatures(data.Windows.Name, [.. columns.Select(c => c.Name)], FeatureCatalogue.Hash(data.Windows)),
            Split = split,
            Priors = priors,
            Temperature = temperature,
        };
    }

    private BracketCalibration BracketsOf(StoredModel model, TrainingData data, DaySpan span)
    {
        var progress = _terminal.Progress("calibrating brackets");
        var barSeconds = _set.Info.BarSeconds;
        using var forecaster = new OnnxForecaster(model);
        TradedModel.WarmUp(forecaster, _set, _calendar, _config, span.First, _stop);
        var study = new BracketStudy(
            BacktestRun.EngineSettingsOf(_config, _traded, barSeconds, _calendar, BacktestRun.ModelStrategy),
            BacktestRun.VenueSettingsOf(_config, _traded, barSeconds, _calendar),
            forecaster
        );
        foreach (var columns in data.Read(span, _stop))
            study.Add(columns, _stop);
        progress.Report(1);
        return study.Finish();
    }

    /// <summary>What the accepted file says on the test part, held against a logistic regression that sees volatility only.</summary>
    private ModelEvidence EvidenceOf(
        StoredModel model,
        TrainingData data,
        TimeSplit split,
        Samples validation,
        double[] priors,
        string scratch,
        string key
    )
    {
        var test = data.Pick(split.Test, _ => 0, _stop);
        if (test.Count == 0)
            throw new UsageException("No labelled row to judge on: take a longer span.");
        var probabilities = new float[test.Count * OnnxModel.Classes];
        using (var onnx = model.Open())
            onnx.Run(test.Features.AsSpan(0, test.Count * test.Width), test.Count, probabilities);
        var classes = test.Classes.AsSpan(0, test.Count);

        int[] columns =
        [
            .. model
                .Card.Features.Columns.Select((name, i) => (name, i))
                .Where(c => c.name.StartsWith("volatility", StringComparison.Ordinal) || c.name == "atr_14")
                .Select(c => c.i),
        ];

        // A handful of weights, few steps an epoch on a short set: at a network's pace they would not get to their place.
        var settings = new TrainingSettings
        {
            Network = new LogisticSpec(),
            Seed = _request.Settings.Seed,
            LearningRate = 0.05,
            BatchRows = 256,
            MaxEpochs = 40,
            Device = TrainingDevice.Cpu,
        };
        var volatility = Train(
            settings,
            data,
            split,
            validation,
            Path.Combine(scratch, "volatility"),
            key + "-volatility",
            columns
        ).Network;
        var narrow = Only(test, columns);
        var seen = Only(validation, columns);
        var temperature = TemperatureScaling.Fit(LogitsOf(volatility, seen), seen.Classes.AsSpan(0, seen.Count));
        var said = new float[test.Count * OnnxModel.Classes];
        for (var i = 0; i < test.Count; i++)
        {
            var logits = volatility.Logits(narrow.Row(i));
            var (down, flat, up) = TemperatureScaling.Softmax(logits[0], logits[1], logits[2], temperature);
            (said[i * 3], said[(i * 3) + 1], said[(i * 3) + 2]) = ((float)down, (float)flat, (float)up);
        }

        // The made-up market knows the best score for its own horizon and threshold only.
        var isItsOwn = data.Horizon is { HorizonSeconds: PlantedEdge.HorizonSeconds, ThresholdTicks: 3 };
        var synthetic = isItsOwn ? _set.Info.Origin.Synthetic : null;
        return new ModelEvidence(
            ForecastScore.Of(probabilities, classes, priors),
            ForecastScore.Of(said, classes, priors).LogLoss,
            synthetic?.BayesLogLoss,
            synthetic?.PriorLogLoss
        );
    }

    private static Samples Only(Samples samples, IReadOnlyList<int>? columns)
    {
        if (columns is null)
            return samples;
        var features = new float[samples.Count * columns.Count];
        for (var row = 0; row < samples.Count; row++)
        {
            for (var i = 0; i < columns.Count; i++)
                features[(row * columns.Count) + i] = samples.Features[(row * samples.Width) + columns[i]];
        }

        return new Samples(columns.Count, samples.Count, features, samples.Classes);
    }

    private static float[] LogitsOf(Network network, Samples samples)
    {
        var logits = new float[samples.Count * OnnxModel.Classes];
        Parallel.For(0, samples.Count, i =>
        {
            var row = network.Logits(samples.Row(i));
            for (var c = 0; c < row.Length; c++)
                logits[(i * OnnxModel.Classes) + c] = (float)row[c];
        });
        return logits;
    }

    /// <summary>Over the rows on which a side is the likeliest class: those that could open a trade.</summary>
    private static ConfidenceCalibration ConfidenceOf(float[] logits, ReadOnlySpan<sbyte> classes, double temperature)
    {
        var (said, came) = (new List<double>(), new List<bool>());
        for (var i = 0; i < classes.Length; i++)
        {
            var (down, flat, up) = TemperatureScaling.Softmax(logits[i * 3], logits[(i * 3) + 1], logits[(i * 3) + 2], temperature);
            if (flat >= Math.Max(down, up) || down == up)
                continue;
            said.Add(Math.Max(down, up));
            came.Add(classes[i] == (up > down ? MoveClass.Up : MoveClass.Down));
        }

        return ConfidenceCalibration.Fit(said.ToArray(), came.ToArray());
    }

    private static double[] PriorsOf(Samples samples)
    {
        var counts = new double[OnnxModel.Classes];
        for (var i = 0; i < samples.Count; i++)
            counts[samples.Classes[i]]++;
        return [.. counts.Select(c => c / samples.Count)];
    }

    /// <summary>A move that counts is at least one tick beyond the threshold; how much larger it is on average, no label says.</summary>
    private static double MeanMove(HorizonSettings horizon) => Math.Floor(horizon.ThresholdTicks) + 1;

    private string KeyOf(TrainingData data, TimeSplit split)
    {
        var text = string.Join(
            '\n',
            _set.Info.Fingerprint,
            data.Windows.Name,
            FeatureCatalogue.Hash(data.Windows),
            data.Horizon,
            split,
            _request.Settings.Hash("any"),
            _config.RollRule,
            Runner.Version
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
    }

    private void Say(FormattableString text) => _terminal.Line("   " + text.ToString(CultureInfo.InvariantCulture));

    private static string Words(DaySpan span) => $"{span.First} to {span.Last}";

    /// <summary>Reports on the caller's own thread, in order.</summary>
    private sealed class Relay<T>(Action<T> act) : IProgress<T>
    {
        public void Report(T value) => act(value);
    }
}
