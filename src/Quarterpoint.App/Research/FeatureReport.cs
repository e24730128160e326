using Quarterpoint.Core.Labels;

namespace Quarterpoint.App.Research;

/// <summary>What one feature did over a set: its range where it was warm, and how often it was not.</summary>
internal sealed record FeatureFacts(
    string Name,
    string Meaning,
    double Least,
    double Greatest,
    double Mean,
    double Deviation,
    double ColdShare,
    long NotFinite
);

/// <summary>All features of a set, with the labels beside them.</summary>
internal sealed record FeatureReport(
    string Set,
    string FeatureSet,
    string VolumeDelta,
    int HorizonSeconds,
    double ThresholdTicks,
    long Rows,
    long LabelledRows,
    long WarmRows,
    ClassBalance Balance,
    IReadOnlyList<FeatureFacts> Features
);
