using System.Diagnostics;
using System.Globalization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Sessions;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Time;
using Quarterpoint.Live.Paper;
using Quarterpoint.Live.State;
using Quarterpoint.Shell.Tests.App;

namespace Quarterpoint.Shell.Tests.Crash;

/// <summary>Where a process was killed, and whether a position was open then.</summary>
internal readonly record struct Kill(string Place, bool IsHolding, Timestamp At);

/// <summary>What is left of a session when it has come to its end: what the venue saw of it, and what is stored.</summary>
internal sealed record Remains(IReadOnlyList<long> PlacedTags, IReadOnlyList<FillFacts> Fills, string Risk, int ExitCode, string Output);

/// <summary>
/// A session of the real program over the crash tape, begun again as often as it is killed. The venue runs here, beside it: it outlives
/// every one of the processes, and tells what it was asked.
/// </summary>
internal sealed class CrashedSession(Qp qp, string account) : IDisposable
{
    private static readonly string[] Settings =
    [
        "strategies.trend.fast=4",
        "strategies.trend.slow=11",
        "trading.stop.kind=fixed",
        "trading.stop.ticks=8",
        "trading.target.kind=fixed",
        "trading.target.ticks=30",
        "trading.contracts=1",
        "trading.trailing.kind=ticks",
        "trading.trailing.ticks=12",
    ];

    private readonly string _socket = Path.Combine(Path.GetTempPath(), $"qp-crash-{Guid.NewGuid():N}"[..28]);
    private PaperVenue? _venue;
    private Thread? _thread;

    public List<Kill> Kills { get; } = [];

    public string Journal => Path.Combine(qp.Workspace, "state", KeyOf(account).ToString(), "journal");

    /// <summary>The tape, and a first start for each account.</summary>
    public static async Task Prepare(Qp qp, params string[] accounts)
    {
        CrashTape.Write(qp.Workspace);
        foreach (var account in accounts)
        {
            var (code, _, error) = await qp.Run("risk", "init", "--account", account);
            Assert.True(code == 0, error);
        }
    }

    public void Dispose()
    {
        _venue?.Dispose();
        _thread?.Join();
        File.Delete(_socket);
    }

    /// <summary>Runs to the end, killed wherever that place is reached for the nth time since the process began.</summary>
    /// <param name="nextPlace">Where the next process is to be killed; null to let it live.</param>
    public async Task<Remains> Run(Func<string?> nextPlace)
    {
        Begin();
        while (true)
        {
            var place = nextPlace();
            var (code, output) = await Process(place);
            if (code != 137)
                return Look(code, output);
            Kills.Add(new Kill(place!.Split(':')[0], _venue!.Position != 0, _venue.Now));
        }
    }

    private static AccountKey KeyOf(string account) => AccountKey.Of(PaperSession.VenueName, account, TradingMode.Paper);

    private void Begin()
    {
        var config = QuarterpointConfig.Load(null, Settings.ToDictionary(s => s.Split('=')[0], s => s.Split('=')[1]));
        var tape = PaperTape.Open(
            Quarterpoint.App.Invocation.Workspace.Find(qp.Workspace, qp.Machine),
            config,
            new PaperRequest { Tape = CrashTape.Name, Strategy = "trend" }
        );
        _venue = new PaperVenue(
            tape.VenueSettings(CancellationToken.None) with
            {
                Patience = TimeSpan.FromSeconds(60),
            },
            PaperVenueProcess.Listen(_socket),
            CancellationToken.None
        );
        _thread = new Thread(_venue.Serve) { IsBackground = true };
        _thread.Start();
    }

    private async Task<(int Code, string Output)> Process(string? place)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "qp.dll"),
                "paper",
                "--tape",
                CrashTape.Name,
                "--strategy",
                "trend",
                "--account",
                account,
                "--socket",
                _socket,
                "--workspace",
                qp.Workspace,
                .. Qp.Set(Settings),
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = qp.Root,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("QP_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["QP_STATE_HOME"] = qp.Home;
        if (place is not null)
            start.Environment["QP_FAULT"] = place;
        using var process = System.Diagnostics.Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }

    private Remains Look(int code, string output)
    {
        _thread!.Join(TimeSpan.FromSeconds(10));
        using var folder = AccountFolder.Take(Path.Combine(qp.Workspace, "state"), KeyOf(account), qp.Home);
        var opening = folder.Open();
        Assert.True(opening.Finding == Finding.Sound, opening.Why);
        Assert.False(opening.Known!.IsSessionOpen, "the session has not ended in the store");
        return new Remains(_venue!.PlacedTags, _venue.Fills, Convert.ToHexString(opening.Known.Risk.AsSpan()), code, output);
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{account}, killed at {string.Join(", ", Kills.Select(k => $"{k.Place} at {k.At}{(k.IsHolding ? " (held)" : "")}"))}"
        );
}
