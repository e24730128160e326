using Quarterpoint.Shell.Tests.Conventions.Sources;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>Which folder may use which, and that a file's namespace is its folder.</summary>
public sealed class FolderRules
{
    private const string Core = "Quarterpoint.Core";

    /// <summary>The runtime looks for a start-up hook by a name without a namespace.</summary>
    private static readonly string[] WithoutNamespace = ["tests/Quarterpoint.Shell.Tests/StartupHook.cs"];

    /// <summary>Folders of Core's tests that belong to no single folder of Core.</summary>
    private static readonly string[] TestsOfTheWhole = ["", "Conventions", "Golden", "Oracles"];

    public static TheoryData<string> SourceProjects() => [.. SourceTree.Current.Projects.Select(project => project.Name)];

    [Fact]
    public void Core_reads_in_one_direction()
    {
        var core = Project(Core);
        var strangers = core.Folders.Where(folder => folder.Length > 0).Except(CoreOrder.Folders);
        Report.None(
            strangers
                .Select(folder => $"src/{Core}/{folder}: a folder without a place in the order")
                .Concat(CoreOrder.Against(core.Uses).Select(use => $"{use}")),
            "uses against the order of Core's folders"
        );
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void No_two_folders_of_a_project_use_each_other(string project)
    {
        var pairs = Project(project).MutualPairs().ToList();
        Report.None(
            pairs.SelectMany(pair => pair.Uses),
            $"uses in {pairs.Count} pairs of folders of {project} that use each other ("
                + string.Join(", ", pairs.Select(pair => $"{FolderUse.Shown(pair.First)} and {FolderUse.Shown(pair.Second)}"))
                + ")"
        );
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var offenders =
            from file in SourceTree.Current.Files
            let parts = file.Path.Split('/')[1..^1]
            let folder = string.Join('.', parts)
            where parts.Length > 0 && parts[0].StartsWith("Quarterpoint.", StringComparison.Ordinal)
            where !(file.Namespace is null && (file.Types.Count == 0 || WithoutNamespace.Contains(file.Path)))
            where file.Namespace != folder
            select $"{file.Path}: the namespace is {file.Namespace ?? "none, or one with braces"}, and the folder is {folder}";
        Report.None(offenders, "files whose namespace is not their folder");
    }

    [Fact]
    public void Tests_of_Core_lie_where_their_subject_lies()
    {
        var homes = SourceTree
            .Current.Sources.Where(file => file.Path.StartsWith($"src/{Core}/", StringComparison.Ordinal))
            .SelectMany(file => file.Types.Where(type => !type.IsNested).Select(type => (type.Name, Folder: FirstFolder(file))))
            .ToLookup(type => type.Name, type => type.Folder);
        var tests = SourceTree.Current.Files.Where(file => file.Path.StartsWith($"tests/{Core}.Tests/", StringComparison.Ordinal)).ToList();
        var strangers =
            from file in tests
            where !CoreOrder.Folders.Concat(TestsOfTheWhole).Contains(FirstFolder(file))
            select $"{file.Path}: Core has no folder {FirstFolder(file)}";
        var elsewhere =
            from file in tests
            let name = Path.GetFileNameWithoutExtension(file.Path)
            where name.EndsWith("Tests", StringComparison.Ordinal)
            let subject = homes[name[..^"Tests".Length]].ToList()
            where subject.Count > 0 && !subject.Contains(FirstFolder(file))
            select $"{file.Path}: {name[..^"Tests".Length]} lies in {FolderUse.Shown(subject[0])}";
        Report.None(strangers.Concat(elsewhere), "tests that lie elsewhere than what they test");
    }

    private static string FirstFolder(SourceFile file) => file.Path.Split('/') is { Length: > 3 } parts ? parts[2] : "";

    private static ProjectFolders Project(string name) =>
        new(name, SourceTree.Current.Projects.Single(project => project.Name == name).Files);
}
