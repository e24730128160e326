using System.Globalization;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Instruments;

/// <summary>A quarterly delivery month of an equity-index future: March H, June M, September U, December Z (SPEC K6).</summary>
public readonly record struct ContractMonth(int Year, int Month)
{
    private const string Letters = "HMUZ";

    internal char Letter => Letters[(Month / 3) - 1];

    public ContractMonth Next => Month == 12 ? new ContractMonth(Year + 1, 3) : new ContractMonth(Year, Month + 3);

    /// <summary>
    /// The last trading day: the third Friday, or the business day before a holiday on it. Trading ends at 09:30 New York.
    /// </summary>
    public TradingDay Expiry(CalendarTable calendar)
    {
        var first = new DateOnly(Year, Month, 1);
        var toFriday = ((int)DayOfWeek.Friday - (int)first.DayOfWeek + 7) % 7;
        var expiry = first.AddDays(toFriday + 14);
        while (expiry.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || calendar.ExceptionOn(expiry) is not null)
            expiry = expiry.AddDays(-1);
        return TradingDay.From(expiry);
    }

    /// <summary>The contract's symbol: MESU5 for root MES and September 2025.</summary>
    public string SymbolOf(string root) => string.Create(CultureInfo.InvariantCulture, $"{root}{Letter}{Year % 10}");

    /// <summary>
    /// Reads the symbol of an outright contract (MESU5, MESU25). A one-digit year repeats every ten years, so it means the first such month
    /// that is not before the month of <paramref name="traded"/>. False for spreads, options, and other roots.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> symbol, string root, TradingDay traded, out ContractMonth month)
    {
        month = default;
        if (!symbol.StartsWith(root, StringComparison.Ordinal))
            return false;
        var rest = symbol[root.Length..];
        if (rest.Length is < 2 or > 3)
            return false;
        var quarter = Letters.IndexOf(rest[0], StringComparison.Ordinal);
        if (quarter < 0 || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var digits))
            return false;

        var period = rest.Length == 2 ? 10 : 100;
        var delivery = (quarter + 1) * 3;
        var date = traded.Date;
        var year = date.Year - (date.Year % period) + digits;
        if (year > date.Year)
            year -= period;
        if ((year * 12) + delivery < (date.Year * 12) + date.Month)
            year += period;
        month = new ContractMonth(year, delivery);
        return true;
    }

    /// <summary>Months since year 0, for sorting.</summary>
    public int Ordinal => (Year * 12) + Month;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Letter}{Year}");
}
