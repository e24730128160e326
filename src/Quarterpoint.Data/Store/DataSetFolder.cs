using System.Text.RegularExpressions;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Store;

/// <summary>
/// The folder in which a set is written. It is beside the set's own folder and takes that name only when the set is complete; until then,
/// and after a failure, the workspace is unchanged. One process at a time can write a set.
/// </summary>
internal sealed partial class DataSetFolder : IDisposable
{
    public const string InfoFileName = "set.json";
    private const string DataFolder = "data";
    private const int LongestName = 64;

    private readonly string _data;
    private readonly string _final;
    private readonly string _old;
    private readonly bool _replace;
    private readonly bool _madeData;
    private readonly FileStream _lock;
    private bool _isPublished;

    private DataSetFolder(string workspace, string name, bool replace)
    {
        _data = Path.Combine(workspace, DataFolder);
        _final = FolderOf(workspace, name);
        _old = OldFolderOf(workspace, name);
        _replace = replace;
        New = Path.Combine(_data, $".{name}.new");
        _madeData = !Directory.Exists(_data);
        Directory.CreateDirectory(_data);
        _lock = Lock(workspace, name)
            ?? throw new BadInputException(_final, "a set that another process is writing", "one process at a time");
        try
        {
            Recover();
            if (Directory.Exists(_final) && !replace)
                throw Exists();
            DeleteFolder(New);
            Directory.CreateDirectory(New);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Where the set's files are written.</summary>
    public string New { get; }

    /// <exception cref="BadInputException">The name is not a valid folder name; the set exists; another process is writing it.</exception>
    public static DataSetFolder Begin(string workspace, string name, bool replace)
    {
        CheckName(name);
        return new DataSetFolder(workspace, name, replace);
    }

    public static string FolderOf(string workspace, string name) => Path.Combine(workspace, DataFolder, name);

    /// <summary>Names of the complete sets, sorted.</summary>
    public static IReadOnlyList<string> Names(string workspace)
    {
        var data = Path.Combine(workspace, DataFolder);
        if (!Directory.Exists(data))
            return [];
        return
        [
            .. Directory
                .EnumerateDirectories(data)
                .Where(d => File.Exists(Path.Combine(d, InfoFileName)))
                .Select(d => Path.GetFileName(d))
                .Where(n => n[0] != '.')
                .Order(StringComparer.Ordinal),
        ];
    }

    public static void CheckName(string name)
    {
        if (name.Length > LongestName || !NamePattern().IsMatch(name))
        {
            throw new BadInputException(
                "data set",
                0,
                "name",
                name,
                $"1 to {LongestName} letters, digits, dots, dashes, and underscores, the first a letter or digit"
            );
        }
    }

    /// <summary>Restores a set whose replacement was interrupted between two renames, unless a process is replacing it now.</summary>
    public static void RecoverIfAbandoned(string workspace, string name)
    {
        if (!Directory.Exists(OldFolderOf(workspace, name)) || Directory.Exists(FolderOf(workspace, name)))
            return;
        using var mine = Lock(workspace, name);
        if (mine is not null && !Directory.Exists(FolderOf(workspace, name)))
            Directory.Move(OldFolderOf(workspace, name), FolderOf(workspace, name));
    }

    /// <summary>Gives the new set its name; only then is the old one deleted.</summary>
    public void Publish()
    {
        if (Directory.Exists(_final))
        {
            if (!_replace)
                throw Exists();
            Directory.Move(_final, _old);
        }

        try
        {
            Directory.Move(New, _final);
        }
        catch (IOException)
        {
            Recover();
            throw;
        }

        _isPublished = true;
        DeleteFolder(_old);
    }

    public void Dispose()
    {
        if (!_isPublished)
            DeleteFolder(New);
        _lock.Dispose();
        if (!_isPublished && _madeData && Directory.Exists(_data) && !Directory.EnumerateFileSystemEntries(_data).Any())
            Directory.Delete(_data);
    }

    private BadInputException Exists() => new(_final, "a set of that name", "a new name, or --replace to replace the old set");

    private void Recover()
    {
        if (!Directory.Exists(_old))
            return;
        if (Directory.Exists(_final))
            DeleteFolder(_old);
        else
            Directory.Move(_old, _final);
    }

    private static string OldFolderOf(string workspace, string name) => Path.Combine(workspace, DataFolder, $".{name}.old");

    /// <summary>Null where another process has the lock. The file is deleted when it is closed, however the process ends.</summary>
    private static FileStream? Lock(string workspace, string name)
    {
        try
        {
            var path = Path.Combine(workspace, DataFolder, $".{name}.lock");
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
