using System.CommandLine;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;

namespace Quarterpoint.App.Verbs;

/// <summary>Runs all benchmarks of bench/. Exit code 1 where one misses what the plan asks at least.</summary>
internal static class BenchVerb
{
    private static readonly Option<long> Rows = new("--rows")
    {
        Description = "Rows of the load and feature steps",
        HelpName = "N",
        DefaultValueFactory = _ => 33_200_000,
    };

    public static Command Create()
    {
        var command = new Verb(
            "bench",
            "Measures loading, features, and the engine on this machine.",
            "bench",
            "bench --rows 5000000 --json"
        )
        {
            Rows,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static async Task<int> Run(VerbCall call, CancellationToken stop)
    {
        var root = call.Machine.SourceRoot
            ?? throw new UsageException("The benchmarks need the sources: start them by ./qp bench in the repository.");
        var terminal = call.Terminal;
        terminal.Line("building the benchmarks...");
        var problems = new List<string>();
        var project = Path.Combine(root, "bench", "Quarterpoint.Benchmarks", "Quarterpoint.Benchmarks.csproj");
        if (
            await ProcessRunner.Run(
                call.Machine.Dotnet,
                ["build", project, "-c", "Release", "--nologo", "-v", "quiet"],
                root,
                problems.Add,
                stop
            ) != 0
        )
        {
            foreach (var line in problems)
                terminal.Line(line);
            return ExitCode.Failed;
        }

        List<string> arguments =
        [
            Path.Combine(root, "artifacts", "bin", "Quarterpoint.Benchmarks", "release", "Quarterpoint.Benchmarks.dll"),
            "all",
        ];
        arguments.AddRange(["--rows", call.Parse.GetValue(Rows).ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        arguments.AddRange(["--workspace", Path.Combine(root, "artifacts", "bench")]);
        if (terminal.IsJson)
            arguments.Add("--json");
        var document = new List<string>();
        var exit = await ProcessRunner.Run(
            call.Machine.Dotnet,
            arguments,
            root,
            line =>
            {
                if (terminal.IsJson && !line.StartsWith("# ", StringComparison.Ordinal))
                    document.Add(line);
                else
                    terminal.Line(line.StartsWith("# ", StringComparison.Ordinal) ? line[2..] : line);
            },
            stop
        );
        if (terminal.IsJson)
            terminal.JsonText(string.Join('\n', document));
        return exit == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
