using System.Runtime.InteropServices;

namespace Quarterpoint.Learning.Native;

/// <summary>
/// Keeps the C library from giving every large tensor back to the kernel at each step: to map it and touch it for the first time again
/// costs as much as the arithmetic. It must run before libtorch allocates anything.
/// </summary>
internal static unsafe class GlibcAllocator
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    /// <summary>Changes the settings; false where one was refused, or the C library is not glibc.</summary>
    public static bool KeepLargeBlocks()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var libc))
            return false;
        if (!NativeLibrary.TryGetExport(libc, "mallopt", out var address))
            return false;
        var mallopt = (delegate* unmanaged<int, int, int>)address;
        return (mallopt(MmapThreshold, 1 << 30) & mallopt(TrimThreshold, int.MaxValue) & mallopt(TopPad, 64 << 20)) == 1;
    }
}
