using System.Globalization;

namespace Quarterpoint.Data.Import.Csv;

/// <summary>
/// Reads decimal text as a whole number of a power of ten, exactly and without floating point. It takes a sign, a point, and an exponent,
/// and refuses what would have to be rounded.
/// </summary>
internal static class DecimalText
{
    public const string NotANumber = "a number, with a point before its decimals and no other character in it";

    /// <summary>For prices, which are read as billionths of a point.</summary>
    public const int PriceDecimals = 9;

    private static readonly ulong[] PowersOfTen =
    [
        .. Enumerable.Range(0, 20).Select(power => ulong.Parse("1" + new string('0', power), CultureInfo.InvariantCulture)),
    ];

    /// <summary>
    /// Reads the number times ten to the power of <paramref name="decimals"/>. Returns null on success, otherwise what was expected instead
    /// of the text.
    /// </summary>
    public static string? Read(ReadOnlySpan<byte> text, int decimals, out long value)
    {
        value = 0;
        var at = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == (byte)'-';
            at = 1;
        }

        // The number is mantissa x 10^exponent. Zeros are only counted until another digit follows, so that trailing zeros take no room.
        var mantissa = 0UL;
        var exponent = 0;
        var zeros = 0;
        var digits = 0;
        var pointSeen = false;
        for (; at < text.Length; at++)
        {
            var digit = text[at] - '0';
            if (digit is >= 0 and <= 9)
            {
                digits++;
                if (pointSeen)
                    exponent--;
                if (digit == 0)
                {
                    if (mantissa > 0)
                        zeros++;
                    continue;
                }

                if (mantissa > 0 && !TryShift(ref mantissa, zeros + 1))
                    return TooManyDigits(decimals);
                if (mantissa > ulong.MaxValue - (uint)digit)
                    return TooManyDigits(decimals);
                mantissa += (uint)digit;
                zeros = 0;
            }
            else if (text[at] == (byte)'.' && !pointSeen)
            {
                pointSeen = true;
            }
            else
            {
                break;
            }
        }

        if (digits == 0)
            return NotANumber;
        if (at < text.Length)
        {
            if (text[at] is not ((byte)'e' or (byte)'E') || !TryReadExponent(text[(at + 1)..], out var written))
                return NotANumber;
            exponent += written;
        }

        if (mantissa == 0)
            return null;
        var shift = exponent + zeros + decimals;
        if (shift < 0)
            return TooFine(decimals);
        if (!TryShift(ref mantissa, shift) || mantissa > long.MaxValue)
            return TooManyDigits(decimals);
        value = negative ? -(long)mantissa : (long)mantissa;
        return null;
    }

    private static bool TryShift(ref ulong mantissa, int power)
    {
        if (power >= PowersOfTen.Length || mantissa > ulong.MaxValue / PowersOfTen[power])
            return false;
        mantissa *= PowersOfTen[power];
        return true;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        var negative = text.Length > 0 && text[0] == (byte)'-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        if (text.Length is 0 or > 4)
            return false;
        foreach (var letter in text)
        {
            if (letter is < (byte)'0' or > (byte)'9')
                return false;
            exponent = (exponent * 10) + (letter - '0');
        }

        if (negative)
            exponent = -exponent;
        return true;
    }

    private static string TooFine(int decimals) => decimals == 0 ? "a whole number" : $"a number with at most {decimals} decimals";

    private static string TooManyDigits(int decimals) =>
        $"a number with fewer digits (at most {18 - decimals} before the point and {decimals} after it)";
}
