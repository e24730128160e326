namespace Quarterpoint.Inference;

/// <summary>One check of a model folder.</summary>
/// <param name="Subject">What was looked at.</param>
/// <param name="Passed">False where the model must not be used.</param>
/// <param name="Text">What was found.</param>
public sealed record ModelFinding(string Subject, bool Passed, string Text);
