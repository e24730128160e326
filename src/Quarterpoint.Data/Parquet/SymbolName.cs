using ParquetSharp;

namespace Quarterpoint.Data.Parquet;

/// <summary>
/// Reads contract symbols, and gives the same string instance for the same name. In a dictionary-coded column equal names are at the same
/// address, so the address is compared with the last one first.
/// </summary>
internal unsafe struct SymbolName(Dictionary<string, string> known, int fixedLength)
    : IColumnConverter<ByteArray, string?>,
        IColumnConverter<FixedLenByteArray, string?>
{
    private const int LongestName = 64;

    private IntPtr _lastPointer;
    private int _lastLength;
    private string? _last;

    public int Convert(ReadOnlySpan<ByteArray> values, Span<string?> meanings)
    {
        // The next page may reuse the memory of the last one, so an address is valid only within one block.
        _last = null;
        for (var row = 0; row < values.Length; row++)
        {
            if (values[row].Length is <= 0 or > LongestName)
                return row;
            meanings[row] = NameAt(values[row].Pointer, values[row].Length);
        }

        return values.Length;
    }

    public int Convert(ReadOnlySpan<FixedLenByteArray> values, Span<string?> meanings)
    {
        _last = null;
        for (var row = 0; row < values.Length; row++)
            meanings[row] = NameAt(values[row].Pointer, fixedLength);
        return values.Length;
    }

    public readonly BadCell Describe(ByteArray value) =>
        new(0, default, $"a name of {value.Length} bytes", $"a symbol of 1 to {LongestName} bytes");

    public readonly BadCell Describe(FixedLenByteArray value) => new(0, default, "an unreadable name", "a symbol");

    private string NameAt(IntPtr pointer, int length)
    {
        if (_last is not null && pointer == _lastPointer && length == _lastLength)
            return _last;
        var bytes = new ReadOnlySpan<byte>((void*)pointer, length).TrimEnd((byte)0);
        Span<char> characters = stackalloc char[LongestName];
        var name = characters[..System.Text.Encoding.UTF8.GetChars(bytes, characters)];
        var lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(name, out var found))
        {
            found = name.ToString();
            known.Add(found, found);
        }

        (_lastPointer, _lastLength, _last) = (pointer, length, found);
        return found;
    }
}
