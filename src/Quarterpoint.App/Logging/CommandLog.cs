using System.Globalization;
using System.Runtime.CompilerServices;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Quarterpoint.App.Logging;

/// <summary>How large a log file may grow, and how many are kept.</summary>
internal sealed record LogRetention(long FileBytes = 10L << 20, int Files = 14);

/// <summary>
/// What one command did, for whoever looks into it later (SPEC C2): compact JSON lines, a file a day, in logs/ of the workspace. Work never
/// waits for the log: where it cannot be written, that is said once and the command goes on.
/// </summary>
internal sealed class CommandLog : IDisposable
{
    private const string FilePrefix = "qp-";
    private const string FileEnding = ".jsonl";

    // Two commands at once share one file under a lock that is named after it, and the system takes no longer names than this. Beyond it
    // the second command goes without a log.
    private const int LongestSharedPath = 180;

    private readonly Logger? _logger;
    private readonly string _folder;
    private readonly Unwritable _failures;

    // The logging library is loaded where this runs, and help, which keeps no log, does without it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public CommandLog(string workspace, Secrets secrets, LogRetention retention, Action<string> warn)
    {
        _folder = FolderOf(workspace);
        _failures = new Unwritable(_folder, warn);
        var file = Path.Combine(_folder, FilePrefix + FileEnding);
        try
        {
            Directory.CreateDirectory(_folder);
            _logger = new LoggerConfiguration()
                .MinimumLevel.Debug()
                .Enrich.WithProperty("Process", Environment.ProcessId)
                .WriteTo.Fallible(
                    sink =>
                        sink.File(
                            new RedactingFormatter(secrets),
                            file,
                            rollingInterval: RollingInterval.Day,
                            shared: file.Length <= LongestSharedPath,
                            fileSizeLimitBytes: retention.FileBytes,
                            rollOnFileSizeLimit: true,
                            retainedFileCountLimit: retention.Files
                        ),
                    _failures
                )
                .CreateLogger();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failures.Say(e.Message);
        }
    }

    /// <summary>The file that is being written; null where none can be.</summary>
    public string? File =>
        _failures.Happened || !Directory.Exists(_folder)
            ? null
            : Directory
                .EnumerateFiles(_folder, FilePrefix + "*" + FileEnding)
                .OrderBy(System.IO.File.GetLastWriteTimeUtc)
                .ThenBy(f => f, StringComparer.Ordinal)
                .LastOrDefault();

    public static string FolderOf(string workspace) => Path.Combine(workspace, "logs");

    public void Started(string verb, string version, IReadOnlyList<string> arguments) =>
        _logger?.Information(
            "{Verb} starts, version {Version}, arguments {Arguments}, on {System}",
            verb,
            version,
            arguments,
            Environment.OSVersion.VersionString
        );

    public void Ended(string verb, int exitCode, TimeSpan duration) =>
        _logger?.Write(
            exitCode == 0 ? LogEventLevel.Information : LogEventLevel.Warning,
            "{Verb} ended with exit code {ExitCode} after {Seconds} s",
            verb,
            exitCode,
            Math.Round(duration.TotalSeconds, 3)
        );

    public void Warned(string warning) => _logger?.Warning("{Warning}", warning);

    /// <summary>An expected error, about what was typed or read: the message is on the screen too.</summary>
    public void Failed(Exception exception) => _logger?.Error(exception, "{Error}", exception.Message);

    /// <summary>An unexpected error: a fault of the program.</summary>
    public void Broke(Exception exception) => _logger?.Fatal(exception, "{Error}", exception.Message);

    public void Dispose()
    {
        try
        {
            _logger?.Dispose();
        }
        catch (IOException e)
        {
            // The last lines did not fit on the disk, which does not change how the command ends.
            _failures.Say(e.Message);
        }
    }

    /// <summary>Says once that the log cannot be written.</summary>
    private sealed class Unwritable(string folder, Action<string> warn) : ILoggingFailureListener
    {
        private int _said;

        public bool Happened => _said != 0;

        public void Say(string why)
        {
            if (Interlocked.Exchange(ref _said, 1) == 0)
                warn(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the log in {folder} cannot be written ({why}); the command goes on without it."
                    )
                );
        }

        public void OnLoggingFailed(
            object sender,
            LoggingFailureKind kind,
            string message,
            IReadOnlyCollection<LogEvent>? events,
            Exception? exception
        )
        {
            if (kind != LoggingFailureKind.Temporary || exception is not null)
                Say(exception?.Message ?? message);
        }
    }
}
