using System.Text.RegularExpressions;

namespace Quarterpoint.Shell.Tests.Conventions.Sources;

/// <summary>What an XML comment says first, of the type or member below it.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Text">In plain words: tags are left out, and a reference is the name that it refers to.</param>
internal sealed partial record Summary(string Member, string Text, int Line)
{
    /// <summary>Words that say nothing by themselves.</summary>
    private static readonly HashSet<string> Empty =
    [
        .. "a an the this that its it is are be whether".Split(' '),
        .. "as of for to in on at by with from and or per".Split(' '),
        .. "get gets set sets return returns".Split(' '),
    ];

    public static IEnumerable<Summary> In(SourceFile file)
    {
        for (var i = 0; i < file.Tokens.Count; i++)
        {
            if (file.Tokens[i].Kind == TokenKind.Doc && TextOf(file.Tokens[i].Text) is { } text)
                yield return new Summary(Declarations.NameAfter(file.Tokens, i + 1), text, file.Tokens[i].Line);
        }
    }

    /// <summary>Null where the comment has no summary.</summary>
    public static string? TextOf(string doc)
    {
        var match = Element().Match(doc);
        return match.Success ? Spaces().Replace(Tag().Replace(Reference().Replace(match.Groups[1].Value, "$1"), ""), " ").Trim() : null;
    }

    /// <summary>It begins with "Of", and its subject is left to be guessed.</summary>
    public bool BeginsWithOf => Text.StartsWith("Of ", StringComparison.Ordinal);

    /// <summary>
    /// Whoever has read the name learns nothing from it: it has no word but the name's own, however they are bent, and articles and
    /// prepositions.
    /// </summary>
    public bool OnlyRepeatsItsName
    {
        get
        {
            var name = Words().Matches(Member).Select(word => Stem(word.Value)).ToHashSet();
            return Words()
                .Matches(Text)
                .Select(word => word.Value.ToLowerInvariant())
                .Where(word => !Empty.Contains(word))
                .All(word => name.Contains(Stem(word)));
        }
    }

    private static string Stem(string word)
    {
        word = word.ToLowerInvariant();
        foreach (var ending in (ReadOnlySpan<string>)["ing", "ied", "ies", "ed", "es", "s", "e", "y"])
        {
            if (word.Length > ending.Length + 2 && word.EndsWith(ending, StringComparison.Ordinal))
                return word[..^ending.Length];
        }

        return word;
    }

    [GeneratedRegex("<summary>(.*?)</summary>", RegexOptions.Singleline)]
    private static partial Regex Element();

    /// <summary>What a cref refers to, or a parameter: the last of its names, without the arguments of a method.</summary>
    [GeneratedRegex("<[a-z]+ (?:cref|name|langword)=\"(?:[^\"(]*\\.)?([^\".(]*)(?:\\([^\"]*)?\"\\s*/>")]
    private static partial Regex Reference();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    /// <summary>A word of a sentence, or of a name in camel case.</summary>
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")]
    private static partial Regex Words();
}
