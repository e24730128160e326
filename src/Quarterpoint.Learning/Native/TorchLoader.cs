using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using Quarterpoint.Core;

namespace Quarterpoint.Learning.Native;

/// <summary>
/// Loads libtorch, once a process, before any TorchSharp type is touched. It lies in the output folder where the build copied it there,
/// else in the package folder that the build noted. TorchSharp's own library asks for a newer C++ runtime than Debian 12 and Ubuntu 22.04
/// have, for one symbol that is never called. On those systems a copy in which this demand is marked weak is made in a cache folder, and
/// loaded instead.
/// </summary>
public static class TorchLoader
{
    /// <summary>The version of the one symbol that <c>libstdc++</c> before GCC 13 lacks.</summary>
    private const string NewerRuntime = "GLIBCXX_3.4.32";

    private static readonly Lock Gate = new();
    private static bool _loaded;
    private static nint _bridge;
    private static nint _torchCpu;

    /// <summary>Whether this loader has loaded libtorch into this process.</summary>
    public static bool IsLoaded => Volatile.Read(ref _loaded);

    /// <summary>Where the patched copy goes unless <see cref="Load"/> is told otherwise: the user's cache directory.</summary>
    public static string DefaultCacheFolder =>
        Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "quarterpoint",
            "torch"
        );

    /// <summary>Loads libtorch; a second call does nothing.</summary>
    /// <exception cref="BadInputException">libtorch is not where the build or the output folder says.</exception>
    /// <exception cref="DllNotFoundException">It is there, but this system cannot load it; the message is the system's.</exception>
    public static void Load(string? cacheFolder = null)
    {
        lock (Gate)
        {
            if (_loaded)
                return;
            GlibcAllocator.KeepLargeBlocks();
            var bridge = Find(BridgeName)
                ?? throw new BadInputException(
                    BridgeName,
                    "no such file in the output folder",
                    "the native library of the package TorchSharp"
                );
            if (LibTorchFolder() is { } folder)
            {
                // By full path, and dependencies first: the bridge looks for them beside itself, where they are not.
                foreach (var name in LibTorchFiles)
                {
                    var path = Path.Combine(folder, name);
                    if (!File.Exists(path))
                        throw new BadInputException(path, "no such file", "the package libtorch-cpu as restored by 'dotnet restore'");
                    var handle = NativeLibrary.Load(path);
                    if (name.Contains("torch_cpu", StringComparison.Ordinal))
                        _torchCpu = handle;
                }
            }

            if (!NativeLibrary.TryLoad(bridge, out _bridge))
                _bridge = NativeLibrary.Load(CopyForOlderRuntime(bridge, cacheFolder ?? DefaultCacheFolder));
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
            Volatile.Write(ref _loaded, true);
        }
    }

    private static string BridgeName =>
        OperatingSystem.IsWindows() ? "LibTorchSharp.dll"
        : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib"
        : "libLibTorchSharp.so";

    private static string[] LibTorchFiles =>
        OperatingSystem.IsWindows() ? ["c10.dll", "torch_cpu.dll", "torch.dll"]
        : OperatingSystem.IsMacOS() ? ["libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib"]
        : ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <summary>The runtime asks it after it has searched the usual places; zero means "not mine".</summary>
    private static nint Resolve(Assembly assembly, string name) =>
        name.Contains("LibTorchSharp", StringComparison.Ordinal) ? _bridge
        : name.Contains("torch_cpu", StringComparison.Ordinal) ? _torchCpu
        : 0;

    /// <summary>Null where libtorch lies beside the program and loads by itself.</summary>
    private static string? LibTorchFolder()
    {
        if (Find(LibTorchFiles[1]) is { } beside)
            return Path.GetDirectoryName(beside);
        var noted = typeof(TorchLoader)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == "LibTorchFolder")
            ?.Value;
        return string.IsNullOrEmpty(noted) ? null : noted;
    }

    private static string? Find(string file)
    {
        var probed = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        return probed.Append(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    private static string CopyForOlderRuntime(string bridge, string cacheFolder)
    {
        var bytes = File.ReadAllBytes(bridge);
        var folder = Path.Combine(cacheFolder, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var copy = Path.Combine(folder, Path.GetFileName(bridge));
        if (WeakSymbolVersion.Mark(bytes, NewerRuntime) == 0)
            return bridge;

        // The name says what was patched, not that nobody has changed it since: the copy is used only where its bytes are these.
        if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(bytes))
            return copy;
        Directory.CreateDirectory(folder);
        var temporary = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{copy}.{Environment.ProcessId}");
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, copy, overwrite: true);
        return copy;
    }
}
