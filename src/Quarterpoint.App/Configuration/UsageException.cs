namespace Quarterpoint.App.Configuration;

/// <summary>What was asked for cannot be done as it was asked: exit code 2. The message says what can.</summary>
internal sealed class UsageException(string message) : Exception(message);
