namespace Quarterpoint.Shell.Tests.Conventions.Sources;

/// <summary>A class, struct, record, interface, enum, or delegate, where a file declares it.</summary>
/// <param name="FullName">With the names of the types around it; no namespace.</param>
/// <param name="IsPublic">Others can see it: it is public, and so is every type around it.</param>
/// <param name="Doc">The XML comment above it, or nothing.</param>
internal sealed record DeclaredType(string Name, string FullName, int Line, bool IsNested, bool IsPublic, string Doc)
{
    private static readonly HashSet<string> Kinds = ["class", "struct", "record", "interface", "enum", "delegate"];

    /// <summary>The type whose declaration has its keyword at that token, or null where that is no such keyword.</summary>
    public static DeclaredType? At(IReadOnlyList<Token> tokens, int keyword, DeclaredType? around)
    {
        if (!tokens[keyword].IsWord || !Kinds.Contains(tokens[keyword].Text))
            return null;
        var first = Declarations.FirstModifier(tokens, keyword);
        if (first == keyword && !Declarations.CanBegin(tokens, keyword))
            return null;
        var at = keyword + 1;
        if (tokens[keyword].Is("record") && at < tokens.Count && (tokens[at].Is("struct") || tokens[at].Is("class")))
            at++;
        if (tokens[keyword].Is("delegate"))
            at = NameOfDelegate(tokens, at);
        if (at >= tokens.Count || !tokens[at].IsWord)
            return null;
        var isPublic = Enumerable.Range(first, keyword - first).Any(i => tokens[i].Is("public")) && around is null or { IsPublic: true };
        var name = tokens[at].Text;
        return new DeclaredType(
            name,
            around is null ? name : $"{around.FullName}.{name}",
            tokens[at].Line,
            around is not null,
            isPublic,
            Declarations.DocBefore(tokens, first)
        );
    }

    /// <summary>The word before the parameters: the type that it returns stands between.</summary>
    private static int NameOfDelegate(IReadOnlyList<Token> tokens, int at)
    {
        for (; at < tokens.Count && !tokens[at].Is(";"); at++)
        {
            if (
                at + 1 < tokens.Count
                && tokens[at].IsWord
                && (tokens[at + 1].Is("(") || tokens[at + 1].Is("<"))
                && !tokens[at - 1].Is("delegate")
            )
                return at;
        }

        return tokens.Count;
    }
}
