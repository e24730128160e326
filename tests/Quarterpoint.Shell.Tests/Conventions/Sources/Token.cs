namespace Quarterpoint.Shell.Tests.Conventions.Sources;

internal enum TokenKind
{
    /// <summary>A keyword or an identifier.</summary>
    Word,

    /// <summary>Punctuation: one character, or <c>=></c> or <c>::</c>.</summary>
    Symbol,

    /// <summary>A number, a character, or the text parts of a string; its value is not kept.</summary>
    Literal,

    /// <summary>The lines of one XML comment, without their slashes.</summary>
    Doc,
}

/// <summary>A piece of C#. Lines count from 1.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    public bool IsWord => Kind == TokenKind.Word;

    public bool Is(string text) => Kind is TokenKind.Word or TokenKind.Symbol && Text == text;
}
