namespace Quarterpoint.Shell.Tests.Conventions.Sources;

/// <summary>
/// Cuts C# into tokens. Comments and what strings say are left out, so that a name that only stands there is not taken for a use of it;
/// code inside an interpolated string is code, and XML comments are kept, since their crefs are compiled.
/// </summary>
internal sealed class CSharpLexer
{
    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;

    private CSharpLexer(string text) => _text = text;

    public static IReadOnlyList<Token> Read(string text)
    {
        var lexer = new CSharpLexer(text.Replace("\r\n", "\n", StringComparison.Ordinal));
        lexer.Code(isHole: false);
        return lexer._tokens;
    }

    private char Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private bool Sees(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    private void Add(TokenKind kind, string text, int line) => _tokens.Add(new Token(kind, text, line));

    /// <summary>Reads to the end of the file, or of the hole in an interpolated string, whose brace is left to the caller.</summary>
    private void Code(bool isHole)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            var c = Peek();
            if (isHole && depth == 0 && (c == '}' || (c == ':' && !Sees("::"))))
                return;
            if (c is '(' or '[' or '{')
                depth++;
            if (c is ')' or ']' or '}')
                depth--;
            One(c);
        }
    }

    private void One(char c)
    {
        if (c == '\n')
        {
            _line++;
            _at++;
        }
        else if (char.IsWhiteSpace(c) || c == '\uFEFF')
            _at++;
        else if (Sees("///") && Peek(3) != '/')
            Doc();
        else if (Sees("//") || (c == '#' && IsFirstOnItsLine()))
            Rest();
        else if (Sees("/*"))
            Block();
        else if (c == '\'')
            Character();
        else if (OpensString())
            Text();
        else if (char.IsLetter(c) || c is '_' or '@')
            Word();
        else if (char.IsAsciiDigit(c))
            Number();
        else
        {
            var length = Sees("=>") || Sees("::") ? 2 : 1;
            Add(TokenKind.Symbol, _text.Substring(_at, length), _line);
            _at += length;
        }
    }

    private bool IsFirstOnItsLine()
    {
        var before = _at - 1;
        while (before >= 0 && (_text[before] is ' ' or '\t'))
            before--;
        return before < 0 || _text[before] == '\n';
    }

    private string Rest()
    {
        var end = _text.IndexOf('\n', _at);
        end = end < 0 ? _text.Length : end;
        var rest = _text[_at..end];
        _at = end;
        return rest;
    }

    /// <summary>The lines of one comment make one token.</summary>
    private void Doc()
    {
        var line = _line;
        _at += 3;
        var text = Rest().Trim();
        if (_tokens is [.., { Kind: TokenKind.Doc } last] && last.Line + last.Text.Count(c => c == '\n') + 1 == line)
            _tokens[^1] = last with { Text = $"{last.Text}\n{text}" };
        else
            Add(TokenKind.Doc, text, line);
    }

    private void Block()
    {
        var end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        SkipTo(end < 0 ? _text.Length : end + 2);
    }

    private void SkipTo(int end)
    {
        _line += _text.AsSpan(_at, end - _at).Count('\n');
        _at = end;
    }

    private void Character()
    {
        Add(TokenKind.Literal, "", _line);
        _at++;
        while (_at < _text.Length && Peek() != '\'')
            _at += Peek() == '\\' ? 2 : 1;
        _at++;
    }

    private void Word()
    {
        var start = _at++;
        while (char.IsLetterOrDigit(Peek()) || Peek() == '_')
            _at++;
        Add(TokenKind.Word, _text[start.._at].TrimStart('@'), _line);
    }

    private void Number()
    {
        Add(TokenKind.Literal, "", _line);
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() == '_' || (Peek() == '.' && char.IsAsciiDigit(Peek(1))))
            _at++;
    }

    private bool OpensString()
    {
        var ahead = 0;
        while (Peek(ahead) is '$' or '@')
            ahead++;
        return Peek(ahead) == '"';
    }

    private void Text()
    {
        Add(TokenKind.Literal, "", _line);
        var (dollars, isVerbatim) = (0, false);
        for (; Peek() != '"'; _at++)
        {
            dollars += Peek() == '$' ? 1 : 0;
            isVerbatim |= Peek() == '@';
        }

        var quotes = Run('"');
        var isRaw = quotes >= 3 && !isVerbatim;
        _at += isRaw ? quotes : 1;
        while (_at < _text.Length)
        {
            if (Peek() == '"')
            {
                var closing = Run('"');
                if (isRaw ? closing >= quotes : !isVerbatim || closing % 2 == 1)
                {
                    _at += isRaw || isVerbatim ? closing : 1;
                    return;
                }

                _at += closing;
            }
            else if (dollars > 0 && Peek() == '{')
                Braces(dollars, isRaw);
            else
                SkipTo(Math.Min(_text.Length, _at + (Peek() == '\\' && !isRaw && !isVerbatim ? 2 : 1)));
        }
    }

    /// <summary>Doubled braces are text; as many as the string has dollars open a hole.</summary>
    private void Braces(int dollars, bool isRaw)
    {
        var run = Run('{');
        _at += run;
        if (isRaw ? run < dollars : run % 2 == 0)
            return;
        Code(isHole: true);
        if (Peek() == ':')
        {
            var end = _text.IndexOf('}', _at);
            SkipTo(end < 0 ? _text.Length : end);
        }

        _at += dollars;
    }

    private int Run(char c)
    {
        var length = 0;
        while (Peek(length) == c)
            length++;
        return length;
    }
}
