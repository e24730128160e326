using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.App.Sessions;

/// <summary>
/// The process of the simulated venue: the one that runs is found, else one is started. It outlives the session that started it.
/// </summary>
internal static class PaperVenueProcess
{
    /// <summary>The verb that runs the venue.</summary>
    public const string Verb = "paper-venue";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Where the venue of an account listens. The path is short, since a socket's has a hundred bytes at most.
    /// </summary>
    public static string SocketOf(string accountFolder)
    {
        var name =
            "qp-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(accountFolder))))[..16] + ".sock";
        return Path.Combine(Path.GetTempPath(), name);
    }

    public static Socket Listen(string path)
    {
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));

        // Nobody but this user may speak to it.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(4);
        return listener;
    }

    /// <summary>Connects to the venue that listens there; starts one where none does.</summary>
    /// <exception cref="VenueLostException">It does not come up.</exception>
    public static Socket Reach(string path, string program, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        if (TryConnect(path) is { } running)
            return running;
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var errors = new StringBuilder();
        process.ErrorDataReceived += (_, e) => errors.AppendLine(e.Data);
        process.BeginErrorReadLine();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < StartsWithin)
        {
            stop.ThrowIfCancellationRequested();
            if (TryConnect(path) is { } connected)
                return connected;
            if (process.WaitForExit(20))
                break;
        }

        throw new VenueLostException($"The simulated venue did not come up. {errors.ToString().Trim()}");
    }

    private static Socket? TryConnect(string path)
    {
        if (!File.Exists(path))
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException)
        {
            // A venue that died leaves its socket's file behind.
            socket.Dispose();
            return null;
        }
    }
}
