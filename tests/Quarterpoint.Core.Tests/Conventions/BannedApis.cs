using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Conventions;

/// <summary>
/// "Does not compile in Core" is true: each line of Core's list of banned symbols stops a probe that uses what it names. A line with a
/// misspelt name bans nothing and says nothing, and so it is found here.
/// </summary>
public sealed class BannedApis
{
    private const string ListPath = "src/Quarterpoint.Core/BannedSymbols.txt";

    /// <summary>The line that bans, and what it must stop. The code stands in a method of its own, as Core would write it.</summary>
    private static readonly (string Line, string Code)[] Stopped =
    [
        ("P:System.DateTime.Now", "_ = DateTime.Now;"),
        ("P:System.DateTime.UtcNow", "_ = DateTime.UtcNow;"),
        ("P:System.DateTime.Today", "_ = DateTime.Today;"),
        ("P:System.DateTimeOffset.Now", "_ = DateTimeOffset.Now;"),
        ("P:System.DateTimeOffset.UtcNow", "_ = DateTimeOffset.UtcNow;"),
        ("T:System.TimeProvider", "_ = TimeProvider.System.GetTimestamp();"),
        ("T:System.Diagnostics.Stopwatch", "_ = System.Diagnostics.Stopwatch.GetTimestamp();"),
        ("P:System.TimeZoneInfo.Local", "_ = TimeZoneInfo.Local;"),
        ("T:System.TimeZone", "_ = TimeZone.CurrentTimeZone;"),
        ("M:System.DateTime.ToLocalTime", "_ = DateTime.UnixEpoch.ToLocalTime();"),
        ("M:System.DateTime.ToUniversalTime", "_ = DateTime.UnixEpoch.ToUniversalTime();"),
        ("P:System.DateTimeOffset.LocalDateTime", "_ = DateTimeOffset.UnixEpoch.LocalDateTime;"),
        ("M:System.DateTimeOffset.ToLocalTime", "_ = DateTimeOffset.UnixEpoch.ToLocalTime();"),
        ("T:System.Random", "_ = new Random();"),
        ("T:System.Random", "_ = new Random(7);"),
        ("T:System.Random", "_ = Random.Shared.Next();"),
        ("T:System.Security.Cryptography.RandomNumberGenerator", "_ = System.Security.Cryptography.RandomNumberGenerator.GetBytes(8);"),
        ("M:System.Guid.NewGuid", "_ = Guid.NewGuid();"),
        ("M:System.Guid.CreateVersion7", "_ = Guid.CreateVersion7();"),
        ("M:System.Guid.CreateVersion7(System.DateTimeOffset)", "_ = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);"),
        ("N:System.Threading", "_ = System.Threading.Tasks.Task.CompletedTask;"),
        ("N:System.Threading", "_ = System.Threading.Tasks.Task.FromResult(1).Result;"),
        ("N:System.Threading", "_ = new System.Threading.Tasks.ValueTask();"),
        ("N:System.Threading", "_ = new System.Threading.Tasks.ValueTask<int>(1).Result;"),
        ("N:System.Threading", "_ = new System.Threading.Tasks.TaskCompletionSource<int>();"),
        ("N:System.Threading", "System.Threading.Tasks.Parallel.For(0, 2, _ => { });"),
        ("N:System.Threading", "_ = System.Threading.Channels.Channel.CreateUnbounded<int>();"),
        ("N:System.Threading", "new System.Threading.Thread(() => { }).Start();"),
        ("N:System.Threading", "System.Threading.ThreadPool.QueueUserWorkItem(_ => { });"),
        ("N:System.Threading", "_ = new System.Threading.ThreadLocal<int>();"),
        ("N:System.Threading", "_ = new System.Threading.AsyncLocal<int>();"),
        ("N:System.Threading", "System.Threading.Monitor.Enter(new object());"),
        ("N:System.Threading", "_ = new System.Threading.Lock();"),
        ("N:System.Threading", "var n = 0; System.Threading.Interlocked.Increment(ref n);"),
        ("N:System.Threading", "var n = 0; _ = System.Threading.Volatile.Read(ref n);"),
        ("N:System.Threading", "_ = new System.Threading.SemaphoreSlim(1);"),
        ("N:System.Threading", "_ = new System.Threading.Timer(_ => { });"),
        ("N:System.Threading", "_ = new System.Threading.PeriodicTimer(TimeSpan.FromSeconds(1));"),
        ("N:System.Threading", "_ = new System.Threading.CancellationTokenSource();"),
        ("N:System.Timers", "_ = new System.Timers.Timer();"),
        ("T:System.Progress`1", "_ = new Progress<int>();"),
        ("T:System.Collections.Generic.IAsyncEnumerable`1", "IAsyncEnumerable<int>? all = null; _ = all!.GetAsyncEnumerator();"),
        ("T:System.IO.Stream", "_ = System.IO.Stream.Null;"),
        ("T:System.IO.BufferedStream", "_ = new System.IO.BufferedStream(null!);"),
        ("T:System.IO.FileStream", "_ = new System.IO.FileStream(\"a\", default(System.IO.FileMode));"),
        ("T:System.IO.MemoryStream", "_ = new System.IO.MemoryStream();"),
        ("T:System.IO.UnmanagedMemoryStream", "System.IO.UnmanagedMemoryStream? a = null; _ = a!.Capacity;"),
        ("T:System.IO.TextReader", "_ = System.IO.TextReader.Null;"),
        ("T:System.IO.StreamReader", "_ = new System.IO.StreamReader(\"a\");"),
        ("T:System.IO.StringReader", "_ = new System.IO.StringReader(\"a\");"),
        ("T:System.IO.TextWriter", "_ = System.IO.TextWriter.Null;"),
        ("T:System.IO.StreamWriter", "_ = new System.IO.StreamWriter(\"a\");"),
        ("T:System.IO.StringWriter", "_ = new System.IO.StringWriter();"),
        ("T:System.IO.BinaryReader", "_ = new System.IO.BinaryReader(null!);"),
        ("T:System.IO.BinaryWriter", "_ = new System.IO.BinaryWriter(null!);"),
        ("T:System.IO.File", "_ = System.IO.File.ReadAllText(\"a\");"),
        ("T:System.IO.FileInfo", "_ = new System.IO.FileInfo(\"a\");"),
        ("T:System.IO.FileSystemInfo", "System.IO.FileSystemInfo? a = null; a!.Delete();"),
        ("T:System.IO.FileSystemWatcher", "_ = new System.IO.FileSystemWatcher();"),
        ("T:System.IO.Directory", "_ = System.IO.Directory.Exists(\"a\");"),
        ("T:System.IO.DirectoryInfo", "_ = new System.IO.DirectoryInfo(\"a\");"),
        ("T:System.IO.DriveInfo", "_ = new System.IO.DriveInfo(\"a\");"),
        ("T:System.IO.Path", "_ = System.IO.Path.GetTempPath();"),
        ("T:System.IO.RandomAccess", "_ = System.IO.RandomAccess.GetLength(null!);"),
        ("N:System.IO.Compression", "_ = new System.IO.Compression.BrotliEncoder();"),
        ("N:System.IO.IsolatedStorage", "_ = System.IO.IsolatedStorage.IsolatedStorageFile.GetUserStoreForAssembly();"),
        ("N:System.IO.MemoryMappedFiles", "_ = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(\"a\");"),
        ("N:System.IO.Pipes", "_ = new System.IO.Pipes.NamedPipeServerStream(\"a\");"),
        ("N:System.Net", "_ = new System.Net.Http.HttpClient();"),
        ("N:System.Net", "_ = new System.Net.Sockets.Socket(default, default);"),
        ("N:System.Net", "_ = System.Net.Dns.GetHostName();"),
        ("T:System.Reflection.Assembly", "_ = System.Reflection.Assembly.Load(\"a\");"),
        ("N:System.Reflection.Emit", "_ = System.Reflection.Emit.OpCodes.Nop;"),
        ("T:System.Activator", "_ = Activator.CreateInstance(typeof(object));"),
        ("T:System.AppDomain", "_ = AppDomain.CurrentDomain;"),
        ("T:System.AppContext", "_ = AppContext.BaseDirectory;"),
        ("T:System.Environment", "_ = Environment.ProcessorCount;"),
        ("T:System.Environment", "_ = Environment.TickCount64;"),
        ("T:System.Environment", "_ = Environment.GetEnvironmentVariable(\"a\");"),
        ("T:System.OperatingSystem", "_ = OperatingSystem.IsLinux();"),
        (
            "T:System.Runtime.InteropServices.RuntimeInformation",
            "_ = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription;"
        ),
        ("T:System.Runtime.InteropServices.NativeLibrary", "_ = System.Runtime.InteropServices.NativeLibrary.Load(\"a\");"),
        ("T:System.GC", "_ = GC.GetTotalMemory(false);"),
        ("T:System.WeakReference", "_ = new WeakReference(null);"),
        ("T:System.WeakReference`1", "_ = new WeakReference<object>(new object());"),
        ("T:System.Console", "Console.WriteLine();"),
        ("T:System.Diagnostics.Process", "_ = System.Diagnostics.Process.GetCurrentProcess();"),
        ("T:System.Diagnostics.Debug", "System.Diagnostics.Debug.Fail(\"a\");"),
        ("T:System.Diagnostics.Trace", "System.Diagnostics.Trace.WriteLine(\"a\");"),
        ("N:System.Diagnostics.Tracing", "_ = new System.Diagnostics.Tracing.EventSource(\"a\");"),
        ("N:System.Diagnostics.Metrics", "_ = new System.Diagnostics.Metrics.Meter(\"a\");"),
        ("P:System.Globalization.CultureInfo.CurrentCulture", "_ = System.Globalization.CultureInfo.CurrentCulture;"),
        ("P:System.Globalization.CultureInfo.CurrentUICulture", "_ = System.Globalization.CultureInfo.CurrentUICulture;"),
        ("T:System.Collections.Generic.Dictionary`2", "_ = new Dictionary<int, int>();"),
        ("T:System.Collections.Generic.Dictionary`2", "Dictionary<int, int> a = []; _ = a.Keys;"),
        ("T:System.Collections.Generic.HashSet`1", "_ = new HashSet<int>();"),
        ("T:System.Collections.Hashtable", "_ = new System.Collections.Hashtable();"),
        ("N:System.Collections.Concurrent", "_ = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();"),
        ("N:System.Collections.Concurrent", "_ = new System.Collections.Concurrent.ConcurrentBag<int>();"),
        ("N:System.Collections.Frozen", "_ = System.Collections.Frozen.FrozenSet.ToFrozenSet(new[] { 1 });"),
        ("T:System.Collections.Immutable.ImmutableDictionary", "_ = System.Collections.Immutable.ImmutableDictionary.Create<int, int>();"),
        ("T:System.Collections.Immutable.ImmutableDictionary`2", "_ = System.Collections.Immutable.ImmutableDictionary<int, int>.Empty;"),
        ("T:System.Collections.Immutable.ImmutableHashSet", "_ = System.Collections.Immutable.ImmutableHashSet.Create<int>();"),
        ("T:System.Collections.Immutable.ImmutableHashSet`1", "_ = System.Collections.Immutable.ImmutableHashSet<int>.Empty;"),
        ("P:System.Collections.Generic.PriorityQueue`2.UnorderedItems", "_ = new PriorityQueue<int, int>().UnorderedItems;"),
        (ToHashSet, "_ = new[] { 1 }.ToHashSet();"),
        (ToHashSetBy, "_ = new[] { 1 }.ToHashSet(null);"),
        (ToDictionary + "``2(" + Of("``0") + "," + Func("``1") + ")", "_ = new[] { 1 }.ToDictionary(i => i);"),
        (ToDictionary + "``2(" + Of("``0") + "," + Func("``1") + "," + By("``1") + ")", "_ = new[] { 1 }.ToDictionary(i => i, null);"),
        (ToDictionary + "``3(" + Of("``0") + "," + Func("``1") + "," + Func("``2") + ")", "_ = new[] { 1 }.ToDictionary(i => i, i => i);"),
        (
            ToDictionary + "``3(" + Of("``0") + "," + Func("``1") + "," + Func("``2") + "," + By("``1") + ")",
            "_ = new[] { 1 }.ToDictionary(i => i, i => i, null);"
        ),
        (ToDictionary + "``2(" + Of(Pair) + ")", "_ = new[] { KeyValuePair.Create(1, 2) }.ToDictionary();"),
        (ToDictionary + "``2(" + Of(Pair) + "," + By("``0") + ")", "_ = new[] { KeyValuePair.Create(1, 2) }.ToDictionary(null);"),
        (ToDictionary + "``2(" + Of(Tuple) + ")", "_ = new[] { (1, 2) }.ToDictionary();"),
        (ToDictionary + "``2(" + Of(Tuple) + "," + By("``0") + ")", "_ = new[] { (1, 2) }.ToDictionary(null);"),
        ("T:System.HashCode", "_ = HashCode.Combine(1, 2);"),
        ("M:System.Object.GetHashCode", "_ = new object().GetHashCode();"),
        ("M:System.Object.GetHashCode", "_ = \"a\".GetHashCode();"),
        ("M:System.String.GetHashCode(System.StringComparison)", "_ = \"a\".GetHashCode(StringComparison.Ordinal);"),
        ("M:System.String.GetHashCode(System.ReadOnlySpan{System.Char})", "_ = string.GetHashCode(\"a\".AsSpan());"),
        (
            "M:System.String.GetHashCode(System.ReadOnlySpan{System.Char},System.StringComparison)",
            "_ = string.GetHashCode(\"a\".AsSpan(), StringComparison.Ordinal);"
        ),
        (
            "M:System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(System.Object)",
            "_ = System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(new object());"
        ),
    ];

