using System.CommandLine;

namespace Quarterpoint.App.Console;

/// <summary>What is wrong with what was typed, said so that the next try succeeds.</summary>
internal static class UsageErrors
{
    public static IReadOnlyList<string> Of(ParseResult parse)
    {
        var unmatched = parse.UnmatchedTokens;
        var known = Known(parse.CommandResult.Command).ToList();

        // A verb that does not exist makes everything behind it unknown, and a misspelt option its value; one error is enough for each.
        if (unmatched.Count > 0 && !unmatched[0].StartsWith('-'))
            return [Unknown(unmatched[0], known)];
        var errors = unmatched.Where(t => t.StartsWith('-')).Select(token => Unknown(token, known)).ToList();
        foreach (
            var message in parse
                .Errors.Select(e => e.Message)
                .Where(m => !unmatched.Any(token => m.Contains($"'{token}'", StringComparison.Ordinal)))
        )
            errors.Add(InWords(message));
        if (parse.CommandResult.Command is { Subcommands.Count: > 0 } group && errors.Count > 0)
            errors[^1] += $" Expected one of {string.Join(", ", group.Subcommands.Select(c => c.Name))}.";
        return errors;
    }

    /// <summary>The library's words, on one line and without the names of its types.</summary>
    private static string InWords(string message) =>
        message
            .ReplaceLineEndings("\n")
            .Replace(":\n\t", ": ", StringComparison.Ordinal)
            .Replace("\n\t", ", ", StringComparison.Ordinal)
            .Replace("\n", " ", StringComparison.Ordinal)
            .Trim()
            .Replace(" as expected type 'System.Int32'.", ": expected a whole number.", StringComparison.Ordinal)
            .Replace(" as expected type 'System.Int64'.", ": expected a whole number.", StringComparison.Ordinal)
            .Replace(" as expected type 'System.UInt64'.", ": expected a whole number, zero or above.", StringComparison.Ordinal)
            .Replace(" as expected type 'System.Double'.", ": expected a number.", StringComparison.Ordinal);

    private static string Unknown(string token, IEnumerable<string> known) => $"'{token}' is not known{Spelling.Hint(token, known)}";

    /// <summary>What could have stood there: the verb's own verbs and options, and those of every verb above it that reach down.</summary>
    private static IEnumerable<string> Known(Command command)
    {
        IEnumerable<Command> above = [.. command.Parents.OfType<Command>()];
        return
        [
            .. command.Subcommands.Select(c => c.Name),
            .. command.Options.Where(o => !o.Hidden).Select(o => o.Name),
            .. above.SelectMany(Known).Where(name => name.StartsWith('-')),
        ];
    }
}
