namespace Quarterpoint.App;

/// <summary>The one folder that holds what the program makes: data sets, runs, and later models and state.</summary>
internal sealed class Workspace
{
    private Workspace(string root) => Root = root;

    public string Root { get; }

    public string Runs => Path.Combine(Root, "runs");

    /// <summary>The folder given, else QP_WORKSPACE, else <c>workspace</c> beside the program's sources, else in the current folder.</summary>
    public static Workspace Find(string? given)
    {
        var root = given ?? Environment.GetEnvironmentVariable("QP_WORKSPACE");
        if (string.IsNullOrEmpty(root)) root = Path.Combine(SourceRoot ?? Environment.CurrentDirectory, "workspace");
        return new Workspace(Path.GetFullPath(root));
    }

    /// <summary>Where the sources are, as the launcher says; null for an installed program.</summary>
    public static string? SourceRoot => Environment.GetEnvironmentVariable("QP_HOME") is { Length: > 0 } home && Directory.Exists(home) ? home : null;
}
