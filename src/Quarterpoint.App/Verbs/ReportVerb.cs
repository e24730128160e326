using System.CommandLine;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Research;

namespace Quarterpoint.App.Verbs;

/// <summary>Renders a kept run's report again and shows its figures.</summary>
internal static class ReportVerb
{
    private static readonly Argument<string> RunName = new("RUN")
    {
        Description = "A run's name under runs/, the beginning of one, or its folder",
    };

    public static Command Create()
    {
        var command = new Verb(
            "report",
            "Renders a run's report again and prints its figures.",
            "report demo-trend",
            "report workspace/runs/demo-trend-1a2b3c4d5e --json"
        )
        {
            RunName,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var folder = Find(call.Workspace, call.Parse.GetRequiredValue(RunName));
        RunScreen.Show(call.Terminal, new KeptRun(RunKeeping.Renew(folder, stop), folder));
        return ExitCode.Done;
    }

    private static string Find(Workspace workspace, string name)
    {
        if (Directory.Exists(name))
            return Path.GetFullPath(name);
        var runs = Directory.Exists(workspace.Runs)
            ? Directory.GetDirectories(workspace.Runs).Where(d => Path.GetFileName(d)[0] != '.').Order(StringComparer.Ordinal).ToList()
            : [];
        if (runs.FirstOrDefault(r => Path.GetFileName(r) == name) is { } exact)
            return exact;
        var matches = runs.Where(r => Path.GetFileName(r).StartsWith(name, StringComparison.Ordinal)).ToList();
        if (matches.Count == 1)
            return matches[0];
        var known =
            runs.Count == 0
                ? "There are none yet: qp backtest makes one."
                : "Known: " + string.Join(", ", (matches.Count > 1 ? matches : runs).Select(Path.GetFileName));
        throw new UsageException(matches.Count > 1 ? $"'{name}' begins several runs. {known}" : $"There is no run '{name}'. {known}");
    }
}
