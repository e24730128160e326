using System.Text.RegularExpressions;

namespace Quarterpoint.Shell.Tests.Conventions.Sources;

/// <summary>A name as it is written, with its dots, and where.</summary>
internal readonly record struct Mention(IReadOnlyList<string> Parts, int Line)
{
    public string Name => string.Join('.', Parts);
}

/// <summary>One C# file of the repository.</summary>
internal sealed partial class SourceFile
{
    /// <param name="path">Relative to the root of the repository, with slashes.</param>
    public SourceFile(string path, string text)
    {
        (Path, Lines, Tokens) = (path, text.Split('\n'), CSharpLexer.Read(text));
        Types = [.. TypesIn(Tokens)];
        Mentions = [.. MentionsIn(Tokens)];
        Namespace = NamespaceOf(Tokens);
    }

    public string Path { get; }

    public IReadOnlyList<string> Lines { get; }

    public IReadOnlyList<Token> Tokens { get; }

    /// <summary>Every name that the code or a cref uses; the file's own namespace is none.</summary>
    public IReadOnlyList<Mention> Mentions { get; }

    /// <summary>Null where the file has none, or one with braces.</summary>
    public string? Namespace { get; }

    /// <summary>In the order of the file; a nested type follows the one around it.</summary>
    public IReadOnlyList<DeclaredType> Types { get; }

    private static string? NamespaceOf(IReadOnlyList<Token> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].Is("namespace"))
                continue;
            var (parts, next) = Dotted(tokens, i + 1);
            return next < tokens.Count && tokens[next].Is(";") ? string.Join('.', parts) : null;
        }

        return null;
    }

    private static IEnumerable<Mention> MentionsIn(IReadOnlyList<Token> tokens)
    {
        for (var i = 0; i < tokens.Count; )
        {
            var token = tokens[i];
            if (token.Kind == TokenKind.Doc)
            {
                foreach (var mention in Crefs(token))
                    yield return mention;
            }

            if (!token.IsWord)
            {
                i++;
                continue;
            }

            var (parts, next) = Dotted(tokens, i);
            if (i == 0 || (!tokens[i - 1].Is(".") && !tokens[i - 1].Is("namespace")))
                yield return new Mention(parts, token.Line);
            i = next;
        }
    }

    private static IEnumerable<Mention> Crefs(Token doc)
    {
        foreach (var match in Cref().Matches(doc.Text).Cast<Match>())
        {
            var line = doc.Line + doc.Text.AsSpan(0, match.Index).Count('\n');
            foreach (var name in DottedName().Matches(match.Groups[1].Value).Cast<Match>())
                yield return new Mention(name.Value.Split('.'), line);
        }
    }

    private static (List<string> Parts, int Next) Dotted(IReadOnlyList<Token> tokens, int at)
    {
        List<string> parts = [tokens[at++].Text];
        while (at + 1 < tokens.Count && tokens[at].Is(".") && tokens[at + 1].IsWord)
        {
            parts.Add(tokens[at + 1].Text);
            at += 2;
        }

        return (parts, at);
    }

    private static IEnumerable<DeclaredType> TypesIn(IReadOnlyList<Token> tokens)
    {
        var scopes = new Stack<DeclaredType?>();
        DeclaredType? opening = null;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Is("{"))
            {
                scopes.Push(opening);
                opening = null;
            }
            else if (tokens[i].Is("}"))
                scopes.TryPop(out _);
            else if (tokens[i].Is(";"))
                opening = null;
            else if (DeclaredType.At(tokens, i, scopes.TryPeek(out var around) ? around : null) is { } type)
            {
                opening = type;
                yield return type;
            }
        }
    }

    [GeneratedRegex("cref=\"(?:[A-Z]:)?([^\"]*)\"")]
    private static partial Regex Cref();

    [GeneratedRegex(@"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")]
    private static partial Regex DottedName();
}
