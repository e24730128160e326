using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Console;
using Quarterpoint.App.Logging;
using Quarterpoint.Core;

namespace Quarterpoint.App.Invocation;

/// <summary>Runs a verb and turns what goes wrong into one clear line and an exit code.</summary>
internal static class Runner
{
    public static async Task<int> Run(RootCommand root, string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        return await Run(root, args, System.Console.Out, System.Console.Error, Machine.Here, stop.Token);
    }

    public static async Task<int> Run(
        RootCommand root,
        string[] args,
        TextWriter output,
        TextWriter error,
        Machine machine,
        CancellationToken stop
    )
    {
        var configuration = new Surroundings(args, machine)
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (args.Length == 0)
        {
            await root.Parse(["--help"]).InvokeAsync(configuration, stop);
            return ExitCode.Usage;
        }

        var parse = root.Parse(args);
        if (parse.Errors.Count == 0 || parse.Action is VerbHelp)
            return await parse.InvokeAsync(configuration, stop);

        var problems = UsageErrors.Of(parse);
        var terminal = new Terminal(output, error, args.Contains("--json"));
        foreach (var problem in problems)
            terminal.Error(problem);
        terminal.Note($"Try 'qp {NameOf(parse.CommandResult.Command)}--help'.");
        if (terminal.IsJson)
            terminal.Json(new ErrorDocument(string.Join(" ", problems), ExitCode.Usage), AppJson.Default.ErrorDocument);
        return ExitCode.Usage;
    }

    /// <summary>Binds a verb's action: the verb sees an <see cref="VerbCall"/> and may throw.</summary>
    /// <param name="isLogged">False for a verb that only looks: it leaves nothing behind, not even a log.</param>
    public static void Bind(Command command, Func<VerbCall, CancellationToken, Task<int>> action, bool isLogged = true) =>
        command.SetAction(
            async (parse, stop) =>
            {
                var surroundings = (Surroundings)parse.InvocationConfiguration;
                var machine = surroundings.Machine;
                var terminal = new Terminal(surroundings.Output, surroundings.Error, parse.GetValue(CommonOptions.Json));
                var workspace = Workspace.Find(parse.GetValue(CommonOptions.WorkspaceFolder), machine);
                var secrets = Secrets.Of(machine.Variables, surroundings.Arguments, CommonOptions.FileNamed(parse, machine));
                using var ending = new Ending(parse, terminal, secrets);
                if (isLogged)
                    ending.KeepLog(workspace, NameOf(command).TrimEnd(), surroundings.Arguments);
                try
                {
                    return ending.Is(await action(new VerbCall(parse, terminal, workspace, machine), stop));
                }
                catch (Exception e)
                {
                    return ending.Is(e, stop);
                }
            }
        );

    public static void Bind(Command command, Func<VerbCall, CancellationToken, int> action, bool isLogged = true) =>
        Bind(command, (call, stop) => Task.FromResult(action(call, stop)), isLogged);

    /// <summary>The verb as it is typed, with a space behind it; empty for the program itself.</summary>
    private static string NameOf(Command command) =>
        command is RootCommand
            ? ""
            : (command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? NameOf(parent) : "") + command.Name + " ";

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        // The first signal stops cleanly; a second one, when that takes too long, ends the process as usual.
        if (stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        System.Console.Error.WriteLine("stopping...");
        stop.Cancel();
    }

    /// <summary>What the program hands to the action of a verb, beside what was typed.</summary>
    private sealed class Surroundings(string[] arguments, Machine machine) : InvocationConfiguration
    {
        public IReadOnlyList<string> Arguments { get; } = arguments;

        public Machine Machine { get; } = machine;
    }

    /// <summary>How a call ends, on the screen and in the log.</summary>
    private sealed class Ending(ParseResult parse, Terminal terminal, Secrets secrets) : IDisposable
    {
        private readonly long _started = TimeProvider.System.GetTimestamp();
        private CommandLog? _log;
        private string _verb = "";

        public void KeepLog(Workspace workspace, string verb, IReadOnlyList<string> arguments)
        {
            _verb = verb;
            _log = new CommandLog(workspace.Root, secrets, new LogRetention(), terminal.Warn);
            _log.Started(verb, CodeVersion.Current, arguments);
            terminal.Warned += _log.Warned;
        }

        public int Is(int code)
        {
            _log?.Ended(_verb, code, TimeProvider.System.GetElapsedTime(_started));
            return code;
        }

        public int Is(Exception e, CancellationToken stop)
        {
            // Parallel work wraps what one of its threads threw.
            while (e is AggregateException { InnerException: { } inner })
                e = inner;
            if (e is OperationCanceledException && stop.IsCancellationRequested)
            {
                terminal.Note("interrupted: nothing half-done was left behind.");
                return Close("interrupted", ExitCode.Interrupted);
            }

            var code = e is UsageException or ConfigurationException ? ExitCode.Usage : ExitCode.Failed;
            var isExpected =
                code == ExitCode.Usage
                || e
                    is BadInputException
                        or IOException
                        or UnauthorizedAccessException
                        or InvalidDataException
                        or ArgumentException
                        or FormatException
                        or System.Data.Common.DbException;
            var message = secrets.Redact(isExpected ? e.Message : $"unexpected, a fault of the program: {e.GetType().Name}: {e.Message}");
            if (isExpected)
                _log?.Failed(e);
            else
                _log?.Broke(e);
            terminal.Error(message);
            var wantsTrace = parse.GetValue(CommonOptions.Debug);
            if (!isExpected && _log?.File is { } file)
                terminal.Note($"Everything known about it is in {file}");
            else if (!isExpected)
                wantsTrace = true;
            if (wantsTrace)
                terminal.Note(secrets.Redact(e.ToString()));
            return Close(message, code);
        }

        public void Dispose() => _log?.Dispose();

        private int Close(string message, int code)
        {
            if (terminal.IsJson)
                terminal.Json(new ErrorDocument(message, code), AppJson.Default.ErrorDocument);
            return Is(code);
        }
    }
}

internal sealed record ErrorDocument(string Error, int ExitCode);

/// <summary>Serialisers made at build time, which keeps start-up quick.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ErrorDocument))]
internal sealed partial class AppJson : JsonSerializerContext;
