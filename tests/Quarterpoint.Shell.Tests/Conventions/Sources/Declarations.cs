namespace Quarterpoint.Shell.Tests.Conventions.Sources;

/// <summary>What stands around the keyword or the name of a declaration.</summary>
internal static class Declarations
{
    private static readonly HashSet<string> Modifiers =
    [
        "public",
        "internal",
        "private",
        "protected",
        "file",
        "static",
        "sealed",
        "abstract",
        "readonly",
        "partial",
        "ref",
        "unsafe",
        "new",
        "const",
        "required",
        "virtual",
        "override",
        "async",
        "extern",
        "volatile",
        "event",
        "implicit",
        "explicit",
    ];

    public static bool IsModifier(Token token) => token.IsWord && Modifiers.Contains(token.Text);

    public static int FirstModifier(IReadOnlyList<Token> tokens, int at)
    {
        while (at > 0 && IsModifier(tokens[at - 1]))
            at--;
        return at;
    }

    /// <summary>A declaration without modifiers begins after the one before it, after attributes, or after its comment.</summary>
    public static bool CanBegin(IReadOnlyList<Token> tokens, int at) =>
        at == 0
        || tokens[at - 1].Kind == TokenKind.Doc
        || tokens[at - 1].Is(";")
        || tokens[at - 1].Is("{")
        || tokens[at - 1].Is("}")
        || tokens[at - 1].Is("]");

    /// <summary>The comment above the attributes that stand before that token; empty where there is none.</summary>
    public static string DocBefore(IReadOnlyList<Token> tokens, int at)
    {
        while (at > 0 && tokens[at - 1].Is("]"))
        {
            var depth = 0;
            do
            {
                at--;
                depth +=
                    tokens[at].Is("]") ? 1
                    : tokens[at].Is("[") ? -1
                    : 0;
            } while (at > 0 && depth > 0);
        }

        return at > 0 && tokens[at - 1].Kind == TokenKind.Doc ? tokens[at - 1].Text : "";
    }

    /// <summary>
    /// The name of what is declared from that token on: the last word before its parameters, its body, its value, or its end.
    /// </summary>
    public static string NameAfter(IReadOnlyList<Token> tokens, int at)
    {
        while (at < tokens.Count && tokens[at].Is("["))
            at = AfterBrackets(tokens, at);
        var (name, angles) = ("", 0);
        for (; at < tokens.Count; at++)
        {
            var token = tokens[at];
            if (token.Is("(") && (name.Length == 0 || IsModifier(tokens[at - 1])))
                at = AfterBrackets(tokens, at) - 1;
            else if (token.Is("<"))
                angles++;
            else if (token.Is(">"))
                angles--;
            else if (angles == 0 && token.IsWord)
                name = token.Text;
            else if (
                angles == 0
                && token.Kind == TokenKind.Symbol
                && !token.Is(".")
                && !token.Is("?")
                && !token.Is("[")
                && !token.Is("]")
                && !token.Is("*")
                && !token.Is("::")
            )
                break;
        }

        return name;
    }

    private static int AfterBrackets(IReadOnlyList<Token> tokens, int at)
    {
        var depth = 0;
        do
        {
            depth +=
                tokens[at].Is("(") || tokens[at].Is("[") ? 1
                : tokens[at].Is(")") || tokens[at].Is("]") ? -1
                : 0;
            at++;
        } while (at < tokens.Count && depth > 0);
        return at;
    }
}
