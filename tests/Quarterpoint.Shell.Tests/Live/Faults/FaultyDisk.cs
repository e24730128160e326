namespace Quarterpoint.Shell.Tests.Live.Faults;

/// <summary>
/// All that an account's session asks of its disk: SQLite's operations, and those on journal, mirrors, and memory of the market.
/// </summary>
internal sealed class FaultyDisk : IDisposable
{
    private FaultyDisk(FaultyVfs vfs, FaultyFiles files) => (Vfs, Files) = (vfs, files);

    public FaultyVfs Vfs { get; }

    public FaultyFiles Files { get; }

    /// <summary>What failed first, in words; null where nothing did.</summary>
    public string? Hit => Files.Hit ?? (Vfs.Hit is { } call ? $"{call.Op} {call.File}" : null);

    public static FaultyDisk Healthy(Action<string, byte[]>? onReplace = null) =>
        new(new FaultyVfs(), new FaultyFiles { OnReplace = onReplace });

    /// <summary>Only what SQLite asks for fails.</summary>
    public static FaultyDisk UnderStore(Fault fault, Action<string, byte[]>? onReplace = null)
    {
        var disk = Healthy(onReplace);
        disk.Vfs.Arm(fault);
        return disk;
    }

    /// <summary>Only the plain files fail.</summary>
    public static FaultyDisk UnderFiles(FileFault fault, Action<string, byte[]>? onReplace = null) =>
        new(new FaultyVfs(), new FaultyFiles(fault) { OnReplace = onReplace });

    /// <summary>The whole disk fails for good at the nth operation that SQLite asks for.</summary>
    public static FaultyDisk Whole(Fault fault, FileFaultKind files, Action<string, byte[]>? onReplace = null)
    {
        var vfs = new FaultyVfs();
        vfs.Arm(fault with { Forever = true });
        return new FaultyDisk(
            vfs,
            new FaultyFiles(new FileFault(long.MaxValue, files)) { FailsToo = () => vfs.Hit is not null, OnReplace = onReplace }
        );
    }

    /// <summary>The whole disk fails for good at the nth operation on a plain file.</summary>
    public static FaultyDisk Whole(FileFault fault, Fault store, Action<string, byte[]>? onReplace = null)
    {
        var vfs = new FaultyVfs();
        return new FaultyDisk(
            vfs,
            new FaultyFiles(fault with { Forever = true })
            {
                OnHit = () => vfs.Arm(store with { At = 1, Forever = true }),
                OnReplace = onReplace,
            }
        );
    }

    /// <summary>It is sound until it is told to fail for good.</summary>
    /// <param name="files">Whether journal and mirrors fail too.</param>
    public static FaultyDisk FromNowOn(out Action fail, bool files = true)
    {
        var (vfs, fails) = (new FaultyVfs(), false);
        fail = () =>
        {
            vfs.Arm(new Fault(1) { Forever = true });
            fails = true;
        };
        return new FaultyDisk(vfs, new FaultyFiles { FailsToo = () => fails && files });
    }

    public void Dispose() => Vfs.Dispose();
}
