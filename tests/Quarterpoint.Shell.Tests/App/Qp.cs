using System.Diagnostics;
using System.Text.Json;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Logging;
using Quarterpoint.App.Verbs;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>
/// The program in a workspace of a test's own: in this process, or as a process of its own where signals or limits of the system matter.
/// </summary>
internal sealed class Qp : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("qp-app-").FullName;

    /// <summary>Below the root, so that a test's own files are no part of it.</summary>
    public string Workspace => Path.Combine(Root, "workspace");

    public string Logs => CommandLog.FolderOf(Workspace);

    /// <summary>Where the user's own copies of accounts go, so that no test writes into the home of whoever runs it.</summary>
    public string Home => Path.Combine(Root, "home");

    /// <summary>The machine as it is, but with no settings of whoever runs the tests.</summary>
    public Machine Machine { get; set; }

    public Qp() =>
        Machine = Machine.Here with
        {
            SourceRoot = null,
            Variables = new Dictionary<string, string> { ["QP_STATE_HOME"] = Home },
        };

    /// <summary>Where the repository lies in which these tests were built.</summary>
    public static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "Quarterpoint.slnx")))
                folder = folder.Parent;
            return folder.FullName;
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Settings as they are typed.</summary>
    public static IEnumerable<string> Set(params string[] settings) => settings.SelectMany(setting => (string[])["--set", setting]);

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A program that answers as told in place of the SDK's.</summary>
    public string Script(string name, string body)
    {
        var path = Write(name, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>Everything in the workspace but the logs, hidden files too.</summary>
    public IReadOnlyList<string> Tree() =>
        !Directory.Exists(Workspace)
            ? []
            :
            [
                .. Directory
                    .EnumerateFileSystemEntries(
                        Workspace,
                        "*",
                        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }
                    )
                    .Where(path => path != Logs && !path.StartsWith(Logs + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    .Select(path => Path.GetRelativePath(Workspace, path))
                    .Order(StringComparer.Ordinal),
            ];

    public async Task<JsonElement> Json(params string[] arguments)
    {
        var (code, output, error) = await Run([.. arguments, "--json"]);
        Assert.True(code == ExitCode.Done, error);
        return JsonDocument.Parse(output).RootElement;
    }

    public Task<(int Code, string Output, string Error)> Run(params string[] arguments) =>
        Run(new StringWriter(), CancellationToken.None, arguments);

    public async Task<(int Code, string Output, string Error)> Run(StringWriter error, CancellationToken stop, params string[] arguments)
    {
        using var output = new StringWriter();
        await using (error)
        {
            var code = await Runner.Run(AllVerbs.Create(), [.. arguments, "--workspace", Workspace], output, error, Machine, stop);
            return (code, output.ToString(), error.ToString());
        }
    }

    /// <summary>Every event in the logs, in order of writing.</summary>
    public IReadOnlyList<JsonElement> LogEvents() =>
        !Directory.Exists(Logs)
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(Logs)
                    .Order(StringComparer.Ordinal)
                    .SelectMany(File.ReadAllLines)
                    .Select(line => JsonDocument.Parse(line).RootElement),
            ];

    public string LogText() => string.Concat(Directory.EnumerateFiles(Logs).Order(StringComparer.Ordinal).Select(File.ReadAllText));

    /// <summary>
    /// Starts the program as a process under a shell command such as a limit; a line of stderr that begins with <paramref name="at"/> sends
    /// it SIGINT.
    /// </summary>
    public Task<(int Code, string Output, string Error)> Process(string before, string? at, params string[] arguments) =>
        Process(before, at, "INT", TimeSpan.Zero, arguments);

    /// <summary>The same with another signal, so long after that line.</summary>
    public async Task<(int Code, string Output, string Error)> Process(
        string before,
        string? at,
        string signal,
        TimeSpan after,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo(
            "/bin/sh",
            [
                "-c",
                $"{before} exec \"$0\" \"$@\"",
                "dotnet",
                Path.Combine(AppContext.BaseDirectory, "qp.dll"),
                .. arguments,
                "--workspace",
                Workspace,
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("QP_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);

        start.Environment["QP_STATE_HOME"] = Home;

        // A limit on the size of files would meet the runtime's own double mapping of code too.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError;
        var pid = process.Id;

        // On a thread of its own: the pool may be busy with other tests for longer than the work to be interrupted takes.
        var error = await Task.Factory.StartNew(
            () => Watch(errors, at, signal, after, pid),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }

    private static string Watch(StreamReader errors, string? at, string signal, TimeSpan after, int process)
    {
        var error = new StringWriter();
        while (errors.ReadLine() is { } line)
        {
            error.WriteLine(line);
            if (at is null || !line.StartsWith(at, StringComparison.Ordinal))
                continue;
            at = null;
            Thread.Sleep(after);
            using var kill = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"kill -{signal} {process}"]);
            kill.WaitForExit();
        }

        return error.ToString();
    }
}

/// <summary>A screen in front of which somebody presses Ctrl+C as soon as a line begins in a certain way.</summary>
internal sealed class ImpatientReader(CancellationTokenSource stop, string at) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.StartsWith(at, StringComparison.Ordinal) == true)
            stop.Cancel();
    }
}
