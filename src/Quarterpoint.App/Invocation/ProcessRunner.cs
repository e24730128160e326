using System.Diagnostics;

namespace Quarterpoint.App.Invocation;

/// <summary>Runs other programs to their end.</summary>
internal static class ProcessRunner
{
    /// <summary>The first line that a program prints; null where it cannot be run or fails.</summary>
    public static string? Read(string program, IReadOnlyList<string> arguments, string folder)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    WorkingDirectory = folder,
                }
            )!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text.Split('\n')[0].Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>
    /// Runs it, hands every line of both its streams over, and returns its exit code. Cancelling ends it and its children.
    /// </summary>
    public static async Task<int> Run(
        string program,
        IReadOnlyList<string> arguments,
        string folder,
        Action<string> line,
        CancellationToken stop
    )
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder,
            },
        };
        var gate = new Lock();
        void Take(string? text)
        {
            if (text is null)
                return;
            lock (gate)
                line(text);
        }

        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }
}
