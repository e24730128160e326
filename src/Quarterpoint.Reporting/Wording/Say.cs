using System.Globalization;
using System.Text;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Statistics;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Reporting.Wording;

/// <summary>
/// Numbers, times, and names as a person reads them. A negative number has a true minus, so that columns of digits align.
/// </summary>
internal static class Say
{
    public const string Undefined = "n/a";
    private const char Minus = '\u2212';

    public static string Dollars(Money amount) => Signed(amount.InDollars, "#,0.00####", plus: false);

    public static string Dollars(double? amount) => amount is { } value ? Signed(Rounded(value), "#,0.00", plus: false) : Undefined;

    /// <summary>With a plus where it is above zero: for what may be either.</summary>
    public static string Result(Money amount) => Signed(amount.InDollars, "#,0.00####", plus: true);

    public static string Result(Money? amount) => amount is { } value ? Result(value) : Undefined;

    public static string Result(double? amount) => amount is { } value ? Signed(Rounded(value), "#,0.00", plus: true) : Undefined;

    /// <summary>To the dollar, half away from zero, with a plus where it is above: for tables that show much at a glance.</summary>
    public static string WholeDollars(Money amount) =>
        Signed(Math.Round(amount.InDollars, MidpointRounding.AwayFromZero), "#,0", plus: true);

    public static string Percent(double? share) => share is { } value ? Number(value * 100, "0.0") + " %" : Undefined;

    public static string Number(double? number, string format = "#,0.00") =>
        number is { } value ? value.ToString(format, CultureInfo.InvariantCulture).Replace('-', Minus) : Undefined;

    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture).Replace('-', Minus);

    public static string Dollars(Interval? interval) => interval is { } value ? $"{Result(value.Low)} to {Result(value.High)}" : Undefined;

    public static string Percent(Interval? interval) =>
        interval is { } value ? $"{Percent(value.Low)} to {Percent(value.High)}" : Undefined;

    /// <summary>Median, middle half, extremes.</summary>
    public static string Spread(Distribution? distribution, Func<double, string> number, string unit = "") =>
        distribution is { } value
            ? $"median {number(value.Median)}{unit}; half within {number(value.LowerQuartile)} and {number(value.UpperQuartile)}; "
                + $"all within {number(value.Least)} and {number(value.Most)}"
            : Undefined;

    /// <summary>1 trade, 2 trades, 2 losses.</summary>
    public static string Plural(long count, string noun) =>
        $"{Count(count)} {(count == 1 ? noun : noun + (noun.EndsWith('s') ? "es" : "s"))}";

    public static string Hours(double hours) =>
        hours switch
        {
            < 1 => Number(hours * 60, "0.#") + " min",
            < 48 => Number(hours, "0.0") + " h",
            _ => Number(hours / 24, "#,0.0") + " calendar days",
        };

    /// <summary>New York wall-clock time to the second.</summary>
    public static string Time(Timestamp time) => NewYork.Local(time).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The same without the date.</summary>
    public static string TimeOfDay(Timestamp time) => NewYork.Local(time).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Time(Timestamp? time) => time is { } value ? Time(value) : Undefined;

    /// <summary>OutsideEntryWindow as "Outside entry window".</summary>
    public static string Words<T>(T name)
        where T : struct, Enum
    {
        var text = new StringBuilder();
        foreach (var letter in name.ToString())
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append(' ').Append(char.ToLowerInvariant(letter));
            else
                text.Append(letter);
        }

        return text.ToString();
    }

    /// <summary>To the cent, half away from zero, as a decimal: so that a value like -0.004 has no sign.</summary>
    private static decimal Rounded(double value) => Math.Round((decimal)Math.Clamp(value, -1e15, 1e15), 2, MidpointRounding.AwayFromZero);

    private static string Signed(decimal dollars, string format, bool plus)
    {
        var digits = "$" + Math.Abs(dollars).ToString(format, CultureInfo.InvariantCulture);
        if (dollars < 0)
            return Minus + digits;
        return plus && dollars > 0 ? "+" + digits : digits;
    }
}
