namespace Quarterpoint.App.Invocation;

/// <summary>What a command ends with. Scripts rely on these.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration: nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>The session ended with the account in review or killed: a person decides.</summary>
    public const int RiskHalt = 6;

    /// <summary>The venue has not said that nothing is held and nothing works.</summary>
    public const int NotFlat = 7;

    /// <summary>Another process holds the account.</summary>
    public const int Busy = 8;

    /// <summary>Ctrl+C, or SIGTERM.</summary>
    public const int Interrupted = 130;
}
