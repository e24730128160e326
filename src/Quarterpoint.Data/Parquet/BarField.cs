namespace Quarterpoint.Data.Parquet;

/// <summary>What a column of bars means.</summary>
internal enum BarField
{
    Time,
    Open,
    High,
    Low,
    Close,
    Volume,
    BidVolume,
    AskVolume,
    Symbol,
}

internal static class BarFields
{
    private static readonly string[][] Names =
    [
        ["ts_event", "timestamp", "time", "datetime"],
        ["open", "o"],
        ["high", "h"],
        ["low", "l"],
        ["close", "c"],
        ["volume", "vol", "v"],
        ["bid_volume", "vol_bid", "bidvolume"],
        ["ask_volume", "vol_ask", "askvolume"],
        ["symbol", "contract"],
    ];

    /// <summary>The names that sources use for the column. The first is preferred, and is the one we write.</summary>
    public static IReadOnlyList<string> NamesOf(BarField field) => Names[(int)field];

    public static bool IsPrice(this BarField field) => field is BarField.Open or BarField.High or BarField.Low or BarField.Close;
}
