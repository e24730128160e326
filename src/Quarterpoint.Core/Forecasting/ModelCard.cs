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
public sealed record ModelTarget(int HorizonSeconds, double ThresholdTicks, string LabelledBars);

/// <summary>Which data it learnt from; the fingerprint is the data set's own.</summary>
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
/// What the model was worth on days that neither training nor calibration saw, beside what says less: the shares of the classes, and a logistic
/// regression that sees volatility only, since most of a three-class score is volatility (METHODS.md 0).
/// </summary>
/// <param name="Score">On the test part.</param>
/// <param name="VolatilityLogLoss">Of the volatility-only model on the same rows.</param>
/// <param name="BayesLogLoss">On a made-up market: the best that anybody could score over the whole set, and <paramref name="SetPriorLogLoss"/> the worst that makes sense.</param>
/// <param name="SetPriorLogLoss">Of the shares of the classes over the whole set.</param>
public sealed record ModelEvidence(ForecastScore Score, double VolatilityLogLoss, double? BayesLogLoss, double? SetPriorLogLoss);

/// <summary>One more figure about a model, by its name.</summary>
public sealed record ModelFigure(string Name, double Value);

/// <summary>One file of a model folder, held by what it contains.</summary>
public sealed record ModelFile(string Name, long Bytes, string Sha256);

/// <summary>
/// Everything about a model but its weights: what stands in its folder as <c>model.json</c> (SPEC M8). There is no scaler: features are
/// scale-free as they come.
/// </summary>
public sealed record ModelCard
{
    public const int CurrentVersion = 2;

    public int Version { get; init; } = CurrentVersion;

    public required string Name { get; init; }

    public required string CodeVersion { get; init; }

    public required TrainingSettings Training { get; init; }

    public required ModelTarget Target { get; init; }

    public required ModelData Data { get; init; }

    public required ModelFeatures Features { get; init; }

    public required TimeSplit Split { get; init; }

    /// <summary>Shares of DOWN, FLAT, UP among the training labels.</summary>
    public required IReadOnlyList<double> Priors { get; init; }

    /// <summary>What the logits are divided by, fitted on the validation part; it stands in the ONNX file too.</summary>
    public required double Temperature { get; init; }

    /// <summary>How far its confidences can be trusted; null where that was never measured, and then none is.</summary>
    public ConfidenceCalibration? Confidence { get; init; }

    /// <summary>Of confidences to brackets; null where it was never made.</summary>
    public BracketCalibration? Brackets { get; init; }

    /// <summary>Null for a model that was never tested.</summary>
    public ModelEvidence? Evidence { get; init; }

    public IReadOnlyList<ModelFigure> Figures { get; init; } = [];

    public IReadOnlyList<ModelFile> Files { get; init; } = [];
}
