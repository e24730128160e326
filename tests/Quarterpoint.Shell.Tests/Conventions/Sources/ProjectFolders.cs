namespace Quarterpoint.Shell.Tests.Conventions.Sources;

/// <summary>A use of one folder by a file of another.</summary>
internal sealed record FolderUse(string From, string To, string File, int Line, string Name)
{
    public override string ToString() => $"{File}:{Line}: {Shown(From)} -> {Shown(To)} by {Name}";

    public static string Shown(string folder) => folder.Length == 0 ? "(root)" : folder;
}

/// <summary>
/// The folders of one project, each with everything below it, and which of them uses which. The files beside the project file are a folder
/// of their own, whose name is empty. A use is a name that leads to another folder: in a using, in code, or in a cref.
/// </summary>
internal sealed class ProjectFolders
{
    private readonly Dictionary<string, HashSet<string>> _names = new(StringComparer.Ordinal);
    private readonly string _project;
    private readonly string _short;

    /// <param name="project">The name of the project's folder, which is its root namespace.</param>
    /// <param name="files">Its sources, with the paths of the repository.</param>
    public ProjectFolders(string project, IReadOnlyList<SourceFile> files)
    {
        (_project, _short) = (project, project[(project.LastIndexOf('.') + 1)..]);
        foreach (var file in files)
        {
            var folder = FolderOf(file);
            if (!_names.TryGetValue(folder, out var names))
                _names[folder] = names = new HashSet<string>(StringComparer.Ordinal);
            names.UnionWith(file.Types.Where(type => !type.IsNested).Select(type => type.Name));
            if (file.Namespace?.Split('.') is { } parts)
                names.UnionWith(parts.Skip(project.Split('.').Length + 1).Take(1));
        }

        Uses = [.. files.SelectMany(UsesOf)];
    }

    public IEnumerable<string> Folders => _names.Keys.Order(StringComparer.Ordinal);

    public IReadOnlyList<FolderUse> Uses { get; }

    /// <summary>Every two folders that use each other, with the uses in both directions.</summary>
    public IEnumerable<(string First, string Second, IReadOnlyList<FolderUse> Uses)> MutualPairs()
    {
        var between = Uses.ToLookup(use => (use.From, use.To));
        return between
            .Where(uses => string.CompareOrdinal(uses.Key.From, uses.Key.To) < 0 && between.Contains((uses.Key.To, uses.Key.From)))
            .Select(uses => (uses.Key.From, uses.Key.To, (IReadOnlyList<FolderUse>)[.. uses, .. between[(uses.Key.To, uses.Key.From)]]));
    }

    private string FolderOf(SourceFile file)
    {
        var inside = file.Path[(file.Path.IndexOf($"/{_project}/", StringComparison.Ordinal) + _project.Length + 2)..];
        var slash = inside.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : inside[..slash];
    }

    private IEnumerable<FolderUse> UsesOf(SourceFile file)
    {
        var from = FolderOf(file);
        foreach (var mention in file.Mentions)
        {
            if (Target(mention) is { } to && to != from)
                yield return new FolderUse(from, to, file.Path, mention.Line, mention.Name);
        }
    }

    /// <summary>The folder that a name leads to, or null where it leads to none of this project's.</summary>
    private string? Target(Mention mention)
    {
        var parts = mention.Parts;
        var projectParts = _project.Split('.');
        if (parts.Count > projectParts.Length && parts.Take(projectParts.Length).SequenceEqual(projectParts))
            return _names.ContainsKey(parts[projectParts.Length]) ? parts[projectParts.Length] : "";
        if (parts.Count > 2 && parts[0] == _short && Holds(parts[1], parts[2]))
            return parts[1];
        if (parts.Count > 1 && Holds(parts[0], parts[1]))
            return parts[0];
        return _names.TryGetValue("", out var root) && root.Contains(parts[0]) ? "" : null;
    }

    /// <summary>A property may be named as a folder is; what follows the folder's name is a type or a folder in it.</summary>
    private bool Holds(string folder, string name) =>
        folder.Length > 0 && _names.TryGetValue(folder, out var names) && names.Contains(name);
}
