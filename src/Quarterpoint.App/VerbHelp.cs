using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Quarterpoint.App;

/// <summary>A command that comes with examples, shown under its own help and nowhere else.</summary>
internal sealed class Verb(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}

internal sealed class VerbHelp(HelpAction inner) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var code = inner.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not Verb verb)
            return code;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in verb.Examples)
            output.WriteLine("  qp " + example);
        output.WriteLine();
        return code;
    }
}
