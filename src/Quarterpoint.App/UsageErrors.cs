using System.CommandLine;

namespace Quarterpoint.App;

/// <summary>What is wrong with what was typed, said so that the next try succeeds.</summary>
internal static class UsageErrors
{
    public static IReadOnlyList<string> Of(ParseResult parse)
    {
        var unmatched = parse.UnmatchedTokens;
        var known = Known(parse.CommandResult.Command).ToList();

        // A verb that does not exist makes everything behind it unknown, and a misspelt option its value; one error is enough for each.
        if (unmatched.Count > 0 && !unmatched[0].StartsWith('-')) return [Unknown(unmatched[0], known)];
        var errors = unmatched.Where(t => t.StartsWith('-')).Select(token => Unknown(token, known)).ToList();
        errors.AddRange(parse.Errors.Select(e => e.Message).Where(m => !unmatched.Any(token => m.Contains($"'{token}'", StringComparison.Ordinal))));
        return errors;
    }

    private static string Unknown(string token, IEnumerable<string> known) => $"'{token}' is not known{Spelling.Hint(token, known)}";

    /// <summary>What could have stood there: the verb's own verbs and options, and those of every verb above it that reach down.</summary>
    private static IEnumerable<string> Known(Command command)
    {
        IEnumerable<Command> above = [.. command.Parents.OfType<Command>()];
        return [.. command.Subcommands.Select(c => c.Name), .. command.Options.Where(o => !o.Hidden).Select(o => o.Name), .. above.SelectMany(Known).Where(name => name.StartsWith('-'))];
    }
}
