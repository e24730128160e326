namespace Quarterpoint.Data.Import.Csv;

/// <summary>Which column of a text holds what, by number from 0. A column that the text lacks is <see cref="None"/>.</summary>
internal sealed record CsvLayout
{
    public const int None = -1;

    public required byte Separator { get; init; }

    public required bool HasHeader { get; init; }

    /// <summary>The columns' names, for messages.</summary>
    public required string[] Names { get; init; }

    public required SourceKind Kind { get; init; }

    /// <summary>The time stamp, or only its date where there is a column <see cref="TimeOfDay"/>.</summary>
    public required int Stamp { get; init; }

    /// <summary>Used where the stamp is empty: Databento's event time, where the receive time is undefined.</summary>
    public int SpareStamp { get; init; } = None;

    public int TimeOfDay { get; init; } = None;

    public int Open { get; init; } = None;

    public int High { get; init; } = None;

    public int Low { get; init; } = None;

    /// <summary>Also the price of a trade.</summary>
    public required int Close { get; init; }

    public int Volume { get; init; } = None;

    /// <summary>Present only together with <see cref="AskVolume"/>.</summary>
    public int BidVolume { get; init; } = None;

    public int AskVolume { get; init; } = None;

    public int Symbol { get; init; } = None;

    /// <summary>Used where the symbol is empty.</summary>
    public int InstrumentId { get; init; } = None;

    public int Side { get; init; } = None;

    /// <summary>Databento only: T marks a trade among order events.</summary>
    public int Action { get; init; } = None;

    /// <summary>Databento only: the type of record that each row is.</summary>
    public int RecordType { get; init; } = None;

    /// <summary>The one type of record in the file, as written; empty: not Databento's.</summary>
    public byte[] OnlyRecordType { get; init; } = [];

    /// <summary>The length of a bar, where the record type tells it.</summary>
    public int? BarSeconds { get; init; }

    public StampUnit Unit { get; init; }

    /// <summary>Whether prices are whole billionths, as Databento writes them without its option pretty_px.</summary>
    public bool RawPrices { get; init; }
}
