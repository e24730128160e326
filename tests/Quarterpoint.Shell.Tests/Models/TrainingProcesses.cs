using Quarterpoint.App.Invocation;
using Quarterpoint.Core;
using Quarterpoint.Shell.Tests.App;

namespace Quarterpoint.Shell.Tests.Models;

/// <summary>Real processes: a training that is killed, and what the process that trades has loaded.</summary>
public sealed class TrainingProcesses(TaughtMarket market) : IClassFixture<TaughtMarket>, IDisposable
{
    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    /// <summary>
    /// In each of its parts, up to two tenths of a second after it said so: before the first checkpoint, between checkpoints, after the
    /// last, and while writing.
    /// </summary>
    [Fact]
    [Trait("Spec", "M2")]
    [Trait("Spec", "M8")]
    public async Task Killed_again_and_again_a_training_ends_with_the_same_bytes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        market.CopyTo(_qp, withModel: false);
        var random = new SplitMix64(17);
        var killed = 0;
        foreach (
            var at in (string[])
                ["reading: ", "training: ", "training: 100%", "calibrating brackets: ", "volatility only: ", "volatility only: 100%"]
        )
        {
            var (code, _, error) = await _qp.Process(
                "",
                at,
                "KILL",
                TimeSpan.FromMilliseconds(random.NextBelow(200)),
                [.. TaughtMarket.Training, "--name", "m"]
            );

            // Near the end it may have been quicker than the signal: a model that exists is whole.
            if (Directory.Exists(Path.Combine(_qp.Workspace, "models", "m")))
                break;
            Assert.True(code == 128 + 9, $"{at}: {code}: {error}");
            killed++;
        }

        Assert.InRange(killed, 4, 6);
        if (!Directory.Exists(Path.Combine(_qp.Workspace, "models", "m")))
        {
            var (code, _, error) = await _qp.Process("", null, [.. TaughtMarket.Training, "--name", "m"]);
            Assert.True(code == ExitCode.Done, error);
        }

        using var whole = new Qp();
        market.CopyTo(whole, withModel: true);
        Assert.Equal(Bytes(whole), Bytes(_qp));
        Assert.Equal(whole.Tree().Where(IsOfModels), _qp.Tree().Where(IsOfModels));
    }

    [Fact]
    [Trait("Spec", "M6")]
    public async Task The_process_that_trades_never_loads_what_trains()
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "reads /proc");
        market.CopyTo(_qp, withModel: true);
        var (code, _, error) = await Watched(["backtest", "--data", "x", "--model", "m", "--envelope", "off", .. TaughtMarket.Settings]);
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains("onnxruntime", Maps("backtest"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("torch", Maps("backtest"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("Spec", "M6")]
    public async Task The_demo_trains_in_another_process_than_it_trades_in()
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "reads /proc");
        var (code, _, error) = await Watched(["demo", "--months", "1"]);
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains("onnxruntime", Maps("demo"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("torch", Maps("demo"), StringComparison.OrdinalIgnoreCase);

        // The watch sees it where it is.
        Assert.Contains("libtorch_cpu", Maps("train"), StringComparison.Ordinal);
    }

    private static bool IsOfModels(string path) =>
        path.StartsWith("models", StringComparison.Ordinal) && !path.Contains(".training", StringComparison.Ordinal);

    private Task<(int Code, string Output, string Error)> Watched(string[] arguments) =>
        _qp.Process(
            $"export DOTNET_STARTUP_HOOKS='{typeof(StartupHook).Assembly.Location}' {StartupHook.Folder}='{_qp.Root}';",
            null,
            arguments
        );

    private string Maps(string command) => File.ReadAllText(Path.Combine(_qp.Root, command));

    private static Dictionary<string, string> Bytes(Qp of) =>
        Directory
            .EnumerateFiles(Path.Combine(of.Workspace, "models", "m"))
            .ToDictionary(f => Path.GetFileName(f)!, f => Convert.ToHexString(File.ReadAllBytes(f)));
}
