using Quarterpoint.Core;

namespace Quarterpoint.Data.Import.Dbn;

/// <summary>A DBN schema: its name, and the types of its records that are bars or trades. It has none where we cannot read it.</summary>
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

    // Records that a fragment may have and that are neither bars nor trades. The names are used only in messages.
    private static readonly Dictionary<byte, string> OtherRecords = new()
    {
        [0x12] = "status",
        [0x13] = "definition",
        [0x14] = "imbalance",
        [0x18] = "statistics",
        [0xB1] = "cmbp-1",
        [0xC0] = "cbbo-1s",
        [0xC1] = "cbbo-1m",
        [0xC2] = "tcbbo",
        [0xC3] = "bbo-1s",
        [0xC4] = "bbo-1m",
    };

    private static string Readable => string.Join(", ", All.Where(schema => schema.RecordTypes.Length > 0).Select(schema => schema.Name));

    public SourceKind Kind => DbnRecordType.Find(RecordTypes[0])!.Kind;

    public int? BarSeconds => DbnRecordType.Find(RecordTypes[0])!.BarSeconds;

    /// <summary>The schema of that number, if it has bars or trades.</summary>
    /// <exception cref="BadInputException">The schema has neither, or is unknown.</exception>
    public static DbnSchema Require(string file, ushort number)
    {
        if (number < All.Length && All[number].RecordTypes.Length > 0)
            return All[number];
        var name = number switch
        {
            ushort.MaxValue => "several schemas in one file",
            _ when number < All.Length => "schema " + All[number].Name,
            _ => $"schema number {number}",
        };
        throw new BadInputException(file, name, "bars or trades: " + Readable);
    }

    /// <summary>The schema of a fragment. It has no metadata, so the type of its first record tells.</summary>
    /// <exception cref="BadInputException">That record is neither a bar nor a trade.</exception>
    public static DbnSchema OfFragment(string file, byte recordType)
    {
        if (DbnRecordType.Find(recordType) is { } known)
            return new DbnSchema("fragment", known.Number);
        throw OtherRecords.TryGetValue(recordType, out var other)
            ? new BadInputException(file, "a fragment of schema " + other, "bars or trades: " + Readable)
            : new BadInputException(
                file,
                $"no DBN prelude, and a first record of the unknown type {recordType}",
                "a DBN file or a fragment of one"
            );
    }
}
