namespace Quarterpoint.App;

/// <summary>The command cannot mean what was typed: exit code 2. The message says what would.</summary>
internal sealed class UsageException(string message) : Exception(message);
