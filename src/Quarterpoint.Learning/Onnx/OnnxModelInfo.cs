namespace Quarterpoint.Learning.Onnx;

/// <summary>What an ONNX file says about itself beside its graph.</summary>
public sealed record OnnxModelInfo
{
    /// <summary>Name of the feature set that the model reads.</summary>
    public required string FeatureSet { get; init; }

    /// <summary>A hash of the feature set's definition: a model is fed the very features it learnt from, or nothing.</summary>
    public required string FeatureHash { get; init; }

    /// <summary>What the logits are divided by before the softmax (METHODS section 4).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The program and its version.</summary>
    public string MadeBy { get; init; } = "Quarterpoint";
}
