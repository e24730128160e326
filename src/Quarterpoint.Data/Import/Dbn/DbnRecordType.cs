namespace Quarterpoint.Data.Import.Dbn;

/// <summary>A type of record that is a bar or may be a trade: its number in the record's header, and its minimum length.</summary>
internal sealed record DbnRecordType(byte Number, SourceKind Kind, int Bytes, int? BarSeconds = null)
{
    public const byte Mbo = 0xA0;

    public const int BarBytes = 56;

    private static readonly DbnRecordType[] All =
    [
        new(0x00, SourceKind.Trades, 48),
        new(0x01, SourceKind.Trades, 80),
        new(0x0A, SourceKind.Trades, 368),
        new(Mbo, SourceKind.Trades, 56),
        // Before version 1 was final, bars of every length had this number; only the schema tells their length.
        new(0x11, SourceKind.Bars, BarBytes),
        new(0x20, SourceKind.Bars, BarBytes, 1),
        new(0x21, SourceKind.Bars, BarBytes, 60),
        new(0x22, SourceKind.Bars, BarBytes, 3600),
        new(0x23, SourceKind.Bars, BarBytes, 86_400),
        new(0x24, SourceKind.Bars, BarBytes, 86_400),
    ];

    // An array, because it is looked up for every record.
    private static readonly DbnRecordType?[] ByNumber =
    [
        .. Enumerable.Range(0, 256).Select(number => Array.Find(All, type => type.Number == number)),
    ];

    /// <summary>Null where records of that number are neither bars nor trades.</summary>
    public static DbnRecordType? Find(byte number) => ByNumber[number];

    /// <summary>For messages: the record types that a file of this kind may have.</summary>
    public static string Readable(SourceKind kind) =>
        $"a record type of {kind.ToString().ToLowerInvariant()}: "
        + string.Join(", ", All.Where(type => type.Kind == kind).Select(type => type.Number));
}
