using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>The leader of each day on which any contract traded, in order, and each change of it.</summary>
public sealed record RollSchedule(IReadOnlyList<LeadContract> Days, IReadOnlyList<ContractRoll> Rolls)
{
    /// <summary>The leader of that day, or null: nothing traded.</summary>
    public LeadContract? On(TradingDay day)
    {
        var low = 0;
        var high = Days.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (Days[middle].Day == day)
                return Days[middle];
            if (Days[middle].Day < day)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return null;
    }
}
