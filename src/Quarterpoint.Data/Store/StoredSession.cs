using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Store;

/// <summary>One contract's session: its rows in the file of that month, its volume, and its last close.</summary>
internal readonly record struct StoredSession(
    TradingDay Day,
    int FirstRow,
    int Rows,
    long Volume,
    Price LastClose,
    Timestamp First,
    Timestamp Last
)
{
    public int EndRow => FirstRow + Rows;
}
