using System.CommandLine;

namespace Quarterpoint.App;

/// <summary>What is wrong with what was typed, said so that the next try succeeds.</summary>
internal static class UsageErrors
{
    public static IReadOnlyList<string> Of(ParseResult parse)
    {
        // After a misspelt option its value is left over too; one error is enough for both.
        var unmatched = parse.UnmatchedTokens.Where(t => t.StartsWith('-')).ToList();
        if (unmatched.Count == 0) unmatched = [.. parse.UnmatchedTokens];
        var known = Known(parse.CommandResult.Command).ToList();
        var errors = unmatched.Select(token => $"'{token}' is not known{Spelling.Hint(token, known)}").ToList();
        foreach (var error in parse.Errors)
        {
            if (parse.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal))) continue;
            errors.Add(error.Message);
        }

        return errors;
    }

    /// <summary>What could have stood there: the verb's own verbs and options, and those of every verb above it that reach down.</summary>
    private static IEnumerable<string> Known(Command command)
    {
        IEnumerable<Command> above = [.. command.Parents.OfType<Command>()];
        return [.. command.Subcommands.Select(c => c.Name), .. command.Options.Where(o => !o.Hidden).Select(o => o.Name), .. above.SelectMany(Known).Where(name => name.StartsWith('-'))];
    }
}
