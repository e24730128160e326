using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Conventions.Sources;

/// <summary>
/// Every C# file of a checkout that people write. QP_TREE names another checkout than that of the tests, to see what the rules say of an
/// older version.
/// </summary>
internal sealed class SourceTree
{
    private static readonly Lazy<SourceTree> Lazy = new(() =>
        new SourceTree(Environment.GetEnvironmentVariable("QP_TREE") is { Length: > 0 } tree ? Path.GetFullPath(tree) : Repository.Root)
    );

    private SourceTree(string root) =>
        Files = [
            .. new[] { "bench", "docs", "src", "tests" }
                .SelectMany(folder => Repository.Files(root, folder, "*.cs"))
                .Select(path => new SourceFile(Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path))),
        ];

    public static SourceTree Current => Lazy.Value;

    public IReadOnlyList<SourceFile> Files { get; }

    public IEnumerable<SourceFile> Sources => Files.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal));

    /// <summary>The projects under src.</summary>
    public IEnumerable<(string Name, IReadOnlyList<SourceFile> Files)> Projects =>
        Sources.GroupBy(file => file.Path.Split('/')[1]).Select(files => (files.Key, (IReadOnlyList<SourceFile>)[.. files]));
}
