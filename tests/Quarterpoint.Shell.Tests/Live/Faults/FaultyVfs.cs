using System.Runtime.InteropServices;

namespace Quarterpoint.Shell.Tests.Live.Faults;

/// <summary>
/// A file layer for SQLite that hands everything to the platform's own, counts each operation, and can make one fail. A connection is
/// opened through it by its <see cref="Name"/>, without pooling, and disposed before it. It does not see the index of the WAL, which is
/// mapped memory.
/// </summary>
internal sealed unsafe partial class FaultyVfs : IDisposable
{
    private const int Ok = 0;
    private static readonly Fault NoPower = new(At: 0);
    private static readonly Vfs* Platform = FindVfs(null);
    private static readonly IoMethods* Methods = NewMethods();
    private static int _instances;

    private readonly Lock _gate = new();
    private readonly List<IoCall> _calls = [];
    private readonly List<Unsynced> _unsynced = [];
    private Vfs* _vfs;
    private Fault? _fault;
    private long _matched;
    private bool _powerIsOff;
    private int _openFiles;

    public FaultyVfs()
    {
        Name = $"faulty-{Interlocked.Increment(ref _instances)}";
        _vfs = (Vfs*)NativeMemory.Alloc((nuint)sizeof(Vfs));

        // What stays as it is (paths, randomness, clock) makes no use of the layer it is called on.
        *_vfs = *Platform;
        _vfs->FileBytes = sizeof(SqliteFile) + Platform->FileBytes;
        _vfs->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name);
        _vfs->Owner = GCHandle.ToIntPtr(GCHandle.Alloc(this));
        _vfs->Open = &Open;
        _vfs->Delete = &Delete;
        _vfs->Access = &Access;
        Assert.Equal(Ok, RegisterVfs(_vfs, makeDefault: 0));
    }

    /// <summary>What to call it in a connection string; each instance has its own.</summary>
    public string Name { get; }

    /// <summary>The first operation that the fault hit; null while it has hit none.</summary>
    public IoCall? Hit { get; private set; }

    /// <summary>All operations since <see cref="Arm"/>, the oldest first.</summary>
    public IReadOnlyList<IoCall> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>
    /// Counts anew, with the power on, towards this fault; null for none. A loss of power undoes only what was written after this call.
    /// </summary>
    public void Arm(Fault? fault)
    {
        lock (_gate)
        {
            (_fault, _matched, _powerIsOff, Hit) = (fault, 0, false, null);
            _calls.Clear();
            _unsynced.Clear();
        }
    }

    public void Dispose()
    {
        if (_vfs == null)
            return;
        Assert.Equal(Ok, UnregisterVfs(_vfs));

        // Where a connection still calls through it, a leak beats a use after free.
        if (_openFiles == 0)
        {
            GCHandle.FromIntPtr(_vfs->Owner).Free();
            Marshal.FreeCoTaskMem((nint)_vfs->Name);
            NativeMemory.Free(_vfs);
        }

        _vfs = null;
    }

    /// <summary>Counts an operation; the fault that it has to suffer, or null.</summary>
    private Fault? Enter(IoOp op, DbFile file, long offset = 0, int length = 0)
    {
        lock (_gate)
        {
            var call = new IoCall(_calls.Count + 1, op, file, offset, length);
            _calls.Add(call);
            if (_powerIsOff)
                return NoPower;
            if (_fault is not { } fault || !fault.Matches(op, file) || ++_matched < fault.At || (_matched > fault.At && !fault.Forever))
                return null;
            Hit ??= call;
            _powerIsOff = fault.Kind is FaultKind.TornWrite or FaultKind.PowerLoss;
            UndoUnsynced();
            return fault;
        }
    }

    /// <summary>Keeps what a write or a truncation will destroy, for the case that the power goes before the next sync.</summary>
    private void BeforeChange(SqliteFile* file, long offset, long length)
    {
        if (_fault is not { Kind: FaultKind.PowerLoss })
            return;
        long size;
        _ = file->Methods->FileSize(file, &size);
        var old = new byte[Math.Clamp(size - offset, 0, length)];
        fixed (byte* bytes = old)
        {
            if (bytes != null)
                _ = file->Methods->Read(file, bytes, old.Length, offset);
        }

        _unsynced.Add(new Unsynced((nint)file, offset, old, size));
    }

    private void UndoUnsynced()
    {
        foreach (var (handle, offset, old, size) in Enumerable.Reverse(_unsynced))
        {
            var file = (SqliteFile*)handle;
            fixed (byte* bytes = old)
            {
                if (bytes != null)
                    _ = file->Methods->Write(file, bytes, old.Length, offset);
            }

            _ = file->Methods->Truncate(file, size);
        }

        _unsynced.Clear();
    }

    private void ForgetUnsynced(SqliteFile* file) => _unsynced.RemoveAll(change => change.File == (nint)file);

    // From here on, what SQLite calls. An exception that left one of these would end the process.
    private static FaultyVfs Of(nint owner) => (FaultyVfs)GCHandle.FromIntPtr(owner).Target!;

    private static bool Fails(SqliteFile* f, IoOp op, out int code, long offset = 0, int length = 0) =>
        (code = Of(f->Owner).Enter(op, f->Role, offset, length)?.CodeFor(op) ?? Ok) != Ok;

    private static bool Fails(Vfs* vfs, IoOp op, byte* path, out int code)
    {
        var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path);
        var role =
            name.EndsWith("-wal"u8) ? DbFile.Wal
            : name.EndsWith("-journal"u8) ? DbFile.Journal
            : DbFile.Main;
        return (code = Of(vfs->Owner).Enter(op, role)?.CodeFor(op) ?? Ok) != Ok;
    }

    [UnmanagedCallersOnly]
    private static int Open(Vfs* vfs, byte* path, SqliteFile* f, int flags, int* outFlags)
    {
        const int main = 0x100,
            journal = 0x800,
            wal = 0x80000;

        // Without methods: SQLite must not close what failed to open.
        *f = default;
        f->Role =
            (flags & main) != 0 ? DbFile.Main
            : (flags & wal) != 0 ? DbFile.Wal
            : (flags & journal) != 0 ? DbFile.Journal
            : DbFile.Temp;
        var self = Of(f->Owner = vfs->Owner);
        if (self.Enter(IoOp.Open, f->Role) is { } fault)
            return fault.CodeFor(IoOp.Open);
        f->Real = f + 1;
        var code = Platform->Open(Platform, path, f->Real, flags, outFlags);
        if (code != Ok)
            return code;
        f->Methods = Methods;
        self._openFiles++;
        return Ok;
    }

    [UnmanagedCallersOnly]
    private static int Delete(Vfs* vfs, byte* path, int syncDirectory) =>
        Fails(vfs, IoOp.Delete, path, out var code) ? code : Platform->Delete(Platform, path, syncDirectory);

    [UnmanagedCallersOnly]
    private static int Access(Vfs* vfs, byte* path, int flags, int* result) =>
        Fails(vfs, IoOp.Access, path, out var code) ? code : Platform->Access(Platform, path, flags, result);

    [UnmanagedCallersOnly]
    private static int Read(SqliteFile* f, byte* to, int length, long offset) =>
        Fails(f, IoOp.Read, out var code, offset, length) ? code : f->Real->Methods->Read(f->Real, to, length, offset);

    [UnmanagedCallersOnly]
    private static int Write(SqliteFile* f, byte* from, int length, long offset)
    {
        var fault = Of(f->Owner).Enter(IoOp.Write, f->Role, offset, length);
        if (fault is { Kind: FaultKind.ShortWrite or FaultKind.TornWrite })
            _ = f->Real->Methods->Write(f->Real, from, length / 2, offset);
        if (fault is not null)
            return fault.CodeFor(IoOp.Write);
        Of(f->Owner).BeforeChange(f->Real, offset, length);
        return f->Real->Methods->Write(f->Real, from, length, offset);
    }

    [UnmanagedCallersOnly]
    private static int Truncate(SqliteFile* f, long size)
    {
        if (Fails(f, IoOp.Truncate, out var code, size))
            return code;
        Of(f->Owner).BeforeChange(f->Real, size, int.MaxValue);
        return f->Real->Methods->Truncate(f->Real, size);
    }

    [UnmanagedCallersOnly]
    private static int Sync(SqliteFile* f, int flags)
    {
        if (!Fails(f, IoOp.Sync, out var code) && (code = f->Real->Methods->Sync(f->Real, flags)) == Ok)
            Of(f->Owner).ForgetUnsynced(f->Real);
        return code;
    }

    [UnmanagedCallersOnly]
    private static int FileSize(SqliteFile* f, long* size) =>
        Fails(f, IoOp.FileSize, out var code) ? code : f->Real->Methods->FileSize(f->Real, size);

    [UnmanagedCallersOnly]
    private static int LockFile(SqliteFile* f, int level) =>
        Fails(f, IoOp.Lock, out var code) ? code : f->Real->Methods->Lock(f->Real, level);

    [UnmanagedCallersOnly]
    private static int CheckReservedLock(SqliteFile* f, int* held) =>
        Fails(f, IoOp.CheckReservedLock, out var code) ? code : f->Real->Methods->CheckReservedLock(f->Real, held);

    [UnmanagedCallersOnly]
    private static int ShmMap(SqliteFile* f, int region, int size, int extend, void** at) =>
        Fails(f, IoOp.ShmMap, out var code, region, size) ? code : f->Real->Methods->ShmMap(f->Real, region, size, extend, at);

    // A release is done even where it is to fail, as a kernel does: else this process would keep the lock, or the mapping.
    [UnmanagedCallersOnly]
    private static int ShmLock(SqliteFile* f, int offset, int count, int flags)
    {
        const int unlock = 1;
        var fails = Fails(f, IoOp.ShmLock, out var code, offset, count);
        var done = fails && (flags & unlock) == 0 ? code : f->Real->Methods->ShmLock(f->Real, offset, count, flags);
        return fails ? code : done;
    }

    [UnmanagedCallersOnly]
    private static int ShmUnmap(SqliteFile* f, int delete)
    {
        var fails = Fails(f, IoOp.ShmUnmap, out var code);
        var done = f->Real->Methods->ShmUnmap(f->Real, fails ? 0 : delete);
        return fails ? code : done;
    }

    [UnmanagedCallersOnly]
    private static int Unlock(SqliteFile* f, int level)
    {
        var fails = Fails(f, IoOp.Unlock, out var code);
        var done = f->Real->Methods->Unlock(f->Real, level);
        return fails ? code : done;
    }

    [UnmanagedCallersOnly]
    private static int Close(SqliteFile* f)
    {
        var self = Of(f->Owner);
        var fails = Fails(f, IoOp.Close, out var code);
        self.ForgetUnsynced(f->Real);
        self._openFiles--;
        var done = f->Real->Methods->Close(f->Real);
        return fails ? code : done;
    }

    [UnmanagedCallersOnly]
    private static void ShmBarrier(SqliteFile* f) => f->Real->Methods->ShmBarrier(f->Real);

    [UnmanagedCallersOnly]
    private static int FileControl(SqliteFile* f, int request, void* argument) => f->Real->Methods->FileControl(f->Real, request, argument);

    [UnmanagedCallersOnly]
    private static int SectorSize(SqliteFile* f) => f->Real->Methods->SectorSize(f->Real);

    [UnmanagedCallersOnly]
    private static int DeviceCharacteristics(SqliteFile* f) => f->Real->Methods->DeviceCharacteristics(f->Real);
}
