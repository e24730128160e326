using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Import.Dbn;

/// <summary>The beginning of a DBN file, versions 1 to 3: what its records are, and which contracts their ids mean.</summary>
internal sealed class DbnMetadata
{
    public const int PreludeBytes = 8;

    /// <summary>Ten times what all contracts and spreads of one product since 2010 need.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const int FixedBytes = 100;
    private const int SymbolBytesV1 = 22;
    private const int MaxSymbolBytes = 256;

    private DbnMetadata(ushort schema, DbnSymbols symbols)
    {
        Schema = schema;
        Symbols = symbols;
    }

    private enum SymbolType : byte
    {
        InstrumentId = 0,
        Continuous = 3,
        Parent = 4,
    }

    public ushort Schema { get; }

    public DbnSymbols Symbols { get; }

    public static bool HasPrelude(ReadOnlySpan<byte> start) => start.StartsWith("DBN"u8);

    /// <summary>The version and the length of the metadata, from the start of a file.</summary>
    public static (byte Version, int Length) ParsePrelude(string file, ReadOnlySpan<byte> prelude)
    {
        if (prelude.Length < PreludeBytes)
            throw new BadInputException(file, $"an end after {prelude.Length} bytes", "a DBN prelude of 8 bytes");
        if (prelude[3] is < 1 or > 3)
            throw new BadInputException(file, $"DBN version {prelude[3]}", "version 1, 2, or 3");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(prelude[4..]);
        return length is >= FixedBytes and <= MaxBytes
            ? (prelude[3], (int)length)
            : throw new BadInputException(file, $"metadata of {length} bytes", $"{FixedBytes} to {MaxBytes} bytes of DBN metadata");
    }

    /// <param name="file">What messages call the file.</param>
    /// <param name="version">1 to 3, from the prelude.</param>
    /// <param name="body">All of the metadata after the prelude.</param>
    /// <exception cref="BadInputException">The metadata is damaged.</exception>
    public static DbnMetadata Parse(string file, byte version, ReadOnlySpan<byte> body)
    {
        // Version 1 has a record count of 8 bytes before these fields; later versions have the length of a symbol after them instead.
        var types = body[(version == 1 ? 50 : 42)..];
        var symbolBytes = version == 1 ? SymbolBytesV1 : BinaryPrimitives.ReadUInt16LittleEndian(types[3..]);
        if (symbolBytes is < SymbolBytesV1 or > MaxSymbolBytes)
            throw new BadInputException(file, $"symbols of {symbolBytes} bytes", $"{SymbolBytesV1} to {MaxSymbolBytes} bytes each");
        var (from, to) = ((SymbolType)types[0], (SymbolType)types[1]);
        var rest = new Cursor(file, body[FixedBytes..], symbolBytes);
        if (rest.TakeNumber() is var definition and not 0)
            throw new BadInputException(file, $"a schema definition of {definition} bytes", "none: the format does not use it yet");

        // Symbols requested, partly found, and not found. The mappings after them tell all that is needed.
        for (var list = 0; list < 3; list++)
            rest.SkipSymbols(rest.TakeNumber());
        return new DbnMetadata(BinaryPrimitives.ReadUInt16LittleEndian(body[16..]), ReadMappings(ref rest, from, to));
    }

    private static DbnSymbols ReadMappings(ref Cursor rest, SymbolType from, SymbolType to)
    {
        var symbols = new DbnSymbols();
        for (var mappings = rest.TakeNumber(); mappings > 0; mappings--)
        {
            var asked = rest.TakeSymbol();
            for (var spans = rest.TakeNumber(); spans > 0; spans--)
            {
                var (start, end) = (rest.TakeDate(), rest.TakeDate());
                var given = rest.TakeSymbol();
                if (to != SymbolType.InstrumentId && from != SymbolType.InstrumentId)
                    continue;
                var (name, id) = to == SymbolType.InstrumentId ? (asked, given) : (given, asked);

                // An id that was not resolved is empty. MES.v.0 and MES.FUT are what was requested, not the contract that traded; under
                // such a name a roll would look like one contract that jumps.
                if (id.Length == 0 || name.Length == 0)
                    continue;
                if (from is SymbolType.Continuous or SymbolType.Parent && name.Contains('.', StringComparison.Ordinal))
                    continue;
                symbols.Add(rest.ToId(id), start, end, name);
            }
        }

        symbols.Sort();
        return symbols;
    }

    /// <summary>Takes one field after the other, and throws where the metadata ends inside one.</summary>
    private ref struct Cursor(string file, ReadOnlySpan<byte> rest, int symbolBytes)
    {
        private const long NanosPerDay = 86_400L * 1_000_000_000;

        private ReadOnlySpan<byte> _rest = rest;

        public uint TakeNumber() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

        public void SkipSymbols(uint count) => Take(count * (long)symbolBytes);

        public string TakeSymbol()
        {
            var text = Take(symbolBytes);
            var end = text.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
        }

        /// <summary>Takes a date written as 20240603, and returns its first instant.</summary>
        public long TakeDate()
        {
            var number = TakeNumber();
            var (year, month, day) = ((int)(number / 10_000), (int)(number / 100 % 100), (int)(number % 100));
            if (year is < 1970 or > 2261 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
                throw new BadInputException(
                    file,
                    0,
                    "mapping date",
                    number.ToString(CultureInfo.InvariantCulture),
                    "a date such as 20240603"
                );
            return (new DateOnly(year, month, day).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * NanosPerDay;
        }

        public readonly uint ToId(string text) =>
            uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? id
                : throw new BadInputException(file, 0, "mapping", text, "an instrument id in decimal");

        private ReadOnlySpan<byte> Take(long bytes)
        {
            if (bytes > _rest.Length)
                throw new BadInputException(file, "metadata that ends inside a field", "complete metadata");
            var taken = _rest[..(int)bytes];
            _rest = _rest[(int)bytes..];
            return taken;
        }
    }
}
