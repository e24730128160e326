namespace Quarterpoint.App.Configuration;

/// <summary>A configuration that cannot be used: every error found, each with its place and path.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> errors)
    : Exception(errors.Count == 1 ? errors[0] : $"{errors.Count} errors in the configuration:\n  " + string.Join("\n  ", errors))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
