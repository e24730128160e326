namespace Quarterpoint.Testing;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    private const string Solution = "Quarterpoint.slnx";

    /// <summary>The folder of the solution file, above the test assembly.</summary>
    public static string Root { get; } =
        FindRoot() ?? throw new DirectoryNotFoundException($"There is no {Solution} above {AppContext.BaseDirectory}.");

    /// <summary>The files of one folder whose names match, without what a build made.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Files(Root, folder, pattern);

    /// <summary>The same in another checkout.</summary>
    public static IEnumerable<string> Files(string root, string folder, string pattern) =>
        Directory
            .EnumerateFiles(Path.Combine(root, folder), pattern, SearchOption.AllDirectories)
            .Where(path =>
                !Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts")
            )
            .Order(StringComparer.Ordinal);

    /// <summary>The folder of the solution file, or null where the tests run away from their checkout.</summary>
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
