namespace Quarterpoint.Data.Import.Csv;

/// <summary>
/// Splits one line into fields. Quotes surround a whole field and are doubled inside it. A field never contains a line end, so an unpaired
/// quote spoils one row and not the rest of the file. As a separator, a blank stands for any run of blanks and tabs.
/// </summary>
internal sealed class CsvFields(byte separator)
{
    public const int MaxCount = 1024;

    private const byte Quote = (byte)'"';

    private readonly int[] _starts = new int[MaxCount];
    private readonly int[] _ends = new int[MaxCount];
    private byte[] _unquoted = [];

    public int Count { get; private set; }

    /// <summary>
    /// Splits the line. Returns null on success, otherwise what was expected instead. Pass <paramref name="text"/> to <see cref="Field"/>.
    /// </summary>
    public string? Split(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> text)
    {
        text = line;
        Count = 0;
        if (line.Contains(Quote))
            return SplitQuoted(line, out text);
        var at = 0;
        while (true)
        {
            var length = NextSeparator(line[at..]);
            if (!Add(at, length < 0 ? line.Length : at + length, line))
                return TooMany;
            if (length < 0)
                return null;
            at = AfterSeparator(line, at + length);
        }
    }

    public ReadOnlySpan<byte> Field(ReadOnlySpan<byte> text, int index) => text[_starts[index].._ends[index]];

    private static string TooMany => $"at most {MaxCount} fields";

    private int NextSeparator(ReadOnlySpan<byte> rest) =>
        separator == (byte)' ' ? rest.IndexOfAny((byte)' ', (byte)'\t') : rest.IndexOf(separator);

    private int AfterSeparator(ReadOnlySpan<byte> line, int at)
    {
        at++;
        if (separator != (byte)' ')
            return at;
        while (at < line.Length && line[at] is (byte)' ' or (byte)'\t')
            at++;
        return at;
    }

    private bool Add(int start, int end, ReadOnlySpan<byte> text)
    {
        if (Count == MaxCount)
            return false;
        while (start < end && text[start] == (byte)' ')
            start++;
        while (end > start && text[end - 1] == (byte)' ')
            end--;
        (_starts[Count], _ends[Count]) = (start, end);
        Count++;
        return true;
    }

    private string? SplitQuoted(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> text)
    {
        if (_unquoted.Length < line.Length)
            _unquoted = new byte[Math.Max(256, line.Length)];
        text = _unquoted;
        var (at, written) = (0, 0);
        while (true)
        {
            while (at < line.Length && line[at] == (byte)' ')
                at++;
            var start = written;
            if (at < line.Length && line[at] == Quote)
            {
                if (!Unquote(line, ref at, ref written))
                    return "quotes in pairs around a whole field";
            }
            else
            {
                var length = NextSeparator(line[at..]);
                var raw = length < 0 ? line[at..] : line.Slice(at, length);
                raw.CopyTo(_unquoted.AsSpan(written));
                at += raw.Length;
                written += raw.Length;
            }

            if (!Add(start, written, _unquoted))
                return TooMany;
            if (at >= line.Length)
                return null;
            at = AfterSeparator(line, at);
        }
    }

    /// <summary>Reads a quoted field, up to the separator after its closing quote. False where quotes do not pair.</summary>
    private bool Unquote(ReadOnlySpan<byte> line, ref int at, ref int written)
    {
        at++;
        while (true)
        {
            var length = line[at..].IndexOf(Quote);
            if (length < 0)
                return false;
            line.Slice(at, length).CopyTo(_unquoted.AsSpan(written));
            at += length + 1;
            written += length;
            if (at >= line.Length || line[at] != Quote)
                break;
            _unquoted[written++] = Quote;
            at++;
        }

        if (separator == (byte)' ')
            return at >= line.Length || line[at] is (byte)' ' or (byte)'\t';
        while (at < line.Length && line[at] == (byte)' ')
            at++;
        return at >= line.Length || line[at] == separator;
    }
}
