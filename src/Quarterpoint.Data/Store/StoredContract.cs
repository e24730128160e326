using System.Text.Json.Serialization;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Data.Store;

/// <summary>The file with one month of trading days of one contract.</summary>
/// <param name="Path">Within the set's folder.</param>
/// <param name="Rows">Bars in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The hash of its bytes.</param>
/// <param name="First">When its first bar opens, UTC.</param>
/// <param name="Last">When its last bar opens, UTC.</param>
public sealed record StoredFile(string Path, long Rows, long Bytes, string Sha256, DateTime First, DateTime Last);

/// <summary>A contract of a set, or its single series where the source names no contracts.</summary>
/// <param name="Symbol">Also the name of its folder. Symbols repeat every ten years; the delivery month distinguishes them.</param>
/// <param name="Delivery">The delivery month, such as 2024-03; null for a series without contracts.</param>
/// <param name="Files">One for each month, in order.</param>
public sealed record StoredContract(
    string Symbol,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Delivery,
    IReadOnlyList<StoredFile> Files
)
{
    /// <summary>The symbol of a series whose source names no contracts.</summary>
    public const string Continuous = "continuous";

    /// <summary>The delivery month; null for a series without contracts.</summary>
    [JsonIgnore]
    public ContractMonth? Month =>
        Delivery is null
            ? null
            : new ContractMonth(
                int.Parse(Delivery.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture),
                int.Parse(Delivery.AsSpan(5, 2), System.Globalization.CultureInfo.InvariantCulture)
            );
}
