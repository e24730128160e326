namespace Quarterpoint.App;

/// <summary>The one folder that holds what the program makes: data sets, models, runs, and later state.</summary>
internal sealed class Workspace
{
    private Workspace(string root) => Root = root;

    public string Root { get; }

    public string Models => Path.Combine(Root, "models");

    public string Runs => Path.Combine(Root, "runs");

    /// <summary>The folder given, else QP_WORKSPACE, else <c>workspace</c> beside the program's sources, else in the current folder.</summary>
    public static Workspace Find(string? given, Machine machine)
    {
        var root = given ?? machine.Variables.GetValueOrDefault("QP_WORKSPACE");
        if (string.IsNullOrEmpty(root)) root = Path.Combine(machine.SourceRoot ?? Environment.CurrentDirectory, "workspace");
        return new Workspace(Path.GetFullPath(root));
    }
}
