using System.Diagnostics;

namespace Quarterpoint.Testing.Browser;

/// <summary>
/// A Chromium without a window, with a profile of its own that is gone afterwards. Tests that need one and find none are skipped, counted,
/// and printed.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Listening = "DevTools listening on ";

    /// <summary>
    /// No sandbox, because containers and continuous integration run as root and offer none; and nothing that a browser does on its own
    /// account.
    /// </summary>
    private static readonly string[] Flags =
    [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--remote-debugging-port=0",
    ];

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly DevTools _tools;

    private Chromium(Process process, DirectoryInfo profile, DevTools tools) => (_process, _profile, _tools) = (process, profile, tools);

    /// <summary>The browser's program; null where none is installed.</summary>
    public static string? Program { get; } = Find();

    public static async Task<Chromium> StartAsync(CancellationToken cancellation)
    {
        var profile = Directory.CreateTempSubdirectory("qp-chromium-");
        var start = new ProcessStartInfo(Program ?? throw new FileNotFoundException("No Chromium is installed."))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var flag in Flags)
            start.ArgumentList.Add(flag);
        start.ArgumentList.Add($"--user-data-dir={profile.FullName}");
        start.ArgumentList.Add("about:blank");
        var process = Process.Start(start)!;
        try
        {
            var address = await AddressAsync(process, cancellation);
            return new Chromium(process, profile, await DevTools.ConnectAsync(address, cancellation));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>An empty page of that size, in CSS pixels.</summary>
    public async Task<BrowserPage> NewPageAsync(int width, int height, bool isDark, CancellationToken cancellation)
    {
        var target = await _tools.SendAsync("Target.createTarget", new() { ["url"] = "about:blank" }, null, cancellation);
        var session = await _tools.SendAsync(
            "Target.attachToTarget",
            new() { ["targetId"] = target.GetProperty("targetId").GetString(), ["flatten"] = true },
            null,
            cancellation
        );
        var page = new BrowserPage(_tools, session.GetProperty("sessionId").GetString()!);
        await page.PrepareAsync(width, height, isDark, cancellation);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A helper process of the browser may still write into its profile; the system clears its temporary files.
        }
    }

    /// <summary>The browser says on its error stream where it listens.</summary>
    private static async Task<Uri> AddressAsync(Process process, CancellationToken cancellation)
    {
        while (await process.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            if (!line.StartsWith(Listening, StringComparison.Ordinal))
                continue;
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return new Uri(line[Listening.Length..].Trim());
        }

        throw new InvalidOperationException($"{Program} ended before it could be spoken to.");
    }

    private static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
