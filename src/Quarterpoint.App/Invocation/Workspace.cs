namespace Quarterpoint.App.Invocation;

/// <summary>The one folder that holds what the program makes: data sets, models, runs, and state.</summary>
internal sealed class Workspace
{
    private Workspace(string root) => Root = root;

    public string Root { get; }

    public string Models => Path.Combine(Root, "models");

    public string Runs => Path.Combine(Root, "runs");

    /// <summary>Risk state and journals, an account a folder.</summary>
    public string State => Path.Combine(Root, "state");

    /// <summary>
    /// The folder given, else QP_WORKSPACE, else <c>workspace</c> beside the program's sources, else in the current folder.
    /// </summary>
    public static Workspace Find(string? given, Machine machine)
    {
        var root = given ?? machine.Variables.GetValueOrDefault("QP_WORKSPACE");
        if (string.IsNullOrEmpty(root))
            root = Path.Combine(machine.SourceRoot ?? Environment.CurrentDirectory, "workspace");
        return new Workspace(Path.GetFullPath(root));
    }
}
