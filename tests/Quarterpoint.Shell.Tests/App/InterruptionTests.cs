using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Quarterpoint.App.Invocation;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>Two months of a made-up market, made once for all tests that need no other.</summary>
public sealed class TwoMonths : IAsyncLifetime
{
    private readonly Qp _qp = new();

    public async ValueTask InitializeAsync() => await _qp.Json("data", "generate", "--name", "x", "--months", "2");

    public ValueTask DisposeAsync()
    {
        _qp.Dispose();
        return ValueTask.CompletedTask;
    }

    internal void CopyTo(Qp other, string name)
    {
        var from = Path.Combine(_qp.Workspace, "data", "x");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(other.Workspace, "data", name, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }
}

/// <summary>Ctrl+C while something is being done: exit code 130, and a workspace that looks as it did before.</summary>
public sealed class InterruptionTests(TwoMonths market) : IClassFixture<TwoMonths>, IDisposable
{
    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    [Fact]
    [Trait("Spec", "C3")]
    public async Task Ctrl_c_in_the_middle_of_real_work_ends_with_130_and_leaves_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs POSIX signals");
        var (code, output, error) = await _qp.Process("", "generating: ", "data", "generate", "--name", "x", "--months", "24", "--json");
        Assert.True(code == ExitCode.Interrupted, $"{code}: {error}");
        Assert.Contains("stopping...", error, StringComparison.Ordinal);
        Assert.Contains("interrupted", error, StringComparison.Ordinal);
        Assert.Equal(130, JsonDocument.Parse(output).RootElement.GetProperty("exitCode").GetInt32());
        Assert.Empty(_qp.Tree());
        Assert.Equal(130, _qp.LogEvents()[^1].GetProperty("ExitCode").GetInt32());
    }

    [Theory]
    [InlineData("importing: ", "data", "import", "FILE", "--instrument", "MES", "--name", "es")]
    [InlineData("importing: ", "data", "import", "FILE", "--instrument", "MES", "--name", "x", "--replace")]
    [InlineData("checking: ", "data", "check", "x")]
    [InlineData("comparing hashes: ", "data", "check", "x", "--hashes")]
    [InlineData("features: ", "features", "--data", "x", "--out", "f.csv")]
    [InlineData("features: ", "features", "--data", "x", "--out", "f.parquet")]
    [InlineData("features: ", "features", "--data", "x")]
    [InlineData("backtest random", "backtest", "--data", "x", "--strategy", "random")]
    [InlineData("market: ", "demo", "--months", "2")]
    [InlineData("features: ", "demo", "--months", "2")]
    [Trait("Spec", "C3")]
    public async Task Whatever_is_interrupted_leaves_the_workspace_as_it_was(string at, params string[] typed)
    {
        // One set is there before; it must be there afterwards, unchanged.
        market.CopyTo(_qp, "x");
        if (typed[0] == "demo")
            await _qp.Json("data", "generate", "--name", "demo", "--months", "1");
        var rows = new StringBuilder("time,open,high,low,close,volume\n");
        for (var i = 0; i < 200_000; i++)
            rows.Append(DateTime.UnixEpoch.AddSeconds(1_709_650_800 + i).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
                .Append(",5000,5000,5000,5000,1\n");
        var file = typed.Contains("FILE") ? _qp.Write("bars.csv", rows.ToString()) : "";
        var before = Everything();

        using var stop = new CancellationTokenSource();
        string[] arguments =
        [
            .. typed.Select(t =>
                t == "FILE" ? file
                : t.StartsWith("f.", StringComparison.Ordinal) ? Path.Combine(_qp.Root, t)
                : t
            ),
        ];
        var (code, output, error) = await _qp.Run(new ImpatientReader(stop, at), stop.Token, [.. arguments, "--json"]);
        Assert.True(code == ExitCode.Interrupted, $"{code}: {error}");
        Assert.Equal(130, JsonDocument.Parse(output).RootElement.GetProperty("exitCode").GetInt32());

        // A demo that is stopped after its first step keeps that step: a complete set of its own name.
        if (typed[0] != "demo" || at == "market: ")
            Assert.Equal(before, Everything());
        else
            Assert.All(_qp.Tree(), path => Assert.DoesNotContain("partial", path, StringComparison.Ordinal));
        if (typed.Contains("--out"))
            Assert.DoesNotContain(Directory.EnumerateFiles(_qp.Root), f => Path.GetFileName(f).StartsWith("f.", StringComparison.Ordinal));
    }

    /// <summary>Every path of the workspace, and what every file holds.</summary>
    private IReadOnlyList<string> Everything() =>
        [
            .. _qp.Tree()
                .Select(path =>
                    Path.Combine(_qp.Workspace, path) is var full && File.Exists(full)
                        ? path + " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(full)))
                        : path
                ),
        ];
}
