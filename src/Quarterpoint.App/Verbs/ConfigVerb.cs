using System.CommandLine;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;

namespace Quarterpoint.App.Verbs;

/// <summary>Every setting in effect, and where each came from.</summary>
internal static class ConfigVerb
{
    public static Command Create()
    {
        var command = new Verb(
            "config",
            "Shows every setting in effect and where it came from.",
            "config",
            "config --set trading.stop.kind=fixed",
            "config --json"
        );
        Runner.Bind(command, Run, isLogged: false);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var config = call.Config();
        var terminal = call.Terminal;
        if (terminal.IsJson)
        {
            terminal.Json(
                new ConfigDocument([.. config.Values.Select(v => new ConfigLine(v.Path, v.Text, v.Origin))]),
                ConfigJson.Default.ConfigDocument
            );
        }
        else
        {
            terminal.Table(
                ["setting", "value", "from"],
                config.Values.Select(v =>
                    (IReadOnlyList<string>)
                        [
                            v.Path,
                            v.Text,
                            v.Origin switch
                            {
                                ConfigOrigin.File => "file",
                                ConfigOrigin.CommandLine => "command line",
                                _ => "",
                            },
                        ]
                )
            );
        }

        return ExitCode.Done;
    }
}

internal sealed record ConfigLine(string Path, string Value, ConfigOrigin Origin);

internal sealed record ConfigDocument(IReadOnlyList<ConfigLine> Settings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ConfigDocument))]
internal sealed partial class ConfigJson : JsonSerializerContext;
