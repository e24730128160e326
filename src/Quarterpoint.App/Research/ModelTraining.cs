using System.Security.Cryptography;
using System.Text;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Setup;
using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Data.Store;
using Quarterpoint.Data.Synthetic;
using Quarterpoint.Inference;
using Quarterpoint.Inference.Onnx;
using Quarterpoint.Learning.Onnx;
using Quarterpoint.Learning.Training;

namespace Quarterpoint.App.Research;

/// <summary>
/// From a data set to a model in its folder: train, fit the temperature, export, accept, calibrate brackets, judge. No other place loads
/// libtorch. Cut off at any moment, the same request goes on from its checkpoint and ends with the same bytes.
/// </summary>
internal sealed class ModelTraining
{
    private const int LeastValidationRows = 100;

    private readonly Workspace _workspace;
    private readonly TradingSetup _setup;
    private readonly TrainingRequest _request;
    private readonly IProgress<ResearchNews> _news;
    private readonly CancellationToken _stop;
    private readonly DataSet _set;

    private ModelTraining(
        Workspace workspace,
        QuarterpointConfig config,
        TrainingRequest request,
        IProgress<ResearchNews> news,
        CancellationToken stop
    )
    {
        (_workspace, _request, _news, _stop) = (workspace, request, news, stop);
        _set = DataSet.Open(workspace.Root, request.Data);
        _setup = new TradingSetup(
            config,
            config.Instruments[_set.Info.Instrument],
            config.Instruments[request.TradedAs ?? _set.Info.Instrument],
            _set.Info.BarSeconds,
            TradingSetup.ModelStrategy
        );
    }

    /// <exception cref="UsageException">The request and the data do not fit together.</exception>
    public static StoredModel Execute(
        Workspace workspace,
        QuarterpointConfig config,
        TrainingRequest request,
        IProgress<ResearchNews> news,
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
        return new ModelTraining(workspace, config, request, news, stop).Run();
    }

    private StoredModel Run()
    {
        var material = Prepare();
        var trained = Train(_request.Settings, material, material.Validation, "checkpoint", columns: null);
        _news.Report(
            new ResearchNews.NetworkTrained(trained.BestEpoch + 1, trained.History.Count, trained.ValidationLogLoss, trained.Device)
        );
        var card = Calibrate(trained.Network, material);
        var onnx = OnnxWriter.ToBytes(
            trained.Network,
            new OnnxModelInfo
            {
                FeatureSet = card.Features.Set,
                FeatureHash = card.Features.Hash,
                Temperature = card.Temperature,
                MadeBy = "Quarterpoint " + card.CodeVersion,
            }
        );

        // Accepted once before its brackets are measured, so that what is measured is what will trade.
        var validation = material.Validation;
        var golden = validation.Features.AsSpan(0, Math.Min(validation.Count, ModelFolder.MostGoldenRows) * validation.Width);
        var draft = ModelFolder.Write(material.Scratch, card with { Name = "draft" }, trained.Network, onnx, golden, replace: true);
        card = card with { Brackets = BracketsOf(draft, material), Evidence = EvidenceOf(draft, material, card.Priors) };
        var accepted = ModelFolder.Write(_workspace.Models, card, trained.Network, onnx, golden, _request.Replace);
        CleanUp(material.Scratch);
        return accepted;
    }

