using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Quarterpoint.App.Invocation;

/// <summary>The help of the library, with the verb's examples under it.</summary>
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
