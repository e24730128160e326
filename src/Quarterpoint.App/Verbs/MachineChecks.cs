using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Verbs;

/// <summary>What came of a check; a warning keeps nobody from working.</summary>
internal enum CheckState
{
    [JsonStringEnumMemberName("good")]
    Good,

    [JsonStringEnumMemberName("warning")]
    Warning,

    [JsonStringEnumMemberName("wrong")]
    Wrong,
}

/// <summary>One line of the doctor.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="State">What came of it.</param>
/// <param name="Found">What was found.</param>
/// <param name="Fix">How to mend it; null where it is good.</param>
internal sealed record Check(string Name, CheckState State, string Found, string? Fix)
{
    public static Check Good(string name, string found) => new(name, CheckState.Good, found, null);

    public static Check Warning(string name, string found, string fix) => new(name, CheckState.Warning, found, fix);

    public static Check Wrong(string name, string found, string fix) => new(name, CheckState.Wrong, found, fix);
}

/// <summary>What the doctor looks at. Each check answers in one line, and says how to mend what is wrong.</summary>
internal static class MachineChecks
{
    private const long EnoughFreeBytes = 5L << 30;
    private const long LeastFreeBytes = 64L << 20;
    private const long EnoughMemoryBytes = 4L << 30;
    private const string InstallSdk = "install the .NET SDK 10: https://dotnet.microsoft.com/download";

    /// <summary>The instrument whose hours and sizes are looked at.</summary>
    private const string Symbol = RiskTableDocument.Standard;

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<Func<VerbCall, Check>> All { get; } =
    [Runtime, Sdk, TimeZones, Calendar, NativeLibraries, WorkspaceFolder, Disk, Memory, Configuration];

    private static Check Runtime(VerbCall call)
    {
        var version = call.Machine.Runtime;
        return version.Major >= 10
            ? Check.Good(
                "runtime",
                $".NET {version} on {RuntimeInformation.OSDescription} ({RuntimeInformation.ProcessArchitecture}), "
                    + $"{Environment.ProcessorCount} cores"
            )
            : Check.Wrong("runtime", $".NET {version}", InstallSdk);
    }

    private static Check Sdk(VerbCall call)
    {
        var machine = call.Machine;
        if (machine.SourceRoot is null)
            return Check.Warning(
                "sdk",
                "not started by ./qp",
                "start the program by ./qp from the repository: test and bench need the sources"
            );
        var version = ProcessRunner.Read(machine.Dotnet, ["--version"], machine.SourceRoot);
        if (version is null)
            return Check.Wrong("sdk", $"'{machine.Dotnet} --version' does not answer", InstallSdk);
        return int.TryParse(version.Split('.')[0], out var major) && major >= 10
            ? Check.Good("sdk", version)
            : Check.Wrong("sdk", version, InstallSdk);
    }

    /// <summary>Asks the zone data about instants whose offsets are known: in winter, and around both changes of 2026.</summary>
    private static Check TimeZones(VerbCall call)
    {
        try
        {
            var facts = new (DateTime Utc, int Hours)[]
            {
                (new(2026, 1, 15, 12, 0, 0, DateTimeKind.Utc), -5),
                (new(2026, 3, 8, 6, 59, 59, DateTimeKind.Utc), -5),
                (new(2026, 3, 8, 7, 0, 0, DateTimeKind.Utc), -4),
                (new(2026, 11, 1, 5, 59, 59, DateTimeKind.Utc), -4),
                (new(2026, 11, 1, 6, 0, 0, DateTimeKind.Utc), -5),
            };
            var wrong = facts
                .Where(f => call.Machine.NewYorkOffset(Timestamp.FromUtc(f.Utc)).TotalHours != f.Hours)
                .Select(f => f.Utc.ToString("u", null))
                .ToList();
            return wrong.Count == 0
                ? Check.Good("time zones", "America/New_York is right, daylight saving included")
                : Check.Wrong(
                    "time zones",
                    "America/New_York is wrong at " + string.Join(", ", wrong),
                    "update the system's time zone data (Debian: apt-get install tzdata)"
                );
        }
        catch (TypeInitializationException)
        {
            return Check.Wrong("time zones", "America/New_York is not known", "install time zone data (Debian: apt-get install tzdata)");
        }
    }