    /// <summary>Reads the set once and lays out what everything after it works on.</summary>
    private Material Prepare()
    {
        var progress = new ResearchStep(_news, "reading");
        var data = TrainingData.Open(_set, _setup.Calendar, _setup.Config, _request.From, _request.To, progress, _stop);
        var split = SplitOf(data);
        _news.Report(new ResearchNews.SplitChosen(split));
        var validation = data.Pick(split.Validate, _ => 0, _stop);
        if (validation.Count < LeastValidationRows)
            throw new UsageException($"Only {validation.Count} labelled rows to validate on: take a longer span.");

        // Everything that changes a byte of the outcome names the checkpoint's folder: another request never meets it.
        var key = KeyOf(data, split);
        var scratch = Path.Combine(_workspace.Models, ".training", key);
        Directory.CreateDirectory(scratch);
        return new Material(data, split, validation, key, scratch);
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

    /// <param name="settings">What is trained and how.</param>
    /// <param name="material">On what.</param>
    /// <param name="validation">Where it stops.</param>
    /// <param name="name">Of its checkpoint.</param>
    /// <param name="columns">The only features it sees; null for all.</param>
    private TrainedNetwork Train(TrainingSettings settings, Material material, Samples validation, string name, IReadOnlyList<int>? columns)
    {
        var progress = new ResearchStep(_news, columns is null ? "training" : "volatility only");
        var data = material.Data;
        Samples Epoch(int epoch)
        {
            var seconds = data.Horizon.HorizonSeconds;
            var rows = data.Pick(material.Split.Train, day => SessionSampler.Phase(settings.Seed, epoch, day.Number, seconds), _stop);
            return columns is null ? rows : VolatilityBaseline.Narrow(rows, columns);
        }

        var job = new TrainingJob
        {
            Settings = settings,
            Training = Epoch,
            Validation = validation,
            CheckpointPath = Path.Combine(material.Scratch, name),
            DataHash = columns is null ? material.Key : $"{material.Key}-{name}",
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

    /// <summary>
    /// Fits the temperature, measures how far confidences can be trusted, and writes the card; brackets and evidence come later.
    /// </summary>
    private ModelCard Calibrate(Network network, Material material)
    {
        var (data, validation) = (material.Data, material.Validation);
        var priors = data.Pick(material.Split.Train, _ => 0, _stop).ClassShares();
        var logits = LogitsOf(network, validation);
        var classes = validation.Classes.AsSpan(0, validation.Count);
        var temperature = TemperatureScaling.Fit(logits, classes);
        var confidence = ConfidenceCalibration.Fit(logits, classes, temperature);
        _news.Report(new ResearchNews.Calibrated(temperature, confidence));
        var info = _set.Info;
        var columns = FeatureCatalogue.Columns(data.Windows);
        return new ModelCard
        {
            Name = _request.Name,
            CodeVersion = CodeVersion.Current,
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
            Split = material.Split,
            Priors = priors,
            Temperature = temperature,
            Confidence = confidence,
            Figures = [new ModelFigure(OnnxForecaster.MeanMoveFigure, data.Horizon.LeastMoveTicks())],
        };
    }

    /// <summary>What its confidences are worth to the configuration's bracket, on the validation days.</summary>
    private BracketCalibration BracketsOf(StoredModel model, Material material)
    {
        var progress = new ResearchStep(_news, "calibrating brackets");
        var span = material.Split.Validate;
        using var forecaster = new OnnxForecaster(model);
        TradedModel.WarmUp(forecaster, _set, _setup.Calendar, _setup.Config.RollRule, span.First, _stop);
        var study = new BracketStudy(_setup.Engine(), _setup.Venue(), forecaster);
        foreach (var columns in material.Data.Read(span, _stop))
            study.Add(columns, _stop);
        progress.Report(1);
        return study.Finish();
    }

    /// <summary>What the accepted file says on the test part, held against a logistic regression that sees volatility only.</summary>
    private ModelEvidence EvidenceOf(StoredModel model, Material material, IReadOnlyList<double> priors)
    {
        var test = material.Data.Pick(material.Split.Test, _ => 0, _stop);
        if (test.Count == 0)
            throw new UsageException("No labelled row to judge on: take a longer span.");
        var probabilities = new float[test.Count * OnnxModel.Classes];
        using (var onnx = model.Open())
            onnx.Run(test.Features.AsSpan(0, test.Count * test.Width), test.Count, probabilities);

        var columns = VolatilityBaseline.ColumnsOf(model.Card.Features.Columns);
        var seen = VolatilityBaseline.Narrow(material.Validation, columns);
        var volatility = Train(VolatilityBaseline.Training(_request.Settings.Seed), material, seen, "volatility", columns).Network;

        // The made-up market knows the best score for its own horizon and threshold only.
        var isItsOwn = material.Data.Horizon is { HorizonSeconds: PlantedEdge.HorizonSeconds, ThresholdTicks: 3 };
        var synthetic = isItsOwn ? _set.Info.Origin.Synthetic : null;
        return new ModelEvidence(
            ForecastScore.Of(probabilities, test.Classes.AsSpan(0, test.Count), priors),
            VolatilityBaseline.LogLoss(volatility, seen, VolatilityBaseline.Narrow(test, columns), priors),
            synthetic?.BayesLogLoss,
            synthetic?.PriorLogLoss
        );
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
            _setup.Config.RollRule,
            CodeVersion.Current
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
    }

    private static void CleanUp(string scratch)
    {
        Directory.Delete(scratch, recursive: true);
        var trainings = Path.GetDirectoryName(scratch)!;
        if (!Directory.EnumerateFileSystemEntries(trainings).Any())
            Directory.Delete(trainings);
    }

    /// <summary>What one training works on.</summary>
    /// <param name="Data">All days.</param>
    /// <param name="Split">Which of them are for what.</param>
    /// <param name="Validation">The rows that it is stopped and calibrated on.</param>
    /// <param name="Key">Names the request and the data by their content.</param>
    /// <param name="Scratch">A folder that lasts until the model is accepted.</param>
    private sealed record Material(TrainingData Data, TimeSplit Split, Samples Validation, string Key, string Scratch);

    /// <summary>Reports on the caller's own thread, in order.</summary>
    private sealed class Relay<T>(Action<T> act) : IProgress<T>
    {
        public void Report(T value) => act(value);
    }
}
