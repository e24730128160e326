using System.Collections;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Health;

namespace Quarterpoint.App.Invocation;

/// <summary>
/// What the program finds around it. Tests describe other machines: without an SDK, without zone data, without free disk.
/// </summary>
internal sealed record Machine
{
    /// <summary>The machine that the program runs on.</summary>
    public static Machine Here { get; } = new();

    /// <summary>Where the sources are, as the launcher says; null for an installed program.</summary>
    public string? SourceRoot { get; init; } =
        Environment.GetEnvironmentVariable("QP_HOME") is { Length: > 0 } home && Directory.Exists(home) ? home : null;

    /// <summary>The SDK's program, which builds and tests.</summary>
    public string Dotnet { get; init; } = "dotnet";

    public IReadOnlyDictionary<string, string> Variables { get; init; } =
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");

    public Version Runtime { get; init; } = Environment.Version;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Throws <see cref="TypeInitializationException"/> where the zone is not known.</summary>
    public Func<Timestamp, TimeSpan> NewYorkOffset { get; init; } = NewYork.UtcOffset;

    /// <summary>Says what is wrong with the native libraries; null where they work.</summary>
    public Func<string?> NativeProblem { get; init; } = NativeSelfTest.Run;

    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    public long MemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
