using System.CommandLine;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Console;
using Quarterpoint.App.Invocation;

namespace Quarterpoint.App.Verbs;

/// <summary>
/// Says whether this machine is able to run the program, how to mend it where it is not, and what size each balance can trade
/// (SPEC R8, R25).
/// </summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        var command = new Verb(
            "doctor",
            "Checks this machine: SDK, native libraries, time zones, calendar, workspace, free disk, configuration; "
                + "and shows what size each balance can trade.",
            "doctor",
            "doctor --json"
        );
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var checks = new List<Check>();
        foreach (var look in MachineChecks.All)
        {
            stop.ThrowIfCancellationRequested();
            checks.Add(look(call));
        }

        var able = checks.All(c => c.State != CheckState.Wrong);
        var sizes = Sizes(call);
        if (call.Terminal.IsJson)
            call.Terminal.Json(new DoctorDocument(able, checks, sizes), DoctorJson.Default.DoctorDocument);
        else
            Print(call.Terminal, able, checks, sizes);
        return able ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Print(Terminal terminal, bool able, List<Check> checks, RiskTableDocument? sizes)
    {
        if (sizes is not null)
        {
            sizes.Print(terminal);
            terminal.Line();
        }

        foreach (var check in checks)
        {
            terminal.Line($"{Mark(check.State)} {check.Name}: {check.Found}");
            if (check.Fix is not null)
                terminal.Line($"    fix: {check.Fix}");
        }

        terminal.Line();
        terminal.Line(able ? "This machine is able to run Quarterpoint." : "Something must be mended first.");
    }

    /// <summary>Null where the configuration is wrong, which has a line of its own.</summary>
    private static RiskTableDocument? Sizes(VerbCall call)
    {
        try
        {
            var config = call.Config();
            return RiskTableDocument.Of(config.Limits, config.Instruments[RiskTableDocument.Standard]);
        }
        catch (Exception e) when (e is ConfigurationException or UsageException)
        {
            return null;
        }
    }

    private static string Mark(CheckState state) =>
        state switch
        {
            CheckState.Good => "ok  ",
            CheckState.Warning => "warn",
            _ => "FAIL",
        };
}

internal sealed record DoctorDocument(bool Able, IReadOnlyList<Check> Checks, RiskTableDocument? Sizes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DoctorDocument))]
internal sealed partial class DoctorJson : JsonSerializerContext;
