namespace Quarterpoint.Shell.Tests.App;

/// <summary>The public runner runs exactly what is run here.</summary>
public sealed class ContinuousIntegrationTests
{
    [Fact]
    [Trait("Spec", "Q1")]
    public void The_public_runner_runs_the_very_script_that_is_run_here()
    {
        var steps = File.ReadAllLines(Path.Combine(Qp.Repository, ".github", "workflows", "ci.yml")).Select(l => l.Trim()).ToList();
        Assert.Contains("push:", steps);
        Assert.Contains("pull_request:", steps);
        Assert.Equal(
            ["- run: .ci/run"],
            steps.Where(l => l.Contains("run:", StringComparison.Ordinal) || l.StartsWith("run ", StringComparison.Ordinal))
        );

        var script = File.ReadAllLines(Path.Combine(Qp.Repository, ".ci", "run"));
        Assert.Contains("set -euo pipefail", script);
        Assert.Contains("./qp test --coverage", script);
        if (!OperatingSystem.IsWindows())
            Assert.True(
                File.GetUnixFileMode(Path.Combine(Qp.Repository, ".ci", "run")).HasFlag(UnixFileMode.UserExecute),
                "the script can be run as it is"
            );
    }
}
