namespace Quarterpoint.Testing;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    private const string Solution = "Quarterpoint.slnx";

    /// <summary>The folder of the solution file, above the test assembly.</summary>
    public static string Root { get; } =
        FindRoot() ?? throw new DirectoryNotFoundException($"There is no {Solution} above {AppContext.BaseDirectory}.");

    /// <summary>The files of one folder with that ending, build outputs left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts"))
            .Order(StringComparer.Ordinal);

    /// <summary>The same, or null where the tests run away from their checkout.</summary>
    public static string? FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder.FullName;
        }

        return null;
    }
}