    private const string ToHashSet = "M:System.Linq.Enumerable.ToHashSet``1(System.Collections.Generic.IEnumerable{``0})";

    private const string ToHashSetBy =
        "M:System.Linq.Enumerable.ToHashSet``1("
        + "System.Collections.Generic.IEnumerable{``0},System.Collections.Generic.IEqualityComparer{``0})";

    private const string ToDictionary = "M:System.Linq.Enumerable.ToDictionary";
    private const string Pair = "System.Collections.Generic.KeyValuePair{``0,``1}";
    private const string Tuple = "System.ValueTuple{``0,``1}";

    private const string Banned = "RS0030";

    /// <summary>What stands beside a member and not inside a method.</summary>
    private const string StoppedAttribute = "T:System.ThreadStaticAttribute";

    /// <summary>What Core works with, and may.</summary>
    private const string Allowed = """
        static void It(IReadOnlyDictionary<int, int> given)
        {
            SortedDictionary<int, int> sorted = new() { [1] = 2 };
            OrderedDictionary<string, int> ordered = new() { ["a"] = 2 };
            foreach (var (key, value) in ordered) { }
            _ = new[] { 3, 1 }.Distinct().Order().GroupBy(i => i % 2).ToList();
            _ = System.Security.Cryptography.SHA256.HashData([1, 2]);
            _ = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
            _ = 1.5.ToString(System.Globalization.CultureInfo.InvariantCulture) + given[1];
            if (ordered.Count > 3)
                throw new System.IO.InvalidDataException("damaged");
        }
        """;

