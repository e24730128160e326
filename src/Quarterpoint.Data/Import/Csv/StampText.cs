namespace Quarterpoint.Data.Import.Csv;

/// <summary>
/// Parses dates and times of day as data vendors write them. Each method takes what it understands from the front of the text and leaves
/// the rest. With slashes the month comes before the day, with dots after it: the text itself does not tell.
/// </summary>
internal static class StampText
{
    public const string Known =
        "a time such as 2024-06-03T09:30:00Z, 2024-06-03 09:30:00-05:00, 20240603 093000, 06/03/2024 09:30, 03.06.2024 09:30, or Unix time";

    public const long NanosPerSecond = 1_000_000_000;
    public const long NanosPerDay = 86_400 * NanosPerSecond;

    // The last full year that 64 bits of nanoseconds can hold.
    private const int LastYear = 2261;

    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>
    /// Takes a date and gives its days since 1970: 2024-06-03, 2024/6/3, 2024.06.03, 20240603, 06/03/2024, or 03.06.2024.
    /// </summary>
    public static bool TryTakeDate(ref ReadOnlySpan<byte> text, out int day)
    {
        day = 0;
        int year,
            month,
            date;
        switch (Digits(text))
        {
            // Twelve or fourteen digits are a date followed by its time.
            case 8 or 12 or 14:
                (year, month, date) = (Number(text[..4]), Number(text.Slice(4, 2)), Number(text.Slice(6, 2)));
                text = text[8..];
                break;

            case 4 when text.Length > 4 && text[4] is (byte)'-' or (byte)'/' or (byte)'.':
                var mark = text[4];
                year = Number(text[..4]);
                text = text[5..];
                if (!TryTakeShort(ref text, out month) || !TryTake(ref text, mark) || !TryTakeShort(ref text, out date))
                    return false;
                break;

            case 1
            or 2:
                if (!TryTakeShort(ref text, out var first) || text.IsEmpty)
                    return false;
                mark = text[0];
                text = text[1..];
                if (!TryTakeShort(ref text, out var second) || !TryTake(ref text, mark) || Digits(text) != 4)
                    return false;
                (month, date) = mark switch
                {
                    (byte)'/' => (first, second),
                    (byte)'.' => (second, first),
                    _ => (0, 0),
                };
                year = Number(text[..4]);
                text = text[4..];
                break;

            default:
                return false;
        }

        if (year is < 1970 or > LastYear || month is < 1 or > 12 || date < 1 || date > DateTime.DaysInMonth(year, month))
            return false;
        day = new DateOnly(year, month, date).DayNumber - EpochDay;
        return true;
    }

    /// <summary>
    /// Takes a time of day and gives its nanoseconds since midnight: 9:30, 09:30:00, 09:30:00.123456789, 0930, or 093000.
    /// </summary>
    public static bool TryTakeTime(ref ReadOnlySpan<byte> text, out long nanos)
    {
        nanos = 0;
        int hour,
            minute,
            second = 0;
        switch (Digits(text))
        {
            case 1 or 2:
                if (!TryTakeShort(ref text, out hour) || !TryTake(ref text, (byte)':') || Digits(text) != 2)
                    return false;
                minute = Number(text[..2]);
                text = text[2..];
                if (TryTake(ref text, (byte)':'))
                {
                    if (Digits(text) != 2)
                        return false;
                    second = Number(text[..2]);
                    text = text[2..];
                }

                break;

            case 4:
                (hour, minute) = (Number(text[..2]), Number(text.Slice(2, 2)));
                text = text[4..];
                break;

            case 6:
                (hour, minute, second) = (Number(text[..2]), Number(text.Slice(2, 2)), Number(text.Slice(4, 2)));
                text = text[6..];
                break;

            default:
                return false;
        }

        if (hour > 23 || minute > 59 || second > 59)
            return false;
        nanos = ((((hour * 60L) + minute) * 60) + second) * NanosPerSecond;
        if (!TryTake(ref text, (byte)'.'))
            return true;
        var digits = Digits(text);
        if (digits == 0 || !TryAddFraction(text[..digits], ref nanos))
            return false;
        text = text[digits..];
        return true;
    }

    /// <summary>
    /// Takes a time zone and gives its seconds ahead of UTC: Z, UTC, +00:00, -0500, +02. False where the text does not begin with one.
    /// </summary>
    public static bool TryTakeZone(ref ReadOnlySpan<byte> text, out int aheadSeconds)
    {
        aheadSeconds = 0;
        var rest = text.TrimStart((byte)' ');
        if (rest.StartsWith("UTC"u8))
        {
            text = rest[3..];
            return true;
        }

        if (TryTake(ref rest, (byte)'Z') || TryTake(ref rest, (byte)'z'))
        {
            text = rest;
            return true;
        }

        if (rest.IsEmpty || rest[0] is not ((byte)'+' or (byte)'-'))
            return false;
        var sign = rest[0] == (byte)'-' ? -1 : 1;
        rest = rest[1..];
        if (Digits(rest) is not (2 or 4))
            return false;
        var hours = Number(rest[..2]);
        rest = rest[2..];
        TryTake(ref rest, (byte)':');
        var minutes = 0;
        if (Digits(rest) == 2)
        {
            minutes = Number(rest[..2]);
            rest = rest[2..];
        }

        if (hours > 14 || minutes > 59)
            return false;
        aheadSeconds = sign * ((hours * 60) + minutes) * 60;
        text = rest;
        return true;
    }

    /// <summary>The number of digits at the front of the text.</summary>
    public static int Digits(ReadOnlySpan<byte> text)
    {
        var count = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return count < 0 ? text.Length : count;
    }

    private static bool TryAddFraction(ReadOnlySpan<byte> digits, ref long nanos)
    {
        if (digits.Length > 9 && digits[9..].ContainsAnyExcept((byte)'0'))
            return false;
        var weight = NanosPerSecond / 10;
        foreach (var digit in digits[..Math.Min(9, digits.Length)])
        {
            nanos += (digit - '0') * weight;
            weight /= 10;
        }

        return true;
    }

    private static bool TryTakeShort(ref ReadOnlySpan<byte> text, out int value)
    {
        var digits = Digits(text);
        value = 0;
        if (digits is not (1 or 2))
            return false;
        value = Number(text[..digits]);
        text = text[digits..];
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, byte letter)
    {
        if (text.IsEmpty || text[0] != letter)
            return false;
        text = text[1..];
        return true;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
            value = (value * 10) + (digit - '0');
        return value;
    }
}
