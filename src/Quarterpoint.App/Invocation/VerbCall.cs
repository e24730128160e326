using System.CommandLine;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Console;

namespace Quarterpoint.App.Invocation;

/// <summary>One call of one verb: where it speaks, where it works, how it is set.</summary>
internal sealed record VerbCall(ParseResult Parse, Terminal Terminal, Workspace Workspace, Machine Machine)
{
    /// <summary>The configuration under the verb's own settings; those that are null were not given.</summary>
    public QuarterpointConfig Config(params IEnumerable<(string Path, string? Value)> settings) =>
        CommonOptions.LoadConfig(Parse, Machine, settings);

    /// <summary>The options that give another process of this program the same configuration.</summary>
    public IEnumerable<string> SettingsAsTyped()
    {
        foreach (var setting in Parse.GetValue(CommonOptions.Set) ?? [])
        {
            yield return "--set";
            yield return setting;
        }

        if (CommonOptions.FileNamed(Parse, Machine) is { } file)
        {
            yield return "--config";
            yield return Path.GetFullPath(file);
        }
    }
}
