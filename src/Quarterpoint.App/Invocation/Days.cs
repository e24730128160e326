using System.Globalization;
using Quarterpoint.App.Configuration;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Invocation;

/// <summary>Trading days as a person types them.</summary>
internal static class Days
{
    /// <exception cref="UsageException">The text is no day; the message names the option.</exception>
    public static TradingDay? Parse(string? text, string option)
    {
        if (text is null)
            return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? TradingDay.From(date)
            : throw new UsageException($"{option} {text}: expected a day such as 2024-03-05.");
    }
}
