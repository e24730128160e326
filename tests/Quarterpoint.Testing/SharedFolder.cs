namespace Quarterpoint.Testing;

/// <summary>
/// The folder of real data and reference numbers beside the checkout, which is not part of the repository. QP_SHARED names another place.
/// A test that cannot find what it needs is skipped, counted, and printed: a skip is not a pass.
/// </summary>
public static class SharedFolder
{
    public static string? Root { get; } = Find();

    /// <summary>The file or folder, or null where it is not there.</summary>
    public static string? Find(params ReadOnlySpan<string> parts)
    {
        if (Root is null)
            return null;
        var path = Path.Combine([Root, .. parts]);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("QP_SHARED") is { Length: > 0 } named)
            return Directory.Exists(named) ? Path.GetFullPath(named) : null;
        if (Repository.FindRoot() is not { } root)
            return null;
        var shared = Path.GetFullPath(Path.Combine(root, "..", "shared"));
        return Directory.Exists(shared) ? shared : null;
    }
}
