using System.Text.Json;
using Quarterpoint.App.Invocation;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>Each line of the doctor on a machine that lacks just that one thing, with the remedy that it names.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    public static TheoryData<string, string, string, string> Lacks() =>
        new()
        {
            { "runtime", "wrong", ".NET 9.0.4", "install the .NET SDK 10" },
            { "sdk", "warning", "not started by ./qp", "./qp" },
            { "sdk", "wrong", "does not answer", "install the .NET SDK 10" },
            { "sdk", "wrong", "9.0.100", "install the .NET SDK 10" },
            { "time zones", "wrong", "is not known", "tzdata" },
            { "time zones", "wrong", "wrong at 2026-03-08 07:00:00Z", "tzdata" },
            { "calendar", "wrong", "2027-12-31", "calendarFile" },
            { "native libraries", "wrong", "no such library", "rm -rf artifacts" },
            { "workspace", "wrong", "workspace", "--workspace" },
            { "free disk", "warning", "4096 MiB", "free some space" },
            { "free disk", "wrong", "63 MiB", "free some space" },
            { "free disk", "warning", "the device is gone", "df -h" },
            { "memory", "warning", "2048 MiB", "--from" },
            { "configuration", "wrong", "trading.contracts", "quarterpoint.example.yaml" },
            { "configuration", "wrong", "no-such-file.yaml", "quarterpoint.example.yaml" },
        };

    [Theory]
    [MemberData(nameof(Lacks))]
    [Trait("Spec", "C3")]
    public async Task What_a_machine_lacks_is_said_with_its_remedy(string name, string state, string found, string fix)
    {
        var arguments = Prepare(name, found);
        var report = await Examine(arguments);
        var check = Assert.Single(report.Document.GetProperty("checks").EnumerateArray(), c => c.GetProperty("name").GetString() == name);
        Assert.Equal(state, check.GetProperty("state").GetString());
        Assert.Contains(found, check.GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Contains(fix, check.GetProperty("fix").GetString(), StringComparison.Ordinal);
        Assert.Equal(state != "wrong", report.Document.GetProperty("able").GetBoolean());
        Assert.Equal(state == "wrong" ? ExitCode.Failed : ExitCode.Done, report.Code);

        // Every other line is as good as before: one lack is one line, the sdk's apart, which these tests do without.
        Assert.DoesNotContain(report.Document.GetProperty("checks").EnumerateArray(), c =>
            c.GetProperty("name").GetString() != name
            && c.GetProperty("name").GetString() != "sdk"
            && c.GetProperty("state").GetString() != "good"
        );
    }

    [Fact]
    [Trait("Spec", "C3")]
    public async Task On_a_screen_a_line_that_fails_stands_above_its_remedy()
    {
        _qp.Machine = _qp.Machine with { MemoryBytes = 2L << 30, NativeProblem = () => "no such library" };
        var (code, output, _) = await _qp.Run("doctor");
        Assert.Equal(ExitCode.Failed, code);
        var lines = output.ReplaceLineEndings("\n").Split('\n');
        Assert.StartsWith(
            "    fix: restore the packages",
            lines[Array.IndexOf(lines, "FAIL native libraries: no such library") + 1],
            StringComparison.Ordinal
        );
        Assert.StartsWith("    fix: ", lines[Array.IndexOf(lines, "warn memory: 2048 MiB") + 1], StringComparison.Ordinal);
        Assert.Contains("Something must be mended first.", output, StringComparison.Ordinal);
    }

    /// <summary>The remedy that the calendar line names works.</summary>
    [Fact]
    [Trait("Spec", "C3")]
    public async Task A_newer_calendar_file_satisfies_the_calendar_line()
    {
        _qp.Machine = _qp.Machine with { Clock = new Frozen(new DateTimeOffset(2027, 12, 2, 0, 0, 0, TimeSpan.Zero)) };
        var shipped = File.ReadAllText(Path.Combine(Qp.Repository, "src", "Quarterpoint.Core", "Time", "cme-equity-index.csv"));
        var calendar = _qp.Write(
            "calendar.csv",
            shipped.Replace("hours,2021-06-28,2027-12-31,", "hours,2021-06-28,2028-01-28,", StringComparison.Ordinal)
        );
        var config = _qp.Write("quarterpoint.yaml", $"calendarFile: {calendar}\n");
        var (code, output, error) = await _qp.Run("doctor", "--config", config);
        Assert.True(code == ExitCode.Done, output + error);
        Assert.Contains("ok   calendar: your calendarFile, 2010-06-07 to 2028-01-28", output, StringComparison.Ordinal);
    }

    private string[] Prepare(string name, string found)
    {
        var machine = _qp.Machine;
        string[] arguments = ["doctor"];
        switch (name, found)
        {
            case ("runtime", _):
                machine = machine with { Runtime = new Version(9, 0, 4) };
                break;
            case ("sdk", "does not answer"):
                machine = machine with { SourceRoot = _qp.Root, Dotnet = Path.Combine(_qp.Root, "no-such-dotnet") };
                break;
            case ("sdk", "9.0.100"):
                machine = machine with { SourceRoot = _qp.Root, Dotnet = _qp.Script("dotnet", "echo 9.0.100") };
                break;
            case ("time zones", "is not known"):
                machine = machine with { NewYorkOffset = _ => throw new TypeInitializationException("NewYork", null) };
                break;
            case ("time zones", _):
                machine = machine with { NewYorkOffset = _ => TimeSpan.FromHours(-5) };
                break;
            case ("calendar", _):
                machine = machine with { Clock = new Frozen(new DateTimeOffset(2027, 12, 2, 0, 0, 0, TimeSpan.Zero)) };
                break;
            case ("native libraries", _):
                machine = machine with { NativeProblem = () => "no such library" };
                break;
            case ("workspace", _):
                _qp.Write("workspace", "a file where the folder should be");
                break;
            case ("free disk", "the device is gone"):
                machine = machine with { FreeBytes = _ => throw new IOException("the device is gone") };
                break;
            case ("free disk", _):
                machine = machine with { FreeBytes = _ => found == "63 MiB" ? (64L << 20) - 1 : 4L << 30 };
                break;
            case ("memory", _):
                machine = machine with { MemoryBytes = 2L << 30 };
                break;
            case ("configuration", "trading.contracts"):
                arguments = ["doctor", "--set", "trading.contracts=-1"];
                break;
            case ("configuration", _):
                arguments = ["doctor", "--config", "no-such-file.yaml"];
                break;
        }

        _qp.Machine = machine;
        return arguments;
    }

    private async Task<(int Code, JsonElement Document)> Examine(string[] arguments)
    {
        var (code, output, _) = await _qp.Run([.. arguments, "--json"]);
        return (code, JsonDocument.Parse(output).RootElement);
    }

    private sealed class Frozen(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
