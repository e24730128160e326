using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Quarterpoint.App.Verbs;

/// <summary>The whole test suite. Skipped tests are counted and named: a skip is not a pass.</summary>
internal static partial class TestVerb
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

    private static async Task<int> Run(Invocation invocation, CancellationToken stop)
    {
        var root = invocation.Machine.SourceRoot
            ?? throw new UsageException("The tests need the sources: start them by ./qp test in the repository.");
        var terminal = invocation.Terminal;
        var withCoverage = invocation.Parse.GetValue(Coverage);
        var results = Path.Combine(root, "artifacts", "test-results");
        if (Directory.Exists(results))
            Directory.Delete(results, recursive: true);

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
        if (invocation.Parse.GetValue(Filter) is { } pattern)
            arguments.AddRange(["--filter-class", pattern, "--ignore-exit-code", "8"]);

        var tally = new Tally();
        var started = TimeProvider.System.GetTimestamp();
        terminal.Line("building and running the tests...");
        var exit = await ProcessRunner.Run(invocation.Machine.Dotnet, arguments, root, line => Note(terminal, tally, line), stop);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        if (tally.Passed == 0 && tally.Failed.Count == 0 && tally.Skipped.Count == 0)
        {
            foreach (var line in tally.Recent)
                terminal.Line(line);
            throw new IOException("No test ran: see above.");
        }

        var coverage = withCoverage ? CoverageReport.Read(results, Path.Combine(root, "src")) : null;
        var passed = exit == 0 && tally.Failed.Count == 0 && tally.Passed > 0 && coverage is not { IsEnough: false };

        if (terminal.IsJson)
        {
            terminal.Json(
                new TestDocument(
                    passed,
                    tally.Passed,
                    tally.Failed.Count,
                    tally.Skipped.Count,
                    Math.Round(seconds, 1),
                    tally.Failed,
                    tally.Skipped,
                    coverage?.Assemblies
                ),
                TestJson.Default.TestDocument
            );
            return passed ? ExitCode.Done : ExitCode.Failed;
        }

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
        return passed ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Keeps the score; a test's own output, and whatever is no test line, is passed on only around failures.</summary>
    private static void Note(Terminal terminal, Tally tally, string line)
    {
        tally.Recent.Enqueue(line);
        if (tally.Recent.Count > 40)
            tally.Recent.Dequeue();
        var match = TestLine().Match(line);
        if (match.Success)
        {
            var name = match.Groups["name"].Value;
            tally.Echo = match.Groups["state"].Value == "failed";
            if (tally.Echo)
                tally.Failed.Add(name);
            else if (match.Groups["state"].Value == "skipped")
                tally.Skipped.Add(name);
            else if (++tally.Passed % 200 == 0)
                terminal.Line($"  {tally.Passed} passed");
        }

        if (
            line.StartsWith("Running tests from", StringComparison.Ordinal) || line.StartsWith("Test run summary", StringComparison.Ordinal)
        )
            tally.Echo = false;
        if (tally.Echo || line.Contains(": error ", StringComparison.Ordinal) || Told().IsMatch(line))
            terminal.Line(line.Trim());
    }

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A test that was skipped took no time, and its line says none.</summary>
    [GeneratedRegex(
        @"^(?:(?<state>passed|failed) (?<name>.+?) \((?:\d+h )?(?:\d+m )?(?:\d+s )?(?:\d+ms)?\)|(?<state>skipped) (?<name>[\w.+]+.*?)(?: \((?:\d+h )?(?:\d+m )?(?:\d+s )?(?:\d+ms)?\))?)$"
    )]
    private static partial Regex TestLine();

    /// <summary>What a test says for everybody to read, whether it passes or not.</summary>
    [GeneratedRegex(@"^\s*\[(?:seed|measured)\] ")]
    private static partial Regex Told();

    private sealed class Tally
    {
        public int Passed { get; set; }

        public List<string> Failed { get; } = [];

        public List<string> Skipped { get; } = [];

        public bool Echo { get; set; }

        /// <summary>The last lines, to show where nothing ran at all.</summary>
        public Queue<string> Recent { get; } = new();
    }
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
