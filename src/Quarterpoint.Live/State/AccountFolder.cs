using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Live.State;

/// <summary>Another process trades this account now.</summary>
public sealed class AccountBusyException(string message) : Exception(message);

/// <summary>What stands where the state of an account should be.</summary>
/// <param name="Finding">Whether it can be believed.</param>
/// <param name="Why">What is wrong, in words; empty where nothing is.</param>
/// <param name="Known">The newest state that is known, from the store or, where that is gone, from a mirror; null where nothing is.</param>
public sealed record Opening(Finding Finding, string Why, StoredState? Known);

/// <summary>
/// Everything of one account on disk: <c>state/KEY/</c> with risk.db, account.json, journal/, KILL, and a lock that one process at a time
/// holds; and a second account.json in the user's own folder.
/// </summary>
public sealed class AccountFolder : IDisposable
{
    /// <summary>The state once more, for people; <see cref="AccountMirror"/>.</summary>
    public const string MirrorName = "account.json";

    /// <summary>The file whose existence asks for a kill.</summary>
    public const string KillName = "KILL";

    private readonly DiskFiles _files;
    private readonly FileStream? _lock;
    private readonly string _home;
    private readonly string _vfs;
    private volatile bool _isKillAsked;

    private AccountFolder(AccountKey key, string folder, string home, FileStream? held, DiskFiles files, string vfs)
    {
        (Key, Folder, _home, _lock, _files, _vfs) = (key, folder, home, held, files, vfs);
    }

    public AccountKey Key { get; }

    public string Folder { get; }

    public string JournalFolder => Path.Combine(Folder, "journal");

    public string KillFile => Path.Combine(Folder, KillName);

    public string StorePath => Path.Combine(Folder, RiskStore.FileName);

    /// <summary>What is normal for each minute, as the last session left it.</summary>
    public string MarketMemoryPath => Path.Combine(Folder, "market.bin");

    public DiskFiles Files => _files;

    /// <summary>The store, once it is open and sound.</summary>
    public RiskStore? Store { get; private set; }

    private string Mirror => Path.Combine(Folder, MirrorName);

    /// <summary>A live account is the same from wherever it is traded; a simulated one belongs to its workspace.</summary>
    private string HomeMirror
    {
        get
        {
            var place =
                Key.Mode == TradingMode.Live
                    ? ""
                    : "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(Folder))))[..12];
            return Path.Combine(_home, "accounts", $"{Key}{place}.json");
        }
    }

    /// <summary>Where the user's own copies lie: QP_STATE_HOME, else the place that the system has for such things.</summary>
    public static string HomeOf(IReadOnlyDictionary<string, string> variables) =>
        variables.GetValueOrDefault("QP_STATE_HOME") is { Length: > 0 } named
            ? named
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "quarterpoint"
            );

    /// <summary>Takes the account for this process.</summary>
    /// <exception cref="AccountBusyException">Another process holds it.</exception>
    public static AccountFolder Take(string stateRoot, AccountKey key, string home, DiskFiles? files = null, string vfs = "")
    {
        var folder = Path.Combine(stateRoot, key.ToString());
        Directory.CreateDirectory(folder);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new AccountBusyException($"The account {key} is held by another process ({Path.Combine(folder, "lock")}).");
        }

        return new AccountFolder(key, folder, home, held, files ?? DiskFiles.Real, vfs);
    }

    /// <summary>
    /// Looks without taking: for those who only read, and for a kill, which must work while another process holds the account.
    /// </summary>
    public static AccountFolder Look(string stateRoot, AccountKey key, string home) =>
        new(key, Path.Combine(stateRoot, key.ToString()), home, null, DiskFiles.Real, "");

    /// <summary>Opens the store, if there is one, and holds it to the newest state that is known; only a sound store is proof.</summary>
    public Opening Open()
    {
        var known = NewestMirror(out var isKnown);
        isKnown |= Directory.Exists(JournalFolder);
        if (!File.Exists(StorePath))
            return isKnown
                ? new Opening(Finding.Missing, $"{StorePath}: the account is known, and its state is gone.", known)
                : new Opening(Finding.Unknown, "", null);
        try
        {
            Store = RiskStore.Open(StorePath, Key, _vfs);
        }
        catch (StoreDamageException e)
        {
            return new Opening(e.Finding, e.Message, known);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            return new Opening(Finding.Damaged, $"{StorePath}: it cannot be opened: {e.Message}", known);
        }

        if (known is null || known.Commit <= Store.State.Commit)
            return new Opening(Finding.Sound, "", Store.State);
        var why = string.Create(
            CultureInfo.InvariantCulture,
            $"{StorePath}: it ends with commit {Store.State.Commit}, and commit {known.Commit} is known: an older state was put in its "
                + $"place."
        );
        Store.Dispose();
        Store = null;
        return new Opening(Finding.Damaged, why, known);
    }

    /// <summary>A first start, or a new store in the place of one that was lost: that one is kept beside it.</summary>
    public void Begin(StoredState first, IReadOnlyList<HistoryEntry> history)
    {
        // What belongs together keeps one number.
        var kept = FreeSuffix(StorePath);
        foreach (var name in (ReadOnlySpan<string>)[StorePath, StorePath + "-wal", StorePath + "-shm"])
        {
            if (File.Exists(name))
                File.Move(name, name + kept);
        }

        Store = RiskStore.Create(StorePath, Key, first, history, _vfs);
        WriteMirrors(first, first.ToRisk(), sync: true);
    }

    /// <summary>
    /// Writes the state into the mirrors. They are for the case that all else is lost, so a disk that refuses one of them stops nothing.
    /// </summary>
    /// <returns>Whether both were written.</returns>
    public bool WriteMirrors(StoredState state, RiskState risk, bool sync = false)
    {
        var text = AccountMirror.Of(Key, state, risk);
        var written = true;
        foreach (var path in (ReadOnlySpan<string>)[Mirror, HomeMirror])
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                _files.Replace(path, text, sync);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                written = false;
            }
        }

        return written;
    }

    /// <summary>Whether somebody has asked for a kill, by the file or within this process.</summary>
    public bool IsKillAsked => _isKillAsked || File.Exists(KillFile);

    /// <summary>
    /// Asks for a kill in the one way that works while everything else is stuck: a file whose existence is enough. Where the disk refuses
    /// it, this process knows all the same.
    /// </summary>
    public void RequestKill(string reason)
    {
        _isKillAsked = true;
        Directory.CreateDirectory(Folder);
        File.WriteAllText(KillFile, reason + "\n");
    }

    public void Dispose()
    {
        Store?.Dispose();
        _lock?.Dispose();
    }

    private StoredState? NewestMirror(out bool isKnown)
    {
        isKnown = false;
        StoredState? newest = null;
        foreach (var path in (ReadOnlySpan<string>)[Mirror, HomeMirror])
        {
            if (!File.Exists(path))
                continue;
            isKnown = true;
            try
            {
                if (AccountMirror.Read(_files.Read(path), Key) is { } state && (newest is null || state.Commit > newest.Commit))
                    newest = state;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not to be read is as good as lost; that it is there says that the account is known.
            }
        }

        return newest;
    }

    private static string FreeSuffix(string path)
    {
        for (var number = 1; ; number++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $".lost-{number}");
            if (!File.Exists(path + suffix) && !File.Exists(path + "-wal" + suffix) && !File.Exists(path + "-shm" + suffix))
                return suffix;
        }
    }
}
