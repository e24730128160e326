namespace Quarterpoint.Learning.Onnx;

/// <summary>What a model file says about itself beside its graph.</summary>
public sealed record OnnxModelInfo
{
    public required string FeatureSet { get; init; }

    /// <summary>Of the feature set's definition: a model is fed by the very features it learnt from, or not at all.</summary>
    public required string FeatureHash { get; init; }

    /// <summary>What the logits are divided by before the softmax (METHODS section 4).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Program and version.</summary>
    public string MadeBy { get; init; } = "Quarterpoint";
}
