using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Console;
using Quarterpoint.App.Invocation;

namespace Quarterpoint.App.Verbs;

/// <summary>The whole test suite. Skipped tests are counted and named: a skip is not a pass.</summary>
internal static class TestVerb
{
    private static readonly Option<bool> Coverage = new("--coverage")
    {
        Description = "Measure coverage; fails below 90 % of Core or 80 % of the rest",
    };
    private static readonly Option<string?> Filter = new("--filter")
    {
        Description = "Only test classes whose name matches, such as '*Ledger*'",
        HelpName = "PATTERN",
    };

    public static Command Create()
    {
        var command = new Verb("test", "Runs the test suite.", "test", "test --filter '*EndOfDay*'", "test --coverage --json")
        {
            Coverage,
            Filter,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static async Task<int> Run(VerbCall call, CancellationToken stop)
    {
        var root = call.Machine.SourceRoot
            ?? throw new UsageException("The tests need the sources: start them by ./qp test in the repository.");
        var terminal = call.Terminal;
        var withCoverage = call.Parse.GetValue(Coverage);
        var results = Path.Combine(root, "artifacts", "test-results");
        if (Directory.Exists(results))
            Directory.Delete(results, recursive: true);
        var tally = new TestTally(terminal);
        var started = TimeProvider.System.GetTimestamp();
        terminal.Line("building and running the tests...");
        var arguments = Arguments(root, results, withCoverage, call.Parse.GetValue(Filter));
        var exit = await ProcessRunner.Run(call.Machine.Dotnet, arguments, root, tally.Read, stop);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        if (tally.IsEmpty)
        {
            foreach (var line in tally.Recent)
                terminal.Line(line);
            throw new IOException("No test ran: see above.");
        }

        var coverage = withCoverage ? CoverageReport.Read(results, Path.Combine(root, "src")) : null;
        var passed = exit == 0 && tally.Failed.Count == 0 && tally.Passed > 0 && coverage is not { IsEnough: false };
        if (terminal.IsJson)
            terminal.Json(DocumentOf(passed, tally, seconds, coverage), TestJson.Default.TestDocument);
        else
            Tell(terminal, exit, tally, seconds, coverage);
        return passed ? ExitCode.Done : ExitCode.Failed;
    }

    private static List<string> Arguments(string root, string results, bool withCoverage, string? pattern)
    {
        List<string> arguments =
        [
            "test",
            "--solution",
            Path.Combine(root, "Quarterpoint.slnx"),
            "-c",
            "Release",
            "--no-progress",
            "--no-ansi",
            "--output",
            "Detailed",
            "--results-directory",
            results,
        ];
        if (withCoverage)
            arguments.AddRange([
                "--coverage",
                "--coverage-output-format",
                "cobertura",
                "--coverage-settings",
                Path.Combine(root, "tests", "coverage.xml"),
            ]);
        if (pattern is not null)
            arguments.AddRange(["--filter-class", pattern, "--ignore-exit-code", "8"]);
        return arguments;
    }

    private static TestDocument DocumentOf(bool passed, TestTally tally, double seconds, CoverageReport? coverage) =>
        new(
            passed,
            tally.Passed,
            tally.Failed.Count,
            tally.Skipped.Count,
            Math.Round(seconds, 1),
            tally.Failed,
            tally.Skipped,
            coverage?.Assemblies
        );

    private static void Tell(Terminal terminal, int exit, TestTally tally, double seconds, CoverageReport? coverage)
    {
        foreach (var name in tally.Skipped)
            terminal.Line("skipped  " + name);
        foreach (var name in tally.Failed)
            terminal.Line("FAILED   " + name);
        if (coverage is not null)
        {
            terminal.Table(
                ["assembly", "lines", "covered", "needed"],
                coverage.Assemblies.Select(a =>
                    (IReadOnlyList<string>)
                        [a.Name, a.Lines.ToString("N0", CultureInfo.InvariantCulture), Percent(a.Share), Percent(a.Needed)]
                )
            );
        }

        terminal.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{tally.Passed} passed, {tally.Failed.Count} failed, {tally.Skipped.Count} skipped, in {seconds:0} s"
            )
        );
        if (exit != 0 && tally.Failed.Count == 0)
            terminal.Error("the tests could not all be run: see above.");
        if (coverage is { IsEnough: false })
            terminal.Error("coverage is below what is needed.");
    }

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}

internal sealed record TestDocument(
    bool Ok,
    int Passed,
    int Failed,
    int Skipped,
    double Seconds,
    IReadOnlyList<string> FailedTests,
    IReadOnlyList<string> SkippedTests,
    IReadOnlyList<AssemblyCoverage>? Coverage
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(TestDocument))]
internal sealed partial class TestJson : JsonSerializerContext;