    private static readonly string[] List = File.ReadAllLines(Path.Combine(Repository.Root, ListPath));

    /// <summary>What each line of the list names.</summary>
    private static readonly string[] Names = [.. List.Where(IsEntry).Select(line => line.Split(';')[0])];

    private static readonly Lazy<ILookup<string, ProbeMessage>> Found = new(Compile);

    [Fact]
    public void What_the_list_bans_does_not_compile_in_Core()
    {
        var unstopped = Stopped
            .Append((StoppedAttribute, "[ThreadStatic]"))
            .Select((probe, i) => (probe.Item1, probe.Item2, Messages: Found.Value[NameOf(i)].ToList()))
            .Where(probe =>
                !probe.Messages.Any(m => m.Code == Banned && m.Text.Contains($" project: {probe.Item1} (", StringComparison.Ordinal))
            )
            .Select(probe => $"{probe.Item1}: {probe.Item2} {string.Join(" | ", probe.Messages)}")
            .ToList();
        Assert.Empty(unstopped);
        Assert.All(Found.Value.SelectMany(m => m), m => Assert.Equal(Banned, m.Code));
    }

    [Fact]
    public void Every_line_of_the_list_is_proven_by_code_that_it_stops() =>
        Assert.Equal(
            Names.Order(StringComparer.Ordinal),
            Stopped.Select(p => p.Line).Append(StoppedAttribute).Distinct().Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Every_line_says_what_to_use_instead_or_why() =>
        Assert.All(List.Where(IsEntry), line => Assert.Matches("^[TNMP]:[^;]+;[^;]{10,}$", line));

    [Fact]
    public void What_Core_works_with_is_not_banned() => Assert.Empty(Found.Value["allowed"]);

    [Fact]
    public void Core_is_built_under_the_list_and_every_exception_says_its_reason()
    {
        var project = File.ReadAllText(Path.Combine(Repository.Root, "src/Quarterpoint.Core/Quarterpoint.Core.csproj"));
        Assert.Contains("<AdditionalFiles Include=\"BannedSymbols.txt\" />", project, StringComparison.Ordinal);
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", project, StringComparison.Ordinal);
        foreach (
            var settings in (string[])
                ["src/Quarterpoint.Core/Quarterpoint.Core.csproj", "Directory.Build.props", "Directory.Build.targets", ".editorconfig"]
        )
            Assert.DoesNotContain("RS0030", File.ReadAllText(Path.Combine(Repository.Root, settings)), StringComparison.Ordinal);

        var exceptions = Repository
            .Files("src/Quarterpoint.Core", "*.cs")
            .SelectMany(File.ReadLines)
            .Where(line =>
                line.Contains("RS0030", StringComparison.Ordinal)
                && !line.StartsWith("#pragma warning restore RS0030", StringComparison.Ordinal)
            );
        Assert.All(exceptions, line => Assert.Matches(@"^#pragma warning disable RS0030 // \w.{20,}\.$", line));
    }

    private static ILookup<string, ProbeMessage> Compile()
    {
        // Each line's own name in place of its reason, so that a message tells which line it comes from.
        var list = string.Join('\n', Names.Select(name => $"{name};{name}"));
        return Probes.Compile(
            "Probed",
            [
                .. Stopped.Select((probe, i) => (NameOf(i), $"static void It() {{ {probe.Code} }}")),
                (NameOf(Stopped.Length), "[ThreadStatic] static int it;"),
                ("allowed", Allowed),
            ],
            list
        );
    }

    private static string NameOf(int probe) => $"stopped{probe:000}";

    private static bool IsEntry(string line) => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal);

    private static string Of(string element) => "System.Collections.Generic.IEnumerable{" + element + "}";

    private static string Func(string result) => "System.Func{``0," + result + "}";

    private static string By(string key) => "System.Collections.Generic.IEqualityComparer{" + key + "}";
}