    private static Check Calendar(VerbCall call)
    {
        var today = DateOnly.FromDateTime(call.Machine.Clock.GetUtcNow().UtcDateTime);
        var (calendar, name) = CalendarInUse(call);
        var found = $"{name}, {calendar.FirstDay} to {calendar.LastDay}, {calendar.Sessions.Length:N0} sessions";
        return calendar.LastDay.Date >= today.AddDays(30)
            ? Check.Good("calendar", found)
            : Check.Wrong(
                "calendar",
                found,
                "update Quarterpoint, or name a newer calendarFile in the configuration: a day without a row is not traded"
            );
    }

    private static (SessionCalendar Calendar, string Name) CalendarInUse(VerbCall call)
    {
        const string Shipped = "CME equity index";
        try
        {
            var config = call.Config();
            var isOwn = config.Values.Any(v => v is { Path: "calendarFile", Origin: not ConfigOrigin.Default });
            return (SessionCalendar.Build(config.Calendar, config.Instruments[Symbol].Hours), isOwn ? "your calendarFile" : Shipped);
        }
        catch (Exception e) when (e is ConfigurationException or UsageException)
        {
            // The configuration has a line of its own, which says what is wrong with it.
            return (SessionCalendar.CmeEquityIndex, Shipped);
        }
    }

    private static Check NativeLibraries(VerbCall call)
    {
        var problem = call.Machine.NativeProblem();
        return problem is null
            ? Check.Good("native libraries", "Parquet and Zstandard read back what they wrote")
            : Check.Wrong(
                "native libraries",
                problem,
                "restore the packages again: rm -rf artifacts && ./qp doctor; on Alpine use a glibc system"
            );
    }

    private static Check WorkspaceFolder(VerbCall call)
    {
        var root = call.Workspace.Root;
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

    private static Check Disk(VerbCall call)
    {
        const string Fix =
            "free some space, or name a --workspace on another disk: two years of seconds need about 0.3 GiB, the demo 50 MiB";
        var folder = call.Workspace.Root;
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        long free;
        try
        {
            free = call.Machine.FreeBytes(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check.Warning("free disk", $"{folder}: {e.Message}", "see with 'df -h' how much room there is");
        }

        if (free >= EnoughFreeBytes)
            return Check.Good("free disk", $"{free >> 30} GiB");
        return free >= LeastFreeBytes
            ? Check.Warning("free disk", $"{free >> 20} MiB", Fix)
            : Check.Wrong("free disk", $"{free >> 20} MiB", Fix);
    }

    private static Check Memory(VerbCall call)
    {
        var total = call.Machine.MemoryBytes;
        return total >= EnoughMemoryBytes
            ? Check.Good("memory", $"{total >> 30} GiB")
            : Check.Warning(
                "memory",
                $"{total >> 20} MiB",
                "close other programs, or work on fewer years at once (--from, --to): the whole pipeline may need up to 4 GiB"
            );
    }

    private static Check Configuration(VerbCall call)
    {
        try
        {
            var config = call.Config();
            var set = config.Values.Count(v => v.Origin != ConfigOrigin.Default);
            var gate = new RiskGate(config.Limits);
            var worst = gate.TradeRisk(config.Stop.Smallest, atRth: true, config.Instruments[Symbol].TickValue);
            return Check.Good(
                "configuration",
                $"valid, {set} settings differ from the defaults; one MES contract at the smallest stop risks {worst} of "
                    + $"{config.Limits.TradeRisk}"
            );
        }
        catch (Exception e) when (e is ConfigurationException or UsageException)
        {
            return Check.Wrong("configuration", e.Message, "mend the settings named; quarterpoint.example.yaml shows them all");
        }
    }
}
