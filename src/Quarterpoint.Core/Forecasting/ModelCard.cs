using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Forecasting;

/// <summary>Trading days of one part of the data, first and last included.</summary>
public readonly record struct DaySpan(TradingDay First, TradingDay Last);

/// <summary>
/// Train, validate, and test, in order of time and apart by at least the label's horizon, so that no label reaches from one into the next.
/// The model is fitted on the first, stopped and calibrated on the second, and judged on the third.
/// </summary>
public readonly record struct TimeSplit(DaySpan Train, DaySpan Validate, DaySpan Test);

/// <summary>What the model was trained to say (SPEC L1).</summary>
/// <param name="HorizonSeconds">How far ahead a label looks.</param>
/// <param name="ThresholdTicks">How far the price must go for a label to be UP or DOWN.</param>
/// <param name="LabelledBars">Which bars were labelled: rth, eth, or rthAndEth.</param>
public sealed record ModelTarget(int HorizonSeconds, double ThresholdTicks, string LabelledBars);

/// <summary>Which data it learnt from.</summary>
/// <param name="Set">Name of the data set.</param>
/// <param name="Instrument">Symbol of its instrument.</param>
/// <param name="BarSeconds">Length of its bars.</param>
/// <param name="Fingerprint">The data set's own hash of its content.</param>
/// <param name="IsSynthetic">Whether it was generated.</param>
/// <param name="EstimatesVolumeDelta">Whether the data has no bid and ask volume, so that features estimate their difference.</param>
public sealed record ModelData(
    string Set,
    string Instrument,
    int BarSeconds,
    string Fingerprint,
    bool IsSynthetic,
    bool EstimatesVolumeDelta
);

/// <summary>The features it reads, in order. A model refuses data whose features differ in anything (SPEC F11).</summary>
public sealed record ModelFeatures(string Set, IReadOnlyList<string> Columns, string Hash);

/// <summary>
/// What the model was worth on days that neither training nor calibration saw. Two simpler forecasts stand beside it: the shares of the
/// classes, and a logistic regression that sees volatility only, because most of a three-class score is volatility (METHODS.md 0).
/// </summary>
/// <param name="Score">The model's score on the test part.</param>
/// <param name="VolatilityLogLoss">The log-loss of the volatility-only model on the same rows.</param>
/// <param name="BayesLogLoss">The best log-loss that anybody could reach over the whole set; known for a synthetic market only.</param>
/// <param name="SetPriorLogLoss">
/// The log-loss of always saying the shares of the classes, over the whole set: the worst that makes sense.
/// </param>
public sealed record ModelEvidence(ForecastScore Score, double VolatilityLogLoss, double? BayesLogLoss, double? SetPriorLogLoss);

/// <summary>A further figure about a model, with its name.</summary>
public sealed record ModelFigure(string Name, double Value);

/// <summary>One file of a model folder, with the size and the hash of its content.</summary>
public sealed record ModelFile(string Name, long Bytes, string Sha256);

/// <summary>
/// Everything about a model except its weights, as its folder holds it in <c>model.json</c> (SPEC M8). There is no scaler, because features
/// are scale-free as they come.
/// </summary>
public sealed record ModelCard
{
    /// <summary>The version of the card that this program writes and reads.</summary>
    public const int CurrentVersion = 2;

    public int Version { get; init; } = CurrentVersion;

    public required string Name { get; init; }

    /// <summary>The version of the program that trained it.</summary>
    public required string CodeVersion { get; init; }

    public required TrainingSettings Training { get; init; }

    public required ModelTarget Target { get; init; }

    public required ModelData Data { get; init; }

    public required ModelFeatures Features { get; init; }

    public required TimeSplit Split { get; init; }

    /// <summary>Shares of DOWN, FLAT, UP among the training labels.</summary>
    public required IReadOnlyList<double> Priors { get; init; }

    /// <summary>What the logits are divided by, fitted on the validation part; the ONNX file holds it too.</summary>
    public required double Temperature { get; init; }

    /// <summary>How far its confidences can be trusted; null where that was never measured, and then no confidence is trusted.</summary>
    public ConfidenceCalibration? Confidence { get; init; }

    /// <summary>What a confidence is worth to a bracket; null where that was never measured.</summary>
    public BracketCalibration? Brackets { get; init; }

    /// <summary>Null for a model that was never tested.</summary>
    public ModelEvidence? Evidence { get; init; }

    public IReadOnlyList<ModelFigure> Figures { get; init; } = [];

    /// <summary>The other files of its folder; empty until the folder is written.</summary>
    public IReadOnlyList<ModelFile> Files { get; init; } = [];
}
