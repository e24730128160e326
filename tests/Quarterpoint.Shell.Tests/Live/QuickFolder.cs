namespace Quarterpoint.Shell.Tests.Live;

/// <summary>
/// A folder of a test's own, in memory where the system has such a place: thousands of small files are written there, synced, and thrown
/// away.
/// </summary>
internal sealed class QuickFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    public QuickFolder()
    {
        Root = Directory.Exists(InMemory)
            ? Path.Combine(InMemory, "qp-" + Path.GetRandomFileName())
            : Directory.CreateTempSubdirectory("qp-").FullName;
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    public string At(params ReadOnlySpan<string> names) => Path.Combine([Root, .. names]);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>All of a folder, file by file, but for the lock: as a machine that dies leaves it.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (
            var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock")
        )
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = File.Create(Path.Combine(to, Path.GetRelativePath(from, file)));
            stream.CopyTo(copy);
        }
    }
}
