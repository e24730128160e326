using System.Runtime.InteropServices;

namespace Quarterpoint.Shell.Tests.Live.Faults;

/// <summary>The parts of sqlite3.h that are needed. Names are short for sqlite3_vfs, sqlite3_io_methods, and their x-functions.</summary>
internal sealed unsafe partial class FaultyVfs
{
    private static IoMethods* NewMethods()
    {
        var table = (IoMethods*)NativeMemory.Alloc((nuint)sizeof(IoMethods));
        *table = new IoMethods
        {
            // With the index of the WAL, and without reads of mapped memory, which would go unseen.
            Version = 2,
            Close = &Close,
            Read = &Read,
            Write = &Write,
            Truncate = &Truncate,
            Sync = &Sync,
            FileSize = &FileSize,
            Lock = &LockFile,
            Unlock = &Unlock,
            CheckReservedLock = &CheckReservedLock,
            FileControl = &FileControl,
            SectorSize = &SectorSize,
            DeviceCharacteristics = &DeviceCharacteristics,
            ShmMap = &ShmMap,
            ShmLock = &ShmLock,
            ShmBarrier = &ShmBarrier,
            ShmUnmap = &ShmUnmap,
        };
        return table;
    }

    // The library that the program itself loads, by the same name, so the same copy of it.
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find", StringMarshalling = StringMarshalling.Utf8)]
    private static partial Vfs* FindVfs(string? name);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    private static partial int RegisterVfs(Vfs* vfs, int makeDefault);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_unregister")]
    private static partial int UnregisterVfs(Vfs* vfs);

    /// <summary>A write or truncation that no sync has made durable, with what it destroyed.</summary>
    private readonly record struct Unsynced(nint File, long Offset, byte[] Old, long SizeBefore);

    /// <summary>
    /// sqlite3_file: only Methods is common to all. SQLite allocates it, with room behind it for the platform's own file, which Real points
    /// to.
    /// </summary>
    private struct SqliteFile
    {
        public IoMethods* Methods;
        public SqliteFile* Real;
        public nint Owner;
        public DbFile Role;
    }

#pragma warning disable CS0649 // Members that only the copy of the platform's layer fills in.
    private struct Vfs
    {
        public int Version;
        public int FileBytes;
        public int MaxPath;
        public Vfs* Next;
        public byte* Name;
        public nint Owner;
        public delegate* unmanaged<Vfs*, byte*, SqliteFile*, int, int*, int> Open;
        public delegate* unmanaged<Vfs*, byte*, int, int> Delete;
        public delegate* unmanaged<Vfs*, byte*, int, int*, int> Access;
        public nint FullPathname;
        public nint DlOpen;
        public nint DlError;
        public nint DlSym;
        public nint DlClose;
        public nint Randomness;
        public nint Sleep;
        public nint CurrentTime;
        public nint LastError;
        public nint CurrentTimeInt64;
        public nint SetSystemCall;
        public nint GetSystemCall;
        public nint NextSystemCall;
    }
#pragma warning restore CS0649

    private struct IoMethods
    {
        public int Version;
        public delegate* unmanaged<SqliteFile*, int> Close;
        public delegate* unmanaged<SqliteFile*, byte*, int, long, int> Read;
        public delegate* unmanaged<SqliteFile*, byte*, int, long, int> Write;
        public delegate* unmanaged<SqliteFile*, long, int> Truncate;
        public delegate* unmanaged<SqliteFile*, int, int> Sync;
        public delegate* unmanaged<SqliteFile*, long*, int> FileSize;
        public delegate* unmanaged<SqliteFile*, int, int> Lock;
        public delegate* unmanaged<SqliteFile*, int, int> Unlock;
        public delegate* unmanaged<SqliteFile*, int*, int> CheckReservedLock;
        public delegate* unmanaged<SqliteFile*, int, void*, int> FileControl;
        public delegate* unmanaged<SqliteFile*, int> SectorSize;
        public delegate* unmanaged<SqliteFile*, int> DeviceCharacteristics;
        public delegate* unmanaged<SqliteFile*, int, int, int, void**, int> ShmMap;
        public delegate* unmanaged<SqliteFile*, int, int, int, int> ShmLock;
        public delegate* unmanaged<SqliteFile*, void> ShmBarrier;
        public delegate* unmanaged<SqliteFile*, int, int> ShmUnmap;
    }
}
