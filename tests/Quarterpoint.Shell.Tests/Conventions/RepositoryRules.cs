using System.Text.RegularExpressions;
using System.Xml.Linq;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>The walls between the projects, and what keeps builds repeatable.</summary>
public sealed partial class RepositoryRules
{
    private const string Core = "Quarterpoint.Core";
    private const string App = "Quarterpoint.App";

    private static readonly string[] Projects =
    [
        .. Repository.Files("src", "*.csproj"),
        .. Repository.Files("tests", "*.csproj"),
        .. Repository.Files("bench", "*.csproj"),
    ];

    public static TheoryData<string> ShellProjects() =>
        [.. Repository.Files("src", "*.csproj").Select(Name).Where(name => name is not (Core or App))];

    [Theory]
    [MemberData(nameof(ShellProjects))]
    public void A_shell_project_references_Core_and_no_other(string project)
    {
        Assert.Equal([Core], ProjectReferences(Assert.Single(Projects, path => Name(path) == project)));

        // What was compiled says so too: no reference came in by another way.
        var assembly = System.Reflection.Assembly.Load(project);
        Assert.Equal([Core], assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(IsOurs));
    }

    [Fact]
    public void Core_references_none_of_the_others_and_App_all_of_them()
    {
        var sources = Projects.Where(path => path.Contains("/src/", StringComparison.Ordinal)).ToList();
        Assert.Empty(ProjectReferences(sources.Single(path => Name(path) == Core)));
        Assert.Equal(
            sources.Select(Name).Where(name => name != App).Order(StringComparer.Ordinal),
            ProjectReferences(sources.Single(path => Name(path) == App)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = XDocument
            .Load(Path.Combine(Repository.Root, "Quarterpoint.slnx"))
            .Descendants("Project")
            .Select(p => p.Attribute("Path")!.Value);
        Assert.Equal(
            Projects.Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
            solution.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Versions_are_exact_and_stand_in_one_place()
    {
        var central = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion").ToList();
        Assert.NotEmpty(central);
        Assert.All(central, package => Assert.Matches(ExactVersion(), package.Attribute("Version")!.Value));
        foreach (var project in Projects)
        {
            var references = XDocument.Load(project).Descendants("PackageReference").ToList();
            Assert.All(references, r => Assert.Null(r.Attribute("Version") ?? r.Attribute("VersionOverride")));
            Assert.Subset(
                central.Select(c => c.Attribute("Include")!.Value).ToHashSet(),
                references.Select(r => r.Attribute("Include")!.Value).ToHashSet()
            );
        }
    }

    [Fact]
    public void Every_project_has_its_lock_file_and_it_is_committed()
    {
        var ignored = File.ReadAllLines(Path.Combine(Repository.Root, ".gitignore"));
        Assert.DoesNotContain(ignored, line => line.Contains("lock", StringComparison.OrdinalIgnoreCase));
        Assert.All(Projects, project =>
            Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), $"{project} has no lock file")
        );
    }

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);

    private static bool IsOurs(string assembly) => assembly == "qp" || assembly.StartsWith("Quarterpoint.", StringComparison.Ordinal);

    private static IEnumerable<string> ProjectReferences(string project) =>
        XDocument.Load(project).Descendants("ProjectReference").Select(r => Name(r.Attribute("Include")!.Value));

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+){1,3}$")]
    private static partial Regex ExactVersion();
}
