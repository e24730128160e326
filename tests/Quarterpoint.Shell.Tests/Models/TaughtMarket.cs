using System.Text.Json;
using Quarterpoint.Shell.Tests.App;

namespace Quarterpoint.Shell.Tests.Models;

/// <summary>A month of a market with an edge and a quick model of it, made once; tests work in copies.</summary>
public sealed class TaughtMarket : IAsyncLifetime
{
    internal const string Shared = "a model that is taught once";

    /// <summary>What the model was trained under, and so what it trades under.</summary>
    internal static readonly string[] Settings =
    [
        .. Qp.Set(
            "labels.horizonSeconds=60",
            "labels.thresholdTicks=2",
            "trading.stop.kind=fixed",
            "trading.stop.ticks=8",
            "trading.target.kind=fixed",
            "trading.target.ticks=16"
        ),
    ];

    internal static readonly string[] Training =
    [
        "train",
        "--data",
        "x",
        "--model",
        "feedforward",
        "--hidden",
        "64",
        "--epochs",
        "3",
        "--device",
        "cpu",
        .. Settings,
    ];

    private readonly Qp _qp = new();

    /// <summary>The card as the command printed it.</summary>
    internal JsonElement Card { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await _qp.Json("data", "generate", "--name", "x", "--months", "1", "--edge", "0.3");
        Card = await _qp.Json([.. Training, "--name", "m"]);
    }

    public ValueTask DisposeAsync()
    {
        _qp.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The set <c>x</c>, and with it the model <c>m</c> where it is wanted.</summary>
    internal void CopyTo(Qp other, bool withModel)
    {
        foreach (var part in (string[])(withModel ? ["data", "models"] : ["data"]))
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(_qp.Workspace, part), "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(other.Workspace, Path.GetRelativePath(_qp.Workspace, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
        }
    }
}

[CollectionDefinition(TaughtMarket.Shared)]
public sealed class TaughtMarketOnce : ICollectionFixture<TaughtMarket>;
