using Quarterpoint.App.Configuration;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Research;

/// <summary>The error where the days asked for hold no bars.</summary>
internal static class EmptySpan
{
    public static UsageException Of(string set, TradingDay? from, TradingDay? to) =>
        new(
            $"'{set}' has no bars between {from?.ToString() ?? "its start"} and {to?.ToString() ?? "its end"}: "
                + $"'qp data info {set}' shows what it has."
        );
}
