using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Quarterpoint.Testing.Browser;

/// <summary>One page of a browser, and all that went wrong or over the network in it.</summary>
public sealed class BrowserPage
{
    private readonly DevTools _tools;
    private readonly string _session;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private volatile TaskCompletionSource _loaded = new();

    internal BrowserPage(DevTools tools, string session)
    {
        (_tools, _session) = (tools, session);
        tools.Happened += Hear;
    }

    /// <summary>Errors and warnings of the console, exceptions that nobody caught, and what the browser itself objected to.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>What the page asked for, itself included; data within the page is not asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Opens a file and returns when it has loaded.</summary>
    public async Task OpenAsync(string path, CancellationToken cancellation)
    {
        _loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync("Page.navigate", new() { ["url"] = new Uri(path).AbsoluteUri }, cancellation);
        await _loaded.Task.WaitAsync(cancellation);
    }

    /// <summary>The value of a JavaScript expression; of a promise, what it comes to.</summary>
    /// <exception cref="InvalidOperationException">The expression threw.</exception>
    public async Task<JsonElement> EvaluateAsync(string expression, CancellationToken cancellation)
    {
        var result = await SendAsync(
            "Runtime.evaluate",
            new()
            {
                ["expression"] = expression,
                ["returnByValue"] = true,
                ["awaitPromise"] = true,
            },
            cancellation
        );
        if (result.TryGetProperty("exceptionDetails", out var thrown))
            throw new InvalidOperationException($"{expression}: {thrown}");
        return result.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    internal async Task PrepareAsync(int width, int height, bool isDark, CancellationToken cancellation)
    {
        foreach (var domain in (string[])["Page", "Runtime", "Log", "Network"])
            await SendAsync($"{domain}.enable", null, cancellation);
        await SendAsync(
            "Emulation.setDeviceMetricsOverride",
            new()
            {
                ["width"] = width,
                ["height"] = height,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = width < 600,
            },
            cancellation
        );
        var scheme = new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" };
        await SendAsync("Emulation.setEmulatedMedia", new() { ["features"] = new JsonArray(scheme) }, cancellation);
    }

    private Task<JsonElement> SendAsync(string method, JsonObject? parameters, CancellationToken cancellation) =>
        _tools.SendAsync(method, parameters, _session, cancellation);

    private void Hear(string session, string method, JsonElement said)
    {
        if (session != _session)
            return;
        switch (method)
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Runtime.exceptionThrown" or "Log.entryAdded":
                _complaints.Enqueue(said.ToString());
                break;
            case "Runtime.consoleAPICalled" when said.GetProperty("type").GetString() is "error" or "warning" or "assert":
                _complaints.Enqueue(said.ToString());
                break;
            case "Network.requestWillBeSent":
                var address = said.GetProperty("request").GetProperty("url").GetString()!;
                if (!address.StartsWith("data:", StringComparison.Ordinal))
                    _requests.Enqueue(address);
                break;
        }
    }
}
