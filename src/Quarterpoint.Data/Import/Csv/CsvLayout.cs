namespace Quarterpoint.Data.Import.Csv;

/// <summary>What each column of a text holds. A column that is not there is <see cref="None"/>.</summary>
internal sealed record CsvLayout
{
    public const int None = -1;

    public required byte Separator { get; init; }

    public required bool HasHeader { get; init; }

    public required string[] Names { get; init; }

    public required SourceKind Kind { get; init; }

    /// <summary>The stamp, or its date where <see cref="TimeOfDay"/> has a column of its own.</summary>
    public required int Stamp { get; init; }

    /// <summary>Stands in where the stamp is not there: Databento's event time for an undefined receive time.</summary>
    public int SpareStamp { get; init; } = None;

    public int TimeOfDay { get; init; } = None;

    public int Open { get; init; } = None;

    public int High { get; init; } = None;

    public int Low { get; init; } = None;

    /// <summary>A trade's price stands here.</summary>
    public required int Close { get; init; }

    public int Volume { get; init; } = None;

    /// <summary>There only together with <see cref="AskVolume"/>.</summary>
    public int BidVolume { get; init; } = None;

    public int AskVolume { get; init; } = None;

    public int Symbol { get; init; } = None;

    /// <summary>Stands in where the symbol is missing.</summary>
    public int InstrumentId { get; init; } = None;

    public int Side { get; init; } = None;

    /// <summary>Databento: T marks a trade among order events.</summary>
    public int Action { get; init; } = None;

    /// <summary>Databento: says in each row what kind of record it is.</summary>
    public int RecordType { get; init; } = None;

    /// <summary>The one kind of record that the file holds, as written.</summary>
    public byte[] OnlyRecordType { get; init; } = [];

    public int? BarSeconds { get; init; }

    public StampUnit Unit { get; init; }

    /// <summary>Databento without pretty_px: prices are whole billionths.</summary>
    public bool RawPrices { get; init; }
}
