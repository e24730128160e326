using System.CommandLine;
using System.CommandLine.Help;
using Quarterpoint.App.Configuration;

namespace Quarterpoint.App.Invocation;

/// <summary>The options that every verb takes.</summary>
internal static class CommonOptions
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "One JSON document on stdout; everything else on stderr",
        Recursive = true,
    };

    public static readonly Option<string?> WorkspaceFolder = new("--workspace")
    {
        Description = "Folder for data sets and runs (else QP_WORKSPACE, else ./workspace)",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string?> ConfigFile = new("--config")
    {
        Description = "Configuration (else QP_CONFIG, else ./quarterpoint.yaml if it is there)",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "A setting for this run, such as --set trading.stop.kind=fixed; may be repeated",
        HelpName = "PATH=VALUE",
        Recursive = true,
    };

    public static readonly Option<bool> Debug = new("--debug")
    {
        Description = "Show where an error came from",
        Recursive = true,
        Hidden = true,
    };

    public static void AddTo(RootCommand root)
    {
        foreach (var option in (ReadOnlySpan<Option>)[Json, WorkspaceFolder, ConfigFile, Set, Debug])
            root.Options.Add(option);
        var help = root.Options.OfType<HelpOption>().First();
        help.Action = new VerbHelp((HelpAction)help.Action!);
    }

    /// <summary>The configuration for a run: the file, under <c>--set</c>, under the verb's own options.</summary>
    public static QuarterpointConfig LoadConfig(ParseResult parse, Machine machine, IEnumerable<(string Path, string? Value)> verbSettings)
    {
        var overrides = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in parse.GetValue(Set) ?? [])
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new UsageException($"--set {text}: expected PATH=VALUE, such as trading.contracts=1.");
            overrides[text[..at].Trim()] = text[(at + 1)..].Trim();
        }

        foreach (var (path, value) in verbSettings)
        {
            if (value is not null)
                overrides[path] = value;
        }

        var file = FileNamed(parse, machine);
        if (file is not null && !File.Exists(file))
            throw new UsageException(
                Directory.Exists(file)
                    ? $"The configuration '{file}' is a folder; expected a file."
                    : $"There is no configuration file '{file}'."
            );
        return QuarterpointConfig.Load(file, overrides);
    }

    /// <summary>
    /// The configuration to read: the one named, else one that lies where such a file is looked for; null for the defaults.
    /// </summary>
    public static string? FileNamed(ParseResult parse, Machine machine)
    {
        if ((parse.GetValue(ConfigFile) ?? machine.Variables.GetValueOrDefault("QP_CONFIG")) is { Length: > 0 } named)
            return named;
        foreach (var folder in (ReadOnlySpan<string?>)[Environment.CurrentDirectory, machine.SourceRoot])
        {
            if (folder is null)
                continue;
            var path = Path.Combine(folder, QuarterpointConfig.FileName);
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
