namespace Quarterpoint.Inference;

/// <summary>One thing that was looked at in a model folder, and what was found. <see cref="Passed"/> is false where it must not be used.</summary>
public sealed record ModelFinding(string Subject, bool Passed, string Text);
