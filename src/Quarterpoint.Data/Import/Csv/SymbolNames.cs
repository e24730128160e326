using System.Text;

namespace Quarterpoint.Data.Import.Csv;

/// <summary>Keeps one string instance for each symbol of a file, so that symbols can be compared by reference and cost no memory.</summary>
internal sealed class SymbolNames
{
    public const int MaxLength = 71;

    // All contracts and spreads of one product over fifteen years are a few thousand; a column with more names holds no symbols.
    public const int MaxCount = 100_000;

    private readonly HashSet<string> _names = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly char[] _letters = new char[MaxLength];
    private readonly byte[] _lastText = new byte[MaxLength];
    private int _lastLength;
    private string? _last;

    public SymbolNames() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// Finds the symbol, null for an empty text. Returns null on success, otherwise what was expected instead of the text.
    /// </summary>
    public string? Find(ReadOnlySpan<byte> text, out string? name)
    {
        name = null;
        if (text.IsEmpty)
            return null;
        if (_last is not null && text.SequenceEqual(_lastText.AsSpan(0, _lastLength)))
        {
            name = _last;
            return null;
        }

        if (text.Length > MaxLength)
            return $"a symbol of at most {MaxLength} letters";
        var letters = _letters.AsSpan(0, Encoding.UTF8.GetChars(text, _letters));
        if (!_lookup.TryGetValue(letters, out name))
        {
            if (_names.Count == MaxCount)
                return $"at most {MaxCount} different symbols";
            name = letters.ToString();
            _names.Add(name);
        }

        text.CopyTo(_lastText);
        (_last, _lastLength) = (name, text.Length);
        return null;
    }
}
