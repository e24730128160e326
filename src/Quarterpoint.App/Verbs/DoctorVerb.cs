using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Health;

namespace Quarterpoint.App.Verbs;

/// <summary>Is this machine able? Each line says what was looked at, and how to mend it where it is wrong.</summary>
internal static class DoctorVerb
{
    private const long LeastFreeBytes = 5L << 30;

    public static Command Create()
    {
        var command = new Verb("doctor", "Checks this machine: SDK, native libraries, time zones, calendar, workspace, free disk, configuration.", "doctor", "doctor --json");
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(Invocation invocation, CancellationToken stop)
    {
        var checks = new List<Check>();
        foreach (var look in (ReadOnlySpan<Func<Invocation, Check>>)[Runtime, Sdk, TimeZones, Calendar, NativeLibraries, WorkspaceFolder, Disk, Memory, Configuration])
        {
            stop.ThrowIfCancellationRequested();
            checks.Add(look(invocation));
        }

        var terminal = invocation.Terminal;
        var able = checks.All(c => c.State != CheckState.Wrong);
        if (terminal.IsJson)
        {
            terminal.Json(new DoctorDocument(able, checks), DoctorJson.Default.DoctorDocument);
        }
        else
        {
            foreach (var check in checks)
            {
                terminal.Line($"{Mark(check.State)} {check.Name}: {check.Found}");
                if (check.Fix is not null) terminal.Line($"    fix: {check.Fix}");
            }

            terminal.Line();
            terminal.Line(able ? "This machine is able to run Quarterpoint." : "Something must be mended first.");
        }

        return able ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Mark(CheckState state) => state switch
    {
        CheckState.Good => "ok  ",
        CheckState.Warning => "warn",
        _ => "FAIL",
    };

    private static Check Runtime(Invocation invocation) => Environment.Version.Major >= 10
        ? Check.Good("runtime", $".NET {Environment.Version} on {RuntimeInformation.OSDescription} ({RuntimeInformation.ProcessArchitecture}), {Environment.ProcessorCount} cores")
        : Check.Wrong("runtime", $".NET {Environment.Version}", "install the .NET SDK 10");

    private static Check Sdk(Invocation invocation)
    {
        if (Workspace.SourceRoot is null) return Check.Warning("sdk", "not started by ./qp", "start the program by ./qp from the repository: test and bench need the sources");
        var version = ProcessRunner.Read("dotnet", ["--version"], Workspace.SourceRoot);
        return version is null ? Check.Wrong("sdk", "'dotnet --version' does not answer", "install the .NET SDK 10") : Check.Good("sdk", version);
    }

    /// <summary>Asks the zone data about instants whose offsets are facts: a winter, a summer, and both changes of 2026.</summary>
    private static Check TimeZones(Invocation invocation)
    {
        try
        {
            var facts = new (DateTime Utc, int Hours)[]
            {
                (new(2026, 1, 15, 12, 0, 0, DateTimeKind.Utc), -5), (new(2026, 3, 8, 6, 59, 59, DateTimeKind.Utc), -5), (new(2026, 3, 8, 7, 0, 0, DateTimeKind.Utc), -4),
                (new(2026, 11, 1, 5, 59, 59, DateTimeKind.Utc), -4), (new(2026, 11, 1, 6, 0, 0, DateTimeKind.Utc), -5),
            };
            var wrong = facts.Where(f => NewYork.UtcOffset(Timestamp.FromUtc(f.Utc)).TotalHours != f.Hours).Select(f => f.Utc.ToString("u", null)).ToList();
            return wrong.Count == 0
                ? Check.Good("time zones", "America/New_York is right, daylight saving included")
                : Check.Wrong("time zones", "America/New_York is wrong at " + string.Join(", ", wrong), "update the system's time zone data (Debian: apt-get install tzdata)");
        }
        catch (TypeInitializationException)
        {
            return Check.Wrong("time zones", "America/New_York is not known", "install time zone data (Debian: apt-get install tzdata)");
        }
    }

    private static Check Calendar(Invocation invocation)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var calendar = SessionCalendar.CmeEquityIndex;
        var found = $"CME equity index, {calendar.FirstDay} to {calendar.LastDay}, {calendar.Sessions.Length:N0} sessions";
        return calendar.LastDay.Date >= today.AddDays(30)
            ? Check.Good("calendar", found)
            : Check.Wrong("calendar", found, "update Quarterpoint, or name a newer calendarFile: without a calendar row nothing trades");
    }

    private static Check NativeLibraries(Invocation invocation)
    {
        var problem = NativeSelfTest.Run();
        return problem is null
            ? Check.Good("native libraries", "Parquet and Zstandard read back what they wrote")
            : Check.Wrong("native libraries", problem, "restore the packages again: rm -rf artifacts && ./qp doctor; on Alpine use a glibc system");
    }

    private static Check WorkspaceFolder(Invocation invocation)
    {
        var root = invocation.Workspace.Root;
        try
        {
            Directory.CreateDirectory(root);
            var probe = Path.Combine(root, ".doctor-" + Environment.ProcessId);
            File.WriteAllText(probe, "written by qp doctor");
            File.Move(probe, probe + ".moved");
            File.Delete(probe + ".moved");
            return Check.Good("workspace", root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check.Wrong("workspace", $"{root}: {e.Message}", "name a folder you may write to with --workspace or QP_WORKSPACE");
        }
    }

    private static Check Disk(Invocation invocation)
    {
        var folder = invocation.Workspace.Root;
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free >= LeastFreeBytes
            ? Check.Good("free disk", $"{free >> 30} GiB")
            : Check.Warning("free disk", $"{free >> 20} MiB", "free some space: two years of seconds need about 0.3 GiB, the demo 50 MiB");
    }

    private static Check Memory(Invocation invocation)
    {
        var total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return total >= 4L << 30
            ? Check.Good("memory", $"{total >> 30} GiB")
            : Check.Warning("memory", $"{total >> 20} MiB", "the whole pipeline may need up to 4 GiB on years of seconds");
    }

    private static Check Configuration(Invocation invocation)
    {
        try
        {
            var config = invocation.Config();
            var set = config.Values.Count(v => v.Origin != Quarterpoint.App.Configuration.ConfigOrigin.Default);
            var gate = new RiskGate(config.Limits);
            var worst = gate.TradeRisk(config.Stop.Smallest, atRth: true, config.Instruments["MES"].TickValue);
            return Check.Good("configuration", $"valid, {set} settings differ from the defaults; one MES contract at the smallest stop risks {worst} of {config.Limits.TradeRisk}");
        }
        catch (Exception e) when (e is Quarterpoint.App.Configuration.ConfigurationException or UsageException)
        {
            return Check.Wrong("configuration", e.Message, "mend the settings named; quarterpoint.example.yaml shows them all");
        }
    }
}

internal enum CheckState
{
    Good,
    Warning,
    Wrong,
}

internal sealed record Check(string Name, CheckState State, string Found, string? Fix)
{
    public static Check Good(string name, string found) => new(name, CheckState.Good, found, null);

    public static Check Warning(string name, string found, string fix) => new(name, CheckState.Warning, found, fix);

    public static Check Wrong(string name, string found, string fix) => new(name, CheckState.Wrong, found, fix);
}

internal sealed record DoctorDocument(bool Able, IReadOnlyList<Check> Checks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DoctorDocument))]
internal sealed partial class DoctorJson : JsonSerializerContext;
