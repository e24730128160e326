using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Learning.Native;
using static TorchSharp.torch;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// Trains a network until the validation log-loss stops falling. It runs on the caller's thread; the number of threads inside operations is
/// a setting of the whole process. Interrupted anywhere and started again from its checkpoint, it ends with the same bytes.
/// </summary>
public static class Trainer
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Trains, or continues from the job's checkpoint. The checkpoint of a finished training is kept, and gives its outcome again at once.
    /// </summary>
    /// <exception cref="BadInputException">
    /// A setting, a sample, or the checkpoint cannot be used, or the loss is no longer a number.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the checkpoint holds everything up to the last batch.</exception>
    public static TrainedNetwork Train(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        job.Settings.Validate();
        TrainingSamples.Check(job.Validation, "validation samples", null, job.FeatureNames);
        cancellation.ThrowIfCancellationRequested();
        TorchLoader.Load(job.NativeCacheFolder);
        return new Course(job, progress, cancellation).Run();
    }

    /// <summary>Where a training of these settings would run: "cpu" or "cuda".</summary>
    /// <exception cref="BadInputException">A GPU is asked for and there is none.</exception>
    internal static string DeviceOf(TrainingDevice wanted)
    {
        if (wanted == TrainingDevice.Cpu)
            return "cpu";
        var found = cuda.is_available();
        if (!found && wanted == TrainingDevice.Cuda)
            throw new BadInputException("training settings", 0, "device", "Cuda", "Auto or Cpu: libtorch finds no GPU here");
        return found ? "cuda" : "cpu";
    }

    /// <summary>One training under way.</summary>
    private sealed class Course(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        private readonly TrainingSettings _settings = job.Settings;
        private readonly TimeProvider _clock = job.Clock;
        private readonly List<EpochResult> _history = [];
        private readonly string _device = DeviceOf(job.Settings.Device);
        private string _settingsHash = "";
        private double[] _classWeights = [1, 1, 1];
        private int[] _order = [];
        private float[] _best = [];
        private int _bestEpoch = -1;
        private double _lossSum;
        private long _lossRows;

        // Only for the reports of this process; no checkpoint holds these.
        private long _started;
        private long _savedAt;
        private long _reportedAt;
        private double _startedAtEpoch;
        private long _trainedRows;
        private TimeSpan _trainingTime;

        public TrainedNetwork Run()
        {
            set_num_threads(_settings.Threads);
            _settingsHash = _settings.Hash(_device);
            var checkpoint = Restored();
            var first = checkpoint?.Epoch ?? 0;
            Samples? samples = null;
            if (checkpoint is null && _settings.Balance == ClassBalancing.InverseFrequency)
            {
                samples = SamplesOf(first);
                _classWeights = PriorCorrection.InverseFrequency(samples);
            }

            using var run = new TrainingRun(_settings, job.Validation.Width, _classWeights, new Device(_device));
            _best = checkpoint?.Best ?? run.Values();
            if (checkpoint is not null)
                run.Restore(checkpoint);
            if (checkpoint is { Finished: true })
                return Outcome(run, checkpoint.StoppedEarly);

            _started = _savedAt = _reportedAt = _clock.GetTimestamp();
            var stopped = false;
            for (var epoch = first; epoch < _settings.MaxEpochs && !stopped; epoch++)
            {
                samples ??= SamplesOf(epoch);
                var batch = 0;
                if (checkpoint is { Batch: > 0 } && epoch == first)
                {
                    if (samples.Count != checkpoint.EpochRows)
                        throw new BadInputException(
                            job.CheckpointPath!,
                            0,
                            "rows",
                            Text(checkpoint.EpochRows),
                            $"{Text(samples.Count)}, as many as epoch {Text(epoch)} has now"
                        );
                    batch = checkpoint.Batch;
                }

                if (epoch == first)
                    _startedAtEpoch = epoch + ((double)batch * run.BatchRows / samples.Count);
                TrainEpoch(run, samples, epoch, batch);
                stopped = EndEpoch(run, epoch, samples.Count);
                samples = null;
            }

            return Outcome(run, stopped);
        }

        private void TrainEpoch(TrainingRun run, Samples samples, int epoch, int batch)
        {
            var began = _clock.GetTimestamp();
            if (_order.Length < samples.Count)
                _order = new int[samples.Count];
            var order = _order.AsSpan(0, samples.Count);
            TrainingRun.Shuffle(order, _settings.Seed, epoch);
            for (var start = batch * run.BatchRows; start < order.Length; start += run.BatchRows, batch++)
            {
                // Read once: a request between two reads would end the training without its checkpoint.
                var cancelled = cancellation.IsCancellationRequested;
                if (cancelled || (job.CheckpointPath is not null && Passed(_savedAt, job.CheckpointEvery)))
                    Save(run, epoch, batch, samples.Count);
                if (cancelled)
                    throw new OperationCanceledException(cancellation);
                var rows = order.Slice(start, Math.Min(run.BatchRows, order.Length - start));
                run.Gather(samples, rows);
                var loss = run.Step(rows.Length, epoch, batch, LearningRate.At(_settings, ProgressAt(epoch, (double)start / order.Length)));
                if (!double.IsFinite(loss))
                    throw new BadInputException(
                        "training",
                        0,
                        $"loss of batch {Text(batch)} of epoch {Text(epoch)}",
                        Text(loss),
                        $"a number: the learning rate {Text(_settings.LearningRate)} is too high for these samples"
                    );
                _lossSum += loss * rows.Length;
                _lossRows += rows.Length;
                _trainedRows += rows.Length;
                if (progress is not null && Passed(_reportedAt, ReportEvery))
                    Report(epoch, (double)(start + rows.Length) / order.Length, _trainingTime + _clock.GetElapsedTime(began));
            }

            _trainingTime += _clock.GetElapsedTime(began);
        }

        /// <summary>Validates, keeps the best weights, and says whether patience is used up.</summary>
        private bool EndEpoch(TrainingRun run, int epoch, int epochRows)
        {
            double validation;
            try
            {
                validation = run.LogLoss(job.Validation, cancellation);
            }
            catch (OperationCanceledException)
            {
                // All batches of the epoch are done; only its validation is missing.
                Save(run, epoch, (epochRows + run.BatchRows - 1) / run.BatchRows, epochRows);
                throw;
            }

            _history.Add(new EpochResult(_lossSum / _lossRows, validation, LearningRate.At(_settings, ProgressAt(epoch, 1))));
            (_lossSum, _lossRows) = (0, 0);
            if (_bestEpoch < 0 || validation < _history[_bestEpoch].ValidationLogLoss)
                (_bestEpoch, _best) = (epoch, run.Values());
            var stopped = epoch - _bestEpoch >= _settings.PatienceEpochs;
            Save(run, epoch + 1, 0, 0, stopped || epoch + 1 == _settings.MaxEpochs, stopped);
            Report(epoch, 1, _trainingTime);
            return stopped;
        }

        private Samples SamplesOf(int epoch)
        {
            var samples = job.Training(epoch);
            TrainingSamples.Check(samples, "training samples", job.Validation.Width, job.FeatureNames);
            return samples;
        }

        private TrainingCheckpoint? Restored()
        {
            if (job.CheckpointPath is not { } path || !File.Exists(path))
                return null;
            var parameters = _settings.Network.Parameters(job.Validation.Width, TrainingSamples.Classes).Sum(shape => shape.Count);
            var checkpoint = TrainingCheckpoint.Load(path, _settingsHash, job.DataHash, parameters);
            (_classWeights, _bestEpoch, _lossSum, _lossRows) = (
                checkpoint.ClassWeights,
                checkpoint.BestEpoch,
                checkpoint.LossSum,
                checkpoint.LossRows
            );
            _history.AddRange(checkpoint.History);
            return checkpoint;
        }

        private void Save(TrainingRun run, int epoch, int batch, int epochRows, bool finished = false, bool stoppedEarly = false)
        {
            if (job.CheckpointPath is not { } path)
                return;
            new TrainingCheckpoint
            {
                SettingsHash = _settingsHash,
                DataHash = job.DataHash,
                Epoch = epoch,
                Batch = batch,
                EpochRows = epochRows,
                LossSum = _lossSum,
                LossRows = _lossRows,
                Steps = run.Steps,
                Finished = finished,
                StoppedEarly = stoppedEarly,
                BestEpoch = _bestEpoch,
                ClassWeights = _classWeights,
                History = [.. _history],
                Values = run.Values(),
                Mean = run.Mean(),
                Square = run.Square(),
                Best = _best,
            }.Save(path);
            _savedAt = _clock.GetTimestamp();
        }

        private TrainedNetwork Outcome(TrainingRun run, bool stoppedEarly) =>
            new()
            {
                Network = run.ToNetwork(_best),
                BestEpoch = _bestEpoch,
                History = [.. _history],
                ClassWeights = _classWeights,
                StoppedEarly = stoppedEarly,
                Device = _device,
            };

        private void Report(int epoch, double share, TimeSpan trained)
        {
            if (progress is null)
                return;
            _reportedAt = _clock.GetTimestamp();
            var done = epoch + share - _startedAtEpoch;
            var left = done <= 0 ? TimeSpan.Zero : _clock.GetElapsedTime(_started) * ((_settings.MaxEpochs - epoch - share) / done);
            var mean = share < 1 || _history.Count <= epoch ? _lossSum / _lossRows : _history[epoch].TrainLoss;
            double? best = _bestEpoch < 0 ? null : _history[_bestEpoch].ValidationLogLoss;
            progress.Report(
                new TrainingProgress(
                    epoch,
                    _settings.MaxEpochs,
                    share,
                    mean,
                    _history.Count == 0 ? null : _history[^1].ValidationLogLoss,
                    best,
                    _trainedRows / trained.TotalSeconds,
                    left,
                    _device
                )
            );
        }

        private double ProgressAt(int epoch, double share) => (epoch + share) / _settings.MaxEpochs;

        private bool Passed(long since, TimeSpan interval) => _clock.GetElapsedTime(since) >= interval;

        private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
    }
}
