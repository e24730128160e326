using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.Core;
using Quarterpoint.Data;

namespace Quarterpoint.App;

/// <summary>What a command ends with. Scripts rely on these.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration: nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl+C, or SIGTERM.</summary>
    public const int Interrupted = 130;
}

/// <summary>One invocation of one verb: where it speaks, where it works, how it is set.</summary>
internal sealed record Invocation(ParseResult Parse, Terminal Terminal, Workspace Workspace)
{
    /// <summary>The configuration under the verb's own settings; those that are null were not given.</summary>
    public QuarterpointConfig Config(params IEnumerable<(string Path, string? Value)> settings) => CommonOptions.LoadConfig(Parse, settings);
}

/// <summary>Runs a verb and turns what goes wrong into one clear line and an exit code.</summary>
internal static class Runner
{
    public static async Task<int> Run(RootCommand root, string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        return await Run(root, args, Console.Out, Console.Error, stop.Token);
    }

    public static async Task<int> Run(RootCommand root, string[] args, TextWriter output, TextWriter error, CancellationToken stop)
    {
        var parse = root.Parse(args);
        var json = args.Contains("--json");
        var terminal = new Terminal(output, error, json);
        if (args.Length == 0)
        {
            await root.Parse(["--help"]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, stop);
            return ExitCode.Usage;
        }

        if (parse.Errors.Count > 0 && parse.Action is not VerbHelp)
        {
            foreach (var problem in parse.Errors) terminal.Error(problem.Message);
            error.WriteLine($"Try 'qp {string.Join(' ', Names(parse.CommandResult.Command))}--help'.");
            if (json) terminal.Json(new ErrorDocument(string.Join(" ", parse.Errors.Select(e => e.Message)), ExitCode.Usage), AppJson.Default.ErrorDocument);
            return ExitCode.Usage;
        }

        try
        {
            var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parse.InvokeAsync(configuration, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            error.WriteLine("interrupted: nothing half-done was left behind.");
            if (json) terminal.Json(new ErrorDocument("interrupted", ExitCode.Interrupted), AppJson.Default.ErrorDocument);
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is UsageException or ConfigurationException)
        {
            return Fail(e, ExitCode.Usage);
        }
        catch (Exception e) when (e is BadInputException or IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or FormatException)
        {
            return Fail(e, ExitCode.Failed);
        }
        catch (AggregateException e) when (e.InnerExceptions.Any(inner => inner is OperationCanceledException) && stop.IsCancellationRequested)
        {
            error.WriteLine("interrupted: nothing half-done was left behind.");
            return ExitCode.Interrupted;
        }

        int Fail(Exception e, int code)
        {
            terminal.Error(e.Message);
            if (parse.GetValue(CommonOptions.Debug)) error.WriteLine(e.ToString());
            if (json) terminal.Json(new ErrorDocument(e.Message, code), AppJson.Default.ErrorDocument);
            return code;
        }
    }

    /// <summary>Binds a verb's action: the verb sees an <see cref="Invocation"/> and may throw.</summary>
    public static void Bind(Command command, Func<Invocation, CancellationToken, Task<int>> action) => command.SetAction((parse, stop) =>
    {
        var configuration = parse.InvocationConfiguration;
        var terminal = new Terminal(configuration.Output, configuration.Error, parse.GetValue(CommonOptions.Json));
        return action(new Invocation(parse, terminal, Workspace.Find(parse.GetValue(CommonOptions.WorkspaceFolder))), stop);
    });

    public static void Bind(Command command, Func<Invocation, CancellationToken, int> action) =>
        Bind(command, (invocation, stop) => Task.FromResult(action(invocation, stop)));

    private static IEnumerable<string> Names(Command command)
    {
        if (command is RootCommand) return [];
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        return (parent is null ? [] : Names(parent)).Append(command.Name).Select(n => n.TrimEnd() + " ");
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        // The first signal stops cleanly; a second one, when that takes too long, ends the process as usual.
        if (stop.IsCancellationRequested) return;
        context.Cancel = true;
        Console.Error.WriteLine("stopping...");
        stop.Cancel();
    }
}

internal sealed record ErrorDocument(string Error, int ExitCode);

/// <summary>Serialisers made at build time: start-up stays quick, and nothing is found by reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ErrorDocument))]
internal sealed partial class AppJson : JsonSerializerContext;
