namespace Quarterpoint.Data.Import.Dbn;

/// <summary>What a DBN file says that its records are.</summary>
internal sealed record DbnSchema(string Name, params byte[] RecordTypes)
{
    private static readonly DbnSchema[] All =
    [
        new("mbo", DbnRecordType.Mbo),
        new("mbp-1", 0x01),
        new("mbp-10", 0x0A),
        new("tbbo", 0x01),
        new("trades", 0x00),
        new("ohlcv-1s", 0x20, 0x11),
        new("ohlcv-1m", 0x21, 0x11),
        new("ohlcv-1h", 0x22, 0x11),
        new("ohlcv-1d", 0x23, 0x24, 0x11),
        new("definition"),
        new("statistics"),
        new("status"),
        new("imbalance"),
        new("ohlcv-eod", 0x24, 0x11),
        new("cmbp-1"),
        new("cbbo-1s"),
        new("cbbo-1m"),
        new("tcbbo"),
        new("bbo-1s"),
        new("bbo-1m"),
    ];

    public static string Readable => string.Join(", ", All.Where(schema => schema.RecordTypes.Length > 0).Select(schema => schema.Name));

    public SourceKind Kind => DbnRecordType.Find(RecordTypes[0])!.Kind;

    public int? BarSeconds => DbnRecordType.Find(RecordTypes[0])!.BarSeconds;

    /// <summary>The schema whose bars or trades can be read.</summary>
    /// <exception cref="BadInputException">It holds none, or is not known.</exception>
    public static DbnSchema Require(string file, ushort number)
    {
        if (number < All.Length && All[number].RecordTypes.Length > 0) return All[number];
        var name = number switch
        {
            ushort.MaxValue => "several schemas in one file",
            _ when number < All.Length => "schema " + All[number].Name,
            _ => $"schema number {number}",
        };
        throw new BadInputException(file, name, "bars or trades: " + Readable);
    }

    /// <summary>A fragment has no metadata: its first record tells.</summary>
    public static DbnSchema OfFragment(string file, byte? recordType)
    {
        if (recordType is { } type && DbnRecordType.Find(type) is { } known) return new DbnSchema("fragment", known.Number);
        throw new BadInputException(file, "no DBN prelude, and no record of a known type at its start", "a DBN file, or a fragment of one with bars or trades");
    }
}
