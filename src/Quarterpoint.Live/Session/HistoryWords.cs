using System.Globalization;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Live.State;

namespace Quarterpoint.Live.Session;

/// <summary>What happened to an account's risk, in words for its history.</summary>
internal static class HistoryWords
{
    /// <summary>The number is given by the store.</summary>
    public static HistoryEntry Of(in RiskFact fact) =>
        new(
            0,
            fact.Time,
            KindOf(fact.Kind),
            fact.Kind switch
            {
                RiskFactKind.Held => fact.Until == Timestamp.Never ? $"{fact.Latch}" : $"{fact.Latch} until {fact.Until}",
                RiskFactKind.Released => $"{fact.Latch}",
                RiskFactKind.Gap => string.Create(CultureInfo.InvariantCulture, $"{fact.Limit} was passed by {fact.Amount}"),
                RiskFactKind.Reviewed => string.Create(CultureInfo.InvariantCulture, $"the high-water mark was {fact.Amount}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"baseline {fact.Amount}"),
            }
        );

    private static string KindOf(RiskFactKind kind) =>
        kind switch
        {
            RiskFactKind.Held => "held",
            RiskFactKind.Released => "released",
            RiskFactKind.Gap => "gap",
            RiskFactKind.Reviewed => "review",
            _ => "day",
        };
}
